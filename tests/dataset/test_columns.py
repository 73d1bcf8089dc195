import pytest

from casesim.dataset import load
from casesim.dataset.columns import assign
from casesim.tables import INPUT, DatasetError
from tests.dataset.helpers import column, frames, write

INCIDENT = INPUT["incident"]


# Display labels as exported, upper case, and dv_ columns are recognised


@pytest.mark.parametrize("table", INPUT.values(), ids=lambda table: table.name)
def test_every_name_and_label_is_recognised(table):
    for ours in table.columns:
        for header in (ours.name, ours.name.upper(), f"dv_{ours.name}", f"DV_{ours.name.upper()}"):
            assert assign(table, [header], {}) == {ours.name: header}
    labels = [(label, ours.name) for ours in table.columns for label in ours.labels]
    for label, name in labels:
        for header in (label, label.upper(), label.replace(" ", "_"), f"dv_{label}", f" {label} "):
            assert list(assign(table, [header], {})) == [name]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        # Names before what reads like them, these before labels, these before dv_ names; else first come first served.
        (["Incident state", "state"], {"state": "state", "incident_state": "Incident state"}),
        (["Incident state", "STATE"], {"state": "STATE", "incident_state": "Incident state"}),
        (["Incident state", "State"], {"state": "State", "incident_state": "Incident state"}),
        (["dv_state", "Incident state"], {"state": "Incident state", "dv_state": "dv_state"}),
        (["dv_state", "state"], {"state": "state", "dv_state": "dv_state"}),
        (["Resolution code", "Close code"], {"close_code": "Close code", "resolution_code": "Resolution code"}),
        (["Channel", "dv_contact_type"], {"contact_type": "Channel", "dv_contact_type": "dv_contact_type"}),
        # Others are kept under their plain names; ours stand first, in the contract's order.
        (
            ["u_b", "Made SLA", "priority", "number"],
            {"number": "number", "priority": "priority", "u_b": "u_b", "made_sla": "Made SLA"},
        ),
        (["Größe", "状态", " "], {"gr_e": "Größe", "状态": "状态"}),
    ],
)
def test_who_gets_the_name(headers, found):
    assert assign(INCIDENT, headers, {}) == found
    assert list(assign(INCIDENT, headers, {})) == list(found)


@pytest.mark.parametrize("headers", [["number", "Number"], ["Made SLA", "made_sla"], ["NUMBER", "Number"]])
def test_two_columns_that_read_as_one_name_are_refused(headers):
    with pytest.raises(DatasetError) as error:
        frames(incident={"opened_at": ["2026-03-05"], **{header: ["x"] for header in headers}})
    assert all(f'"{header}"' in str(error.value) for header in headers)
    assert str(error.value).startswith("incident: columns ")


@pytest.mark.parametrize("header", ["*", "^a.*$"])
def test_headers_that_would_be_patterns_are_refused(header):
    with pytest.raises(DatasetError, match="incident: a column cannot be called"):
        frames(incident={"number": ["x"], "opened_at": ["2026-03-05"], header: ["y"]})


def test_headers_that_are_names_of_our_own_making():
    rows = {"number": ["a", "a"], "opened_at": ["2026-03-05"] * 2, "row": [1, 2], "index": [3, 4], "at": [5, 6]}
    data = frames(incident=rows)
    assert data.frame("incident", ["row", "index", "at"]).collect().rows() == [(1, 3, 5)]
    assert data.rejects.height == 1


# sys_created_on stands for a missing column added_at


@pytest.mark.parametrize("table", ["affected_account", "task_ci", "task_cmdb_ci_service"])
def test_r8_sys_created_on_stands_for_added_at(table):
    ours = INPUT[table]
    assert assign(ours, ["sys_created_on"], {}) == {"added_at": "sys_created_on"}
    assert assign(ours, ["Created"], {}) == {"added_at": "Created"}
    assert assign(ours, ["sys_created_on", "Added"], {}) == {"added_at": "Added", "sys_created_on": "sys_created_on"}


def test_r8_elsewhere_sys_created_on_is_itself():
    assert assign(INCIDENT, ["sys_created_on"], {}) == {"sys_created_on": "sys_created_on"}
    assert assign(INPUT["sys_journal_field"], ["sys_created_on"], {}) == {"sys_created_on": "sys_created_on"}


def test_r8_each_file_is_asked_for_itself(tmp_path):
    folder = write(
        tmp_path / "d",
        task_ci_csv="task,ci_item,added_at\nINC1,CI1,2026-01-01\n",
        task_ci_2_csv="task,ci_item,sys_created_on\nINC1,CI2,2026-01-02\n",
    )
    assert [time.day for time in column(load(folder), "task_ci", "added_at")] == [1, 2]


# [rename.<table>]: column in the file = column of ours


def test_rename_beats_everything(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,Ticket,opened_at\nA,INC1,2026-03-05\n",
        dataset_toml='[rename.incident]\n"Ticket" = "number"\n',
    )
    data = load(folder)
    assert column(data, "incident", "number") == ["INC1"]
    assert data.columns("incident") == ("number", "opened_at")


def test_rename_of_a_column_that_one_of_the_files_has(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,opened_at\nA,2026-03-05\n",
        incident_2_csv="Ticket,opened_at\nB,2026-03-05\n",
        dataset_toml='[rename.incident]\n"Ticket" = "number"\n[rename.task_ci]\n"x" = "task"\n',
    )
    assert column(load(folder), "incident", "number") == ["A", "B"]


def test_rename_of_a_column_that_no_file_has(tmp_path):
    folder = write(tmp_path / "d", dataset_toml='[rename.incident]\n"Nummber" = "number"\n')
    with pytest.raises(DatasetError) as error:
        load(folder)
    assert '[rename.incident]: no file of incident has a column "Nummber". Nearest: number.' in str(error.value)


# Files of one table with different columns: union, absent = null


def test_files_with_different_columns(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,opened_at,u_a\nA,2026-03-05,1\n",
        incident_2_json='[{"number": "B", "opened_at": "2026-03-05", "u_b": 2, "priority": "1 - Critical"}]',
    )
    data = load(folder)
    assert data.columns("incident") == ("number", "priority", "opened_at", "u_a", "u_b")
    assert data.frame("incident", ["number", "priority", "u_a", "u_b"]).collect().rows() == [
        ("A", None, "1", None),
        ("B", "1", None, 2),
    ]
