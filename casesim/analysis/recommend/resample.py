"""How sure: weeks drawn again in blocks, a choice on the first part judged by the rest, and what the last weeks say."""

import math
from dataclasses import dataclass

import numpy as np

from casesim.analysis.effects import Counts
from casesim.analysis.recommend.metrics import Values

RESAMPLES = 1_000
# Fixed, so that the same data give the same answer.
SEED = 20_261
FEWEST = 8
QUARTER = 13


@dataclass(frozen=True, slots=True)
class Change:
    """Where a weekly figure changes its level: the first week of the new one, and the means before and from then on."""

    week: int
    before: float
    after: float
    p: float


def blocks(weeks: int) -> int:
    """How many weeks are drawn together, so that a bad week brings its neighbours: the cube root of their number.

    Source: H. R. Künsch, The Jackknife and the Bootstrap for General Stationary Observations, Annals of Statistics 17
    (1989).
    """
    return max(1, round(math.cbrt(weeks)))


def drawn(weeks: int) -> Values:
    """How often each week is taken in each of 1,000 resamples of moving blocks, as many weeks as there are.

    The blocks go round the end of the period, so that its first and last weeks are taken as often as any other.
    """
    length = blocks(weeks)
    starts = np.random.default_rng(SEED).integers(0, weeks, (RESAMPLES, math.ceil(weeks / length)))
    taken = (starts[:, :, None] + np.arange(length)) % weeks
    taken = taken.reshape(RESAMPLES, -1)[:, :weeks]
    times = np.zeros((RESAMPLES, weeks))
    np.add.at(times, (np.arange(RESAMPLES)[:, None], taken), 1)
    return times


def only(weeks: int, first: int, last: int) -> Values:
    """One choice: the weeks from `first` up to `last`, without it."""
    times = np.zeros((1, weeks))
    times[0, first:last] = 1
    return times


def change_point(values: Counts) -> Change | None:
    """The week from which on a figure is on another level, by Pettitt's test; None where chance explains it (p > 5 %).

    Source: A. N. Pettitt, A Non-Parametric Approach to the Change-Point Problem, Applied Statistics 28 (1979): K is the
    largest |U_t|, U_t the sum of sgn(x_i - x_j) over i ≤ t < j, and p about 2 exp(-6 K² / (n³ + n²)).
    """
    n = len(values)
    if n < FEWEST:
        return None
    signs = np.sign(values[:, None] - values[None, :])
    u = np.cumsum(signs.sum(axis=1))[:-1]
    at = int(np.abs(u).argmax())
    p = min(1.0, 2 * math.exp(-6 * float(u[at]) ** 2 / (n**3 + n**2)))
    if p > 0.05:
        return None
    return Change(at + 1, float(values[: at + 1].mean()), float(values[at + 1 :].mean()), p)
