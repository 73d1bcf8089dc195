"""R5.3: quiet hours, then a limit for each contact. Windows need an order of rows, so this works on arrays.

Times are epoch microseconds in UTC.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.policy import Flood

Moments = NDArray[np.int64]

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def flooded(told: pl.DataFrame, flood: Flood) -> pl.DataFrame:
    """R5.3: when each notification goes out, or that it does not.

    Args:
        told: the `sent` notifications in order of (created_at, case number, event, journal id): `person` (code of the
            contact or consumer), `created_at`.
        flood: quiet hours, limit and window.

    Returns:
        `deliver_at` and `fate` (sent | suppressed | digested), a row for each of `told`. A digested one is delivered at
        the end of its window, moved out of the quiet hours likewise.
    """
    deliver_at = quiet(told["created_at"], flood).to_numpy()
    if flood.max_per_contact is None or flood.window is None or not told.height:
        return pl.DataFrame({"deliver_at": deliver_at}).with_columns(fate=pl.lit("sent"))
    # Delivery never goes back where creation does not, so each person's rows stay in order of delivery.
    order = np.argsort(told["person"].to_numpy(), kind="stable")
    moment = deliver_at[order]
    begin = _begins(told["person"].to_numpy(), deliver_at, order, flood.window)
    late = np.arange(told.height) - begin >= flood.max_per_contact
    fate, ends = np.zeros(told.height, bool), deliver_at.copy()
    fate[order] = late
    if flood.digest:
        window_end = quiet(pl.Series(moment[begin[late]] + flood.window), flood).to_numpy()
        ends[order[late]] = window_end
    held = pl.lit("digested" if flood.digest else "suppressed")
    return pl.DataFrame({"deliver_at": ends, "late": fate}).select(
        "deliver_at", fate=pl.when("late").then(held).otherwise(pl.lit("sent"))
    )


def _begins(person: NDArray[np.uint32], moment: Moments, order: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """For each row by person, then time, the row that begins its window.

    The row after a window is known for every row, whether it begins one or not. Those that do are found by following
    that step from each person's first row, twice as far in every round.

    Args:
        person, moment: in order of time.
        order: where each row by person and time stands in them.
        window: microseconds.
    """
    rows = len(person)
    distinct = pl.Series(moment).unique().sort().to_numpy()
    own = person.astype(np.int64) * (len(distinct) + 1)
    # Searched in order of time, where one place is near the next.
    key, end = (own + np.searchsorted(distinct, at) for at in (moment, moment + window))
    key, end, person = key[order], end[order], person[order]
    after, last = np.searchsorted(key, end), np.searchsorted(person, person, side="right")
    step = np.append(np.where(after < last, after, rows), rows)
    begins = np.append(np.append(True, person[1:] != person[:-1]), False)
    while step[:rows].min() < rows:
        begins[step[begins.nonzero()[0]]] = True
        step = step[step]
    return np.maximum.accumulate(np.where(begins[:rows], np.arange(rows), 0))


def quiet(created_at: pl.Series, flood: Flood) -> pl.Series:
    """R5.3: each moment, or if it falls in the quiet hours the first after it that does not.

    Only the clock on the wall counts: hours that come twice are quiet twice, skipped ones never.
    """
    moments = created_at.cast(pl.Int64).to_numpy().copy()
    if flood.quiet_hours is None or not len(moments):
        return pl.Series("deliver_at", moments)
    begin, end = (minutes * MINUTE for minutes in flood.quiet_hours)
    changes = _clock_changes(moments, flood.timezone)
    waiting = np.arange(len(moments))
    while len(waiting):
        at = moments[waiting]
        clock = _clock(at, flood.timezone)
        inside = (clock >= begin) & (clock < end) if begin < end else (clock >= begin) | (clock < end)
        waiting, at, clock = waiting[inside], at[inside], clock[inside]
        wait = np.where(clock < end, end - clock, DAY - clock + end)
        # The clock may be changed while one waits: then one looks at it again.
        change = changes[np.searchsorted(changes, at, side="right")]
        moments[waiting] = np.minimum(at + wait, change)
        waiting = waiting[change <= at + wait]
    return pl.Series("deliver_at", moments)


def _clock(moments: Moments, zone: str) -> Moments:
    """The time of day on the wall, microseconds after midnight."""
    return (moments + _offset(moments, zone)) % DAY


def _offset(moments: Moments, zone: str) -> Moments:
    """How far the clock on the wall is ahead of UTC."""
    local = pl.Series(moments).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    offset: Moments = (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_microseconds().to_numpy()
    return offset


def _clock_changes(moments: Moments, zone: str) -> Moments:
    """When the clock on the wall is changed, on the days of these moments and the two after each; then never again."""
    days = np.unique(moments // DAY)
    days = np.unique(np.concatenate([days, days + 1, days + 2])) * DAY
    changed = days[_offset(days, zone) != _offset(days + DAY, zone)]
    found = [_change_within(int(day), ZoneInfo(zone)) for day in changed]
    return np.array([*found, np.iinfo(np.int64).max], np.int64)


def _change_within(day: int, zone: ZoneInfo) -> int:
    """The second of a day from which on the clock has the offset of the day's end."""
    low, high = 0, 86_400
    begin = EPOCH + timedelta(microseconds=day)
    before = begin.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if (begin + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return day + high * 1_000_000
