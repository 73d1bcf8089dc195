"""The most of anything in one hour, by week and at every threshold."""

import numpy as np
import polars as pl

from casesim.analysis.effects import HOUR, Counts, sent_rows
from casesim.analysis.intervals import Thresholds
from casesim.analysis.weekly import week_of

# As a power of two: their counts fit into memory whatever the data weigh.
MOST_BUCKETS = 24


def peak_hours(thresholds: Thresholds, first_week: int, weeks: int) -> Counts:
    """The most mails sent in one clock hour of each week, at every threshold: weeks by thresholds.

    Args:
        thresholds: the dataset under one policy.
        first_week: as `week_of` counts; a mail before or after all of the weeks counts in the nearest of them.
        weeks: how many.
    """
    hours = thresholds.whole.hours
    return _peaks(hours.rename({"hour": "cell"}), week_of(hours["hour"] * HOUR) - first_week, weeks, thresholds.top)


def contact_hours(thresholds: Thresholds, first_week: int, weeks: int) -> Counts:
    """The most mails sent to one contact or consumer in one clock hour (UTC), likewise. Counted from whole runs."""
    parts = []
    for keep, first, last, run in thresholds.spans():
        told = sent_rows(run)
        told = told.filter(keep.gather(told["incident"]))
        record = told["incident"].to_numpy()
        who = run.sides.customer["person"].gather(told["customer"]).to_numpy().astype(np.int64)
        parts.append((who, (told["created_at"] // HOUR).to_numpy(), first[record], last[record]))
    person, hour, first, last = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not len(hour):
        return np.zeros((weeks, thresholds.top), np.int64)
    week = np.clip(week_of(pl.Series(hour * HOUR)) - first_week, 0, weeks - 1)
    begin = hour.min()
    cell = person * (hour.max() - begin + 1) + hour - begin
    steps = {"cell": cell, "first": first, "last": last, "sent": np.ones_like(cell)}
    return _highest(steps, week, weeks, thresholds.top)


def _highest(steps: dict[str, Counts], week: Counts, weeks: int, top: int) -> Counts:
    """As `_peaks`, where few of a great many cells can be the highest of their week at any threshold.

    A cell never has more than all that it gets at one time or another, and the cells of a bucket together no less than
    each of them. So those of full buckets are looked at first; a week is settled as soon as its lowest peak reaches
    whatever the cells left out could come to.
    """
    size = 1 << min(max(len(week).bit_length(), 4), MOST_BUCKETS)
    bucket = _scattered(steps["cell"], size)
    bound = np.bincount(bucket, minlength=size)[bucket]
    found, left, least = np.zeros((weeks, top), np.int64), np.ones(weeks, np.bool_), 2 * int(bound.max())
    while left.any() and least > 1:
        least //= 2
        some = (bound >= least) & left[week]
        frame = pl.DataFrame({name: values[some] for name, values in steps.items()})
        found = np.maximum(found, _peaks(frame, week[some], weeks, top))
        left &= found.min(axis=1) < least - 1
    return found


def _scattered(cell: Counts, size: int) -> Counts:
    """A bucket for each cell: the upper bits of its product with an odd number near the golden ratio of 2 ** 64."""
    product = cell.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    found: Counts = (product >> np.uint64(65 - size.bit_length())).astype(np.int64)
    return found


def _peaks(steps: pl.DataFrame, week: Counts, weeks: int, top: int) -> Counts:
    """The highest level of any cell, by its week and at every threshold.

    Args:
        steps: `cell`, `first`, `last` (thresholds, both included), `sent`: what a cell has from one to the other.
        week: of each step's cell.
        weeks, top: how many of each.
    """
    found = np.zeros((weeks, top), np.int64)
    cell, begin, end, sent = (steps[name].to_numpy().astype(np.int64) for name in ("cell", "first", "last", "sent"))
    week = np.clip(week, 0, weeks - 1)
    some = (begin <= end) & (sent != 0)
    cell, begin, end, sent, week = (column[some] for column in (cell, begin, end, sent, week))
    if not len(cell):
        return found
    # Every change of a cell's level, in order of cell and threshold, one for each of these.
    cell -= cell.min()
    width = top + 2
    key = np.concatenate([cell * width + begin, cell * width + end + 1])
    order = np.argsort(key, kind="stable")
    key, amount, week = key[order], np.concatenate([sent, -sent])[order], np.tile(week, 2)[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    key, amount, week = key[starts], np.add.reduceat(amount, starts), week[starts]
    # All that a cell gets it loses again at the latest after the last threshold, so one running sum does for all cells.
    level = np.cumsum(amount)
    at = key % width
    until = np.minimum(np.append(np.where(np.diff(key // width) == 0, at[1:], width), width), top + 1)
    holds = (at <= top) & (until > at) & (level > 0)
    _raise(found, week[holds], at[holds] - 1, until[holds] - 1, level[holds])
    return found


def _raise(found: Counts, row: Counts, begin: Counts, end: Counts, level: Counts) -> None:
    """Raise each row of `found` to a level from `begin` up to `end`, where it is lower.

    Any stretch is covered by two of the nearest power of two in length, and these by two of half the length: one table
    for each power, from the longest down, instead of a pass over each stretch.
    """
    if not len(row):
        return
    power = np.floor(np.log2(end - begin)).astype(np.int64)
    tables = np.zeros((int(power.max()) + 1, *found.shape), np.int64)
    np.maximum.at(tables, (power, row, begin), level)
    np.maximum.at(tables, (power, row, end - (1 << power)), level)
    for each in range(len(tables) - 1, 0, -1):
        half, upper, lower = 1 << (each - 1), tables[each], tables[each - 1]
        np.maximum(lower, upper, out=lower)
        np.maximum(lower[:, half:], upper[:, :-half], out=lower[:, half:])
    np.maximum(found, tables[0], out=found)
