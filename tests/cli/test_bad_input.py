"""Bad input: one paragraph that helps, the right exit code, and nothing written, not even half of it."""

import errno
import shlex

import polars as pl
import pytest

from casesim.cli import main
from casesim.export import folder as export_folder
from tests.cli.bad_input import CASES, GROUPS, SOUND

WIDTH = 80


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
    assert_readable(shown.err, case.lines)
    for words in case.says:
        assert plain(words) in plain(shown.err)
    assert everything(folder) == before


def assert_readable(text, most=6):
    lines = text.splitlines()
    assert text.strip(), "stderr is blank"
    assert all(line.strip() for line in lines), text
    assert len(lines) <= most, text
    # A name without blanks is not broken; everything else keeps to the width.
    assert all(len(line) <= WIDTH or " " not in line for line in lines), text
    assert "Traceback" not in text
    assert "casesim failed" not in text


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_a_sentence_that_helps(name, here, capfd):
    assert_refused(CASES[name], here, capfd)


def test_every_case_has_a_name_of_its_own():
    assert len(CASES) == sum(map(len, GROUPS)) >= 40


def test_debug_shows_where_and_says_the_same(here, capfd):
    assert main(["run", "dta"]) == 2
    said = capfd.readouterr().err
    assert main(["run", "dta", "--debug"]) == 2
    shown = capfd.readouterr().err
    assert "Traceback" in shown
    assert shown.endswith(said)


@pytest.mark.parametrize("format", ["parquet", "csv", "ndjson", "xlsx"])
@pytest.mark.parametrize("out", ["out", "new/below/out"])
def test_a_full_disk_leaves_nothing(here, capfd, monkeypatch, format, out):
    write = export_folder.FORMATS[format]

    def full(table, path):
        if path.stem == "notifications":
            path.unlink()
            path.symlink_to("/dev/full")  # every write fails as on a full disk
        return write(table, path)

    monkeypatch.setitem(export_folder.FORMATS, format, full)
    before = everything(here)
    assert main(["run", "data", "--out", out, "--format", format]) == 1
    shown = capfd.readouterr()
    assert shown.out == ""
    assert_readable(shown.err)
    assert plain(shown.err).startswith(f"{out}: cannot be written (No space left on device")
    assert plain(shown.err).endswith("). Nothing was kept.")
    assert everything(here) == before


def test_a_full_disk_leaves_the_result_that_was_there(here, capfd, monkeypatch):
    assert main(["run", "data", "--out", "out"]) == 0
    before = everything(here)
    capfd.readouterr()

    def full(table, path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(export_folder.FORMATS, "csv", full)
    assert main(["run", "data", "--out", "out", "--format", "csv", "--overwrite"]) == 1
    assert_readable(capfd.readouterr().err)
    assert everything(here) == before


@pytest.mark.parametrize(("fault", "code"), [(KeyboardInterrupt(), 130), (MemoryError(), 1)])
def test_a_run_that_is_stopped_says_so_and_leaves_nothing(here, capfd, monkeypatch, fault, code):
    def stopped(table, path):
        raise fault

    monkeypatch.setitem(export_folder.FORMATS, "parquet", stopped)
    before = everything(here)
    assert main(["run", "data", "--out", "out"]) == code
    shown = capfd.readouterr()
    assert shown.out == ""
    assert_readable(shown.err)
    assert "Nothing was kept" in shown.err
    assert everything(here) == before


def test_a_panic_is_told_as_a_fault_of_the_program(here, capfd, monkeypatch):
    def panics(table, path):
        raise pl.exceptions.PanicException("left == right")

    monkeypatch.setitem(export_folder.FORMATS, "parquet", panics)
    assert main(["run", "data", "--out", "out"]) == 1
    shown = capfd.readouterr()
    assert plain(shown.err) == "casesim failed: PanicException: left == right (--debug shows where)."
    assert not (here / "out").exists()


def test_a_link_to_nowhere_is_no_table(here, capfd):
    (here / "data" / "task_ci.csv").symlink_to("nowhere")
    assert main(["run", "data", "--out", "out"]) == 2
    shown = capfd.readouterr()
    assert_readable(shown.err)
    assert "task_ci.csv" in shown.err
    assert not (here / "out").exists()


# What can be used in part is: rows that cannot are rejects, and the run goes on.


def rejects(folder):
    return pl.read_parquet(folder / "out" / "rejects.parquet").rows()


def test_headings_alone_are_a_dataset_of_nothing(here, capfd):
    place(here, {"data/incident.csv": "number,opened_at\n", "data/affected_account.csv": "incident,account\n"})
    assert main(["run", "data", "--out", "out"]) == 0
    assert capfd.readouterr().err == ""
    for table in ("decisions", "cases", "notifications", "journal", "rejects"):
        assert pl.read_parquet(here / "out" / f"{table}.parquet").height == 0


BAD_ROWS = {
    "an impossible time": ("INC3,2026-02-30 10:00:00", (3, "opened_at", "2026-02-30 10:00:00", "bad_time")),
    "an hour that no day has": ("INC3,2026-02-03 25:00:00", (3, "opened_at", "2026-02-03 25:00:00", "bad_time")),
    "a time that is a word": ("INC3,yesterday", (3, "opened_at", "yesterday", "bad_time")),
    "no number": (",2026-03-05 10:15:00", (3, "number", None, "no_key")),
    "a number twice": ("INC1,2026-03-05 10:15:00", (3, "number", "INC1", "duplicate_key")),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_kept_apart_and_told_and_strict_fails(here, capfd, name):
    row, reject = BAD_ROWS[name]
    place(here, {"data/incident.csv": f"number,opened_at\nINC1,2026-03-05\nINC2,2026-03-06\n{row}\n"})
    assert main(["run", "data", "--out", "out"]) == 0
    assert "1 value" in capfd.readouterr().out
    assert rejects(here) == [("incident", *reject)]
    assert pl.read_parquet(here / "out" / "decisions.parquet")["incident_number"].to_list() == ["INC1", "INC2"]
    assert main(["run", "data", "--out", "out", "--strict", "--overwrite"]) == 3
    shown = capfd.readouterr()
    assert "1 value" in shown.out
    assert rejects(here) == [("incident", *reject)]


LOST = {
    "a reply on an unknown incident": ("customer_reply", "incident,account,value", "INC9,a1,hello", "no_case"),
    "a reply by a customer without a case": ("customer_reply", "incident,account,value", "INC1,a9,hello", "no_case"),
    "an action on an unknown incident": ("notify_customers", "incident,message", "INC9,hello", "no_case"),
    "a comment on an unknown record": (
        "sys_journal_field",
        "element_id,value,element",
        "INC9,hi,comments",
        "unknown_record",
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_was_written_and_finds_no_case_is_kept_apart_and_strict_fails(here, capfd, name):
    table, columns, row, reason = LOST[name]
    time = "sys_created_on" if table == "sys_journal_field" else "created_at"
    place(here, {f"data/{table}.csv": f"{columns},{time}\n{row},2026-03-05 12:00:00\n"})
    assert main(["run", "data", "--out", "out"]) == 0
    assert "1 value" in capfd.readouterr().out
    assert [(found[0], found[-1]) for found in rejects(here)] == [(table, reason)]
    assert main(["run", "data", "--out", "out", "--strict", "--overwrite"]) == 3


def test_strict_without_rejects_is_no_failure(here, capfd):
    assert main(["run", "data", "--out", "out", "--strict"]) == 0


def test_cp1252_is_read_as_such(here, capfd):
    place(here, {"data/incident.csv": "number,opened_at,category\nINC1,2026-03-05,M\xfcnchen\n".encode("cp1252")})
    assert main(["run", "data", "--out", "out", "--set", "trigger.category=München"]) == 0
    assert pl.read_parquet(here / "out" / "decisions.parquet")["reason"].to_list() == ["below_threshold"]
