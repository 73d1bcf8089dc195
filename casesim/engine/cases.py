"""R3, R3.6: which cases an incident gets, their kinds, their times. R3.1, their places, is `backend.case_rows`."""

import narwhals.stable.v2 as nw

from casesim.tables import Frame


def cases(rows: Frame) -> Frame:
    """R3, R3.6: what kind of case each row is, and when it opens.

    Args:
        rows: one row per case: `customer` (null: the major case), and of its incident `outcome` (individual | major)
            and `decided_at` (epoch microseconds).

    Returns:
        The same rows with `kind` (individual | major | child) and `opened_at`.
    """
    of_major = nw.when(nw.col("customer").is_null()).then(nw.lit("major")).otherwise(nw.lit("child"))
    kind = nw.when(nw.col("outcome") == "major").then(of_major).otherwise(nw.lit("individual"))
    return rows.with_columns(kind=kind, opened_at=nw.col("decided_at"))
