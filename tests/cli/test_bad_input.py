"""Bad input: one paragraph that helps, the right exit code, and nothing written, not even half of it."""

import errno
import shlex

import polars as pl
import pytest

from casesim.cli import main
from casesim.export import folder as export_folder
from tests.cli.bad_input import CASES, GROUPS, SOUND

MOST_LINES, WIDTH = 6, 80


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with a sound dataset, which the program runs in."""
    monkeypatch.chdir(tmp_path)
    place(tmp_path, SOUND)
    return tmp_path


def place(folder, files):
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        elif content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def everything(folder):
    """All that is in a folder, byte for byte."""
    return {p.relative_to(folder): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def plain(text):
    """A message as one line, as it was before it was wrapped."""
    return " ".join(text.split())


def assert_refused(case, folder, capfd):
    place(folder, case.files)
    before = everything(folder)
    code = main(shlex.split(case.typed))
    shown = capfd.readouterr()
    assert shown.out == ""
    assert code == case.code, shown.err
    assert_readable(shown.err)
    for words in case.says:
        assert plain(words) in plain(shown.err)
    assert everything(folder) == before


def assert_readable(text):
    lines = text.splitlines()
    assert text.strip(), "stderr is blank"
    assert all(line.strip() for line in lines), text
    assert len(lines) <= MOST_LINES, text
    # A name without blanks is not broken; everything else keeps to the width.
    assert all(len(line) <= WIDTH or " " not in line for line in lines), text
    assert "Traceback" not in text
    assert "casesim failed" not in text


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_a_sentence_that_helps(name, here, capfd):
    assert_refused(CASES[name], here, capfd)


def test_every_case_has_a_name_of_its_own():
    assert len(CASES) == sum(map(len, GROUPS))
