"""Limits on metrics, and which thresholds keep them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casesim.analysis.recommend.metrics import METRICS, Values, check_metric
from casesim.tables import PolicyError, nearest, shown

Mask = NDArray[np.bool_]
EXAMPLE = "as in max_manual_closures_per_week=40 or min_auto_resolved_cases=1000"


@dataclass(frozen=True, slots=True)
class Limit:
    """A metric is at most (or at least) so much."""

    metric: str
    value: float
    at_least: bool = False

    def excess(self, figures: Values) -> Values:
        """How far figures are beyond the limit, in the metric's unit; 0 where they keep it."""
        over = self.value - figures if self.at_least else figures - self.value
        return np.maximum(over, 0)

    def keeps(self, figures: Values) -> Mask:
        """Which figures keep the limit."""
        kept: Mask = self.excess(figures) == 0
        return kept

    def scaled(self, share: float) -> "Limit":
        """The limit for a part of the period: a total in proportion, a rate or a peak as it is."""
        return Limit(self.metric, self.value * share, self.at_least)

    def __str__(self) -> str:
        return f"{METRICS[self.metric]} at {'least' if self.at_least else 'most'} {number(self.value)}"


def limits(asked: Mapping[str, object]) -> tuple[Limit, ...]:
    """Limits as people write them.

    Args:
        asked: `max_<metric>` or `min_<metric>` -> value.

    Raises:
        PolicyError: no limit at all, no such metric, or a value that is no number of at least 0.
    """
    if not asked:
        raise PolicyError(f"A recommendation needs a limit, {EXAMPLE}.")
    return tuple(_limit(name, value) for name, value in asked.items())


def _limit(name: str, value: object) -> Limit:
    side, _, metric = name.partition("_")
    if side not in ("max", "min"):
        names = [f"{each}_{known}" for each in ("max", "min") for known in METRICS]
        raise PolicyError(f"{shown(name)} is no limit; it begins with max_ or min_. {nearest(name, names)}")
    check_metric(metric)
    try:
        amount = float(str(value).replace(",", "").replace("_", ""))
    except ValueError:
        amount = math.nan
    if isinstance(value, bool) or not math.isfinite(amount) or amount < 0:
        raise PolicyError(f"{name}: {shown(value)} is not accepted. Accepted: a number of at least 0.")
    return Limit(metric, amount, side == "min")


def kept(asked: Sequence[Limit], figures: Mapping[str, Values]) -> Mask:
    """Where all limits are kept.

    Args:
        asked: the limits.
        figures: by metric, all of one shape.
    """
    every: Mask = np.all([limit.keeps(figures[limit.metric]) for limit in asked], axis=0)
    return every


def spans(mask: Mask) -> Iterable[tuple[int, int]]:
    """The first and last place of each stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True)


def number(value: float) -> str:
    """A figure in words: with thousands separators, one decimal where it has any.

    Example:
        >>> number(1200.0), number(12.25)
        ('1,200', '12.2')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
