"""Incidents whose customers change: some begin with the one who reports them, some end customer by customer (R8).

Such an incident is on record with a component that nobody's service hangs on; the CI that its customers hang on is
an affected CI that comes in later (grows) or goes out early (shrinks). All who were ever affected are as many as
without moves. Numbers only; `links` writes them.
"""

from dataclasses import dataclass

import numpy as np

from casesim.synth.arrivals import SECOND
from casesim.synth.incidents import ON_CI, STORM, Batch, own_ci
from casesim.synth.keys import generator
from casesim.synth.population import Population
from casesim.synth.profiles import (
    GROWS,
    LEFT_POWER,
    SHRINKS_AT_MOST,
    SHRINKS_BASE,
    SHRINKS_POWER,
    SHRINKS_STEP,
    Flags,
    Floats,
    Ints,
)

_SHORTEST = 120 * SECOND  # an incident shorter than this does not move
_STEP = 0.4  # choice: CIs below the one that fails come in at this part of the way to it, at the earliest


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What becomes of each incident of a batch. Times in microseconds since 1970.

    `at` is when it grows or shrinks, `step` when it takes in CIs below (grows). `reporter` is the offset, within the
    anchor's stretch of accounts, of the customer who reports it; `left` accounts from offset `left_from` on stay
    affected when it shrinks.
    """

    grows: Flags
    shrinks: Flags
    at: Ints
    step: Ints
    reporter: Ints
    left: Ints
    left_from: Ints

    @property
    def moved(self) -> Flags:
        """Those that grow or shrink; never both."""
        return self.grows | self.shrinks


def movement(population: Population, batch: Batch, end: int) -> Moves:
    """Which incidents of a batch move, when and how far.

    Args:
        population: whom they affect.
        batch: the incidents.
        end: of the period, microseconds since 1970.
    """
    random = generator(population.seed, "moves", batch.part)
    size, last = population.size[batch.anchor], last_moment(batch, end)
    chance = random.random((7, len(size)))
    can = (size > 1) & np.isin(batch.cause, (ON_CI, STORM)) & (last - batch.opened >= _SHORTEST)
    grows = can & (chance[0] < GROWS)
    share = np.minimum(SHRINKS_BASE + SHRINKS_STEP * size.astype(np.float64) ** SHRINKS_POWER, SHRINKS_AT_MOST)
    life = last - batch.opened
    at = np.maximum(batch.opened + _seconds(life * chance[2]), batch.opened + SECOND)
    way = _STEP + (1 - _STEP) * chance[4]
    left = np.maximum((size * chance[3] ** LEFT_POWER).astype(np.int64), 1)
    return Moves(
        grows=grows,
        shrinks=can & ~grows & (chance[1] < share),
        at=at,
        step=np.maximum(batch.opened + _seconds((at - batch.opened) * way), batch.opened + SECOND),
        reporter=(chance[5] * size).astype(np.int64),
        left=left,
        left_from=(chance[6] * (size - left + 1)).astype(np.int64),
    )


def recorded_ci(population: Population, batch: Batch, moves: Moves | None) -> Ints:
    """The configuration item of each incident, a position: its own (`own_ci`), or a component if the incident moves."""
    own = own_ci(population, batch)
    return own if moves is None else np.where(moves.moved, population.component(batch.anchor, 0), own)


def last_moment(batch: Batch, end: int) -> Ints:
    """When an incident is resolved or would be, but not after the end of the period."""
    return np.minimum(batch.resolved, end)


def spread(figure: tuple[float, float], normal: Floats) -> Floats:
    """Lognormal numbers from (median, sigma of the logarithm) and standard normal ones."""
    median, sigma = figure
    return median * np.exp(sigma * normal)


def between(begin: Ints, last: Ints, hours: Floats, chance: Floats) -> Ints:
    """That many hours after `begin`, or where that is not before `last`, any moment between the two.

    Args:
        begin: microseconds since 1970, whole seconds.
        last: the same, not before `begin`.
        hours: 0 or more.
        chance: 0 to 1.

    Returns:
        Whole seconds, after `begin` and before `last` where there is a second between them.
    """
    wanted = begin + np.round(np.minimum(hours, 1e6) * 3_600).astype(np.int64) * SECOND
    anywhere = _seconds(begin + (last - begin) * chance)
    return np.maximum(np.where(wanted < last, wanted, np.minimum(anywhere, last - SECOND)), begin + SECOND)


def _seconds(microseconds: Floats | Ints) -> Ints:
    return (microseconds // SECOND).astype(np.int64) * SECOND
