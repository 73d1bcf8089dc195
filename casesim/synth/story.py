"""What the telecom dataset tells: a storm, a backbone failure, a busy small customer.

The storm is in the calendar (`arrivals`). The busiest CI, calibrated to 8.5 % of all incidents, is the one line of a
small customer. The backbone failure is one incident that is turned into it here.
"""

from dataclasses import dataclass, replace

import numpy as np

from casesim.synth.arrivals import BACKBONE_AFTER, HOUR, SECOND, Calendar
from casesim.synth.incidents import BACKBONE, Batch
from casesim.synth.moves import Moves
from casesim.synth.population import Population
from casesim.synth.profiles import CLOSED_AFTER_DAYS
from casesim.synth.words import REGIONS

BACKBONE_CUSTOMERS = 640  # the CI nearest to this size is taken
# What makes a good example: customers at most (wider incidents may list one more), at least, and below the threshold.
_GOES_FROM, _GOES_TO = (29, 10), 5
_BACKBONE_HOUR = 2
_BACKBONE_LASTS = 26 * HOUR + 17 * 60 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Positions: of the backbone incident, of the CI it is on, of the busy customer's account."""

    backbone: int
    backbone_ci: int
    busy_account: int


def plot(population: Population, calendar: Calendar) -> Story:
    """Choose where the story plays."""
    day = int(len(calendar.counts) / 24 * BACKBONE_AFTER)
    before = calendar.counts[: day * 24 + _BACKBONE_HOUR].sum()
    backbone = min(int(before), population.incidents - 1)
    ci = int(np.abs(population.size - BACKBONE_CUSTOMERS).argmin())
    return Story(backbone=backbone, backbone_ci=ci, busy_account=int(population.start[0]))


def woven(batch: Batch, story: Story) -> Batch:
    """The batch with the backbone failure in it, if it is one of its incidents."""
    here = batch.index == story.backbone
    if not here.any():
        return batch
    resolved = np.where(here, batch.opened + _BACKBONE_LASTS, batch.resolved)
    return replace(
        batch,
        anchor=np.where(here, story.backbone_ci, batch.anchor),
        cause=np.where(here, BACKBONE, batch.cause),
        priority=np.where(here, 1, batch.priority),
        resolved=resolved,
        closed=np.where(here, resolved + CLOSED_AFTER_DAYS * 24 * HOUR, batch.closed),
        has_resolved=batch.has_resolved | here,
        has_closed=batch.has_closed | here,
        state=np.where(here, 7, batch.state),
    )


def told(population: Population, calendar: Calendar, story: Story) -> tuple[tuple[str, str], ...]:
    """The story's parts as (what, where to find it)."""
    day, region = calendar.storms[0]
    # One account more than the CI has: the list adds it.
    affected = population.size[story.backbone_ci] + 1
    before = calendar.counts[: day * 24].sum()
    within = calendar.counts[day * 24 : day * 24 + 24].sum()
    return (
        (
            "storm day",
            f"{calendar.day(day)}, {REGIONS[region]}: {within:,} incidents, "
            f"{incident_number(before)} to {incident_number(before + within - 1)}",
        ),
        (
            "backbone failure",
            f"{incident_number(story.backbone)}: {affected:,} accounts, priority 1, 26 hours",
        ),
        ("busy small customer", f"{account_number(story.busy_account)}: one line, the busiest CI of all"),
    )


def moved(population: Population, batch: Batch, moves: Moves) -> tuple[tuple[str, str], ...]:
    """An incident of a batch that grows to a good many and one that shrinks to a few, as (what, where to find it)."""
    size = population.size[batch.anchor]
    most, fewest = _GOES_FROM
    grows = np.flatnonzero(moves.grows & (size >= fewest) & (size <= most))[:1]
    shrinks = np.flatnonzero(moves.shrinks & (size >= fewest) & (size <= most) & (moves.left < _GOES_TO))[:1]
    return (
        *(
            ("an incident that grows", f"{incident_number(batch.index[one])}: 1 account, then {size[one]:,}")
            for one in grows
        ),
        *(
            (
                "an incident that shrinks",
                f"{incident_number(batch.index[one])}: {size[one]:,} accounts, then {moves.left[one]:,}",
            )
            for one in shrinks
        ),
    )


def incident_number(index: int) -> str:
    """The number of the incident at a position."""
    return f"INC{10_001 + index:07}"


def account_number(index: int) -> str:
    """The number of the account at a position."""
    return f"ACCT{10_001 + index:07}"
