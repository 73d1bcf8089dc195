"""R7 to R7.4: what resolution or cancellation of a record does to its cases."""

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame

# R3.5, R12.1.
CANCELED, CHANGE_CANCELED, CHANGE_CLOSED = "8", "4", "3"
DONE = ("6", "7")
CASE_NEW, CASE_RESOLVED, CASE_CANCELLED = "1", "6", "7"
MAJOR_NOTE = "There is a major case associated with this incident."


def ends(records: Frame) -> Frame:
    """When each record is resolved or cancelled (R7, R7.3, R12.1).

    Args:
        records: `change` (Boolean), `state`, `resolved_at`, `closed_at` (epoch microseconds).

    Returns:
        The same rows with `resolved` (epoch microseconds; null = not resolved) and `cancelled` (likewise).
    """
    change, state = nw.col("change"), nw.col("state")
    stopped = nw.when(change).then(state == CHANGE_CANCELED).otherwise(state == CANCELED).fill_null(False)
    closed_only = state.is_in(DONE).fill_null(False) & nw.col("resolved_at").is_null()
    resolved = nw.when(closed_only).then(nw.col("closed_at")).otherwise(nw.col("resolved_at"))
    closed = nw.when((state == CHANGE_CLOSED).fill_null(False)).then(nw.col("closed_at"))
    return records.with_columns(
        resolved=nw.when(change).then(closed).otherwise(nw.when(~stopped).then(resolved)),
        cancelled=nw.when(stopped).then(nw.col("closed_at")),
    )


def resolve(cases: Frame, policy: Policy) -> Frame:
    """R7, R7.1, R7.2, R7.3: the state of each case, but for what its major case passes to it (`passed_on`).

    Args:
        cases: `kind`, `opened_at`, and of their record `outcome`, `promoted_at`, `head_at`, `resolved` and `cancelled`
            (epoch microseconds).

    Returns:
        The same rows with `state` (R3.5), `resolved_at` (epoch microseconds, of Resolved cases), `informed` (the case
        existed when its record was resolved: the three values are copied to it), `closes` (that resolves it), `managed`
        (epoch microseconds: when a manager resolves the record's major case) and `by_hand` (it stays open although its
        record is resolved: somebody has to close it).
    """
    informed = (nw.col("opened_at") <= nw.col("resolved")).fill_null(False)
    # R8.1: the outcome as it stands then; before its promotion an incident is individual.
    later = (nw.col("promoted_at") > nw.col("resolved")).fill_null(False)
    major = (nw.col("outcome") == "major") & ~later
    closes = informed & ~major
    delay = policy.choices.major_resolution_delay
    # A manager resolves a major case that got the values, hence existed then; without a delay nobody does.
    served = major & (nw.col("head_at") <= nw.col("resolved")).fill_null(False) & nw.lit(delay is not None)
    managed = nw.when(served).then(nw.col("resolved") + nw.lit(delay or 0))
    by_manager = served & (nw.col("kind") == "major")
    cancels = (nw.col("opened_at") <= nw.col("cancelled")).fill_null(False)
    if not policy.choices.cancel_cases_with_incident:
        cancels = cancels & nw.lit(False)
    state = (
        nw.when(closes | by_manager)
        .then(nw.lit(CASE_RESOLVED))
        .otherwise(nw.when(cancels).then(nw.lit(CASE_CANCELLED)).otherwise(nw.lit(CASE_NEW)))
    )
    return cases.with_columns(
        state=state,
        resolved_at=nw.when(closes).then(nw.col("resolved")).otherwise(nw.when(by_manager).then(managed)),
        informed=informed,
        closes=closes,
        managed=managed,
        by_hand=~nw.col("resolved").is_null() & ~closes,
    )


def passed_on(cases: Frame, policy: Policy, base_table: int) -> Frame:
    """R7.2: the children that a manager resolves with their major case.

    Args:
        cases: as `resolve` gives them, with `table` and of their record `major_table` (places in `case_type.tables`).
        policy: the sync of child cases and its fields.
        base_table: the place of sn_customerservice_case; types that extend it have to be configured.

    Returns:
        The same rows with the final `state`, `resolved_at` and `by_hand`.
    """
    if policy.choices.major_resolution_delay is None or not policy.sync_children or "state" not in policy.sync_fields:
        return cases
    served = (nw.col("kind") == "child") & (nw.col("state") == CASE_NEW)
    served = served & (nw.col("opened_at") <= nw.col("managed")).fill_null(False)
    if not policy.choices.sync_extended_case_types:
        served = served & (nw.col("table") == base_table) & (nw.col("major_table") == base_table)
    return cases.with_columns(
        state=nw.when(served).then(nw.lit(CASE_RESOLVED)).otherwise(nw.col("state")),
        resolved_at=nw.when(served).then(nw.col("managed")).otherwise(nw.col("resolved_at")),
        by_hand=nw.col("by_hand") & ~served,
    )


def case_notes(cases: Frame) -> Frame:
    """R7.4: the work note on each case that resolution closes: `incident`, `case`, `place`, `created_at`."""
    return cases.filter(nw.col("closes")).select("incident", "case", "place", created_at="resolved_at")


def incident_notes(decisions: Frame) -> Frame:
    """R7.1, R7.4: the work note on each resolved record that was major, with a case, by then: `incident`, `created_at`.

    Args:
        decisions: `incident`, `outcome`, `decided_at`, `promoted_at`, `resolved`.
    """
    since = nw.coalesce("promoted_at", "decided_at")
    stands = (nw.col("outcome") == "major") & (since <= nw.col("resolved")).fill_null(False)
    return decisions.filter(stands).select("incident", created_at="resolved")
