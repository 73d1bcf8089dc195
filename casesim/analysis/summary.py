"""What a run did, in counts: by outcome, by kind of case, by event; floods and what is left for people to close."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.engine.simulate import Simulation

HOUR = 3_600_000_000
EVENTS = ("case_created", "comment", "resolved")
STATUSES = ("sent", "suppressed", "digested", "blocked")
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
    suppressed_because: by reason; notifications: by event and status; unintended: mails sent to customers whom their
    writer did not choose (R6.2), unintended_customers: who gets them; duplicates: journal entries that a case had
    already; replied: customers with a reply; promoted: incidents made major later (R8.1); by_hand: cases that stay open
    although their incident is resolved (R7.1).
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
    notifications: dict[str, dict[str, int]]
    unintended: int
    unintended_customers: int
    duplicates: int
    replied: int
    promoted: int
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
    reachable = people["sent"].gather(told["customer"])
    status = _statuses(told, reachable)
    sent = reachable if status is None else status == STATUSES.index("sent")
    outcome = decided["outcome"].replace_strict(list(OUTCOMES), range(len(OUTCOMES)), return_dtype=pl.UInt8)
    event = told["event"].replace_strict(list(EVENTS), range(len(EVENTS)), return_dtype=pl.UInt8)
    which = (~reachable).cast(pl.UInt8) if status is None else status
    counts = _cells(event, outcome.gather(told["incident"]), which)
    by_event = counts.sum(axis=1)
    alerts = run.policy.flow == "alerts"
    incidents = _counts(decided.group_by("outcome").len(), "outcome")
    mails = told.filter(sent).select("customer", hour=pl.col("created_at") // HOUR)
    strays = told.filter(sent & told["unintended"].fill_null(False)) if "unintended" in told.columns else told.clear()
    return Totals(
        threshold=run.policy.affected_account_threshold if alerts else run.policy.threshold,
        threshold_given=not run.policy.assumed,
        incidents={outcome: incidents.get(outcome, 0) for outcome in OUTCOMES},
        cases=_counts(cases.group_by("kind").len(), "kind"),
        created_sent=dict(zip(OUTCOMES, counts[0, :, 0].tolist(), strict=True)),
        created_suppressed=dict(zip(OUTCOMES, counts[0, :, 1].tolist(), strict=True)),
        sent=dict(zip(EVENTS, by_event[:, 0].tolist(), strict=True)),
        suppressed=dict(zip(EVENTS, by_event[:, 1].tolist(), strict=True)),
        suppressed_because=_because(told, reachable, people),
        notifications={
            name: dict(zip(STATUSES, row, strict=True)) for name, row in zip(EVENTS, by_event.tolist(), strict=True)
        },
        unintended=strays.height,
        unintended_customers=strays["customer"].n_unique(),
        **_written(run),
        promoted=int((decided["reason"] == "promoted").sum()),
        by_hand=int(cases["by_hand"].sum()),
        auto_resolved=int(((cases["state"] == "6") & (cases["kind"] != "major")).sum()),
        largest=_int(decided["counted"].max()),
        peak_hour=_peak_hour(mails["hour"]),
        peak_contact=_peak_contact(mails, people),
        first=_moment(decided["opened_at"].min()),
        last=_moment(decided["opened_at"].max()),
    )


def _statuses(told: pl.DataFrame, reachable: pl.Series) -> pl.Series | None:
    """The status of each notification, its place in `STATUSES`; None where only the contact decides."""
    if "status" not in told.columns:
        return None
    own = (~reachable).cast(pl.UInt8)
    places = told["status"].replace_strict(list(STATUSES), range(len(STATUSES)), return_dtype=pl.UInt8)
    return pl.select(pl.coalesce(places, own)).to_series()


def _because(told: pl.DataFrame, reachable: pl.Series, people: pl.DataFrame) -> dict[str, int]:
    """Suppressed notifications by reason: the contact's (R5.1), or `flood` (R5.3)."""
    unsent, held = ~reachable, 0
    if "status" in told.columns:
        unsent = unsent & told["status"].is_null()
        held = int((told["status"] == "suppressed").sum())
    per_customer = np.bincount(told["customer"].filter(unsent).to_numpy(), minlength=people.height)
    reasons = people.select("reason", len=pl.Series(per_customer)).drop_nulls().filter(pl.col("len") > 0)
    return {**_counts(reasons, "reason"), **({"flood": held} if held else {})}


def _written(run: Simulation) -> dict[str, int]:
    """R6: entries that a case had already, and customers with a reply."""
    if run.talk is None:
        return {"duplicates": 0, "replied": 0}
    entries = run.talk.entries
    replies = entries.filter((pl.col("origin") == "reply") & pl.col("case").is_not_null())["case"]
    return {
        "duplicates": int(entries["duplicate"].sum()),
        "replied": run.case_codes["customer"].gather(replies).n_unique(),
    }


def _counts(frame: pl.DataFrame, by: str) -> dict[str, int]:
    summed = frame.group_by(by).agg(pl.col("len").sum()).sort(by)
    return dict(zip(summed[by].to_list(), summed["len"].to_list(), strict=True))


def _cells(event: pl.Series, outcome: pl.Series, status: pl.Series) -> NDArray[np.int64]:
    """How many notifications there are by event, outcome and status."""
    code = (event.cast(pl.Int64) * len(OUTCOMES) + outcome) * len(STATUSES) + status
    shape = (len(EVENTS), len(OUTCOMES), len(STATUSES))
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
