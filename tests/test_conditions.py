"""R2.4: conditions hold on every engine exactly where a plain Python evaluator says so."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.conditions import Conditions, stored_text
from casesim.tables import PolicyError


def parse(raw):
    return Conditions.parse(raw, where="policy.toml, [trigger]")


def matching(raw, values, engine="polars"):
    """Whether `{"f": raw}` holds for each of the values of field f."""
    frame = pl.DataFrame({"row": range(len(values)), "f": values}, schema={"row": pl.Int64, "f": pl.String})
    native = frame.lazy() if engine == "polars" else duckdb.sql("from frame")
    result = nw.from_native(native).with_columns(out=parse({"f": raw}).matches(nw.col))
    return result.sort("row").collect()["out"].to_list()


def plain_number(text):
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?", text) and len(text) <= 200:
        return float(text)
    return None


def plain_time(text):
    shape = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?", text, re.ASCII
    )
    if not shape:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in shape.groups()[:6])
    fraction, zone = shape.groups()[6:]
    offset = timedelta()
    if zone and zone != "Z":
        if int(zone[1:3]) > 23 or int(zone[4:]) > 59:
            return None
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])) * (-1 if zone[0] == "-" else 1)
    try:
        local = datetime(year, month, day, hour, minute, second, int(f"{fraction or 0:0<6}"[:6]))
    except ValueError:
        return None
    # From the first day on, so that an offset may reach before it.
    return (local - datetime(1, 1, 1)) - offset


def plainly(raw, value):
    value = value or ""
    if not isinstance(raw, dict):
        return value in [stored_text(each) for each in (raw if isinstance(raw, list) else [raw])]
    held = []
    for key, bound in raw.items():
        if key == "set":
            held.append((value != "") == bound)
        elif key == "starts_with":
            held.append(value != "" and value.startswith(bound))
        else:
            limit = plain_number(bound) if isinstance(bound, str) else bound
            read = plain_time if limit is None else plain_number
            limit, found = plain_time(bound) if limit is None else limit, read(value)
            held.append(found is not None and (found >= limit if key == "at_least" else found <= limit))
    return all(held)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
NUMBERS = st.integers(-20, 20).map(str) | st.sampled_from(
    [
        "1.5",
        "+5",
        ".5",
        "5.",
        "1e3",
        "1E-3",
        "-0",
        "007",
        "1e999",
        "9" * 400,
        "1_0",
        "٣",
        "0x1",
        "1 ",
        "1\n",
        "nan",
        "inf",
    ]
)
GOOD_DAYS = [
    "2026-03-05",
    "2026-03-04",
    "2024-02-29",
    "2000-02-29",
    "0001-01-01",
    "9999-12-31",
    "2026-12-31",
    "2027-01-01",
]
BAD_DAYS = [
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "0000-01-01",
    "2026-13-01",
    "2026-00-10",
    "26-03-05",
    "٢026-03-05",
]
DAYS = st.sampled_from([*GOOD_DAYS, *BAD_DAYS])
CLOCKS = st.sampled_from(["", " 00:00", "T00:00", " 10:15", "T10:15:00", " 10:15:00.5", "T23:59:59.9999999", " 24:00"])
ZONES = st.sampled_from(["", "", "Z", "+00:00", "+02:00", "-02:00", "+23:59", "-23:59", "+24:00", "z", "+02"])
LAST = datetime.max - datetime(1, 1, 1)
# What an offset carries out of the years 1 to 9999 is on no side that anybody could care about.
TIMES = st.builds("{}{}{}".format, DAYS, CLOCKS, ZONES).filter(
    lambda text: plain_time(text) is None or timedelta() <= plain_time(text) <= LAST
)
VALUES = st.none() | st.just("") | ANY_TEXT | NUMBERS | TIMES
GOOD_NUMBERS = st.integers(-20, 20) | st.floats(-20, 20) | NUMBERS.filter(plain_number)
GOOD_TIMES = TIMES.filter(plain_time)
BOUNDS = GOOD_NUMBERS | GOOD_TIMES
RAW = (
    VALUES.filter(lambda value: value is not None)
    | st.lists(VALUES.map(lambda value: value or "") | st.booleans() | st.integers(0, 9), max_size=4)
    | st.booleans()
    | st.integers(-20, 20)
    | st.fixed_dictionaries(
        {}, optional={"set": st.booleans(), "starts_with": ANY_TEXT, "at_least": BOUNDS, "at_most": BOUNDS}
    ).filter(bool)
)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@given(raw=RAW, values=st.lists(VALUES, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_r2_4_conditions_hold_where_plain_python_says(engine, raw, values):
    assert matching(raw, values, engine) == [plainly(raw, value) for value in values]


@given(bound=GOOD_TIMES, values=st.lists(TIMES, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_r2_4_times_compare_as_instants(bound, values):
    for key in ("at_least", "at_most"):
        assert matching({key: bound}, values) == [plainly({key: bound}, value) for value in values]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_r2_4_bounds_are_inclusive_and_zones_count(engine):
    # 10:15 in UTC is 12:15 at +02:00; a text may leave out what is zero.
    values = ["2026-03-05 10:15", "2026-03-05T10:15:00.0Z", "2026-03-05T12:15:00+02:00", "2026-03-05 10:14:59.999999"]
    assert matching({"at_least": datetime(2026, 3, 5, 10, 15)}, values, engine) == [True, True, True, False]
    assert matching({"at_most": datetime(2026, 3, 5, 10, 15)}, values, engine) == [True] * 4
    assert matching({"at_most": date(2026, 3, 5)}, ["2026-03-05", "2026-03-05 00:00:01"], engine) == [True, False]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("bound", [3, 3.0, "3", "3.0"])
def test_r2_4_a_number_bound_compares_numbers_and_is_inclusive(engine, bound):
    values = ["3", "3.0", "03", "2.9", "3.1", "10", "-5", "three", "3 ", "2026-03-05"]
    assert matching({"at_least": bound}, values, engine) == [True] * 3 + [False, True, True] + [False] * 4
    assert matching({"at_most": bound}, values, engine) == [True] * 4 + [False, False, True] + [False] * 3


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_r2_4_days_that_the_calendar_lacks_are_no_times(engine):
    values = [
        "2024-02-29",
        "2000-02-29",
        "1900-02-29",
        "2025-02-29",
        "0000-02-29",
        "2026-04-31",
        "2026-00-01",
        "0000-01-01",
    ]
    assert matching({"at_most": "9999-12-31"}, values, engine) == [True, True] + [False] * 6


def test_r2_4_what_is_finer_than_a_microsecond_is_cut():
    assert matching({"at_most": "2026-03-05"}, ["2026-03-05 00:00:00.0000009", "2026-03-05 00:00:00.000001"]) == [
        True,
        False,
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_r2_4_a_missing_value_satisfies_only_the_empty_text_and_set_false(engine):
    satisfied = ["", ["x", ""], {"set": False}]
    others = [
        "x",
        ["x"],
        [],
        {"set": True},
        {"starts_with": ""},
        {"at_least": -99},
        {"at_most": date(2099, 1, 1)},
        False,
        0,
    ]
    assert [matching(raw, [None, ""], engine) for raw in satisfied] == [[True, True]] * 3
    assert [matching(raw, [None, ""], engine) for raw in others] == [[False, False]] * 9


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_no_conditions_hold_for_everything_and_no_values_for_nothing(engine):
    frame = pl.DataFrame({"row": [0, 1], "f": ["a", None]})
    native = nw.from_native(frame.lazy() if engine == "polars" else duckdb.sql("from frame"))
    result = native.with_columns(all=Conditions().matches(nw.col), none=parse({"f": []}).matches(nw.col)).collect()
    assert (result["all"].to_list(), result["none"].to_list()) == ([True, True], [False, False])
    assert len(native.filter(parse({"f": "a"}).matches(nw.col)).collect()) == 1


def test_r2_4_all_conditions_must_hold():
    frame = nw.from_native(pl.LazyFrame({"a": ["1", "1", None], "b": ["x", None, "x"]}))
    conditions = parse({"a": 1, "b": {"set": True}})
    assert frame.select(out=conditions.matches(nw.col)).collect()["out"].to_list() == [True, False, False]
    assert conditions.fields == ("a", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (3, "3"),
        (3.0, "3"),
        (0.5, "0.5"),
        ("x ", "x "),
        (date(2026, 3, 5), "2026-03-05"),
        (1e-5, "0.00001"),
        (1.5e-07, "1.5e-7"),
        (1e20, "1e+20"),
        (1e15, "1000000000000000"),
        (datetime(2026, 3, 5, 10, 15, 0, 500000), "2026-03-05 10:15:00.500000"),
        (datetime(2026, 3, 5, 10, 15, tzinfo=timezone(timedelta(hours=2))), "2026-03-05 08:15:00"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), None),
        (float("nan"), None),
        ([1], None),
        (10**30, None),
    ],
)
def test_values_are_compared_as_stored_text(value, text):
    assert stored_text(value) == text


def test_spellings_of_one_condition_are_equal():
    assert parse({"f": ["b", "a", "a"]}) == parse({"f": ("a", "b")})
    assert parse({"f": 1}) == parse({"f": ["1"]})
    assert parse({"f": {"at_least": "3"}}) == parse({"f": {"at_least": 3.0}})
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert parse({"f": {"at_most": noon, "set": True}}) == parse(
        {"f": {"set": True, "at_most": "2026-03-05T13:00+01:00"}}
    )


@given(st.dictionaries(ANY_TEXT, RAW, max_size=3))
def test_what_is_written_reads_back(raw):
    conditions = parse(raw)
    assert parse(conditions.to_dict()) == conditions
    assert hash(parse(conditions.to_dict())) == hash(conditions)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"f": {"at_lest": 3}}, '[trigger] f: "at_lest" is no operator (R2.4). Nearest: at_least, at_most.'),
        ({"f": {}}, "[trigger] f: the table is empty. Known: set, starts_with, at_least, at_most (R2.4)."),
        ({"f": {"set": "true"}}, '[trigger] f: set is "true"; it must be true or false (R2.4).'),
        ({"f": {"starts_with": 1}}, "[trigger] f: starts_with is 1; it must be a text in quotes (R2.4)."),
        ({"f": {"at_least": True}}, "[trigger] f: at_least is true; it must be a number, or a time such as"),
        ({"f": {"at_most": "2026-02-30"}}, '[trigger] f: at_most is "2026-02-30"; it must be a number'),
        ({"f": {"at_most": "0001-01-01 00:00+01:00"}}, "[trigger] f: at_most is"),
        ({"f": {"at_most": 10**400}}, "[trigger] f: at_most is"),
        ({"f": {"at_most": float("inf")}}, "[trigger] f: at_most is Infinity"),
        ({"f": [["x"]]}, '[trigger] f: ["x"] cannot be compared'),
        ({"f": None}, "[trigger] f: null cannot be compared"),
        ({'a "b"': None}, '[trigger] "a \\"b\\"": null cannot be compared'),
        ("x", '[trigger]: "x" is no table of conditions'),
    ],
)
def test_r2_4_faults_say_where_and_what(raw, sentence):
    with pytest.raises(PolicyError, match="^policy.toml, " + re.escape(sentence)):
        parse(raw)


def test_all_faults_are_told_one_a_line():
    with pytest.raises(PolicyError) as error:
        parse({"a": {"set": 1, "foo": 2}, "b": None, "c": "fine"})
    assert len(str(error.value).splitlines()) == 3
