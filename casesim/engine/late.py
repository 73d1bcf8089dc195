"""R8: customers who turn up later: who gets a case when, when the decision is made, and whether it is made again.

Times are epoch microseconds. Frames of pairs have `added` and `removed`, `FROM_START` and `NEVER` where there is none.
"""

from typing import Literal

import narwhals.stable.v2 as nw

from casesim.engine.codes import NEVER, contract_value
from casesim.tables import Frame

NO_MOMENT = nw.lit(None, nw.Int64)


def served(pairs: Frame, records: Frame, mode: Literal["first", "add", "promote"]) -> Frame:
    """R8, R8.1: who gets a case if there are cases, and when it opens.

    Args:
        pairs: `incident`, `customer`, `added`, `removed`; customers that count. Other columns are kept.
        records: `incident`, `start` (t₀).
        mode: `first` ignores whoever is not present at t₀.

    Returns:
        The pairs of customers who are present at some time from t₀ on, with `opened_at`.
    """
    spans = pairs.join(records.select("incident", "start"), on="incident", how="inner")
    spans = spans.with_columns(opened_at=nw.max_horizontal("added", "start")).filter(
        nw.col("removed") > nw.col("opened_at")
    )
    if mode == "first":
        spans = spans.filter(nw.col("added") <= nw.col("start"))
    return spans.drop("start")


def at_decision(served: Frame) -> Frame:
    """R8.1: the decision is made at t₀, or when the first customer turns up, on those who are there at that time.

    Args:
        served: `incident`, `opened_at`, `value` (contract value of the customer, ten-thousandths).

    Returns:
        `incident`, `moment`, `k`, `k_value`, a row per incident that has customers.
    """
    first = served.group_by("incident").agg(moment=nw.col("opened_at").min())
    there = served.join(first, on="incident", how="inner").filter(nw.col("opened_at") == nw.col("moment"))
    return there.group_by("incident", "moment").agg(k=nw.len().cast(nw.Int64), k_value=nw.col("value").sum())


def promoted(served: Frame, decisions: Frame) -> Frame:
    """R8.1 `promote`: individual outcomes whose customers with a case reach the threshold later.

    Args:
        served: as for `at_decision`, and `customer`.
        decisions: `incident`, `outcome`, `threshold`.

    Returns:
        `incident`, `promoted_at`, `promoted_count` and `promoted_value` (of the customers who have a case by then).
    """
    below = decisions.filter(nw.col("outcome") == "individual").select("incident", "threshold")
    rows = served.join(below, on="incident", how="inner")
    reached = rows.with_columns(one=nw.lit(1)).with_columns(
        nth=nw.col("one").cum_sum().over("incident", order_by=["opened_at", "customer"])
    )
    moments = reached.filter(nw.col("nth") == nw.col("threshold")).select("incident", promoted_at="opened_at")
    by_then = rows.join(moments, on="incident", how="inner").filter(nw.col("opened_at") <= nw.col("promoted_at"))
    return by_then.group_by("incident", "promoted_at").agg(
        promoted_count=nw.len().cast(nw.Int64), promoted_value=nw.col("value").sum()
    )


def promotion(decisions: Frame, promoted: Frame) -> Frame:
    """R8.1: the decisions, those of `promoted` made again: outcome, reason, counted, contract value, promoted_at."""
    rows = decisions.join(promoted, on="incident", how="left")
    again = ~nw.col("promoted_at").is_null()
    return rows.with_columns(
        outcome=nw.when(again).then(nw.lit("major")).otherwise(nw.col("outcome")),
        reason=nw.when(again).then(nw.lit("promoted")).otherwise(nw.col("reason")),
        counted=nw.when(again).then(nw.col("promoted_count")).otherwise(nw.col("counted")),
        contract_value=nw.when(again)
        .then(contract_value(nw.col("promoted_value").fill_null(0)))
        .otherwise(nw.col("contract_value")),
    ).drop("promoted_count", "promoted_value")


def presence(pairs: Frame, decisions: Frame) -> Frame:
    """R8.2: customers present at t₀, without an end, and at the busiest moment from t₀ on.

    Args:
        pairs: `incident`, `customer`, `added`, `removed`, counted customers only.
        decisions: `incident`, `start` (t₀), `asked`.

    Returns:
        `incident`, `first_count`, `final_count`, `peak_count` for incidents that are asked and have pairs.
    """
    at = decisions.filter(nw.col("asked")).select("incident", "start")
    spans = pairs.join(at, on="incident", how="inner")
    first = (nw.col("added") <= nw.col("start")) & (nw.col("removed") > nw.col("start"))
    stays = nw.col("removed") == NEVER
    counts = spans.with_columns(first_count=first.cast(nw.Int64), final_count=stays.cast(nw.Int64))
    counts = counts.group_by("incident").agg(nw.col("first_count").sum(), nw.col("final_count").sum())
    return counts.join(_peaks(spans), on="incident", how="left").with_columns(nw.col("peak_count").fill_null(0))


def _peaks(spans: Frame) -> Frame:
    """The highest number present at once: every arrival is +1, every departure -1, at one moment they are netted."""
    begin = nw.max_horizontal("added", "start")
    present = spans.with_columns(begin=begin).filter(nw.col("removed") > nw.col("begin"))
    arrivals = present.select("incident", at="begin", step=nw.lit(1))
    departures = present.filter(nw.col("removed") != NEVER).select("incident", at="removed", step=nw.lit(-1))
    moments = nw.concat([arrivals, departures]).group_by("incident", "at").agg(nw.col("step").sum())
    level = moments.with_columns(level=nw.col("step").cum_sum().over("incident", order_by=["at"]))
    return level.group_by("incident").agg(peak_count=nw.col("level").max())
