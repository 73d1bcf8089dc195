"""The work that is left to people (R7.1), worked by hand and against a queue served case by case."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim.analysis.workload.hours import hours
from casesim.tables import PolicyError
from tests.analysis_sweep.test_by_hand import TABLES

WORKING = {"begin": time(8), "end": time(17), "weekdays": (0, 1, 2, 3, 4), "zone": ZoneInfo("UTC")}


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def clock(first=date(2026, 3, 2), last=date(2026, 3, 31), **other):
    told = WORKING | other
    return hours(first, last, told["begin"], told["end"], weekdays=told["weekdays"], zone=told["zone"])


@pytest.fixture
def data():
    return cs.load(TABLES, name="three")


def test_cases_of_one_major_incident_are_closed_one_after_the_other(data):
    # INC1 is resolved on Thursday 5 March at 12:00 and leaves a major case and three children; two people.
    found = cs.workload(data, cs.Policy(threshold=3), team=2, minutes={"major": 30, "child": 5}, cost_per_hour=40)
    assert found.cases["kind"].to_list() == ["child", "child", "child", "major"]
    closed = [moment.strftime("%d %H:%M:%S") for moment in found.cases["closed"]]
    # 5 minutes between two are 2:30; the major one takes 15 minutes more.
    assert closed == ["05 12:02:30", "05 12:05:00", "05 12:07:30", "05 12:22:30"]
    assert found.totals["hours_needed"] == 0.75
    assert found.totals["cost"] == 30
    assert found.totals["longest_wait_hours"] == 0.375
    week = found.weeks.row(0, named=True)
    # INC2's case is open; its incident is not resolved. 2 people times 5 days times 9 hours.
    assert week == {
        **{"week": date(2026, 3, 2), "opened": 5, "resolved_alone": 0, "due": 4, "closed": 4, "waiting": 0},
        **{"hours_needed": 0.75, "hours_available": 90.0, "cost": 30.0},
    }


def test_work_left_in_the_evening_waits_for_the_morning(data):
    # 2 hours of work are due at 16:00, of which one is done that day; the other waits until the next working day.
    late = TABLES["incident"].with_columns(resolved_at=pl.Series(["2026-03-06 16:00:00", None, None]))
    found = cs.workload(
        cs.load({**TABLES, "incident": late}), cs.Policy(threshold=3), team=1, minutes={"major": 120, "child": 0}
    )
    assert found.cases["closed"].max() == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert found.weeks["waiting"].to_list()[:2] == [1, 0]


def test_what_is_due_agrees_with_the_sweep(data):
    swept = cs.sweep(data, cs.Policy(threshold=5))
    for threshold in (1, 2, 3, 4):
        found = cs.workload(data, cs.Policy(threshold=threshold))
        assert found.totals["due"] == swept.row(threshold)["manual_closures"]


def test_nothing_to_close(data):
    found = cs.workload(data, cs.Policy(threshold=9))
    assert found.totals["due"] == 0
    assert "no case is left for people to close" in repr(found)


def test_a_backlog_that_never_clears_is_said_to(data):
    found = cs.workload(
        data, cs.Policy(threshold=3), team=1, minutes={"major": 99_999, "child": 99_999}, hours=("08:00", "08:01")
    )
    assert found.totals["never_closed"] == 4
    assert "never catches up" in repr(found)
    assert found.totals["clears"] is None


def test_the_demo_fits_on_a_terminal_and_says_what_it_assumes():
    found = cs.workload(cs.load("datasets/telecom"), team=40)
    assert max(map(len, repr(found).splitlines())) <= 80
    assert "40 people, 08:00 to 17:00 UTC" in " ".join(repr(found).split())
    assert found.weeks["due"].sum() == found.totals["due"] == found.weeks["closed"].sum()
    assert (found.weeks["waiting"] >= 0).all()
    assert found.to_dict()["team"]["people"] == 40
    assert "<table>" in found._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"team": 0}, "team: 0 is not accepted"),
        ({"team": True}, "team: true"),
        ({"minutes": {"majors": 3}}, "Nearest: major"),
        ({"minutes": {"major": -1}}, "minutes: -1 for major"),
        ({"minutes": {"major": float("nan")}}, "for major is not accepted"),
        ({"hours": ("8", "five")}, "two times as 08:00"),
        ({"hours": ("17:00", "08:00")}, "begin before it ends"),
        ({"weekdays": ()}, "some of 0"),
        ({"weekdays": (7,)}, "some of 0"),
        ({"timezone": "Middle/Earth"}, "is not known"),
        ({"cost_per_hour": -5}, "cost_per_hour"),
    ],
)
def test_what_cannot_be_is_refused(data, wrong, said):
    with pytest.raises(PolicyError, match=said.replace("(", r"\(")):
        cs.workload(data, cs.Policy(threshold=3), **wrong)


def test_a_day_on_which_clocks_change_is_as_long_as_the_clock_says():
    berlin = clock(
        date(2026, 3, 28),
        date(2026, 3, 30),
        begin=time(1),
        end=time(5),
        weekdays=(5, 6, 0),
        zone=ZoneInfo("Europe/Berlin"),
    )
    # On Sunday 29 March 02:00 to 03:00 does not come: 3 hours instead of 4.
    assert ((berlin.ends - berlin.begins) / 3.6e9).tolist() == [4, 3, 4]


@given(
    st.lists(st.tuples(st.integers(0, 20 * 24 * 60), st.integers(0, 600)), max_size=12),
    st.integers(1, 3),
)
@settings(deadline=None)
def test_first_in_first_out_as_a_queue_served_minute_by_minute(cases, team):
    calendar = clock()
    start = micros(datetime(2026, 3, 2, tzinfo=UTC))
    ordered = sorted(start + minute * 60_000_000 for minute, _ in cases)
    work = [length / team for _, length in cases]
    free, plain = 0.0, []
    for due, length in zip(ordered, work, strict=True):
        free = max(free, float(calendar.until(np.array([due]))[0])) + length
        plain.append(free)
    done = np.cumsum(work)
    idle = np.maximum.accumulate(calendar.until(np.array(ordered, np.int64)) - (done - work)) if cases else done
    assert np.allclose(done + idle, plain)


@given(st.integers(0, 40 * 24 * 60))
def test_working_minutes_are_those_inside_the_days(minute):
    calendar = clock()
    moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minute)
    plain = 0.0
    for day in range(1, 32):
        opens = datetime(2026, 3, day, 8, tzinfo=UTC)
        if day >= 2 and opens.weekday() < 5:
            plain += min(max((moment - opens).total_seconds() / 60, 0), 540)
    assert calendar.until(np.array([micros(moment)]))[0] == pytest.approx(plain)
    if 0 < plain < 540 * 22:
        again = calendar.when(np.array([plain]))[0]
        assert calendar.until(np.array([again]))[0] == pytest.approx(plain)
        assert again <= micros(moment)
