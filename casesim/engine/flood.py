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
Rows = NDArray[np.int64]

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A zone is asked only about days that Python's calendar has on every wall; what lies beyond is as far off as they are.
FIRST_DAY = (datetime(1, 1, 3, tzinfo=UTC) - EPOCH).days
LAST_DAY = (datetime(9999, 12, 29, tzinfo=UTC) - EPOCH).days


def flooded(told: pl.DataFrame, flood: Flood) -> pl.DataFrame:
    """R5.3: when each notification goes out, or that it does not.

    Args:
        told: the `sent` notifications in order of (created_at, case number, event, journal id): `person` (UInt32, code
            of the contact or consumer), `created_at` (Int64).
        flood: quiet hours, limit and window.

    Returns:
        `deliver_at` (Int64) and `fate` (String: sent | suppressed | digested), a row for each of `told`. A digested one
        is delivered at the end of its window, moved out of the quiet hours likewise.
    """
    deliver_at = quiet(told["created_at"], flood)
    if flood.max_per_contact is None or flood.window is None or not told.height:
        return pl.DataFrame({"deliver_at": deliver_at}).with_columns(fate=pl.lit("sent"))
    moment = deliver_at.to_numpy()
    order, begin = _windows(told["person"].to_numpy(), moment, flood.window)
    too_many = np.arange(told.height) - begin >= flood.max_per_contact
    held, first = order[too_many], order[begin[too_many]]
    fate = np.zeros(told.height, bool)
    fate[held] = True
    if flood.digest:
        moment = moment.copy()
        moment[held] = quiet(pl.Series(moment[first] + flood.window), flood).to_numpy()
    word = pl.lit("digested" if flood.digest else "suppressed")
    return pl.DataFrame({"deliver_at": moment, "fate": fate}).with_columns(
        fate=pl.when("fate").then(word).otherwise(pl.lit("sent"))
    )


def _windows(person: NDArray[np.uint32], moment: Moments, window: int) -> tuple[Rows, Rows]:
    """The rows by person, and for each of these, as a place among them, the row that begins its window.

    The row after a window is known for every row, whether it begins one or not. Those that do are found by following
    that step from each person's first row, twice as far in every round.

    Args:
        person: code of the contact or consumer.
        moment: when each row goes out, ascending: the first moment that is not quiet is never earlier for a later row.
        window: microseconds.
    """
    rows = len(person)
    # Person and row in one integer: sorting these is sorting by person, then time, and finds a person's rows again.
    key = np.sort(_packed(person, np.arange(rows)))
    order = (key & 0xFFFF_FFFF).astype(np.int64)
    person = person[order]
    end = np.searchsorted(moment, moment + window)
    # A person without a row after the window goes on to the first of the next person, which begins one anyhow.
    step = np.append(np.searchsorted(key, _packed(person, end[order])), rows)
    begins = np.append(np.append(True, person[1:] != person[:-1]), True)
    found = 0
    while (known := int(np.count_nonzero(begins))) > found:
        found = known
        begins[step[begins.nonzero()[0]]] = True
        step = step[step]
    return order, np.maximum.accumulate(np.where(begins[:rows], np.arange(rows), 0))


def _packed(person: NDArray[np.uint32], row: Rows) -> NDArray[np.uint64]:
    return (person.astype(np.uint64) << np.uint64(32)) | row.astype(np.uint64)


def quiet(created_at: pl.Series, flood: Flood) -> pl.Series:
    """R5.3: each moment, or if it falls in the quiet hours the first after it that does not.

    Only the clock on the wall counts: hours that come twice are quiet twice, skipped ones never. An end that is skipped
    is the moment of the jump.

    Args:
        created_at: Int64, in any order.
        flood: its quiet hours and time zone.

    Returns:
        `deliver_at`, Int64, a value for each.
    """
    moments = created_at.cast(pl.Int64).to_numpy().copy()
    if flood.quiet_hours is None or not len(moments):
        return pl.Series("deliver_at", moments)
    begin, end = (minutes * MINUTE for minutes in flood.quiet_hours)
    since, offset = _wall(created_at, flood.timezone)
    waiting = np.arange(len(moments))
    while len(waiting):
        at = moments[waiting]
        stretch = np.searchsorted(since, at, side="right")
        clock = (at + offset[stretch]) % DAY
        inside = (clock >= begin) & (clock < end) if begin < end else (clock >= begin) | (clock < end)
        waiting, at, clock, stretch = waiting[inside], at[inside], clock[inside], stretch[inside]
        over = at + np.where(clock < end, end - clock, DAY - clock + end)
        # The clock may be changed while one waits, or at the very end: then one looks at it again.
        change = np.append(since, np.iinfo(np.int64).max)[stretch]
        moments[waiting] = np.minimum(over, change)
        waiting = waiting[change <= over]
    return pl.Series("deliver_at", moments)


def _wall(moments: pl.Series, zone: str) -> tuple[Moments, Moments]:
    """How the clock on the wall goes around these moments.

    The zone's rules are Python's, as those that Polars brings along change no clock after the year 2099 and lack a few
    zones.

    Returns:
        `since`: when the clock is changed on the days of the moments or the two after each, ascending, as far as a wait
        can last; and how far it is ahead of UTC before the first of these, then from each on.
    """
    key = ZoneInfo(zone)
    days = (moments.cast(pl.Int64) // DAY).unique().to_numpy()
    days = np.unique(np.concatenate([days, days + 1, days + 2]).clip(FIRST_DAY, LAST_DAY))
    seen = [(day * DAY, _offset(day * DAY, key), _offset((day + 1) * DAY, key)) for day in days.tolist()]
    since, offset = [], [seen[0][1]]
    for day, before, after in seen:
        # Between days that are not looked at the clock may have been changed too; when, matters to no moment.
        if before != offset[-1]:
            since.append(day)
            offset.append(before)
        # No zone has ever changed its clock twice within a day.
        if after != before:
            since.append(_change_within(day, key))
            offset.append(after)
    return np.array(since, np.int64), np.array(offset, np.int64)


def _offset(moment: int, zone: ZoneInfo) -> int:
    """How far the clock on the wall is ahead of UTC."""
    ahead = (EPOCH + timedelta(microseconds=moment)).astimezone(zone).utcoffset()
    return (ahead or timedelta()) // timedelta(microseconds=1)


def _change_within(day: int, zone: ZoneInfo) -> int:
    """The second of a day from which on the clock has the offset of the day's end."""
    low, high = 0, DAY // SECOND
    before = _offset(day, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(day + middle * SECOND, zone) == before:
            low = middle
        else:
            high = middle
    return day + high * SECOND
