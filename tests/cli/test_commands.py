"""The commands as typed: what they print, what they write, what they return."""

import json

import polars as pl
import pytest

from casesim.cli import main
from casesim.dataset import load

DAY = "2026-03-05"
HOSTILE = "\x1b[31mred\x9b2J"


@pytest.fixture
def data(tmp_path):
    """A dataset of two incidents: one affects three accounts, the other nobody."""
    folder = tmp_path / "log"
    folder.mkdir()
    tables = {
        "incident": {
            "number": ["INC1", "INC2"],
            "sys_id": ["i1", "i2"],
            "opened_at": ["2026-03-05 10:00:00", "2026-03-06 10:00:00"],
            "resolved_at": ["2026-03-05 12:00:00", ""],
            "state": ["6", "2"],
            "short_description": [HOSTILE, ""],
        },
        "affected_account": {"incident": ["INC1"] * 3, "account": ["a1", "a2", "a3"]},
        "customer_account": {"sys_id": ["a1", "a2"], "name": ["Äpfel & Söhne", HOSTILE]},
    }
    for name, columns in tables.items():
        pl.DataFrame(columns).write_csv(folder / f"{name}.csv")
    return folder


def printed(capsys, *words) -> str:
    """What a command prints on stdout; it must succeed and say nothing on stderr."""
    assert main([str(word) for word in words]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def as_json(capsys, *words) -> dict:
    """What a command prints with --json: one object on one line, in ASCII, and nothing else."""
    text = printed(capsys, *words, "--json")
    assert text.isascii()
    assert text.count("\n") == 1
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def refused(capsys, *words) -> str:
    assert main([str(word) for word in words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return " ".join(shown.err.split())


def test_explain_prints_the_story(data, capsys):
    text = printed(capsys, "explain", data, "INC1", "--set", "threshold=3")
    assert "Major: 3 affected accounts >= threshold 3 (R2)." in text
    assert "Äpfel & Söhne (account a1)" in text
    assert "\x1b" not in text
    assert "\x9b" not in text


@pytest.mark.parametrize("turned", [False, True])
def test_explain_takes_the_incident_by_number_or_sys_id_before_or_after_the_dataset(data, capsys, turned):
    for incident in ("INC1", "i1"):
        words = (incident, data) if turned else (data, incident)
        assert as_json(capsys, "explain", *words)["incident"]["number"] == "INC1"


def test_explain_as_json_has_everything(data, capsys):
    story = as_json(capsys, "explain", data, "INC1", "--set", "threshold=3")
    assert story["decision"]["comparison"] == "3 >= 3"
    assert [each["number"] for each in story["cases"]] == ["INC1-0001", "INC1-0002", "INC1-0003", "INC1-M"]
    assert story["incident"]["short_description"] == HOSTILE
    assert len(story["notifications"]) == 3
    assert [each["case"]["number"] for each in story["customers"]] == ["INC1-0001", "INC1-0002", "INC1-0003"]
    assert story["timeline"][0] == {"at": "2026-03-05T10:00:00Z", "what": "incident opened", "rule": ""}


def test_explain_without_a_dataset_is_about_the_demo(capsys):
    assert as_json(capsys, "explain", "INC0010023")["dataset"] == "telecom"


def test_explain_uses_the_policy_file(data, tmp_path, capsys):
    policy = tmp_path / "policy.toml"
    policy.write_text('[trigger]\npriority = "1"\n')
    assert as_json(capsys, "explain", data, "INC1", "--policy", policy)["decision"]["reason"] == "trigger"


def test_explain_refuses_what_it_does_not_know(data, capsys):
    assert "Nearest: INC1, INC2." in refused(capsys, "explain", data, "INC11")
    assert "which incident?" in refused(capsys, "explain", data)
    assert "no field of incident" in refused(capsys, "explain", data, "INC1", "--set", 'trigger={prority="1"}')
    assert "--engine spark" in refused(capsys, "explain", data, "INC1", "--engine", "spark")


def test_check_prints_what_was_found(data, capsys):
    text = printed(capsys, "check", data)
    assert "log: 2 incidents, 5 Mar 2026 to 6 Mar 2026" in text
    assert "[!] affected_account.account: 1 row with an account not in the dataset" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_check_as_json(data, capsys):
    check = as_json(capsys, "check", data, "--set", "threshold=7")
    assert (check["dataset"], check["threshold"], check["threshold_given"]) == ("log", 7, True)
    assert {each["severity"] for each in check["findings"]} == {"warning", "note"}


def test_check_of_a_dataset_with_faults_is_done_all_the_same(data, capsys):
    pl.DataFrame({"name": ["major_case_affected_threshold"], "value": ["many"]}).write_csv(data / "sys_properties.csv")
    (data / "notes.txt").write_text("x")
    text = printed(capsys, "check", data)
    assert "[X] sys_properties" in text
    assert "notes.txt" in text


def test_check_without_a_dataset_is_about_the_demo(capsys):
    assert as_json(capsys, "check")["dataset"] == "telecom"


def test_synth_writes_a_dataset_and_says_what_to_do_next(tmp_path, capsys):
    out = tmp_path / "a log"
    text = printed(capsys, "synth", "--out", out, "--incidents", 120, "--seed", 3)
    assert text.splitlines()[-1] == f"Next: casesim run '{out}' --out '{out}-result'"
    assert load(out).height("incident") == 120


def test_synth_as_json_and_overwritten(tmp_path, capsys):
    out = tmp_path / "log"
    words = ("synth", "--out", out, "--incidents", 20, "--profile", "service-desk")
    first = as_json(capsys, *words)
    assert (first["out"], first["incidents"], first["rows"]["incident"]) == (str(out), 20, 20)
    assert main([str(word) for word in words]) == 1
    assert "exists already. Add --overwrite to replace it." in " ".join(capsys.readouterr().err.split())
    assert as_json(capsys, *words, "--overwrite") == first


def test_synth_replaces_neither_a_file_nor_a_folder_of_other_things(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("mine")
    for name, why in (("file", "is a file; a dataset is a folder."), ("folder", "holds notes.txt, which is no table")):
        assert main(["synth", "--out", str(tmp_path / name), "--incidents", "5", "--overwrite"]) == 1
        assert why in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "notes.txt").read_text() == "mine"


def test_synth_refuses_what_it_does_not_know(tmp_path, capsys):
    assert "telecom" in refused(capsys, "synth", "--out", tmp_path / "x", "--profile", "telcom")
    assert "at least 1" in refused(capsys, "synth", "--out", tmp_path / "x", "--incidents", 0)
    assert "--out" in refused(capsys, "synth")


def test_run_prints_its_summary_and_writes_the_folder(data, tmp_path, capsys):
    out = tmp_path / "out"
    text = printed(capsys, "run", data, "--out", out, "--format", "csv", "--threshold", 3)
    assert "2 incidents" in text
    assert pl.read_csv(out / "cases.csv")["number"].to_list() == ["INC1-0001", "INC1-0002", "INC1-0003", "INC1-M"]
    summary = as_json(capsys, "run", data, "--out", out, "--overwrite")
    assert summary["out"] == str(out)


def test_run_is_strict_about_rejects(data, tmp_path, capsys):
    pl.DataFrame({"sys_id": ["a1"], "contract_value": ["many"]}).write_csv(data / "customer_account.csv")
    assert main(["run", str(data), "--out", str(tmp_path / "out"), "--strict"]) == 3
    assert main(["run", str(data), "--out", str(tmp_path / "more")]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("command", ["run", "explain", "check", "synth"])
def test_every_command_has_help(command, capsys):
    text = printed(capsys, command, "--help")
    assert "--json" in text
    assert command in printed(capsys, "--help")


def test_run_says_that_an_incident_and_a_change_share_a_number(tmp_path, capsys):
    folder, out = tmp_path / "log", tmp_path / "out"
    folder.mkdir()
    ended = {"opened_at": f"{DAY} 10:00:00", "closed_at": f"{DAY} 12:00:00"}
    tables = {
        "incident": [{"number": "X1", "sys_id": "i", "state": "7", "resolved_at": f"{DAY} 11:00:00", **ended}],
        "change_request": [{"number": "X1", "sys_id": "c", "state": "3", **ended}],
        "affected_account": [{"incident": record, "account": "a1"} for record in ("i", "c")],
        "sys_journal_field": [
            {"element_id": record, "element": "comments", "value": "hi", "sys_created_on": f"{DAY} 10:30:00"}
            for record in ("i", "c")
        ],
    }
    for name, rows in tables.items():
        pl.DataFrame(rows).write_csv(folder / f"{name}.csv")
    both = ("--set", 'sources=["incident", "change_request"]')
    text = printed(capsys, "run", folder, "--out", out, *both)
    assert "[!] 1 number shared by incident and change: case numbers repeat (R3.1)." in text.splitlines()
    # What it says is so: of two records one number, and so one number of their cases and one id of their entries.
    assert pl.read_parquet(out / "cases.parquet")["number"].to_list() == ["X1-0001", "X1-0001"]
    ids = pl.read_parquet(out / "journal.parquet")["id"]
    assert ids.n_unique() < ids.len()
    assert as_json(capsys, "explain", folder, "X1", *both)["decision"]["source"] == "incident"
    assert "[!] change_request.number: 1 number that an incident has too: X1." in printed(
        capsys, "check", folder, *both
    )
    assert "shared by" not in printed(capsys, "run", folder, "--out", out, "--overwrite")
