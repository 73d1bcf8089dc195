"""R7, R7.1, R7.3, R7.4: what resolution or cancellation of an incident does to its cases."""

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame

CANCELED = "8"
DONE = ("6", "7")
CASE_NEW, CASE_RESOLVED, CASE_CANCELLED = "1", "6", "7"
MAJOR_NOTE = "There is a major case associated with this incident."


def ends(records: Frame) -> Frame:
    """When each incident is resolved or cancelled (R7, R7.3).

    Args:
        records: `state`, `resolved_at`, `closed_at` (epoch microseconds).

    Returns:
        The same rows with `resolved` (epoch microseconds; null = not resolved) and `cancelled` (likewise).
    """
    cancelled = (nw.col("state") == CANCELED).fill_null(False)
    closed_only = nw.col("state").is_in(DONE).fill_null(False) & nw.col("resolved_at").is_null()
    resolved = nw.when(closed_only).then(nw.col("closed_at")).otherwise(nw.col("resolved_at"))
    return records.with_columns(
        resolved=nw.when(~cancelled).then(resolved), cancelled=nw.when(cancelled).then(nw.col("closed_at"))
    )


def resolve(cases: Frame, policy: Policy) -> Frame:
    """R7, R7.1, R7.3: the final state of each case.

    Args:
        cases: `kind`, `opened_at`, and of their incident `resolved` and `cancelled` (epoch microseconds).

    Returns:
        The same rows with `state` (R3.5), `resolved_at` (epoch microseconds, of Resolved cases), `informed` (the case
        existed when its incident was resolved: the three values are copied to it) and `by_hand` (it stays open
        although its incident is resolved: somebody has to close it).
    """
    informed = (nw.col("opened_at") <= nw.col("resolved")).fill_null(False)
    closes = informed & (nw.col("kind") == "individual")
    cancels = (nw.col("opened_at") <= nw.col("cancelled")).fill_null(False)
    if not policy.choices.cancel_cases_with_incident:
        cancels = cancels & nw.lit(False)
    state = (
        nw.when(closes)
        .then(nw.lit(CASE_RESOLVED))
        .otherwise(nw.when(cancels).then(nw.lit(CASE_CANCELLED)).otherwise(nw.lit(CASE_NEW)))
    )
    return cases.with_columns(
        state=state,
        resolved_at=nw.when(closes).then(nw.col("resolved")),
        informed=informed,
        by_hand=~nw.col("resolved").is_null() & ~closes,
    )


def case_notes(cases: Frame) -> Frame:
    """R7.4: the work note on each case that resolution closes: `incident`, `case`, `place`, `created_at`."""
    return cases.filter(nw.col("state") == CASE_RESOLVED).select("incident", "case", "place", created_at="resolved_at")


def incident_notes(decisions: Frame) -> Frame:
    """R7.1, R7.4: the work note on each resolved incident that had a major case by then: `incident`, `created_at`."""
    stands = (nw.col("outcome") == "major") & (nw.col("decided_at") <= nw.col("resolved")).fill_null(False)
    return decisions.filter(stands).select("incident", created_at="resolved")
