"""What one should look at before making a change: what stands against it, what is risky, what the figures rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from casesim.analysis.effects import sharing, unintended_rows
from casesim.analysis.intervals import at, threshold_of
from casesim.analysis.segments import segments
from casesim.analysis.wording import clean, day, listed, many
from casesim.engine.simulate import Simulation
from casesim.tables import DatasetError

if TYPE_CHECKING:
    from casesim.analysis.compare import Comparison

Severity = Literal["block", "warn", "inform"]
# The platform's own labels of incident.priority.
PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low", "5": "planning"}
CLIFF = 0.05
SUPPRESSED = 0.05
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
        yield _unintended(found.proposed, figures["notifications_unintended"])
    yield from _nobody(found)
    yield from _critical(found)
    if threshold_of(found.a) != threshold_of(found.b):
        yield from _cliff(found.proposed)
    new = found.recipients.filter(pl.col("change") == "new")
    if new.height:
        names = [
            clean(name or contact or who, 40) for name, contact, who in new["name", "contact", "consumer"].iter_rows()
        ]
        # Names have commas.
        text = f"They get no mail now: {listed(names, between='; ')}."
        yield Finding("warn", f"{many(new.height, 'recipient')} newly told", text, "R5.1")
    sent, suppressed = figures["notifications_sent"][1], figures["notifications_suppressed"][1]
    if suppressed > SUPPRESSED * (sent + suppressed):
        share = f"{100 * suppressed / (sent + suppressed):.1f} %"
        text = f"{suppressed:,} of {sent + suppressed:,} find nobody who can be told."
        yield Finding("inform", f"{share} of the notifications are suppressed", text, "R5.1")
    yield from _sparse(found.now)
    rejected = found.now.prepared.data.rejects.height
    if rejected:
        text = "They are left out here; casesim check says which, and why."
        yield Finding("inform", f"{many(rejected, 'row')} of the dataset rejected", text)


def _unintended(run: Simulation, counts: tuple[int, int]) -> Finding:
    """R6.2: the worst incident as an example."""
    rows = unintended_rows(run)
    worst = (
        rows.group_by("incident")
        .agg(pl.col("customer").n_unique())
        .sort("customer", "incident", descending=[True, False])
    )
    incident, customers = worst.row(0)
    number = clean(run.sides.incident["number"][incident], 40)
    every = run.case_codes.filter(pl.col("incident") == incident)["customer"].drop_nulls().n_unique()
    now = "as now" if counts[0] == counts[1] else f"{counts[0]:,} now"
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
        text = f"{majors:,} {'is' if majors == 1 else 'are'} now. Every customer's case would stand alone."
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
    critical = moved.filter(pl.col("priority").str.starts_with("1"))
    if not critical.height:
        return
    loses, gains = pl.col("outcome_a").eq_missing("major"), pl.col("outcome_b").eq_missing("major")
    parts = []
    for which, one, several in (
        (loses, "stops being major", "stop being major"),
        (gains, "starts being major", "start being major"),
        (~loses & ~gains, "gets cases in one of both alone", "get cases in one of both alone"),
    ):
        numbers = [clean(number, 40) for number in critical.filter(which)["incident_number"]]
        if numbers:
            parts.append(f"{len(numbers):,} {one if len(numbers) == 1 else several}: {listed(numbers, 3)}")
    change = "changes" if critical.height == 1 else "change"
    title = f"{many(critical.height, 'critical incident')} {change} outcome"
    yield Finding("warn", title, f"{'. '.join(parts)}.", "R2")


def _cliff(run: Simulation) -> Iterator[Finding]:
    """Whether one step more or less would move a twentieth of the majors."""
    now = threshold_of(run.policy)
    majors = {step: _majors(run, now + step) for step in (-1, 0, 1) if now + step >= 1}
    for step in (1, -1):
        moved = abs(majors.get(step, majors[0]) - majors[0])
        if majors[0] and moved >= CLIFF * majors[0]:
            exactly = now if step > 0 else now - 1
            have, there = "has" if moved == 1 else "have", f"at {now + step:,} {majors[step]:,} are major"
            text = f"{many(moved, 'incident')} {have} exactly {many(exactly, 'customer')}; {there}."
            yield Finding("warn", f"Cliff at {now + step:,}", text, "R2")


def _majors(run: Simulation, threshold: int) -> int:
    return int((sharing(run, at(run.policy, threshold)).decided["outcome"] == "major").sum())


def _sparse(run: Simulation) -> Iterator[Finding]:
    """Whether nearly all incidents lie in less than half of the weeks."""
    opened = run.decided["opened_at"].cast(pl.Datetime("us", "UTC"))
    if not opened.len():
        yield Finding("inform", "No incidents", "Nothing can be said from this data.")
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
    """A priority in the platform's words, as `critical` for `1` or `1 - Critical`; what is none of these as it is."""
    if value is None:
        return ""
    return PRIORITIES.get(value[:1]) or clean(value, 11)
