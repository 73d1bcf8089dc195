"""Working hours as one running clock: how long a team has worked at a moment, and when it has worked so long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]
Minutes = NDArray[np.float64]
MINUTE = 60_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """begins, ends: each working day's, epoch microseconds in UTC, ascending. worked: minutes before each begins."""

    begins: Moments
    ends: Moments
    worked: Minutes

    def until(self, moments: Moments) -> Minutes:
        """Working minutes from the first day's begin to each moment."""
        place = np.searchsorted(self.begins, moments, side="right") - 1
        inside = np.minimum(moments, self.ends[place]) - self.begins[place]
        found: Minutes = np.where(place < 0, 0.0, self.worked[place] + inside / MINUTE)
        return found

    def when(self, minutes: Minutes) -> Moments:
        """The moment at which so many minutes are worked; the largest integer if that is after the last day."""
        place = np.searchsorted(self.worked, minutes, side="left") - 1
        place = np.maximum(place, 0)
        found = self.begins[place] + np.round((minutes - self.worked[place]) * MINUTE).astype(np.int64)
        beyond = found > self.ends[place]
        return np.where(beyond, np.iinfo(np.int64).max, found)


def hours(first: date, last: date, begin: time, end: time, *, weekdays: Collection[int], zone: ZoneInfo) -> Hours:
    """The working hours of every day from the first to the last, each by the clock on its wall.

    Args:
        begin, end: of a working day; weekdays: 0 = Monday.
    """
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    worked = [day for day in days if day.weekday() in weekdays]
    begins = np.array([_moment(day, begin, zone) for day in worked], np.int64)
    ends = np.array([_moment(day, end, zone) for day in worked], np.int64)
    lengths = (ends - begins) / MINUTE
    return Hours(begins, ends, np.concatenate([[0.0], np.cumsum(lengths)[:-1]]))


def _moment(day: date, at: time, zone: ZoneInfo) -> int:
    return (datetime.combine(day, at, zone) - EPOCH) // timedelta(microseconds=1)
