"""A result folder is complete or not there, and its manifest says what it is."""

import hashlib
import json
import re
import zipfile
from datetime import datetime
from importlib.metadata import version

import polars as pl
import pytest

from casesim.cli import main
from casesim.dataset import load
from casesim.export import FORMATS, folder
from casesim.policy import Policy
from casesim.results import TABLES, simulate
from casesim.tables import DatasetError, OutputError
from tests.dataset.helpers import write
from tests.export.results import frames, odd

INCIDENTS = (
    "number,opened_at\nINC1,2026-03-05 10:15:00\nINC2,2026-03-06\nINC3,never\nINC1,2026-03-07\nINC4,2026-03-08\n"
)
LISTED = "incident,account\nINC1,A\nINC1,B\nINC2,A\n"
POLICY = Policy(threshold=2)


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "data", incident_csv=INCIDENTS, affected_account_csv=LISTED)


def names(path):
    return sorted(entry.name for entry in path.iterdir())


def contents(path):
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_has_the_five_tables_and_the_manifest(tmp_path, format):
    out = odd().write(tmp_path / "out", format=format)
    assert names(out) == sorted(["manifest.json", *(f"{name}.{format}" for name in TABLES)])
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("fault", [RuntimeError("third"), KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("table", TABLES)
def test_a_fault_in_any_table_leaves_nothing(tmp_path, monkeypatch, fault, table):
    def failing(content, path):
        if path.stem == table:
            path.write_bytes(b"half")
            raise fault
        return FORMATS["parquet"](content, path)

    monkeypatch.setitem(folder.FORMATS, "csv", failing)
    with pytest.raises(OutputError if isinstance(fault, OSError) else type(fault)):
        odd().write(tmp_path / "new" / "out", format="csv")
    assert names(tmp_path) == []


def test_a_fault_in_the_manifest_leaves_nothing(data, tmp_path):
    result = simulate(load(data), POLICY)
    (data / "incident.csv").unlink()  # its sha256 can no longer be told
    with pytest.raises(DatasetError, match=r"^incident\.csv: cannot be read: no such file"):
        result.write(tmp_path / "out")
    assert names(tmp_path) == ["data"]


def test_overwrite_replaces_all_of_it(tmp_path):
    out = odd().write(tmp_path / "out", format="csv")
    odd(("only",)).write(out, format="ndjson", overwrite=True)
    assert names(out) == sorted(["manifest.json", *(f"{name}.ndjson" for name in TABLES)])
    assert json.loads((out / "manifest.json").read_bytes())["rows"]["decisions"] == 1
    assert names(tmp_path) == ["out"]


def test_without_overwrite_what_is_there_stays(tmp_path):
    out = odd().write(tmp_path / "out")
    before = contents(out)
    with pytest.raises(OutputError, match=r"exists already\. Add --overwrite"):
        odd(("only",)).write(out)
    assert contents(out) == before


def test_overwrite_that_fails_keeps_what_was_there(tmp_path, monkeypatch):
    out = odd().write(tmp_path / "out")
    before = contents(out)

    def refused(one, other):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("casesim.disk.folder.exchanged", refused)
    with pytest.raises(OutputError, match=r"cannot be written \(Permission denied\)"):
        odd(("only",)).write(out, overwrite=True)
    assert contents(out) == before
    assert names(tmp_path) == ["out"]


def test_an_empty_folder_may_be_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    assert "cases.parquet" in names(odd().write(tmp_path / "out", overwrite=True))


def test_an_unknown_format_is_refused_with_what_is_accepted(tmp_path):
    with pytest.raises(OutputError, match=r"--format xml: unknown\. Accepted: parquet, csv, ndjson, xlsx"):
        odd().write(tmp_path / "out", format="xml")
    assert names(tmp_path) == []


def test_progress_is_told_each_table_before_it_is_written(tmp_path):
    told = []
    odd().write(tmp_path / "out", progress=told.append)
    assert told == list(TABLES)


def test_the_manifest_says_what_was_run_and_what_came_of_it(data, tmp_path):
    result = simulate(load(data), POLICY)
    out = result.write(tmp_path / "out")
    manifest = json.loads((out / "manifest.json").read_bytes())
    started, finished = (datetime.fromisoformat(manifest.pop(name)) for name in ("started", "finished"))
    assert started <= finished
    assert manifest.pop("policy") == POLICY.to_dict()
    assert manifest == {
        "casesim": version("casesim"),
        "engine": "polars",
        "policy_sha256": POLICY.sha256,
        "inputs": [
            {
                "table": table,
                "name": f"{table}.csv",
                "rows": text.count("\n") - 1,
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
            for table, text in (("incident", INCIDENTS), ("affected_account", LISTED))
        ],
        # INC1 (A and B): major with two children; INC2 (A): individual; INC4: nobody.
        "rows": {"decisions": 3, "cases": 4, "notifications": 3, "journal": 0, "rejects": 2},
        "rejects": {"bad_time": 1, "duplicate_key": 1},
        "outcomes": {"none": 1, "individual": 1, "major": 1},
        "cases": {"major": 1, "child": 2, "individual": 1},
    }
    assert {name: frame.height for name, frame in frames(result).items()} == manifest["rows"]


def test_the_policy_in_the_manifest_runs_the_same(data, tmp_path):
    out = simulate(load(data), POLICY).write(tmp_path / "out")
    again = Policy.from_dict(json.loads((out / "manifest.json").read_bytes())["policy"])
    assert again.sha256 == POLICY.sha256
    assert simulate(load(data), again).cases.equals(pl.read_parquet(out / "cases.parquet"))


@pytest.mark.parametrize("format", FORMATS)
def test_same_inputs_make_the_same_bytes(data, tmp_path, format):
    first, second = (
        contents(simulate(load(data), POLICY).write(tmp_path / name, format=format)) for name in ("one", "two")
    )
    told = [json.loads(files.pop("manifest.json")) for files in (first, second)]
    assert first == second
    assert {**told[0], "started": "", "finished": ""} == {**told[1], "started": "", "finished": ""}


def test_a_workbook_does_not_say_when_it_was_made(data, tmp_path):
    out = simulate(load(data), POLICY).write(tmp_path / "out", format="xlsx")
    with zipfile.ZipFile(out / "cases.xlsx") as book:
        assert {member.date_time[0] for member in book.infolist()} == {1980}
        years = set(re.findall(r">(\d{4})-\d\d-\d\dT", book.read("docProps/core.xml").decode()))
    assert years == {"2000"}


@pytest.mark.parametrize("format", FORMATS)
def test_json_prints_one_object_and_nothing_else(data, tmp_path, format, capfd):
    words = ["run", str(data), "--threshold", "2", "--out", str(tmp_path / "out"), "--format", format, "--json"]
    assert main(words) == 0
    shown = capfd.readouterr()
    assert shown.err == ""
    assert shown.out.count("\n") == 1
    summary = json.loads(shown.out)
    assert summary["dataset"] == "data"
    assert summary["rejects"] == {"bad_time": 1, "duplicate_key": 1}
    assert summary["out"] == str(tmp_path / "out")
    assert summary["policy_sha256"] == json.loads((tmp_path / "out" / "manifest.json").read_bytes())["policy_sha256"]
