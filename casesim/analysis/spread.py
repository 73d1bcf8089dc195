"""How far a figure would range, at every threshold, if other weeks of the same kind had come."""

import numpy as np

from casesim.analysis.effects import Counts
from casesim.analysis.recommend.resample import FEWEST, drawn
from casesim.analysis.weekly import Weekly

# Of the resamples this share lies within.
WITHIN = 0.95


def spread(weeks: Weekly, name: str) -> tuple[Counts, Counts] | None:
    """The bounds of 95 % of 1,000 resamples of the weeks, as many weeks as there are, drawn in blocks (`drawn`).

    Args:
        weeks: from `weekly`.
        name: one of its counts.

    Returns:
        The lower and the upper bound of the whole period's figure, from T = 1 on; None with fewer than 8 weeks.
    """
    if len(weeks.weeks) < FEWEST:
        return None
    values = drawn(len(weeks.weeks)) @ weeks.values[name]
    outside = (1 - WITHIN) / 2
    low, high = np.quantile(values, (outside, 1 - outside), axis=0, method="nearest")
    return low.astype(np.int64), high.astype(np.int64)
