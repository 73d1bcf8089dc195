"""What one should look at before making a change: what stands against it, what is risky, what the figures rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from casesim.analysis.cliffs import cliffs
from casesim.analysis.effects import Counts, unintended_rows
from casesim.analysis.intervals import threshold_of
from casesim.analysis.segments import segments
from casesim.analysis.sweep import thresholds
from casesim.analysis.verdict import today
from casesim.analysis.wording import clean, day, listed, many
from casesim.engine.simulate import Simulation
from casesim.tables import DatasetError

if TYPE_CHECKING:
    from casesim.analysis.compare import Comparison

Severity = Literal["block", "warn", "inform"]
# The platform's own labels of incident.priority.
PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low", "5": "planning"}
# Priority 1, whatever its label; 10 is another.
CRITICAL = r"^1(\D|$)"
# From these shares on it is said, and it is a warning.
SUPPRESSED, UNREACHED = 0.05, 0.1
RULE = "Update case worknote for comments change"


@dataclass(frozen=True, slots=True)
class Finding:
    """severity: block (settle it first), warn (look at it), inform (know it). rule: its id, where there is one."""

    severity: Severity
    title: str
    text: str
    rule: str = ""


def findings(found: "Comparison") -> list[Finding]:
    """What speaks against a change or has to be known, the gravest first; empty if nothing was found."""
    rank = {"block": 0, "warn": 1, "inform": 2}
    return sorted(_findings(found), key=lambda each: rank[each.severity])


def _findings(found: "Comparison") -> Iterator[Finding]:
    figures = {metric: (a, b) for metric, a, b, _ in found.totals.iter_rows()}
    if figures["notifications_unintended"][1]:
        yield _unintended(found, figures["notifications_unintended"])
    yield from _assumed(found)
    yield from _nobody(found)
    yield from _critical(found)
    if threshold_of(found.a) != threshold_of(found.b):
        known = thresholds(found.proposed)
        yield from cliff(known.turns, known.low.decided.height, threshold_of(found.b))
    yield from _lost(found)
    yield from _told(found)
    sent, suppressed = figures["notifications_sent"][1], figures["notifications_suppressed"][1]
    yield from few_told(sent, suppressed)
    yield from of_data(found.proposed)


def of_data(run: Simulation) -> list[Finding]:
    """What the figures of one run rest on: whether there are incidents, whom they reach, how they lie in time."""
    return [*_reached(run), *_sparse(run), *_rejected(run)]


def few_told(sent: int, suppressed: int) -> Iterator[Finding]:
    """R5.1: many notifications that nobody gets."""
    if suppressed > SUPPRESSED * (sent + suppressed):
        share = f"{100 * suppressed / (sent + suppressed):.1f} %"
        find = "finds" if suppressed == 1 else "find"
        text = f"{suppressed:,} of {sent + suppressed:,} {find} nobody who can be told."
        yield Finding("inform", f"{share} of the notifications are suppressed", text, "R5.1")


def cliff(turns: Counts, every: int, threshold: int) -> Iterator[Finding]:
    """Whether one step up or down from a threshold moves far more incidents than the steps around it (`cliffs`).

    Args:
        turns: for T = 1, 2, … how many incidents have exactly T customers and turn there; every: all incidents.
        threshold: the proposed one.
    """
    found = cliffs(turns, every)
    for step, exactly in ((1, threshold), (-1, threshold - 1)):
        if exactly in found:
            moved = int(turns[exactly - 1])
            have = "has" if moved == 1 else "have"
            way = "fewer" if step > 0 else "more"
            who = f"{many(moved, 'incident')} {have} exactly {many(exactly, 'customer')}"
            text = f"{who}: so many {way} are major there."
            yield Finding("warn", f"Cliff at {threshold + step:,}", text, "R2")


def _assumed(found: "Comparison") -> Iterator[Finding]:
    """R2.1: what stands for now was seen on no instance."""
    if found.a.assumed:
        text = f"Nothing gives one, and {threshold_of(found.a):,} was read from no instance: read the property first."
        yield Finding("warn", "The threshold as it is, is assumed", text, "R2.1")


def _told(found: "Comparison") -> Iterator[Finding]:
    """R5.1: who is told under one policy alone, by name."""
    now = today(found.a)
    for change, words, text in (
        ("new", "newly told", f"Told of nothing {now}"),
        ("lost", "no longer told", f"Told of something {now}, of nothing as proposed"),
    ):
        rows = found.recipients.filter(pl.col("change") == change)
        if rows.height:
            who = rows.select(pl.coalesce("name", "contact", "consumer")).to_series()
            # Names have commas.
            names = _first(who, 5, between="; ")
            yield Finding("warn", f"{many(rows.height, 'recipient')} {words}", f"{text}: {names}.", "R5.1")


def _lost(found: "Comparison") -> Iterator[Finding]:
    """R2.4: incidents that have cases now and none as proposed."""
    without = pl.col("outcome_b").fill_null("none") == "none"
    rows = found.changed.filter(without & (pl.col("outcome_a").fill_null("none") != "none"))
    if not rows.height:
        return
    trigger = rows["reason"].str.starts_with("trigger does not match").sum()
    why = ""
    if trigger:
        why = " The trigger does not hold for them." if trigger == rows.height else f" {trigger:,} by the trigger."
        why = why.replace("them", "it") if rows.height == 1 else why
    text = f"Nobody is told of {'it' if rows.height == 1 else 'them'}: {_first(rows['incident_number'], 3)}.{why}"
    lose = "loses its cases" if rows.height == 1 else "lose their cases"
    yield Finding("warn", f"{many(rows.height, 'incident')} {lose}", text, "R2.4" if trigger else "R2")


def _first(names: pl.Series, most: int, between: str = ", ") -> str:
    """The first of some names, and how many more there are."""
    left = f" and {names.len() - most:,} more" if names.len() > most else ""
    return between.join(clean(name, 40) for name in names.head(most)) + left


def _reached(run: Simulation) -> Iterator[Finding]:
    """R2: whether anybody is reached at all, and which incidents reach nobody."""
    decided = run.decided
    if not decided.height:
        text = "Nothing can be said from this data: no incident was read that can be used."
        yield Finding("block", "No incidents", text)
        return
    nobody = int((decided["reason"] == "no_customers").sum())
    if nobody == decided.height:
        text = f"None of {many(nobody, 'incident')} reaches a customer who counts: nothing can be said from this data."
        yield Finding("block", "No incident has a case", text, "R2")
    elif nobody:
        reach = "reaches nobody" if nobody == 1 else "reach nobody"
        have = "it has" if nobody == 1 else "they have"
        text = f"No customer who counts is affected: {have} no case at any threshold. {decided.height:,} in all."
        severity: Severity = "warn" if nobody >= UNREACHED * decided.height else "inform"
        yield Finding(severity, f"{many(nobody, 'incident')} {reach}", text, "R2")


def _rejected(run: Simulation) -> Iterator[Finding]:
    rejected = run.prepared.data.rejects.height
    if rejected:
        text = "It counts as missing; a row without what is required is left out. casesim check says which."
        yield Finding("inform", f"{many(rejected, 'value')} of the dataset rejected", text)


def _unintended(found: "Comparison", counts: tuple[int, int]) -> Finding:
    """R6.2: the worst incident as an example."""
    run = found.proposed
    rows = unintended_rows(run)
    worst = (
        rows.group_by("incident")
        .agg(pl.col("customer").n_unique())
        .sort("customer", "incident", descending=[True, False])
    )
    incident, customers = worst.row(0)
    number = clean(run.sides.incident["number"][incident], 40)
    every = run.case_codes.filter(pl.col("incident") == incident)["customer"].drop_nulls().n_unique()
    now = f"as {today(found.a)}" if counts[0] == counts[1] else f"{counts[0]:,} {today(found.a)}"
    text = (
        f"On {number} what was meant for others reaches {customers:,} of {many(every, 'customer')}; "
        f"in all {many(counts[1], 'notification')} ({now}). "
        f'Switch off the business rule "{RULE}", or comment sync.'
    )
    return Finding("block", "Unintended recipients", text, "R6.2")


def _nobody(found: "Comparison") -> Iterator[Finding]:
    """Whether a trigger holds for no record at all (R2.4), or nothing is major any more."""
    a, b = (run.decided for run in (found.now, found.proposed))
    if b.height and (b["reason"] == "trigger").all():
        fields = found.b.trigger.fields
        text = f"The trigger holds for none of {many(b.height, 'record')}: it asks for {listed(fields)}."
        values = _stored(found.proposed, fields[0]) if len(fields) == 1 else ""
        yield Finding("block", "No incident takes part", f"{text}{values}", "R2.4")
    elif (a["outcome"] == "major").any() and not (b["outcome"] == "major").any():
        majors = int((a["outcome"] == "major").sum())
        are = "is" if majors == 1 else "are"
        text = f"{majors:,} {are} {today(found.a)}."
        if found.b.flow == "incident":
            text += " Every customer's case would stand alone."
        yield Finding("warn", "No incident is major any more", text, "R2")


def _stored(run: Simulation, field: str) -> str:
    """Which values a field has, where they are few: a condition compares what is stored, not what it is called."""
    try:
        values = segments(run, f"incident.{field}").values.drop_nulls().to_list()
    except DatasetError:
        return ""
    return f" Stored there: {listed([clean(value, 20) for value in values], 8)}." if values else ""


def _critical(found: "Comparison") -> Iterator[Finding]:
    moved = found.changed.filter(pl.col("outcome_a").ne_missing(pl.col("outcome_b")))
    critical = moved.filter(pl.col("priority").str.contains(CRITICAL))
    if not critical.height:
        return
    loses, gains = pl.col("outcome_a").eq_missing("major"), pl.col("outcome_b").eq_missing("major")
    parts = []
    for which, one, several in (
        (loses, "stops being major", "stop being major"),
        (gains, "starts being major", "start being major"),
        (~loses & ~gains, "gets cases in one of both alone", "get cases in one of both alone"),
    ):
        numbers = critical.filter(which)["incident_number"]
        if numbers.len():
            parts.append(f"{numbers.len():,} {one if numbers.len() == 1 else several}: {_first(numbers, 3)}")
    change = "changes" if critical.height == 1 else "change"
    title = f"{many(critical.height, 'critical incident')} {change} outcome"
    yield Finding("warn", title, f"{'. '.join(parts)}.", "R2")


def _sparse(run: Simulation) -> Iterator[Finding]:
    """Whether nearly all incidents lie in less than half of the weeks."""
    opened = run.decided["opened_at"].cast(pl.Datetime("us", "UTC"))
    if not opened.len():
        return
    mondays = opened.dt.truncate("1w").dt.date()
    weeks = mondays.value_counts().sort("count", descending=True)["count"].to_numpy()
    needed = int(np.searchsorted(np.cumsum(weeks), 0.95 * opened.len())) + 1
    span = 1 + int(pl.select((pl.lit(mondays.max()) - pl.lit(mondays.min())).dt.total_days()).item()) // 7
    first, last = (at for at in (opened.min(), opened.max()) if isinstance(at, datetime))
    if needed < span / 2:
        text = f"{needed:,} of {span:,} weeks hold 95 % of the incidents, from {day(first)} to {day(last)}."
        yield Finding("inform", "Sparse period", text)
    elif span < 8:
        text = f"{many(opened.len(), 'incident')} from {day(first)} to {day(last)}: too few to say how weeks differ."
        yield Finding("inform", f"{many(span, 'week')} of data", text)


def priority(value: str | None) -> str:
    """A priority in the platform's words, as `critical` for `1` or `1 - Critical`; a label of its own as it is.

    Example:
        >>> priority("5"), priority("5 - Planning"), priority("5 Very Low")
        ('planning', 'planning', '5 Very Low')
    """
    if value is None:
        return ""
    number, _, label = (part.strip() for part in value.partition("-" if "-" in value else " "))
    known = PRIORITIES.get(number, "")
    return known if label.casefold() in ("", known) and known else clean(value, 11)
