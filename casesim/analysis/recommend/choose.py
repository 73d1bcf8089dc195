"""Which threshold the limits allow, why not its neighbours, and what stands in the way where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from casesim.analysis.effects import Counts
from casesim.analysis.recommend.limits import Limit, Mask, kept
from casesim.analysis.recommend.metrics import Values


@dataclass(frozen=True, slots=True)
class Broken:
    """A threshold breaks a limit: what it comes to there, and by how much that is too much (or too little)."""

    threshold: int
    limit: Limit
    figure: float
    by: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """No threshold keeps all limits.

    limits: one that none keeps, two that none keeps together, or all where any two could be kept.
    nearest: where these come nearest to being kept, the limit that is broken worst there.
    """

    limits: tuple[Limit, ...]
    nearest: Broken


def nearest_stop(mask: Mask, stops: Counts, ends: Counts, current: int) -> Counts:
    """The allowed threshold nearest to the current one, the lower of two; 0 where none is allowed.

    Args:
        mask: choices by stops, or stops alone.
        stops, ends: the first and the last threshold with the figures of each stop.
        current: the threshold as it is.
    """
    allowed = np.atleast_2d(mask)
    at = np.clip(current, stops, ends)
    away = np.where(allowed, np.abs(at - current), np.iinfo(np.int64).max)
    best = away.argmin(axis=1)
    found: Counts = np.where(allowed[np.arange(len(allowed)), best], at[best], 0)
    return found


def neighbour(
    asked: Sequence[Limit], figures: Mapping[str, Values], stops: Counts, stop: int, step: int
) -> Broken | None:
    """The nearest stop on one side that breaks a limit, and which it breaks worst in proportion; None if none does."""
    mask = kept(asked, figures)
    side = np.arange(len(stops))[stop + 1 :] if step > 0 else np.arange(len(stops))[:stop][::-1]
    broken = side[~mask[side]]
    return _worst(asked, figures, stops, int(broken[0])) if len(broken) else None


def conflict(asked: Sequence[Limit], figures: Mapping[str, Values], stops: Counts) -> Conflict:
    """Why no threshold keeps all limits: the fewest of them that cannot be kept together."""
    for count in (1, 2):
        for some in combinations(asked, count):
            if not kept(some, figures).any():
                return Conflict(some, _nearest(some, figures, stops))
    return Conflict(tuple(asked), _nearest(asked, figures, stops))


def _nearest(asked: Sequence[Limit], figures: Mapping[str, Values], stops: Counts) -> Broken:
    over = np.max([_relative(limit, figures[limit.metric]) for limit in asked], axis=0)
    return _worst(asked, figures, stops, int(over.argmin()))


def _worst(asked: Sequence[Limit], figures: Mapping[str, Values], stops: Counts, stop: int) -> Broken:
    over = [float(_relative(limit, figures[limit.metric])[stop]) for limit in asked]
    limit = asked[int(np.argmax(over))]
    figure = figures[limit.metric]
    return Broken(int(stops[stop]), limit, float(figure[stop]), float(limit.excess(figure)[stop]))


def _relative(limit: Limit, figures: Values) -> Values:
    """The excess in proportion to the limit, so that figures of different units can be compared."""
    return limit.excess(figures) / max(limit.value, 1.0)


def undominated(costs: Values) -> Mask:
    """Pareto: which rows no other row is as good as everywhere and better than somewhere.

    Args:
        costs: rows by objectives, less is better.
    """
    order = np.lexsort(costs.T[::-1])
    found = np.zeros(len(costs), bool)
    best = np.empty((0, costs.shape[1]))
    # In order of the first objective no later row can dominate an earlier one.
    for row in order:
        cost = costs[row]
        if not ((best <= cost).all(axis=1) & (best < cost).any(axis=1)).any():
            found[row] = True
            best = np.vstack([best, cost])
    return found
