"""What a run did, in counts: by outcome, by kind of case, by event; floods and what is left for people to close."""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from casesim.engine.simulate import Simulation

HOUR = 3_600_000_000
OUTCOMES = ("major", "individual", "none")


@dataclass(frozen=True, slots=True)
class Peak:
    """The most sent in one UTC clock hour, to everybody or to one contact."""

    sent: int
    hour: datetime | None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What one policy does to one dataset. Counts, never rates.

    incidents, created_sent, created_suppressed: by outcome; cases: by kind; sent, suppressed: by event;
    suppressed_because: by reason; by_hand: cases that stay open although their incident is resolved (R7.1).
    """

    threshold: int
    threshold_given: bool
    incidents: dict[str, int]
    cases: dict[str, int]
    created_sent: dict[str, int]
    created_suppressed: dict[str, int]
    sent: dict[str, int]
    suppressed: dict[str, int]
    suppressed_because: dict[str, int]
    by_hand: int
    auto_resolved: int
    largest: int
    peak_hour: Peak
    peak_contact: Peak
    first: datetime | None
    last: datetime | None


def totals(run: Simulation) -> Totals:
    """Count a run, from its integer codes: no text is spelt out for it."""
    decided, cases = run.decided, run.case_codes
    told = run.notification_codes.select("incident", "customer", "event", "created_at")
    status = run.sides.customer
    told = told.with_columns(
        sent=(status["status"] == "sent").gather(told["customer"]), outcome=decided["outcome"].gather(told["incident"])
    )
    counts = told.group_by("event", "outcome", "sent").len()
    created = counts.filter(pl.col("event") == "case_created")
    reasons = told.filter(~pl.col("sent")).group_by("customer").len()
    reasons = (
        reasons.with_columns(reason=status["reason"].gather(reasons["customer"]))
        .group_by("reason")
        .agg(pl.col("len").sum())
    )
    incidents = _counts(decided.group_by("outcome").len(), "outcome")
    return Totals(
        threshold=run.policy.threshold,
        threshold_given=run.policy.threshold_given,
        incidents={outcome: incidents.get(outcome, 0) for outcome in OUTCOMES},
        cases=_counts(cases.group_by("kind").len(), "kind"),
        created_sent=_counts(created.filter("sent"), "outcome"),
        created_suppressed=_counts(created.filter(~pl.col("sent")), "outcome"),
        sent=_counts(counts.filter("sent"), "event"),
        suppressed=_counts(counts.filter(~pl.col("sent")), "event"),
        suppressed_because=_counts(reasons, "reason"),
        by_hand=int(cases["by_hand"].sum()),
        auto_resolved=int((cases["state"] == "6").sum()),
        largest=_int(decided["counted"].max()),
        peak_hour=_peak(told.filter("sent"), []),
        peak_contact=_peak_contact(run, told.filter("sent")),
        first=_moment(decided["opened_at"].min()),
        last=_moment(decided["opened_at"].max()),
    )


def _counts(frame: pl.DataFrame, by: str) -> dict[str, int]:
    summed = frame.group_by(by).agg(pl.col("len").sum()).sort(by)
    return dict(zip(summed[by].to_list(), summed["len"].to_list(), strict=True))


def _peak(sent: pl.DataFrame, by: list[str]) -> Peak:
    """The busiest (hour, `by`); the earliest of several."""
    hours = sent.group_by(*by, hour=pl.col("created_at") // HOUR).len()
    if not hours.height:
        return Peak(0, None)
    top = hours.sort("len", "hour", *by, descending=[True, False, *[False] * len(by)]).row(0, named=True)
    return Peak(top["len"], _moment(top["hour"] * HOUR), top[by[0]] if by else None)


def _peak_contact(run: Simulation, sent: pl.DataFrame) -> Peak:
    """The contact (or consumer) who gets most in one hour; one person may be the contact of many accounts."""
    people = run.sides.customer
    person = people.select(person=pl.coalesce("contact", "consumer", "account"))["person"]
    return _peak(sent.with_columns(person=person.gather(sent["customer"])), ["person"])


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value / 1e6, UTC) if isinstance(value, int) else None


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
