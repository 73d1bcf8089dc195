"""R3, R3.6, R2.6: which cases a record gets, their kinds, their times. R3.1, their places, is `backend.case_rows`.

A record's *head* is the case of the whole issue: the major case, or in the alert flow (R2.6) its one proactive case.
"""

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame

# R3.1, R2.6: what follows the record's number in the number of its head.
HEADS = {"incident": "-M", "alerts": "-A"}


def due(decisions: Frame, policy: Policy) -> Frame:
    """R3, R2.6: which records have a head, and which have a case for each customer.

    Args:
        decisions: `asked`, `outcome`, `counted`, `start` (t₀), `decided_at`, `promoted_at` (epoch microseconds).

    Returns:
        The same rows with `head` and `each` (Boolean), `lone` (Boolean: its one customer is put on the head), and
        `head_at`, when the head opens.
    """
    major = nw.col("outcome") == "major"
    if policy.flow == "alerts":
        accepted = major & nw.lit(policy.major_case_status == "accepted")
        lone = (nw.col("counted") == 1) & ~major & nw.lit(policy.process_case_for_single_account)
        return decisions.with_columns(head=nw.col("asked"), each=accepted, lone=lone, head_at=nw.col("start"))
    return decisions.with_columns(
        head=major,
        each=nw.col("outcome") != "none",
        lone=major & nw.lit(False),
        head_at=nw.coalesce("promoted_at", "decided_at"),
    )


def cases(rows: Frame, policy: Policy) -> Frame:
    """R3, R3.6, R2.6: what kind of case each row is, and when it opens.

    Args:
        rows: one row per case: `place` (0: the head), `opened_at` (null: at the decision), and of its record
            `outcome` (individual | major), `decided_at` and `head_at` (epoch microseconds).

    Returns:
        The same rows with `kind` (individual | major | child | proactive) and `opened_at`.
    """
    head, major = nw.col("place") == 0, nw.col("outcome") == "major"
    of_head = nw.lit("major")
    if policy.flow == "alerts":
        accepted = major & nw.lit(policy.major_case_status == "accepted")
        of_head = nw.when(accepted).then(nw.lit("major")).otherwise(nw.lit("proactive"))
    of_customer = nw.when(major).then(nw.lit("child")).otherwise(nw.lit("individual"))
    return rows.with_columns(
        kind=nw.when(head).then(of_head).otherwise(of_customer),
        opened_at=nw.when(head).then(nw.col("head_at")).otherwise(nw.coalesce("opened_at", "decided_at")),
    )
