"""What each week comes to at every threshold: the ground of recommendations, intervals and the picture by week."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from casesim.analysis.amounts import Amounts
from casesim.analysis.effects import SWEPT, Counts
from casesim.analysis.intervals import Thresholds

WEEK = 7 * 24 * 3_600_000_000
# 1 January 1970 was a Thursday: the first Monday came four days later.
MONDAY = 4 * 24 * 3_600_000_000
# What falls due when the incident is resolved; all else counts where it was opened.
CLOSING = ("auto_resolved_cases", "manual_closures")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Figures by calendar week (Monday to Sunday, UTC) and threshold.

    first: the first week, as `week_of` counts.
    weeks: Date, the Mondays from the first to the last week in which anything falls, none left out.
    values: for each of the sweep's counts an array of weeks by thresholds, the first column T = 1. Cases that resolve
        or wait for somebody count in the week in which their incident is resolved, everything else where it was opened.
    incidents: how many records were opened in each week.
    """

    first: int
    weeks: pl.Series
    values: dict[str, Counts]
    incidents: Counts


def weekly(thresholds: Thresholds) -> Weekly:
    """The figures of a sweep, week by week; the weeks of one threshold add up to the sweep's row."""
    decided, whole = thresholds.low.decided, thresholds.whole
    opened = week_of(decided["opened_at"])
    closed = week_of(decided["resolved"].fill_null(decided["opened_at"]))
    if not len(opened):
        empty = np.zeros((0, whole.top), np.int64)
        return Weekly(0, pl.Series("week", [], pl.Date), dict.fromkeys(SWEPT, empty), np.zeros(0, np.int64))
    first, last = min(opened.min(), closed.min()), max(opened.max(), closed.max())
    width = int(last - first) + 1
    values = {name: _by_week(whole, (closed if name in CLOSING else opened) - first, width, name) for name in SWEPT}
    mondays = pl.Series("week", (first + np.arange(width)) * WEEK + MONDAY).cast(pl.Datetime("us")).dt.date()
    return Weekly(int(first), mondays, values, np.bincount(opened - first, minlength=width).astype(np.int64))


def week_of(moments: pl.Series) -> Counts:
    """Calendar weeks since the first Monday of 1970, of moments in microseconds since then began."""
    found: Counts = (moments.cast(pl.Int64).to_numpy() - MONDAY) // WEEK
    return found


def _by_week(whole: Amounts, week: Counts, width: int, name: str) -> Counts:
    """Amounts that hold from one threshold to another, added up by week and threshold."""
    counts, top = whole.counts, whole.top
    where = week[counts["record"].to_numpy()] * (top + 2)
    amounts = counts[name].to_numpy()
    begin, end = (counts[column].to_numpy().astype(np.int64) for column in ("first", "last"))
    steps = np.bincount(where + begin, weights=amounts, minlength=width * (top + 2))
    steps -= np.bincount(where + end + 1, weights=amounts, minlength=width * (top + 2))
    found: Counts = np.cumsum(steps.reshape(width, top + 2).astype(np.int64), axis=1)[:, 1 : top + 1]
    return found
