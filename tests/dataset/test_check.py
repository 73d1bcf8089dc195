import polars as pl
import pytest

from casesim.dataset import load
from casesim.dataset.keys import check_collisions, key_hash
from tests.dataset.helpers import column, frames, write

DAY = "2026-03-05"


def incidents(rows):
    """A dataset of incidents given as (sys_id, number, opened_at)."""
    return frames(incident=pl.DataFrame(rows, schema=["sys_id", "number", "opened_at"], orient="row"))


def faults(data):
    return [row[1:] for row in data.rejects.rows()]


# A row without a required value or with a key that an earlier row has is not used


def test_required_values_of_incidents():
    data = incidents(
        [
            ("a", "INC1", DAY),
            (None, "INC2", DAY),
            ("c", None, DAY),
            ("", None, None),
            ("e", "INC5", ""),
            ("f", "INC6", "soon"),
            (None, "", "soon"),
        ]
    )
    assert faults(data) == [
        (4, "number", None, "no_key"),
        (5, "opened_at", None, "no_key"),
        (6, "opened_at", "soon", "bad_time"),
        (7, "number", None, "no_key"),
    ]
    assert column(data, "incident", "sys_id") == ["a", None, "c"]
    assert data.height("incident") == 3


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("sys_journal_field", ("element_id", "value", "sys_created_on")),
        ("notify_customers", ("incident", "message", "created_at")),
        ("customer_reply", ("incident", "value", "created_at")),
    ],
)
def test_required_values_of_what_people_wrote(table, columns):
    record, text, time = columns
    rows = {record: ["INC1", "", "INC1", "INC1", None, "INC1"], text: ["x", "x", "", "x", "", "x"]}
    data = frames(**{table: {**rows, time: [DAY, DAY, DAY, None, "no", "no"]}})
    assert data.rejects.rows() == [
        (table, 2, record, None, "no_key"),
        (table, 3, text, None, "no_key"),
        (table, 4, time, None, "no_key"),
        (table, 5, record, None, "no_key"),
        (table, 6, time, "no", "bad_time"),
    ]
    assert data.height(table) == 1


def test_a_second_row_with_a_key_or_a_number():
    data = incidents(
        [
            ("a", "INC1", DAY),
            ("a", "INC2", DAY),  # the key of row 1
            ("b", "INC1", DAY),  # the number of row 1
            ("c", "INC2", DAY),  # the number of row 2, itself a duplicate
            ("b", "INC9", DAY),  # the key of row 3, likewise
            (None, "a", DAY),  # its key is its number, and the key of row 1
            ("d", None, DAY),
            (None, "d", DAY),  # without a number, row 7 has its sys_id as number and key
            ("e", "d", DAY),
            ("f", "INC6", DAY),
        ]
    )
    assert faults(data) == [
        (2, "sys_id", "a", "duplicate_key"),
        (3, "number", "INC1", "duplicate_key"),
        (4, "number", "INC2", "duplicate_key"),
        (5, "sys_id", "b", "duplicate_key"),
        (6, "number", "a", "duplicate_key"),
        (8, "number", "d", "duplicate_key"),
        (9, "number", "d", "duplicate_key"),
    ]
    assert column(data, "incident", "sys_id") == ["a", "d", "f"]


def test_a_row_that_lacks_what_it_needs_takes_nobody_s_key():
    data = incidents([("a", "INC1", "no"), ("a", "INC1", None), ("a", "INC1", DAY), ("a", "INC1", DAY)])
    assert [(row, reason) for row, _, _, reason in faults(data)] == [
        (1, "bad_time"),
        (2, "no_key"),
        (4, "duplicate_key"),
    ]


def test_rows_of_other_tables_may_lack_a_key():
    data = frames(customer_account={"sys_id": ["a", None, None, ""], "name": ["A", "B", None, None]})
    assert data.height("customer_account") == 4
    assert data.rejects.height == 0


def test_names_may_repeat_unless_they_are_the_key():
    data = frames(
        customer_account={
            "sys_id": ["a", "b", None, None, None],
            "name": ["A", "A", "A", "A", "a"],
        },  # the last one is called as the first one's key
        customer_contact={"name": ["X", "X"]},
        csm_consumer={"sys_id": ["1", "2"], "name": ["X", "X"]},
    )
    assert data.rejects.rows() == [
        ("customer_account", 4, "name", "A", "duplicate_key"),
        ("customer_account", 5, "name", "a", "duplicate_key"),
        ("customer_contact", 2, "name", "X", "duplicate_key"),
    ]


def test_numbers_of_accounts_count_as_keys():
    data = frames(customer_account={"sys_id": ["a", "b", None], "number": ["1", "1", "a"]})
    assert faults(data) == [(2, "number", "1", "duplicate_key"), (3, "number", "a", "duplicate_key")]


def test_tables_without_a_key_may_repeat_rows():
    assert frames(task_ci={"task": ["INC1"] * 2, "ci_item": ["CI1"] * 2}).height("task_ci") == 2


# Another value that cannot be read is taken as missing and its row is used


def test_values_that_cannot_be_read():
    data = frames(
        incident={"number": ["1", "2"], "opened_at": [DAY, DAY], "resolved_at": ["x", DAY], "closed_at": ["y", ""]},
        customer_account={"name": ["A", "B"], "contract_value": ["many", "5"]},
        task_ci={"task": ["1"], "ci_item": ["c"], "added_at": ["z"]},
    )
    assert data.rejects.rows() == [
        ("customer_account", 1, "contract_value", "many", "bad_number"),
        ("incident", 1, "closed_at", "y", "bad_time"),
        ("incident", 1, "resolved_at", "x", "bad_time"),
        ("task_ci", 1, "added_at", "z", "bad_time"),
    ]
    assert column(data, "incident", "closed_at") == [None, None]
    assert column(data, "customer_account", "contract_value") == [None, 5.0]
    assert data.height("task_ci") == 1


def test_a_row_that_is_not_used_is_rejected_once():
    rows = {"number": ["1", "1", None], "opened_at": [DAY, DAY, DAY], "resolved_at": ["x", "y", "z"]}
    assert faults(frames(incident=rows)) == [
        (1, "resolved_at", "x", "bad_time"),
        (2, "number", "1", "duplicate_key"),
        (3, "number", None, "no_key"),
    ]


# rejects: row is the 1-based data row in the file; files in name order


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_rows_are_counted_per_file(tmp_path, form):
    folder = write(tmp_path / "d")
    (folder / "incident.csv").unlink()
    for name, numbers in (("incident_1", ["a", "b"]), ("incident_2", ["c", "a", "d"]), ("incident_3", ["", "b"])):
        frame = pl.DataFrame({"number": numbers, "opened_at": DAY})
        getattr(frame, f"write_{form}")(folder / f"{name}.{form}")
    data = load(folder)
    assert faults(data) == [
        (1, "number", None, "no_key"),
        (2, "number", "a", "duplicate_key"),
        (2, "number", "b", "duplicate_key"),
    ]
    assert column(data, "incident", "number") == ["a", "b", "c", "d"]
    assert (
        data.keys("incident")["number"].to_list()
        == pl.DataFrame({"n": ["a", "b", "c", "d"]}).select(key_hash(pl.col("n")))["n"].to_list()
    )


def test_rejects_have_their_columns_and_types():
    assert dict(frames().rejects.schema) == {
        "table": pl.String,
        "row": pl.Int64,
        "column": pl.String,
        "value": pl.String,
        "reason": pl.String,
    }


def test_parts_with_different_columns_and_kinds(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,opened_at\n1,2026-03-05\n",
        incident_2_csv="sys_id,opened_at\n1,\n1,x\n1,2026-03-05\n",
    )
    pl.DataFrame({"number": [7, 1], "opened_at": [None, "2026-03-05"]}).write_parquet(folder / "incident_3.parquet")
    assert faults(load(folder)) == [
        (1, "opened_at", None, "no_key"),
        (1, "opened_at", None, "no_key"),
        (2, "number", "1", "duplicate_key"),
        (2, "opened_at", "x", "bad_time"),
        (3, "sys_id", "1", "duplicate_key"),
    ]


# Keys are hashes


def test_key_hash_is_the_same_everywhere_and_null_stays_null():
    frame = pl.DataFrame({"a": ["x", None, ""], "b": ["y", "x", None]})
    a, b = frame.select(key_hash(pl.col("a"))), frame.lazy().select(key_hash(pl.col("b"))).collect(engine="streaming")
    assert a["a"].dtype == pl.UInt64
    assert a["a"][0] == b["b"][1]
    assert a["a"].is_null().to_list() == [False, True, False]


def test_equal_hashes_of_different_texts_are_an_honest_error():
    rows = pl.DataFrame(
        {"sys_id": ["a", "b"], "number": [None, None], "hash.sys_id": [1, 1], "hash.number": [None, None]}
    )
    rows = rows.cast({"number": pl.String, "hash.number": pl.Int64})
    with pytest.raises(RuntimeError, match='"a" and "b" have the same 64-bit hash'):
        check_collisions("incident", rows, ["sys_id", "number"])
    check_collisions("incident", rows.with_columns(sys_id=pl.lit("a")), ["sys_id", "number"])


def test_a_collision_is_found_while_reading(monkeypatch):
    monkeypatch.setattr("casesim.dataset.check.key_hash", lambda expr: expr.str.len_bytes().cast(pl.UInt64))
    with pytest.raises(RuntimeError, match="same 64-bit hash"):
        incidents([("a", "1", DAY), ("b", "22", DAY)])


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_places_of_usable_rows_are_counted_per_file(tmp_path, form):
    folder = write(tmp_path / "d", incident_csv="number,opened_at\nINC1,2026-03-05\nINC2,2026-03-05\n")
    parts = {"customer_reply_a": ["x", None, "y"], "customer_reply_b": [None, "z"]}
    for name, values in parts.items():
        size = len(values)
        rows = pl.DataFrame({"incident": ["INC1"] * size, "value": values, "created_at": ["2026-03-05"] * size})
        path = folder / f"{name}.{form}"
        rows.write_csv(path) if form == "csv" else rows.write_parquet(path)
    data = load(folder)
    places = data.places("customer_reply")
    assert (places.dtype, places.to_list()) == (pl.Int64, [1, 3, 2])
    assert column(data, "customer_reply", "value") == ["x", "y", "z"]
    # Nothing was rejected, and nothing is there.
    assert data.places("incident").to_list() == [1, 2]
    assert data.places("notify_customers").to_list() == []
