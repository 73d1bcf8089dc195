import hashlib

import polars as pl
import pytest

from casesim.dataset import load
from casesim.dataset.keys import key_hash
from casesim.tables import INPUT, DatasetError
from tests.dataset.helpers import INCIDENT, column, frames, write


@pytest.fixture
def folder(tmp_path):
    """Parquet tables, one with a row that is not used."""
    folder = write(tmp_path / "big")
    (folder / "incident.csv").unlink()
    pl.DataFrame(
        {
            "sys_id": ["a", "b", "b"],
            "number": ["INC1", None, "INC3"],
            "opened_at": ["2026-03-05", "2026-03-06", "2026-03-07"],
            "state": ["Resolved", "7", "1"],
            "u_x": [1, 2, 3],
        }
    ).write_parquet(folder / "incident.parquet")
    pl.DataFrame({"task": ["a", "b"], "ci_item": ["c", ""]}).write_parquet(folder / "task_ci.parquet")
    return folder


def test_has_and_columns_and_height(folder):
    data = load(folder)
    assert data.has("incident")
    assert not data.has("customer_account")
    assert not data.has("no such table")
    assert data.columns("incident") == ("sys_id", "number", "state", "opened_at", "u_x")
    assert data.columns("customer_account") == ()
    assert (data.height("incident"), data.height("task_ci"), data.height("customer_account")) == (2, 2, 0)


def test_frame_has_just_the_columns_asked_for_in_that_order(folder):
    frame = load(folder).frame("incident", ["u_x", "cause", "state", "number", "resolved_at"]).collect()
    assert frame.columns == ["u_x", "cause", "state", "number", "resolved_at"]
    assert frame.rows() == [(1, None, "6", "INC1", None), (2, None, "7", None, None)]


def test_frame_of_absent_columns_only_has_all_rows(folder):
    data = load(folder)
    assert data.frame("incident", ["cause", "resolved_at"]).collect().rows() == [(None, None)] * 2
    assert data.frame("task_ci", ["added_at"]).collect().rows() == [(None,)] * 2
    assert data.frame("task_ci", ["task", "added_at"]).filter(pl.col("added_at").is_null()).collect().height == 2
    assert data.frame("task_ci", ["added_at"]).select(pl.len()).collect().item() == 2


def test_frame_of_an_absent_table_is_empty_and_typed():
    frame = frames().frame("customer_account", ["active", "contract_value", "name"]).collect()
    assert frame.rows() == []
    assert dict(frame.schema) == {"active": pl.Boolean, "contract_value": pl.Float64, "name": pl.String}


def test_unknown_tables_and_columns_are_errors_with_the_nearest_names(folder):
    data = load(folder)
    with pytest.raises(DatasetError) as error:
        data.frame("incident", ["priorty", "u_y", "number"])
    assert str(error.value).splitlines() == [
        'table incident has no column "priorty". Nearest: priority.',
        'table incident has no column "u_y". Nearest: u_x.',
    ]
    with pytest.raises(DatasetError, match=r'no table "incidents"\. Nearest: incident'):
        data.frame("incidents", ["number"])
    with pytest.raises(DatasetError, match='no column "u_x"'):
        data.frame("customer_account", ["u_x"])


def test_keys_are_row_aligned_hashes(folder):
    data = load(folder)
    expected = data.frame("incident", ["sys_id", "number"]).select(key_hash(pl.all())).collect()
    assert data.keys("incident").equals(expected)
    assert data.keys("incident")["number"].null_count() == 1
    assert data.keys("customer_account").schema == dict.fromkeys(["sys_id", "number", "name"], pl.UInt64)
    with pytest.raises(DatasetError, match="table task_ci has no key"):
        data.keys("task_ci")


def test_keys_of_columns_that_are_not_there():
    assert frames(csm_consumer={"name": ["x"]}).keys("csm_consumer")["sys_id"].to_list() == [None]


def test_only_the_columns_asked_for_are_read(folder):
    data = load(folder)
    assert "PROJECT 1/2 COLUMNS" in data.frame("task_ci", ["task", "added_at"]).explain()
    assert "PROJECT 0/2 COLUMNS" in data.frame("task_ci", ["added_at"]).explain()
    assert "PROJECT 2/5 COLUMNS" in data.frame("incident", ["number", "state"]).explain()
    # A table without rejects has no filter and no row index.
    plan = data.frame("task_ci", ["task"]).explain()
    assert "FILTER" not in plan
    assert "ROW INDEX" not in plan


def test_parts_are_scanned_as_one(tmp_path):
    folder = write(tmp_path / "d")
    for part in ("a", "b"):
        (folder / "task_ci").mkdir(exist_ok=True)
        pl.DataFrame({"task": ["x"], "ci_item": [part]}).write_parquet(folder / "task_ci" / f"{part}.parquet")
    plan = load(folder).frame("task_ci", ["ci_item"]).explain()
    assert plan.count("PROJECT 1/2 COLUMNS") == plan.count("Parquet SCAN")


def test_a_typed_table_without_a_key_is_not_read_at_load(tmp_path, monkeypatch):
    folder = write(tmp_path / "d")
    times = pl.Series([0]).cast(pl.Datetime("us", "UTC"))
    pl.DataFrame({"task": ["a"], "ci_item": ["b"], "added_at": times}).write_parquet(folder / "task_ci.parquet")
    content = bytearray((folder / "task_ci.parquet").read_bytes())
    # The pages come first: with them spoilt, the file can be opened, not read.
    content[4:40] = b"\xff" * 36
    (folder / "task_ci.parquet").write_bytes(content)
    data = load(folder)
    assert data.height("task_ci") == 1
    with pytest.raises(pl.exceptions.PolarsError):
        data.frame("task_ci", ["task"]).collect()


def test_files_know_their_hash(tmp_path):
    data = load(write(tmp_path / "d", incident_csv=INCIDENT))
    assert data.files[0].sha256() == hashlib.sha256(INCIDENT.encode()).hexdigest()


def test_repr_says_what_is_in_it(folder):
    text = repr(load(folder))
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in text.splitlines()}
    assert lines["Dataset"] == "big"
    assert lines["incident"] == "2 rows (1 more not used)"
    assert lines["task_ci"] == "2 rows"
    assert lines["period"] == "2026-03-05 00:00 to 2026-03-06 00:00 UTC"
    assert lines["rejected"] == "duplicate_key 1"
    assert lines["missing"].startswith("change_request (R12), ")


def test_repr_of_little(tmp_path):
    data = load(write(tmp_path / "d", incident_csv="number,opened_at\n", notes_txt="x"))
    assert "no incidents" in repr(data)
    assert "nothing" in repr(data)
    assert "notes.txt" in repr(data)


def test_html_is_escaped(tmp_path):
    data = load(write(tmp_path / "d", **{"<b>_txt": "x"}), name="<script>")
    bundle = data._repr_mimebundle_()
    assert bundle["text/plain"] == repr(data)
    assert "<script>" not in bundle["text/html"]
    assert "&lt;b&gt;.txt" in bundle["text/html"]


def test_nothing_in_it_changes():
    data = frames()
    with pytest.raises(AttributeError):
        data.name = "other"


def test_a_dataset_of_every_table():
    data = frames(**{name: {column.name: ["2026-03-05"] for column in table.columns} for name, table in INPUT.items()})
    assert all(data.height(name) == 1 for name in INPUT)
    assert repr(data).splitlines()[-1].split() == ["missing", "nothing"]
    assert column(data, "sys_properties", "value") == ["2026-03-05"]


# The instance's own settings


def test_r2_1_policy_of_the_instance():
    name = "sn_ind_tsm_core.major_case_affected_account_threshold"
    data = frames(sys_properties={"name": [name, name, None, "glide.other"], "value": ["7", "7", "x", None]})
    assert data.policy.threshold == 7
    assert data.policy is data.policy


def test_policy_without_properties_is_the_default():
    from casesim.policy import Policy

    assert frames().policy == Policy()


def test_a_property_with_several_values_is_an_error():
    name = "sn_customerservice.parent_child_case_sync"
    with pytest.raises(DatasetError, match=f"sys_properties gives {name} several values"):
        _ = frames(sys_properties={"name": [name, name], "value": ["true", "false"]}).policy
    _ = frames(sys_properties={"name": ["glide.x", "glide.x"], "value": ["1", "2"]}).policy
