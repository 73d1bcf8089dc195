"""R3, R3.1, R3.6: which cases an incident gets, their kinds, their places, their times."""

import narwhals.stable.v2 as nw

from casesim.tables import Frame


def cases(rows: Frame) -> Frame:
    """R3: what kind of case each row is, its place within the incident (R3.1), when it opens (R3.6).

    Args:
        rows: one row per case: `position` in output, `incident`, `customer` (null: the major case, which comes after
            its children), `outcome` (individual | major) and `decided_at` (epoch microseconds) of the incident.

    Returns:
        The same rows with `kind` (individual | major | child), `place` (1, 2, … among the incident's customers, 0 = the
        major case) and `opened_at`.
    """
    of_major = nw.when(nw.col("customer").is_null()).then(nw.lit("major")).otherwise(nw.lit("child"))
    kind = nw.when(nw.col("outcome") == "major").then(of_major).otherwise(nw.lit("individual"))
    first = nw.col("position").min().over("incident")
    place = nw.when(~nw.col("customer").is_null()).then(nw.col("position") - first + 1).otherwise(nw.lit(0))
    return rows.with_columns(kind=kind, place=place.cast(nw.Int32), opened_at=nw.col("decided_at"))
