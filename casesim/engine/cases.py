"""R3, R3.1, R3.5, R3.6: which cases an incident gets, their kinds, their places, their times."""

import narwhals.stable.v2 as nw

from casesim.tables import Frame


def customer_cases(pairs: Frame, decisions: Frame) -> Frame:
    """R3: one case per counted customer of an incident with a case, numbered within the incident (R3.1).

    Args:
        pairs: `incident`, `customer` (a code; accounts before consumers, then by id), each pair once; other columns
            are kept.
        decisions: `incident`, `outcome`, `decided_at` (epoch microseconds).

    Returns:
        The pairs of incidents with outcome individual or major, with `kind` (individual | child), `place` (1, 2, …)
        and `opened_at`.
    """
    due = decisions.filter(nw.col("outcome") != "none").select("incident", "outcome", opened_at="decided_at")
    rows = pairs.join(due, on="incident", how="inner")
    return rows.with_columns(
        kind=nw.when(nw.col("outcome") == "major").then(nw.lit("child")).otherwise(nw.lit("individual")),
        place=nw.col("customer").cum_count().over("incident", order_by=["opened_at", "customer"]).cast(nw.Int64),
    ).drop("outcome")


def major_cases(decisions: Frame) -> Frame:
    """R3: one major case for each incident with outcome major, without a customer; it comes after its children.

    Returns:
        `incident`, `kind`, `opened_at`.
    """
    return decisions.filter(nw.col("outcome") == "major").select(
        "incident", kind=nw.lit("major"), opened_at="decided_at"
    )
