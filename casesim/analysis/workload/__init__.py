"""The work that a policy leaves to people: what falls due, what waits, how many hours it takes, what it costs.

History is replayed: a case falls due when its incident is resolved and it stays open (R7.1). A team takes the cases in
that order, in its working hours. It is one queue of which everybody takes the next: work is spread over the team as
if a case could be shared, which with many short cases is nearly so.

hours   working hours as one running clock
text    the answer for people
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np
import polars as pl

from casesim.analysis.ran import Ran, run_of
from casesim.analysis.workload.hours import Hours, Moments, hours
from casesim.analysis.workload.text import workload_html, workload_text
from casesim.engine.simulate import Simulation
from casesim.policy import Policy
from casesim.tables import PolicyError, nearest, shown

if TYPE_CHECKING:
    import pandas as pd

# A guess that says so: reading a case, checking with the customer, closing it.
MINUTES: Mapping[str, float] = {"major": 30.0, "child": 5.0, "individual": 10.0, "proactive": 10.0}
WEEKDAYS = (0, 1, 2, 3, 4)
WEEK = 7 * 86_400_000_000
# Beyond this the backlog is said never to clear.
YEARS = 10
MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """minutes: by kind of case, for closing one by hand. people. begin, end: of a working day; weekdays: 0 = Monday."""

    minutes: Mapping[str, float]
    people: int
    begin: time
    end: time
    weekdays: tuple[int, ...]
    timezone: str
    cost_per_hour: float | None


@dataclass(frozen=True, eq=False, repr=False)
class Workload:
    """The work of one run for one team."""

    run: Simulation
    team: Team

    @cached_property
    def _due(self) -> pl.DataFrame:
        """The cases to close by hand, in the order in which they fall due: `kind`, `due`, `minutes`."""
        codes = self.run.case_codes.filter("by_hand")
        due = self.run.decided["resolved"].gather(codes["incident"])
        late = pl.max_horizontal("due", "opened_at")
        rows = codes.select("kind", "opened_at").with_columns(due=due).with_columns(due=late)
        minutes = pl.col("kind").cast(pl.String).replace_strict(self.team.minutes, return_dtype=pl.Float64)
        return rows.select("kind", "due", minutes=minutes).sort("due", maintain_order=True)

    @cached_property
    def _hours(self) -> Hours:
        opened = self.run.decided["opened_at"]
        # From a week before, so that the first week has all of its hours.
        first = _moved(_day(min(_least(opened), _least(self._due["due"]))), -7)
        last = _moved(_day(max(_most(opened), _most(self._due["due"]))), 366 * YEARS)
        team = self.team
        return hours(first, last, team.begin, team.end, weekdays=team.weekdays, zone=ZoneInfo(team.timezone))

    @cached_property
    def cases(self) -> pl.DataFrame:
        """The cases to close by hand, in order: kind, due, closed (null: not within ten years), minutes."""
        rows, clock = self._due, self._hours
        work = rows["minutes"].to_numpy() / self.team.people
        done = np.cumsum(work)
        # First in, first out: a case begins when it is due or the one before it is done, whichever is later.
        idle = np.maximum.accumulate(clock.until(rows["due"].to_numpy()) - (done - work)) if len(work) else work
        closed = pl.Series("closed", clock.when(done + idle), dtype=pl.Int64)
        never = closed == np.iinfo(np.int64).max
        return rows.with_columns(closed=closed.set(never, None)).select(
            pl.col("kind").cast(pl.String), pl.col("due", "closed").cast(MOMENT), "minutes"
        )

    @cached_property
    def weeks(self) -> pl.DataFrame:
        """One row per calendar week (UTC), from the first incident until nothing waits any more.

        Columns: week (its Monday), opened (cases), resolved_alone (that close with their incident), due (to close by
        hand), closed (by hand), waiting (due and not closed at its end), hours_needed (for what falls due),
        hours_available (the team's), cost (of the hours needed; null without a rate).
        """
        codes, team = self.run.case_codes, self.team
        alone = codes.filter(pl.col("state") == "6", ~pl.col("by_hand"))["resolved_at"].drop_nulls()
        due, closed = (self.cases[name].cast(pl.Int64) for name in ("due", "closed"))
        moments = [codes["opened_at"], alone, due, closed.drop_nulls()]
        some = [_week(each.to_numpy()) for each in moments if each.len()]
        if not some:
            return self._table(0, 0, [np.zeros(0, np.int64)] * 5)
        first, last = min(int(each.min()) for each in some), max(int(each.max()) for each in some)
        counted = [
            np.bincount(_week(each.to_numpy()) - first, minlength=last - first + 1)
            if each.len()
            else np.zeros(last - first + 1)
            for each in moments
        ]
        needed = np.zeros(last - first + 1, np.float64)
        if due.len():
            minutes = self.cases["minutes"].to_numpy()
            needed[:] = np.bincount(_week(due.to_numpy()) - first, minutes / 60, last - first + 1)
        return self._table(first, last - first + 1, [*counted, needed]).with_columns(
            cost=pl.lit(None, pl.Float64) if team.cost_per_hour is None else pl.col("hours_needed") * team.cost_per_hour
        )

    def _table(self, first: int, weeks: int, columns: list[Any]) -> pl.DataFrame:
        opened, alone, due, closed, needed = columns
        edges = (first + np.arange(weeks + 1)) * WEEK + MONDAY
        there = np.diff(self._hours.until(edges)) / 60 * self.team.people if weeks else np.zeros(0)
        frame = pl.DataFrame(
            {
                "week": pl.Series(edges[:-1]).cast(pl.Datetime("us")).dt.date(),
                "opened": opened,
                "resolved_alone": alone,
                "due": due,
                "closed": closed,
                "waiting": np.cumsum(due) - np.cumsum(closed),
                "hours_needed": needed,
                "hours_available": there,
            }
        )
        counts = ("opened", "resolved_alone", "due", "closed", "waiting")
        return frame.with_columns(pl.col(counts).cast(pl.Int64), cost=pl.lit(None, pl.Float64))

    @cached_property
    def totals(self) -> dict[str, Any]:
        """due (cases), hours_needed, peak_week (Monday with most hours needed), peak_hours, peak_available,
        most_waiting and when (Monday), longest_wait_hours (from due to closed, by the clock on the wall), clears
        (moment of the last closing, None = never), never_closed, cost.
        """
        weeks, cases = self.weeks, self.cases
        busiest = weeks.sort("hours_needed", "week", descending=[True, False]).head(1)
        fullest = weeks.sort("waiting", "week", descending=[True, False]).head(1)
        waits = (cases["closed"] - cases["due"]).dt.total_microseconds().max()
        never = cases["closed"].null_count()
        return {
            "due": cases.height,
            "hours_needed": float(cases["minutes"].sum()) / 60,
            "peak_week": busiest["week"].first(),
            "peak_hours": busiest["hours_needed"].first() or 0.0,
            "peak_available": busiest["hours_available"].first() or 0.0,
            "most_waiting": fullest["waiting"].first() or 0,
            "most_waiting_week": fullest["week"].first(),
            "longest_wait_hours": waits / 3_600_000_000 if isinstance(waits, int) else 0.0,
            "clears": None if never else cases["closed"].max(),
            "never_closed": never,
            "cost": None
            if self.team.cost_per_hour is None
            else float(cases["minutes"].sum()) / 60 * self.team.cost_per_hour,
        }

    def to_pandas(self) -> "pd.DataFrame":
        """`weeks` as a pandas frame."""
        return self.weeks.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """Team, totals and weeks as plain values, for JSON."""
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "dataset": self.run.prepared.data.name,
                "team": self.team,
                "totals": self.totals,
                "weeks": self.weeks.to_dicts(),
            }
        )
        return found

    def __repr__(self) -> str:
        return workload_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": workload_html(self)}


# 1 January 1970 was a Thursday: the first Monday came four days later.
MONDAY = 4 * 86_400_000_000


def workload(
    data: Ran,
    policy: Policy | None = None,
    *,
    minutes: Mapping[str, float] | None = None,
    team: int = 4,
    hours: tuple[str, str] = ("08:00", "17:00"),
    weekdays: Collection[int] = WEEKDAYS,
    timezone: str = "UTC",
    cost_per_hour: float | None = None,
) -> Workload:
    """The cases that people have to close by hand, and what that takes.

    Args:
        data: from `load` or `prepare`, or a Result.
        policy: the settings; none = those of the Result, else the dataset's own.
        minutes: for closing one case, by kind (major, child, individual, proactive); those left out as assumed.
        team: how many people.
        hours: begin and end of a working day, by the clock on the wall.
        weekdays: on which days they work, 0 = Monday.
        timezone: where they work.
        cost_per_hour: of one of them, in any currency.

    Raises:
        PolicyError: a figure that cannot be, an unknown kind or time zone; or the policy cannot be used.
        DatasetError: something that a rule needs cannot be read.
    """
    return Workload(
        run_of(data, policy), _team(minutes or {}, team, hours, weekdays, timezone=timezone, cost=cost_per_hour)
    )


def _team(
    minutes: Mapping[str, float],
    team: int,
    hours: tuple[str, str],
    weekdays: Collection[int],
    *,
    timezone: str,
    cost: float | None,
) -> Team:
    for kind, value in minutes.items():
        if kind not in MINUTES:
            raise PolicyError(f"minutes: {shown(kind)} is no kind of case. {nearest(kind, MINUTES)}")
        if not 0 <= value < 100_000:
            raise PolicyError(f"minutes: {shown(value)} for {kind} is not accepted. Accepted: 0 to 100,000.")
    if isinstance(team, bool) or not isinstance(team, int) or not 1 <= team <= 100_000:
        raise PolicyError(f"team: {shown(team)} is not accepted. Accepted: a whole number from 1 on.")
    days = tuple(sorted(set(weekdays)))
    if not days or not set(days) <= set(range(7)):
        raise PolicyError(f"weekdays: {shown(list(weekdays))} is not accepted. Accepted: some of 0 (Monday) to 6.")
    if cost is not None and not 0 <= cost < 1e12:
        raise PolicyError(f"cost_per_hour: {shown(cost)} is not accepted. Accepted: an amount of at least 0.")
    try:
        begin, end = (time.fromisoformat(each) for each in hours)
    except ValueError:
        raise PolicyError(
            f"hours: {shown(list(hours))} is not accepted. Accepted: two times as 08:00, 17:00."
        ) from None
    if begin >= end:
        raise PolicyError(f"hours: {shown(list(hours))} is not accepted: the day has to begin before it ends.")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PolicyError(f"timezone: {shown(timezone)} is not known. Accepted: names as Europe/Berlin, UTC.") from None
    return Team(
        minutes={kind: float(value) for kind, value in {**MINUTES, **minutes}.items()},
        people=team,
        begin=begin,
        end=end,
        weekdays=days,
        timezone=timezone,
        cost_per_hour=cost,
    )


def _week(moments: Moments) -> Moments:
    return (moments - MONDAY) // WEEK


def _moved(day: date, days: int) -> date:
    """A day so many days later, as far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _day(moment: int) -> date:
    return (datetime(1970, 1, 1) + timedelta(microseconds=moment)).date()


def _least(moments: pl.Series) -> int:
    found = moments.min()
    return found if isinstance(found, int) else 0


def _most(moments: pl.Series) -> int:
    found = moments.max()
    return found if isinstance(found, int) else 0
