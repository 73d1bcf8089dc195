"""Impact budgets: what a change of policy does to a dataset, counted, and the records that go beyond a limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from casesim.analysis.ruletest.values import Budget, Fault
from casesim.analysis.wording import clean, day
from casesim.dataset import load
from casesim.engine.prepare import prepare
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy

MOMENT = pl.Datetime("us", "UTC")
MOST = 1_000  # records that a fault lists
COUNTS = ("cases", "major_cases", "manual_closures", "mails")


@dataclass(frozen=True, slots=True)
class Change:
    """Two runs over one dataset, by incident.

    incidents: a row per incident of the period, by number: `incident_number`, `outcome_a`, `outcome_b`, for each of
        COUNTS `<count>_a` and `<count>_b`, `opened` and `closed` (the Mondays of the incident's
        opening and of its resolution, else of its opening again).
    recipients: who gets a mail after the change and got none before: `recipient` (id), `incident_number`, `case` (the
        number of the first).
    """

    incidents: pl.DataFrame
    recipients: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure that can be limited: how it is counted, in which words, and the records behind it, worst first."""

    words: str
    measure: Callable[[Change], tuple[float, list[str]]]


def measured(budget: Budget) -> tuple[tuple[Fault, ...], dict[str, tuple[float, float]]]:
    """The limits that a change breaks, and every limited metric with its value and limit.

    Raises:
        DatasetError: the dataset cannot be read.
        PolicyError: one of the policies cannot be used with it.
    """
    change = changed(budget)
    faults, figures = [], {}
    for name, limit in budget.at_most.items():
        metric = METRICS[name]
        value, records = metric.measure(change)
        figures[name] = (value, limit)
        if value > limit:
            what = f"{name}: {_number(value)} {metric.words}, at most {_number(limit)}"
            faults.append(Fault(what=what, records=tuple(records[:MOST]), more=max(len(records) - MOST, 0)))
    return tuple(faults), figures


def changed(budget: Budget) -> Change:
    """Both runs of a budget; who is affected is found once."""
    data = load(budget.dataset)
    before = budget.before if budget.before is not None else data.policy
    after = budget.after if budget.after is not None else _with(before, budget.changes)
    prepared = prepare(data, before)
    return between(simulate(prepared, before), simulate(prepared, after), since=budget.since, until=budget.until)


def between(
    before: Simulation, after: Simulation, *, since: datetime | None = None, until: datetime | None = None
) -> Change:
    """Two runs over one dataset, joined by incident.

    Args:
        before, after: the runs.
        since, until: only incidents opened from then on, and before then.
    """
    sides = [_by_incident(run, since, until) for run in (before, after)]
    keys = ["source", "incident_number"]
    both = sides[0].join(sides[1], on=keys, how="full", coalesce=True, suffix="_b")
    counts = [name for count in COUNTS for name in (count, f"{count}_b")]
    both = both.with_columns(
        pl.col(counts).fill_null(0),
        pl.col("outcome", "outcome_b").fill_null("none"),
        pl.coalesce("opened", "opened_b"),
        pl.coalesce("closed", "closed_b"),
    )
    incidents = (
        both.rename({name: f"{name}_a" for name in ("outcome", *COUNTS)}).drop("opened_b", "closed_b").sort(keys[::-1])
    )
    return Change(incidents, _new_recipients(before, after, since, until))


def _with(policy: Policy, changes: Mapping[str, object]) -> Policy:
    for name, value in changes.items():
        policy = policy.set(name, value)
    return policy


def _within(run: Simulation, since: datetime | None, until: datetime | None) -> pl.Series:
    """Whether each record, by code, is of the period: opened from `since` on and before `until`."""
    opened = pl.col("opened_at").cast(MOMENT)
    bounds = [pl.lit(True)]
    bounds += [opened >= since] if since is not None else []
    bounds += [opened < until] if until is not None else []
    return run.decided.select("opened_at", within=pl.all_horizontal(bounds))["within"]


def _by_incident(run: Simulation, since: datetime | None, until: datetime | None) -> pl.DataFrame:
    cases, within = run.case_codes, _within(run, since, until)
    counts = {
        "cases": cases,
        "major_cases": cases.filter(pl.col("kind") == "major"),
        "manual_closures": cases.filter("by_hand"),
        "mails": _sent(run, within),
    }
    moments = {"opened": pl.col("opened_at"), "closed": pl.coalesce("resolved", "opened_at")}
    mondays = {name: moment.cast(MOMENT).dt.truncate("1w") for name, moment in moments.items()}
    records = run.decided.select("outcome", **mondays)
    records = records.with_columns(
        run.sides.incident["source"],
        run.sides.incident["number"].alias("incident_number"),
        within=within,
    ).with_row_index("incident")
    for name, rows in counts.items():
        own = rows.group_by("incident").agg(pl.len().cast(pl.Int64).alias(name))
        records = records.join(own, on="incident", how="left").with_columns(pl.col(name).fill_null(0))
    return records.filter("within").drop("incident", "within")


def _sent(run: Simulation, within: pl.Series) -> pl.DataFrame:
    """The notifications that are sent about records that are `within`, with `person`."""
    told = run.notification_codes.filter(within.gather(run.notification_codes["incident"]))
    person = run.sides.customer["person"].gather(told["customer"])
    undecided = pl.col("status").is_null() if "status" in told.columns else pl.lit(True)
    return told.with_columns(person=person).filter(undecided, pl.col("person").is_not_null())


def _new_recipients(
    before: Simulation, after: Simulation, since: datetime | None, until: datetime | None
) -> pl.DataFrame:
    was, now = (_sent(run, _within(run, since, until)) for run in (before, after))
    new = now.join(was.select("person").unique(), on="person", how="anti", maintain_order="left")
    first = new.unique("person", keep="first", maintain_order=True)
    who, number = after.sides.customer, after.sides.incident["number"].gather(first["incident"])
    return pl.DataFrame(
        {
            "recipient": who.select(pl.coalesce("contact", "consumer")).to_series().gather(first["customer"]),
            "incident_number": number,
            "case": number + after.sides.place["ending"].gather(first["place"]),
        }
    ).sort("recipient", "case")


def _flipped(change: Change) -> list[str]:
    rows = change.incidents.filter(pl.col("outcome_a") != pl.col("outcome_b"))
    columns = ("incident_number", "outcome_a", "outcome_b")
    return [f"{clean(number)} {was} -> {now}" for number, was, now in rows.select(columns).iter_rows()]


def _flips(change: Change) -> tuple[float, list[str]]:
    records = _flipped(change)
    return len(records), records


def _flipped_percent(change: Change) -> tuple[float, list[str]]:
    records = _flipped(change)
    return 100 * len(records) / max(change.incidents.height, 1), records


def _added(count: str) -> Callable[[Change], tuple[float, list[str]]]:
    def measure(change: Change) -> tuple[float, list[str]]:
        total = (change.incidents[f"{count}_b"] - change.incidents[f"{count}_a"]).sum()
        return int(total), _grown(change.incidents, count)

    return measure


def _added_a_week(count: str) -> Callable[[Change], tuple[float, list[str]]]:
    """The most added in one calendar week; the records are those of the worst week, the earliest of several.

    Cases to close count where their incident is resolved, everything else where it was opened, as in a recommendation.
    """
    week_of = "closed" if count == "manual_closures" else "opened"

    def measure(change: Change) -> tuple[float, list[str]]:
        added = pl.col(f"{count}_b") - pl.col(f"{count}_a")
        weeks = change.incidents.group_by(week_of).agg(added=added.sum())
        weeks = weeks.sort("added", week_of, descending=[True, False])
        if not weeks.height or weeks["added"][0] <= 0:
            return 0, []
        week = weeks[week_of][0]
        records = _grown(change.incidents.filter(pl.col(week_of) == week), count)
        return int(weeks["added"][0]), [f"{record} (week of {day(week)})" for record in records]

    return measure


def _grown(incidents: pl.DataFrame, count: str) -> list[str]:
    """The incidents with more than before, the worst first."""
    added = pl.col(f"{count}_b") - pl.col(f"{count}_a")
    rows = incidents.with_columns(added=added).filter(pl.col("added") > 0)
    rows = rows.sort("added", "incident_number", descending=[True, False])
    columns = ("incident_number", f"{count}_a", f"{count}_b")
    return [f"{clean(number)} {was:,} -> {now:,}" for number, was, now in rows.select(columns).iter_rows()]


def _strangers(change: Change) -> tuple[float, list[str]]:
    records = [f"{clean(who)} by {clean(case)}" for who, _, case in change.recipients.iter_rows()]
    return len(records), records


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


METRICS: Mapping[str, Metric] = {
    "flipped": Metric("incidents with another outcome", _flips),
    "flipped_percent": Metric("% of the incidents with another outcome", _flipped_percent),
    "cases": Metric("more cases", _added("cases")),
    "major_cases": Metric("more major cases", _added("major_cases")),
    "major_cases_per_week": Metric("more major cases in one week", _added_a_week("major_cases")),
    "manual_closures": Metric("more cases to close by hand", _added("manual_closures")),
    "manual_closures_per_week": Metric("more cases to close by hand in one week", _added_a_week("manual_closures")),
    "mails": Metric("more mails", _added("mails")),
    "mails_per_week": Metric("more mails in one week", _added_a_week("mails")),
    "new_recipients": Metric("people get a mail who got none before", _strangers),
}
