"""What happens in each incident: on which CI, why, how urgent, how long. Numbers only; texts come from `telling`."""

from dataclasses import dataclass

import numpy as np

from casesim.synth.arrivals import HOUR, SECOND, Calendar, opened
from casesim.synth.keys import generator
from casesim.synth.population import Population
from casesim.synth.profiles import (
    CANCELLED,
    CLOSED_AFTER_DAYS,
    CLOSED_UNRESOLVED,
    ON_HOLD,
    PRIORITY_SHARES,
    Flags,
    Floats,
    Ints,
)

_LONGEST_HOURS = 45 * 24  # choice: the fitted spread is so wide that its far end would be centuries

# How an incident came about, and the group of faults that tells it.
ON_CI, STORM, BACKBONE, COMPONENT, CALLER = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some incidents in opening order, one position each in every array.

    `index` is the position in the dataset. `anchor` is the CI whose customers are affected, `cause` one of `ON_CI`,
    `STORM`, `BACKBONE`, `COMPONENT` (a component of the anchor only: nobody is affected), `CALLER` (no CI: the
    anchor's first customer is listed). `priority` 1 to 4. Times in microseconds since 1970. `resolved` and `closed`
    count where `has_resolved` and `has_closed` say so; `state` is the stored number.
    """

    part: int
    index: Ints
    opened: Ints
    anchor: Ints
    cause: Ints
    priority: Ints
    resolved: Ints
    closed: Ints
    has_resolved: Flags
    has_closed: Flags
    state: Ints


def draw(population: Population, calendar: Calendar, hours: tuple[int, int], part: int) -> Batch:
    """The incidents of some hours.

    Args:
        population: CIs and their shares.
        calendar: how many open in each hour.
        hours: first and last (excluded) position in the calendar.
        part: which part of the dataset this is; random numbers depend on it.
    """
    random = generator(population.seed, "incident", part)
    when, hour, storm = opened(calendar, hours, random)
    rows = len(when)
    anchor = _anchor(population, random.random(rows), storm, calendar.storm_region[hour])
    cause = _cause(population, anchor, storm, random.random(rows))
    priority = _priority(population, anchor, random.random(rows))
    resolved = when + _life(population, anchor, priority, random.standard_normal(rows), random.random(rows))
    fate = random.random(rows)
    cancelled = fate < CANCELLED
    unresolved = ~cancelled & (fate < CANCELLED + CLOSED_UNRESOLVED)
    on_hold = ~cancelled & ~unresolved & (fate < CANCELLED + CLOSED_UNRESOLVED + ON_HOLD)
    has_resolved = ~cancelled & ~unresolved & ~on_hold & (resolved <= calendar.end)
    # An incident closed without a resolved time, or cancelled, is closed when the others would be resolved.
    closed = np.where(has_resolved, resolved + CLOSED_AFTER_DAYS * 24 * HOUR, resolved)
    has_closed = (has_resolved | cancelled | unresolved) & (closed <= calendar.end)
    first = int(calendar.counts[: hours[0]].sum())
    return Batch(
        part=part,
        index=first + np.arange(rows),
        opened=when,
        anchor=anchor,
        cause=cause,
        priority=priority,
        resolved=resolved,
        closed=closed,
        has_resolved=has_resolved,
        has_closed=has_closed,
        state=np.select(
            [cancelled & has_closed, has_closed, has_resolved, on_hold, calendar.end - when < 8 * HOUR],
            [8, 7, 6, 3, 1],
            2,
        ),
    )


def _anchor(population: Population, chance: Floats, storm: Flags, region: Ints) -> Ints:
    last = population.cis - 1
    usual = np.searchsorted(population.share, chance, side="right")
    struck = np.searchsorted(population.regional_share, region + chance, side="right")
    return np.where(storm, population.regional[np.minimum(struck, last)], np.minimum(usual, last))


def _cause(population: Population, anchor: Ints, storm: Flags, chance: Floats) -> Ints:
    # Only incidents of one customer turn into these, so P(N >= T) from 2 on stays as it is.
    profile = population.profile
    one = float(profile.sizes[0])
    nobody, caller = profile.without_customers / one, profile.without_ci / one
    alone = (population.size[anchor] == 1) & ~storm
    return np.select(
        [alone & (chance < nobody), alone & (chance < nobody + caller), storm], [COMPONENT, CALLER, STORM], ON_CI
    )


def _priority(population: Population, anchor: Ints, chance: Floats) -> Ints:
    critical, high = (odds[anchor] for odds in population.odds)
    low = np.where(population.size[anchor] == 1, PRIORITY_SHARES["4"] / population.profile.sizes[0], 0.0)
    edges = [chance < critical, chance < critical + high, chance < critical + high + low]
    return np.select(edges, [1, 2, 4], 3)


def _life(population: Population, anchor: Ints, priority: Ints, normal: Floats, chance: Floats) -> Ints:
    """Microseconds from opened to resolved, whole seconds, a minute at least."""
    profile = population.profile
    mu, sigma = np.array([(0.0, 0.0), *(profile.life[str(level)] for level in (1, 2, 3, 4))]).T
    hours = np.exp(mu[priority] + sigma[priority] * normal) * population.size[anchor] ** profile.life_growth
    hours = np.where(hours > _LONGEST_HOURS, chance * _LONGEST_HOURS, hours)
    return np.maximum(np.round(hours * 3_600), 60).astype(np.int64) * SECOND


def own_ci(population: Population, batch: Batch) -> Ints:
    """Each incident's configuration item, a position: the anchor, or its first component."""
    return np.where(batch.cause == COMPONENT, population.component(batch.anchor, 0), batch.anchor)


def served(population: Population, batch: Batch) -> Ints:
    """The service of each incident's configuration item, a position; -1 for none."""
    return population.service[own_ci(population, batch)]
