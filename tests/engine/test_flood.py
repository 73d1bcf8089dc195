"""R5.3: when a notification goes out, by hand and against the plain loop of the reference."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.engine.flood import flooded, quiet
from casesim.policy import Flood, Policy
from tests.reference.flood import control_flood
from tests.reference.values import Row

# A flood control as in a policy, and notifications of (person, created_at).
Drawn = tuple[dict[str, Any], list[tuple[int, int]]]

BERLIN = "Europe/Berlin"
# Days on which the clocks of these zones are changed, and one on which they are not.
CHANGES = {
    "UTC": ["2026-03-05"],
    BERLIN: ["2026-03-29", "2026-10-25", "2026-07-01", "2150-03-29"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    # By half an hour.
    "Australia/Lord_Howe": ["2026-04-04", "2026-10-03"],
    # Went over the date line and had no 30 December 2011.
    "Pacific/Apia": ["2011-12-30"],
    # Before July 1937 it was 19 minutes and 32 seconds ahead, and an hour more in summer.
    "Europe/Amsterdam": ["1936-05-15", "1936-10-04"],
}


def moment(text: str) -> int:
    """A UTC time such as `"2026-03-05 10:00"` in epoch microseconds."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def rows(*told: tuple[int, str]) -> pl.DataFrame:
    """Notifications of (person, time)."""
    return pl.DataFrame(
        {"person": [person for person, _ in told], "created_at": [moment(text) for _, text in told]},
        schema={"person": pl.UInt32, "created_at": pl.Int64},
    )


def control(**settings: Any) -> Flood:
    """Flood control as a policy has it."""
    flood = Policy.from_dict({"flood": settings}).flood
    assert flood is not None
    return flood


def found(told: pl.DataFrame, **settings: Any) -> list[tuple[str, str]]:
    """Fate and time of delivery of each."""
    result = flooded(told, control(**settings))
    assert result.schema == {"deliver_at": pl.Int64, "fate": pl.String}
    times = result["deliver_at"].cast(pl.Datetime("us")).dt.to_string("%m-%d %H:%M")
    return list(zip(result["fate"], times, strict=True))


def delivered(begin: str, end: str, zone: str, *texts: str) -> list[str]:
    """UTC times after quiet hours."""
    created = pl.Series([moment(text) for text in texts])
    result = quiet(created, control(quiet_hours=[begin, end], timezone=zone))
    assert result.dtype == pl.Int64
    return result.cast(pl.Datetime("us")).dt.to_string("%Y-%m-%d %H:%M").to_list()


def test_r5_3_windows_of_two_people_in_turn():
    told = rows(
        (7, "2026-03-05 10:00"),
        (3, "2026-03-05 10:10"),
        (7, "2026-03-05 10:20"),
        (3, "2026-03-05 11:05"),
        (7, "2026-03-05 11:00"),
        (3, "2026-03-05 11:10"),
    ).sort("created_at")
    # 7: 10:00 to 11:00, 11:00 to 12:00; 3: 10:10 to 11:10, 11:10 to 12:10.
    assert found(told, max_per_contact=1, window="1h") == [
        ("sent", "03-05 10:00"),
        ("sent", "03-05 10:10"),
        ("suppressed", "03-05 10:20"),
        ("sent", "03-05 11:00"),
        ("suppressed", "03-05 11:05"),
        ("sent", "03-05 11:10"),
    ]


def test_r5_3_at_one_time_the_first_rows_go_out():
    told = rows(*[(1, "2026-03-05 10:00")] * 4)
    assert [fate for fate, _ in found(told, max_per_contact=3, window="1s")] == ["sent"] * 3 + ["suppressed"]


def test_r5_3_a_chain_of_windows_is_followed_to_its_end():
    # A notification a minute for each of three people, two minutes a window: every second one goes out, 5,000 windows
    # in a row.
    told = rows(*[(person, "2026-03-05 10:00") for _ in range(10_000) for person in (5, 0, 9)])
    told = told.with_columns(created_at=pl.col("created_at") + pl.int_range(pl.len()) // 3 * 60_000_000)
    fates = flooded(told, control(max_per_contact=1, window="2m"))["fate"].to_list()
    assert fates == (["sent"] * 3 + ["suppressed"] * 3) * 5_000


def test_r5_3_a_digest_at_the_end_of_the_window_moved_out_of_quiet_hours():
    told = rows((1, "2026-03-05 20:30"), (1, "2026-03-05 20:40"), (1, "2026-03-05 21:30"), (1, "2026-03-05 21:40"))
    settings = {"max_per_contact": 1, "window": "1h", "digest": True, "quiet_hours": ["22:00", "06:00"]}
    assert found(told, **settings) == [
        ("sent", "03-05 20:30"),
        ("digested", "03-05 21:30"),
        ("sent", "03-05 21:30"),
        # The window ends at 22:30.
        ("digested", "03-06 06:00"),
    ]


def test_r5_3_a_window_begins_when_the_first_goes_out():
    told = rows((1, "2026-03-05 23:00"), (1, "2026-03-06 06:59"), (1, "2026-03-06 07:00"))
    assert found(told, max_per_contact=1, window="1h", quiet_hours=["22:00", "06:00"]) == [
        ("sent", "03-06 06:00"),
        ("suppressed", "03-06 06:59"),
        ("sent", "03-06 07:00"),
    ]


@pytest.mark.parametrize("limits", [{}, {"max_per_contact": 1, "window": "1h", "digest": True}], ids=["quiet", "both"])
def test_r5_3_nothing_told_is_nothing(limits: dict[str, Any]):
    assert found(rows(), quiet_hours=["22:00", "06:00"], **limits) == []


def test_r5_3_codes_at_the_end_of_their_range_and_the_longest_window():
    top = 2**32 - 1
    told = rows((top, "0001-01-01 00:00"), (0, "9999-12-31 23:59"), (top, "9999-12-31 23:59"))
    fates = [fate for fate, _ in found(told, max_per_contact=1, window="36500d")]
    assert fates == ["sent"] * 3


def test_r5_3_quiet_hours_within_a_day_and_over_midnight():
    texts = ("2026-03-05 11:59", "2026-03-05 12:00", "2026-03-05 13:59", "2026-03-05 14:00")
    assert delivered("12:00", "14:00", "UTC", *texts) == [texts[0], texts[3], texts[3], texts[3]]
    assert delivered("14:00", "12:00", "UTC", *texts) == [texts[1], texts[1], texts[2], "2026-03-06 12:00"]


@pytest.mark.parametrize(
    ("begin", "end", "created", "out"),
    [
        # The clock of Berlin goes from 02:00 to 03:00 at 01:00 UTC: 06:00 is 04:00 UTC from then on.
        ("22:00", "06:00", "2026-03-28 22:00", "2026-03-29 04:00"),
        # There is no 02:30: over at the jump.
        ("22:00", "02:30", "2026-03-28 23:00", "2026-03-29 01:00"),
        # And nothing between 02:00 and 03:00 is ever quiet.
        ("02:00", "03:00", "2026-03-29 00:59", "2026-03-29 00:59"),
        ("02:00", "03:00", "2026-03-29 01:00", "2026-03-29 01:00"),
        # From 03:00 back to 02:00 at 01:00 UTC: quiet until the only 03:00.
        ("02:00", "03:00", "2026-10-25 00:00", "2026-10-25 02:00"),
        # 02:30 comes twice: over at the first, quiet again when it is 02:00 once more.
        ("22:00", "02:30", "2026-10-24 22:00", "2026-10-25 00:30"),
        ("22:00", "02:30", "2026-10-25 00:59", "2026-10-25 00:59"),
        ("22:00", "02:30", "2026-10-25 01:10", "2026-10-25 01:30"),
        # In the far future the clocks go on being changed.
        ("22:00", "06:00", "2150-07-01 21:00", "2150-07-02 04:00"),
        ("22:00", "06:00", "2150-03-28 22:00", "2150-03-29 04:00"),
    ],
)
def test_r5_3_the_clock_on_the_wall_counts(begin: str, end: str, created: str, out: str):
    assert delivered(begin, end, BERLIN, created) == [out]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"])
def test_r5_3_at_both_ends_of_the_calendar(zone: str):
    created = pl.Series([moment("0001-01-01 00:00"), moment("9999-12-31 23:59")])
    # Quiet but for one minute a day: whatever the zone, everything waits, and no longer than that.
    wait = quiet(created, control(quiet_hours=["12:31", "12:30"], timezone=zone)) - created
    assert wait.is_between(1, 86_400_000_000).all()


def test_r5_3_a_moment_is_moved_alike_whatever_stands_beside_it():
    # The zone is asked only about the days there are, here with the clock changed between them.
    texts = ("2026-10-31 23:00", "2026-02-01 23:00", "2026-07-01 22:30", "2026-10-24 22:00")
    assert delivered("22:00", "06:00", BERLIN, *texts) == [
        one for text in texts for one in delivered("22:00", "06:00", BERLIN, text)
    ]


def clocks() -> st.SearchStrategy[str]:
    """Times of day, often near those at which clocks are changed."""
    minutes = st.sampled_from([0, 59, 60, 90, 120, 150, 179, 180, 181, 240, 1320, 1439]) | st.integers(0, 1439)
    return minutes.map(lambda at: f"{at // 60:02}:{at % 60:02}")


@st.composite
def floods(draw: st.DrawFn) -> Drawn:
    """A flood control, and (person, created_at) around a change of its clocks, in order of time, many at one time."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    day = moment(draw(st.sampled_from(CHANGES[zone])))
    flood: dict[str, Any] = {"timezone": zone}
    kinds = draw(st.sampled_from(["quiet", "limit", "both"]))
    if kinds != "limit":
        flood["quiet_hours"] = draw(st.lists(clocks(), min_size=2, max_size=2, unique=True))
    if kinds != "quiet":
        flood["max_per_contact"] = draw(st.integers(1, 3))
        flood["window"] = draw(st.sampled_from(["1s", "7m", "30m", "1h", "90m", "5h", "1d", "36500d"]))
        flood["digest"] = draw(st.booleans())
    quarter = st.integers(-96, 192).map(lambda n: n * 900_000_000)
    steps = st.sampled_from([-60_000_000, -1_000_000, -1, 0, 0, 0, 1, 1_800_000_000])
    time = st.builds(lambda at, step: day + at + step, quarter, steps)
    told = draw(st.lists(st.tuples(st.integers(0, 3), time), max_size=25))
    return flood, sorted(told, key=lambda one: one[1])


def by_the_reference(flood: dict[str, Any], told: list[tuple[int, int]]) -> list[tuple[str, int | None]]:
    """Fate and time of delivery of each, epoch microseconds."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    made: list[Row] = [
        {
            "contact": person,
            "consumer": None,
            "status": "sent",
            "created_at": epoch + timedelta(microseconds=at),
            "case_number": f"INC{place:04}",
            "event": "case_created",
            "journal_id": None,
        }
        for place, (person, at) in enumerate(told)
    ]
    control_flood({"flood": flood}, made)
    return [
        (row["status"], (row["deliver_at"] - epoch) // timedelta(microseconds=1) if row["deliver_at"] else None)
        for row in made
    ]


def by_the_engine(flood: dict[str, Any], told: list[tuple[int, int]]) -> list[tuple[str, int | None]]:
    frame = pl.DataFrame(told, schema={"person": pl.UInt32, "created_at": pl.Int64}, orient="row")
    result = flooded(frame, control(**flood))
    # What is suppressed goes out at no time.
    return [(fate, None if fate == "suppressed" else at) for at, fate in result.rows()]


@settings(max_examples=250, deadline=None)
@given(floods())
def test_r5_3_as_the_plain_loop_does(drawn: Drawn):
    flood, told = drawn
    assert by_the_engine(flood, told) == by_the_reference(flood, told)


@settings(max_examples=100, deadline=None)
@given(floods(), st.data())
def test_r5_3_quiet_hours_in_any_order_of_rows(drawn: Drawn, data: st.DataObject):
    flood, told = drawn
    shuffled = data.draw(st.permutations([at for _, at in told]))
    moved = quiet(pl.Series(shuffled, dtype=pl.Int64), control(**flood)).to_list()
    alone = {at: quiet(pl.Series([at]), control(**flood)).item() for at in shuffled}
    assert moved == [alone[at] for at in shuffled]
    # Windows rest on this: what is created later never goes out earlier.
    assert [alone[at] for at in sorted(shuffled)] == sorted(moved)


@pytest.mark.parametrize("digest", [False, True])
@pytest.mark.parametrize("window", ["30s", "10m", "6h"])
def test_r5_3_as_the_plain_loop_does_with_many_people(window: str, digest: bool):
    chance = np.random.default_rng(5)
    at = np.sort(chance.integers(0, 2 * 86_400, 20_000)) * 1_000_000 + moment("2026-03-28")
    # Few are told much, most little.
    person = (chance.pareto(0.7, 20_000) * 3).clip(0, 2_000).astype(int)
    told = list(zip(person.tolist(), at.tolist(), strict=True))
    flood = {"max_per_contact": 2, "window": window, "digest": digest}
    assert by_the_engine(flood, told) == by_the_reference(flood, told)
