"""What commands write: whole or as it was, whatever stops them, and its owner's alone unless it is shared."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import casesim.cli.lab
from casesim.cli import main
from casesim.disk import files
from tests.cli.bad_input import SOUND

RULES = """[[test]]
name = "one"
given.incident = [{ number = "INC1", opened_at = 2026-03-05 10:00:00 }]
given.affected_account = [{ incident = "INC1", account = "a1" }]
expect.outcomes = { INC1 = "individual" }
"""
EVIDENCE = ("fields", "incidents", "recipients", "totals")
FILES = {
    "sweep --out": ("sweep data --out a.csv", ["a.csv"]),
    "sweep --out parquet": ("sweep data --out a.parquet", ["a.parquet"]),
    "sweep --plot": ("sweep data --plot a.html", ["a.html"]),
    "compare --out": ("compare data --b policy.toml --out a.csv", ["a.csv"]),
    "recommend --out": ("recommend data --max cases=900 --out a.csv", ["a.csv"]),
    "preview --out": ("preview data --set threshold=1 --out a.csv", ["a.csv"]),
    "preview --report --change-file": (
        "preview data --policy policy.toml --set threshold=1 --report a.html --change-file b.xml",
        ["a.html", *(f"a.{name}.csv" for name in EVIDENCE), "a.manifest.json", "b.rollback.xml", "b.xml"],
    ),
    "preview --change-file": (
        "preview data --policy policy.toml --set threshold=1 --change-file b.xml",
        ["b.rollback.xml", "b.xml"],
    ),
    "test --junit": ("test rules.toml --junit a.xml", ["a.xml"]),
    "test --junit below": ("test rules.toml --junit new/a.xml", ["new/a.xml"]),
}
FOLDERS = {
    **{
        f"run --format {format}": f"run data --out made/out --format {format}"
        for format in ("parquet", "csv", "ndjson")
    },
    "run --format xlsx": "run data --out made/out --format xlsx",
    "synth": "synth --incidents 20 --out made/out",
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with a sound dataset and a file of rule tests, which the program runs in."""
    monkeypatch.chdir(tmp_path)
    for name, content in {**SOUND, "rules.toml": RULES}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def done(typed: str) -> int:
    return main(shlex.split(typed))


def modes(place: Path) -> set[str]:
    """The modes of files and of folders, from here down."""
    found = [place, *place.rglob("*")]
    return {f"{'file' if each.is_file() else 'folder'} {each.stat().st_mode & 0o777:o}" for each in found}


@pytest.mark.parametrize("name", FILES)
def test_files_are_their_owners_alone_unless_shared(here, name):
    typed, written = FILES[name]
    before = {*here.iterdir()}
    for flag, file in (("", "600"), (" --shared", "644"), ("", "600")):
        assert done(typed + flag) == 0
        made = {each.split("/")[0] for each in written}
        assert sorted(made) == sorted(each.name for each in {*here.iterdir()} - before)
        found = set().union(*(modes(here / each) for each in made))
        # A folder that is there already keeps its mode.
        assert found - {"folder 700"} == {f"file {file}"}


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_are_their_owners_alone_unless_shared(here, name):
    assert done(FOLDERS[name]) == 0
    assert modes(here / "made") == {"folder 700", "file 600"}
    assert done(FOLDERS[name] + " --overwrite --shared") == 0
    assert modes(here / "made" / "out") == {"folder 755", "file 644"}


@pytest.mark.parametrize("name", FILES)
def test_a_full_disk_leaves_the_files_that_were_there(here, name, monkeypatch, capfd):
    typed, written = FILES[name]
    for each in written:
        (here / each).parent.mkdir(exist_ok=True)
        (here / each).write_text("old")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    monkeypatch.setattr(files, "make_file", lambda path, **flags: os.open("/dev/full", os.O_WRONLY))
    assert done(typed) == 1
    shown = capfd.readouterr()
    assert shown.out == ""
    assert " ".join(shown.err.split()).endswith("cannot be written (No space left on device). Nothing was replaced.")
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("event", "what", "threshold"), [("open", "manifest.json", 1), ("shutil.rmtree", ".partial-", 2)]
)
def test_a_run_that_is_killed_is_put_right_by_the_next(here, event, what, threshold, caplog):
    # Killed with its manifest still to be written, and with what was there before still to be removed.
    assert done("run data --out out --threshold 1") == 0
    killed = (
        "import os, signal, sys\n"
        "from casesim.cli import main\n"
        "def stop(event, arguments):\n"
        f"    if event == {event!r} and {what!r} in str(arguments[0]):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(stop)\n"
        "main(['run', 'data', '--out', 'out', '--threshold', '2', '--overwrite'])\n"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    assert any(".partial-" in path.name for path in here.iterdir())
    found = {path.name: path.read_bytes() for path in (here / "out").iterdir()}
    assert len(found) == 6
    assert pl.read_parquet(here / "out" / "decisions.parquet")["threshold"].unique().to_list() == [threshold]
    # Without leave to replace it the next run writes nothing, and still puts right.
    assert done("run data --out out") == 1
    assert caplog.messages == [
        "out: an earlier run was stopped while it wrote here; what it left beside it is removed."
    ]
    assert {path.name: path.read_bytes() for path in (here / "out").iterdir()} == found
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []


def test_what_was_put_right_is_a_line_on_stderr(here):
    assert done("run data --out out") == 0
    (here / ".out.partial-1").mkdir()
    following = [sys.executable, "-m", "casesim.cli", "run", "data", "--out", "out"]
    shown = subprocess.run(following, check=False, capture_output=True, text=True)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.splitlines() == [
        "out: an earlier run was stopped while it wrote here; what it left beside it is removed.",
        "out: exists already. Add --overwrite to replace it. Give another --out.",
    ]
    assert not (here / ".out.partial-1").exists()


@pytest.mark.parametrize("command", ["lab", "app"])
@pytest.mark.parametrize("shared", [False, True])
def test_the_workbench_is_told_whether_what_it_writes_is_shared(here, monkeypatch, command, shared):
    pytest.importorskip("jupyterlab")
    pytest.importorskip("voila")
    told = []
    monkeypatch.delenv("CASESIM_SHARED", raising=False)
    monkeypatch.setattr(casesim.cli.lab, "_run", lambda words, environment: told.append(environment) or 0)
    assert done(f"{command} --no-browser" + (" --shared" if shared else "")) == 0
    assert [environment.get("CASESIM_SHARED") for environment in told] == ["1" if shared else None]
    # The notebook asks for it by this name.
    assert "CASESIM_SHARED" in casesim.cli.lab.workbench_notebook().read_text()
    # Its own copy of the notebook stands in a folder for its owner alone, and not here.
    assert not (here / "workbench.ipynb").exists()
