"""What a run did, in counts: by outcome, by kind of case, by event; floods and what is left for people to close."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.engine.simulate import Simulation

HOUR = 3_600_000_000
EVENTS = ("case_created", "resolved")
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
    decided, cases, told, people = run.decided, run.case_codes, run.notification_codes, run.sides.customer
    sent = people["sent"].gather(told["customer"])
    outcome = decided["outcome"].replace_strict(list(OUTCOMES), range(len(OUTCOMES)), return_dtype=pl.UInt8)
    resolved = (told["event"] == "resolved").cast(pl.UInt8)
    counts = _cells(resolved, outcome.gather(told["incident"]), sent.cast(pl.UInt8))
    unsent = np.bincount(told["customer"].filter(~sent).to_numpy(), minlength=people.height)
    reasons = people.select("reason", len=pl.Series(unsent)).drop_nulls().filter(pl.col("len") > 0)
    incidents = _counts(decided.group_by("outcome").len(), "outcome")
    mails = told.filter(sent).select("customer", hour=pl.col("created_at") // HOUR)
    return Totals(
        threshold=run.policy.threshold,
        threshold_given=run.policy.threshold_given,
        incidents={outcome: incidents.get(outcome, 0) for outcome in OUTCOMES},
        cases=_counts(cases.group_by("kind").len(), "kind"),
        created_sent=dict(zip(OUTCOMES, counts[0, :, 1].tolist(), strict=True)),
        created_suppressed=dict(zip(OUTCOMES, counts[0, :, 0].tolist(), strict=True)),
        sent=dict(zip(EVENTS, counts[:, :, 1].sum(axis=1).tolist(), strict=True)),
        suppressed=dict(zip(EVENTS, counts[:, :, 0].sum(axis=1).tolist(), strict=True)),
        suppressed_because=_counts(reasons, "reason"),
        by_hand=int(cases["by_hand"].sum()),
        auto_resolved=int((cases["state"] == "6").sum()),
        largest=_int(decided["counted"].max()),
        peak_hour=_peak_hour(mails["hour"]),
        peak_contact=_peak_contact(mails, people),
        first=_moment(decided["opened_at"].min()),
        last=_moment(decided["opened_at"].max()),
    )


def _counts(frame: pl.DataFrame, by: str) -> dict[str, int]:
    summed = frame.group_by(by).agg(pl.col("len").sum()).sort(by)
    return dict(zip(summed[by].to_list(), summed["len"].to_list(), strict=True))


def _cells(event: pl.Series, outcome: pl.Series, sent: pl.Series) -> NDArray[np.int64]:
    """How many notifications there are by event, outcome and whether they were sent."""
    code = (event.cast(pl.Int64) * len(OUTCOMES) + outcome) * 2 + sent
    shape = (len(EVENTS), len(OUTCOMES), 2)
    return np.bincount(code.to_numpy(), minlength=math.prod(shape)).reshape(shape)


def _peak_hour(hours: pl.Series) -> Peak:
    """The busiest hour; the earliest of several."""
    first = hours.min()
    if not isinstance(first, int):
        return Peak(0, None)
    counts = np.bincount((hours - first).to_numpy())
    return Peak(int(counts.max()), _moment((int(counts.argmax()) + first) * HOUR))


def _peak_contact(mails: pl.DataFrame, people: pl.DataFrame) -> Peak:
    """The contact (or consumer) who gets most in one hour; one person may be the contact of many accounts."""
    if not mails.height:
        return Peak(0, None)
    person = people.select(name=pl.coalesce("contact", "consumer")).with_columns(code=pl.col("name").rank("dense"))
    wide = int(person.select(pl.col("code").max()).item()) + 1
    key = (mails["hour"] * wide + person["code"].gather(mails["customer"])).sort().rle().struct.unnest()
    # The first of the longest runs is the earliest hour: runs come in order of hour.
    top = key.row(int(key["len"].arg_max() or 0), named=True)
    hour, code = divmod(top["value"], wide)
    return Peak(top["len"], _moment(hour * HOUR), person.filter(pl.col("code") == code)["name"][0])


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value / 1e6, UTC) if isinstance(value, int) else None


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
