import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from casesim.dataset import load
from casesim.dataset.types import as_text, common_type
from casesim.tables import CHOICES, INPUT, DatasetError
from tests.dataset.helpers import column, frames, write

UTC = dt.UTC


def seen(table, name, values, **settings):
    """What a column of text is read as, and the rejects. The rows around it are valid."""
    return read(table, pl.DataFrame({name: values}), name)


def read(table, frame, name):
    base = {"number": [f"N{n}" for n in range(frame.height)], "opened_at": ["2026-03-05"] * frame.height}
    needed = {n: v for n, v in base.items() if n in INPUT[table].names and n not in frame.columns}
    data = frames(**{table: frame.with_columns(pl.Series(n, v) for n, v in needed.items())})
    return column(data, table, name), [(row, value, reason) for _, row, _, value, reason in data.rejects.rows()]


# An empty csv cell and an empty text are a missing value; other text is kept as it is, blanks included


def test_text_is_kept_as_it_is():
    values = ["x", "", None, " ", " x ", "\n", "?", "NULL", "null", "NaN", "Ä", "0"]
    assert seen("incident", "description", values)[0] == [value or None for value in values]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["a", "", "New"])])
def test_dictionaries_are_text(dtype):
    assert read("incident", pl.DataFrame({"state": pl.Series(["a", "", "New"], dtype=dtype)}), "state")[0] == [
        "a",
        None,
        "1",
    ]
    assert read("incident", pl.DataFrame({"u_x": pl.Series(["a", "", "New"], dtype=dtype)}), "u_x")[0] == [
        "a",
        None,
        "New",
    ]


# Times: UTC unless dataset.toml names a zone; what is finer than a microsecond is cut


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-05 10:15:00", dt.datetime(2026, 3, 5, 10, 15)),
        ("2026-03-05 10:15:00.5", dt.datetime(2026, 3, 5, 10, 15, 0, 500000)),
        ("2026-03-05 10:15:00.123456789", dt.datetime(2026, 3, 5, 10, 15, 0, 123456)),
        ("1969-12-31 23:59:59.9999999", dt.datetime(1969, 12, 31, 23, 59, 59, 999999)),
        ("2026-03-05T10:15:00", dt.datetime(2026, 3, 5, 10, 15)),
        ("2026-03-05T10:15:00Z", dt.datetime(2026, 3, 5, 10, 15)),
        ("2026-03-05T10:15:00.25Z", dt.datetime(2026, 3, 5, 10, 15, 0, 250000)),
        ("2026-03-05T10:15:00+02:00", dt.datetime(2026, 3, 5, 8, 15)),
        ("2026-03-05T10:15:00.000001-03:30", dt.datetime(2026, 3, 5, 13, 45, 0, 1)),
        ("2026-03-05 10:15", dt.datetime(2026, 3, 5, 10, 15)),
        ("2026-03-05", dt.datetime(2026, 3, 5)),
        ("0001-01-01 00:00:00", dt.datetime(1, 1, 1)),
        ("9999-12-31 23:59:59.999999", dt.datetime(9999, 12, 31, 23, 59, 59, 999999)),
        ("2024-02-29", dt.datetime(2024, 2, 29)),
    ],
)
def test_times_as_text(text, time):
    assert seen("incident", "resolved_at", [text]) == ([time.replace(tzinfo=UTC)], [])


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-29", "2026-13-01", "2026-3-5", "26-03-05", "20260305", "1772705700", "10000-01-01", "-2026-03-05"),
        *(
            "2026-03-05 24:00:00",
            "2026-03-05 10:60:00",
            "2026-03-05 10:15:60",
            "2026-03-05 1:15",
            "2026-03-05 10:15:00.",
        ),
        *("2026-03-05T10:15", "2026-03-05 10:15:00Z", "2026-03-05T10:15:00+0200", "2026-03-05T10:15:00+24:00"),
        *("0000-03-05", "0000-03-05 10:15:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:00:00-02:00"),
        *(" 2026-03-05", "2026-03-05 ", "2026-03-05  10:15:00", "2026-03-05 10:15:00\n", "today", "٢٠٢٦-03-05"),
    ],
)
def test_what_is_no_time(text):
    assert seen("incident", "resolved_at", [text, "2026-03-05"]) == (
        [None, dt.datetime(2026, 3, 5, tzinfo=UTC)],
        [(1, text, "bad_time")],
    )


def in_zone(tmp_path, zone, text):
    folder = write(
        tmp_path / "d",
        incident_csv=f"number,opened_at,resolved_at\nINC1,2026-03-05,{text}\n",
        dataset_toml=f'timezone = "{zone}"',
    )
    data = load(folder)
    return column(data, "incident", "resolved_at")[0], [value for _, _, _, value, _ in data.rejects.rows()]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-05 10:15:00", dt.datetime(2026, 3, 5, 9, 15)),
        ("2026-07-05T10:15:00.5", dt.datetime(2026, 7, 5, 8, 15, 0, 500000)),
        ("2026-03-05", dt.datetime(2026, 3, 4, 23)),
        ("2026-03-05T10:15:00Z", dt.datetime(2026, 3, 5, 10, 15)),
        # Shown twice: the earlier is meant. Skipped: there is no such time.
        ("2026-10-25 02:30:00", dt.datetime(2026, 10, 25, 0, 30)),
        ("2026-03-29 02:30:00", None),
        ("0001-01-01 00:00:00", None),
    ],
)
def test_times_in_a_zone(tmp_path, text, time):
    found, bad = in_zone(tmp_path, "Europe/Berlin", text)
    assert found == (time and time.replace(tzinfo=UTC))
    assert bad == ([] if time else [text])


def test_a_time_that_leaves_the_calendar_in_utc(tmp_path):
    assert in_zone(tmp_path, "America/New_York", "9999-12-31 23:00:00") == (None, ["9999-12-31 23:00:00"])


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_typed_times(unit, zone):
    times = pl.Series([dt.datetime(2026, 3, 5, 10, 15), None, dt.datetime(1969, 7, 20)]).cast(pl.Datetime(unit))
    times = times.dt.replace_time_zone(zone)
    hours = 1 if zone == "Europe/Berlin" else 0
    expected = [dt.datetime(2026, 3, 5, 10 - hours, 15), None, dt.datetime(1969, 7, 20) - dt.timedelta(hours=hours)]
    found, bad = read("incident", pl.DataFrame({"resolved_at": times}), "resolved_at")
    assert found == [time and time.replace(tzinfo=UTC) for time in expected]
    assert bad == []


def test_nanoseconds_are_cut_before_1970_too():
    times = pl.Series([1, -1, -1001]).cast(pl.Datetime("ns"))
    found, _ = read("incident", pl.DataFrame({"resolved_at": times}), "resolved_at")
    assert [(time - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(microseconds=1) for time in found] == [
        0,
        -1,
        -2,
    ]


@pytest.mark.parametrize("how", ["parquet", "frame"])
@pytest.mark.parametrize(
    "times",
    [
        pl.Series([2**63 - 1, 0, -(2**63) + 1]).cast(pl.Datetime("us")),
        pl.Series([2**62, 0, -(2**62)]).cast(pl.Datetime("ms", "UTC")),
        pl.Series([253_402_300_800_000, 0, -62_135_596_800_001]).cast(pl.Datetime("ms", "Europe/Berlin")),
        pl.Series([2**31 - 1, 0, -(2**31) + 1]).cast(pl.Date, strict=False),
    ],
    ids=["us", "ms", "zone", "date"],
)
def test_typed_times_beyond_the_calendar_are_bad(tmp_path, times, how):
    frame = pl.DataFrame({"task": ["a", "b", "c"], "ci_item": "x", "added_at": times})
    folder = write(tmp_path / "d")
    frame.write_parquet(folder / "task_ci.parquet")
    data = load(folder) if how == "parquet" else frames(task_ci=frame)
    physical = times.to_physical()
    assert data.rejects.rows() == [
        ("task_ci", 1, "added_at", str(physical[0]), "bad_time"),
        ("task_ci", 3, "added_at", str(physical[2]), "bad_time"),
    ]
    assert column(data, "task_ci", "added_at") == [None, dt.datetime(1970, 1, 1, tzinfo=UTC), None]


def test_typed_times_in_a_zone(tmp_path):
    times = [dt.datetime(2026, 3, 5, 10, 15), dt.datetime(2026, 3, 29, 2, 30)]
    folder = write(tmp_path / "d", dataset_toml='timezone = "Europe/Berlin"')
    pl.DataFrame(
        {"task": "a", "ci_item": "x", "added_at": times, "removed_at": [t.date() for t in times]}
    ).write_parquet(folder / "task_ci.parquet")
    data = load(folder)
    assert column(data, "task_ci", "added_at") == [dt.datetime(2026, 3, 5, 9, 15, tzinfo=UTC), None]
    assert column(data, "task_ci", "removed_at")[0] == dt.datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert data.rejects.rows() == [("task_ci", 2, "added_at", "2026-03-29 02:30:00", "bad_time")]


@pytest.mark.parametrize("values", [[1772705700], [1.5], [True], [dt.time(10)], [dt.timedelta(1)]])
def test_other_types_are_no_times(values):
    found, bad = read("incident", pl.DataFrame({"resolved_at": [*values, None]}), "resolved_at")
    assert found == [None, None]
    assert [reason for _, _, reason in bad] == ["bad_time"]


def test_dates_are_midnight():
    assert read("incident", pl.DataFrame({"closed_at": [dt.date(2026, 3, 5)]}), "closed_at")[0] == [
        dt.datetime(2026, 3, 5, tzinfo=UTC)
    ]


# Numbers: plain decimal text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("250000", 250000.0),
        ("-3.5", -3.5),
        ("1e5", 1e5),
        ("1E-2", 0.01),
        ("+7", 7.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("007", 7.0),
    ],
)
def test_numbers_as_text(text, number):
    assert seen("customer_account", "contract_value", [text, ""]) == ([number, None], [])


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1e999", "1,000", "1_000", " 5", "5 ", "0x10", "5 EUR", ".", "1e", "٥"]
)
def test_what_is_no_number(text):
    assert seen("customer_account", "contract_value", [text, "1"]) == ([None, 1.0], [(1, text, "bad_number")])


@pytest.mark.parametrize(
    ("values", "found", "bad"),
    [
        ([1, None], [1.0, None], []),
        ([1.5, float("nan"), float("inf")], [1.5, None, None], [(2, "NaN", "bad_number"), (3, "inf", "bad_number")]),
        ([Decimal("1.50")], [1.5], []),
        ([True, None], [None, None], [(1, "true", "bad_number")]),
        ([dt.date(2026, 3, 5)], [None], [(1, "2026-03-05", "bad_number")]),
    ],
)
def test_typed_numbers(values, found, bad):
    assert read("customer_account", pl.DataFrame({"contract_value": values}), "contract_value") == (found, bad)


# Yes/no: false, 0, no in any case are no, all else and missing is yes; for all_products missing is no


@pytest.mark.parametrize(
    ("table", "name", "missing"),
    [
        ("customer_account", "active", True),
        ("sn_install_base_item", "active", True),
        ("sn_customerservice_case", "proactive", True),
        ("service_definition", "all_products", False),
    ],
)
def test_yes_and_no(table, name, missing):
    values = ["false", "FALSE", "0", "No", "true", "x", "00", " no", "", None]
    assert seen(table, name, values) == ([False] * 4 + [True] * 4 + [missing] * 2, [])
    assert read(table, pl.DataFrame({name: [True, False, None]}), name)[0] == [True, False, missing]
    assert read(table, pl.DataFrame({name: [1, 0, None]}), name)[0] == [True, False, missing]
    assert read(table, pl.DataFrame({name: [0.5, 0.0, None]}), name)[0] == [True, False, missing]
    # A column that is not there is missing in every row.
    other = next(column.name for column in INPUT[table].columns if column.kind == "text")
    assert column(frames(**{table: {other: ["a", "b"]}}), table, name) == [missing] * 2


# Choice labels are read as their stored values; an unknown label is kept


@pytest.mark.parametrize("table", CHOICES)
def test_choice_labels(table):
    for name, labels in CHOICES[table].items():
        texts = [*labels, *labels.values(), "of our own", None]
        assert seen(table, name, texts)[0] == [*labels.values(), *labels.values(), "of our own", None]


def test_labels_of_other_columns_are_text():
    assert seen("incident", "category", ["Resolved"])[0] == ["Resolved"]
    assert seen("incident", "u_state", ["Resolved"])[0] == ["Resolved"]


# Other columns have the type of their file; the columns named are text


def test_text_columns_of_other_types():
    values = {
        "state": [7, None],
        "priority": [1.0, 2.5],
        "category": [True, False],
        "cause": [dt.datetime(2026, 3, 5, 10, 15, 0, 5), None],
        "close_code": [dt.date(2026, 3, 5), None],
    }
    data = frames(incident={"number": [1, 2], "opened_at": ["2026-03-05"] * 2, **values})
    assert data.frame("incident", ["number", *values]).collect().rows() == [
        ("1", "7", "1", "true", "2026-03-05 10:15:00.000005", "2026-03-05"),
        ("2", None, "2.5", "false", None, None),
    ]


def test_other_columns_keep_their_types():
    values = {
        "u_i": pl.Series([1], dtype=pl.Int16),
        "u_f": [1.5],
        "u_b": [True],
        "u_l": [["a"]],
        "u_d": [dt.date(2026, 3, 5)],
        "u_t": pl.Series([dt.datetime(2026, 3, 5)], dtype=pl.Datetime("ns", "Europe/Berlin")),
        "u_n": pl.Series([None], dtype=pl.Null),
    }
    frame = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05"], **values})
    found = frames(incident=frame).frame("incident", list(values)).collect()
    expected = {**pl.DataFrame(values).schema, "u_t": pl.Datetime("us", "UTC"), "u_n": pl.String()}
    assert dict(found.schema) == expected
    assert found["u_t"].to_list() == [dt.datetime(2026, 3, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("one", "two", "dtype", "found"),
    [
        ([1], [2.5], pl.Float64, [1.0, 2.5]),
        (pl.Series([1], dtype=pl.Int8), pl.Series([2], dtype=pl.UInt32), pl.Int64, [1, 2]),
        ([1], ["x"], pl.String, ["1", "x"]),
        ([True], [1.0], pl.String, ["true", "1"]),
        ([dt.datetime(2026, 3, 5, tzinfo=UTC)], ["x"], pl.String, ["2026-03-05 00:00:00", "x"]),
        (pl.Series([None], dtype=pl.Null), ["x"], pl.String, [None, "x"]),
    ],
)
def test_parts_of_different_types(one, two, dtype, found):
    def part(number, values):
        return pl.DataFrame({"number": number, "opened_at": "2026-03-05", "u_x": values})

    data = frames(incident_1=part("a", one), incident_2=part("b", two), incident=part("c", one).clear())
    frame = data.frame("incident", ["u_x"]).collect()
    assert frame.schema["u_x"] == dtype
    assert frame["u_x"].to_list() == found


def test_a_time_that_is_text_in_one_part_and_typed_in_another(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,opened_at\na,2026-03-05 10:15:00\n",
        dataset_toml='timezone = "Europe/Berlin"',
    )
    pl.DataFrame({"number": "b", "opened_at": [dt.datetime(2026, 3, 5, 9, 15, tzinfo=UTC)]}).write_parquet(
        folder / "incident_2.parquet"
    )
    assert column(load(folder), "incident", "opened_at") == [dt.datetime(2026, 3, 5, 9, 15, tzinfo=UTC)] * 2


# As text a time is 2026-03-05 10:15:00 in UTC, yes/no true/false, a number its shortest form


@pytest.mark.parametrize(
    ("series", "texts"),
    [
        (pl.Series(["x", "", None]), ["x", "", None]),
        (pl.Series(["x"], dtype=pl.Categorical), ["x"]),
        (pl.Series([True, False, None]), ["true", "false", None]),
        (pl.Series([1, -5, None]), ["1", "-5", None]),
        (pl.Series([250000.0, -3.5, 1e15, 0.1, -0.0, None]), ["250000", "-3.5", "1000000000000000", "0.1", "0", None]),
        (pl.Series([0.1, 3], dtype=pl.Float32), ["0.1", "3"]),
        (pl.Series([Decimal("1.50"), Decimal("20.00"), Decimal("-0.05")]), ["1.5", "20", "-0.05"]),
        (pl.Series([dt.datetime(2026, 3, 5, 10, 15), None]), ["2026-03-05 10:15:00", None]),
        (pl.Series([dt.datetime(2026, 3, 5, 10, 15, 0, 1200, tzinfo=UTC)]), ["2026-03-05 10:15:00.001200"]),
        (pl.Series([dt.datetime(2026, 3, 5)]).dt.replace_time_zone("Europe/Berlin"), ["2026-03-04 23:00:00"]),
        (pl.Series([dt.datetime(16, 3, 5)], dtype=pl.Datetime("ms")), ["0016-03-05 00:00:00"]),
        (pl.Series([2**63 - 1]).cast(pl.Datetime("us")), ["9223372036854775807"]),
        (pl.Series([dt.date(2026, 3, 5), None]), ["2026-03-05", None]),
        (pl.Series([dt.time(10, 15)]), ["10:15:00"]),
        (pl.Series([dt.timedelta(hours=1)]), ["PT1H"]),
        (pl.Series([[1, 2], None]), ["[1,2]", None]),
        (pl.Series([{"a": "x"}]), ['{"a":"x"}']),
        (pl.Series([b"\xff"]), ["ff"]),
        (pl.Series([None], dtype=pl.Null), [None]),
    ],
)
def test_as_text(series, texts):
    frame = series.alias("x").to_frame()
    assert frame.select(as_text(pl.col("x"), frame.schema["x"]))["x"].to_list() == texts


def test_common_type_is_that_of_all_files_if_they_agree():
    assert common_type([pl.Boolean(), pl.Boolean()]) == pl.Boolean()


@pytest.mark.parametrize("table", INPUT)
def test_the_types_of_all_columns(table):
    kinds = {"text": pl.String(), "time": pl.Datetime("us", "UTC"), "number": pl.Float64(), "flag": pl.Boolean()}
    expected = {column.name: kinds[column.kind] for column in INPUT[table].columns}
    assert dict(frames().frame(table, INPUT[table].names).collect_schema()) == expected


def test_only_what_can_be_read_is():
    with pytest.raises(DatasetError, match="customer_account: column active holds bytes"):
        frames(customer_account={"name": ["a"], "active": [b"x"]})
