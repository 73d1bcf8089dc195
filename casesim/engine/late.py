"""R8.2: how many customers there were first, last and at most. With `late_customers = "known"` all of them count."""

import narwhals.stable.v2 as nw

from casesim.engine.codes import NEVER
from casesim.tables import Frame


def presence(pairs: Frame, decisions: Frame) -> Frame:
    """R8.2: customers present at the decision, without an end, and at the busiest moment from then on.

    Args:
        pairs: `incident`, `customer`, `added`, `removed` (epoch microseconds), counted customers only.
        decisions: `incident`, `decided_at` (epoch microseconds).

    Returns:
        `incident`, `first_count`, `final_count`, `peak_count` for incidents that have pairs and a decision.
    """
    at = decisions.filter(~nw.col("decided_at").is_null()).select("incident", "decided_at")
    spans = pairs.join(at, on="incident", how="inner")
    first = (nw.col("added") <= nw.col("decided_at")) & (nw.col("removed") > nw.col("decided_at"))
    stays = nw.col("removed") == NEVER
    counts = spans.with_columns(first_count=first.cast(nw.Int64), final_count=stays.cast(nw.Int64))
    counts = counts.group_by("incident").agg(nw.col("first_count").sum(), nw.col("final_count").sum())
    return counts.join(_peaks(spans), on="incident", how="left").with_columns(nw.col("peak_count").fill_null(0))


def _peaks(spans: Frame) -> Frame:
    """The highest number present at once: every arrival is +1, every departure -1, at one moment they are netted."""
    start = nw.max_horizontal("added", "decided_at")
    present = spans.with_columns(start=start).filter(nw.col("removed") > nw.col("start"))
    arrivals = present.select("incident", at="start", step=nw.lit(1))
    departures = present.filter(nw.col("removed") != NEVER).select("incident", at="removed", step=nw.lit(-1))
    moments = nw.concat([arrivals, departures]).group_by("incident", "at").agg(nw.col("step").sum())
    level = moments.with_columns(level=nw.col("step").cum_sum().over("incident", order_by=["at"]))
    return level.group_by("incident").agg(peak_count=nw.col("level").max())
