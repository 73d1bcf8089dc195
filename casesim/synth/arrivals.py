"""When incidents open: hour by hour, with weekdays, busy days and storms."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import numpy as np

from casesim.synth.keys import generator
from casesim.synth.profiles import Flags, Floats, Ints, Profile
from casesim.synth.words import REGIONS

SECOND, HOUR = 1_000_000, 3_600_000_000  # microseconds
END = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
# The story: the storm hits this region after this part of the period, the backbone fails after that one.
STORM_REGION, STORM_AFTER, BACKBONE_AFTER = REGIONS.index("Harbour Coast"), 0.65, 0.35

_HOURLY_SHAPE = 11.5  # UCI: negative binomial around the hour of the week
_STORM_SHAPE = 1.7  # PG&E: the same within a storm day
_STORM_FACTOR = (10.0, 25.0)  # PG&E: a storm day has 10 to 25 times the median
_STORM_BEGINS = 11
_STORM_COURSE = np.array([0.3, 1.0, 1.0, 0.9, 0.7, 0.6, 0.5, 0.35, 0.25, 0.2, 0.15, 0.1])  # choice, from 11 h on


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How many incidents open in each hour of the period.

    `start` and `end` in microseconds since 1970, UTC; by hour: `counts`, `storm_share` (of them, those that the storm
    caused) and `storm_region`. `storms`: (day of the period, region).
    """

    start: int
    end: int
    counts: Ints
    storm_share: Floats
    storm_region: Ints
    storms: tuple[tuple[int, int], ...]

    def day(self, day: int) -> date:
        """The date of a day of the period."""
        return (datetime.fromtimestamp(self.start / SECOND, UTC) + timedelta(days=day)).date()


def days_for(incidents: int) -> int:
    """The period's length: 91 days for 5,000 incidents, growing with the square root, 14 days to three years."""
    return min(max(round(91 * sqrt(incidents / 5_000)), 14), 1_096)


def arrivals(profile: Profile, incidents: int, seed: int, *, story: bool) -> Calendar:
    """Spread the incidents over the hours of a period that ends on 1 June 2026.

    Args:
        profile: calibrated figures.
        incidents: how many in all.
        seed: at least 0.
        story: the first storm is the story's: its day and region are fixed.

    Returns:
        The calendar; its counts add up to `incidents`.
    """
    random = generator(seed, "arrivals")
    days = days_for(incidents)
    start = END - timedelta(days=days)
    weekday = (np.arange(days) + start.weekday()) % 7
    factor = np.where(weekday >= 5, profile.weekend, np.where(weekday == 0, profile.monday, 1.0))
    factor = factor * np.exp(profile.day_spread * random.standard_normal(days))
    usual = factor[:, None] * np.array(profile.hours) * random.gamma(_HOURLY_SHAPE, 1 / _HOURLY_SHAPE, (days, 24))
    storm = np.zeros((days, 24))
    region = np.zeros(days, dtype=np.int64)
    storms = _storms(profile, days, random, story=story)
    for day, where in storms:
        course = _STORM_COURSE * random.gamma(_STORM_SHAPE, 1 / _STORM_SHAPE, len(_STORM_COURSE))
        extra = (random.uniform(*_STORM_FACTOR) - 1) * float(np.median(usual.sum(axis=1)))
        storm[day, _STORM_BEGINS : _STORM_BEGINS + len(course)] = course * (extra / course.sum())
        region[day] = where
    expected = (usual + storm).reshape(-1)
    return Calendar(
        start=round(start.timestamp()) * SECOND,
        end=round(END.timestamp()) * SECOND,
        counts=random.multinomial(incidents, expected / expected.sum()),
        storm_share=storm.reshape(-1) / expected,
        storm_region=np.repeat(region, 24),
        storms=storms,
    )


def _storms(profile: Profile, days: int, random: np.random.Generator, *, story: bool) -> tuple[tuple[int, int], ...]:
    if not profile.storm_days:
        return ()
    count = max(round(days * profile.storm_days), int(story))
    told = {int(days * STORM_AFTER), int(days * BACKBONE_AFTER)}
    free = np.array([day for day in range(days) if day not in told])
    storms = [(int(day), int(random.integers(len(REGIONS)))) for day in random.choice(free, count, replace=False)]
    if story:
        storms[0] = (int(days * STORM_AFTER), STORM_REGION)
    return tuple(storms)


def opened(calendar: Calendar, hours: tuple[int, int], random: np.random.Generator) -> tuple[Ints, Ints, Flags]:
    """Opening times of the incidents of some hours, ascending.

    Args:
        calendar: how many open in each hour.
        hours: first and last (excluded) position.
        random: where the minutes come from.

    Returns:
        Microseconds since 1970, whole seconds; the hour's position; whether the storm caused it.
    """
    span = np.arange(*hours)
    hour = np.repeat(span, calendar.counts[hours[0] : hours[1]])
    seconds = hour * 3_600 + random.integers(0, 3_600, len(hour))
    # Hours ascend already, so sorting keeps every time within its hour.
    when = calendar.start + np.sort(seconds) * SECOND
    return when, hour, random.random(len(hour)) < calendar.storm_share[hour]


def parts(calendar: Calendar, rows: int) -> list[tuple[int, int]]:
    """Runs of whole hours with about that many incidents each: (first, last excluded)."""
    cumulated = np.cumsum(calendar.counts)
    wanted = np.arange(rows, int(cumulated[-1]), rows)
    edges = np.unique(np.concatenate([[0], np.searchsorted(cumulated, wanted) + 1, [len(cumulated)]]))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
