"""What records, or parts of them, come to at which thresholds, and what that adds up to at every threshold."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from casesim.analysis.effects import SWEPT, Counts

COLUMNS = ("threshold", *SWEPT, "notifications_peak_hour")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What parts of records come to at thresholds `first` to `last`, both included.

    top: the last threshold of all.
    counts: `record` (its row among `records`), `first`, `last`, and `SWEPT`; of whole records `DECIDED` as well.
    hours: `record`, `first`, `last`, `hour`, `sent`.
    records: the code of each record, or of the record of each part (`Cells`).
    """

    top: int
    counts: pl.DataFrame
    hours: pl.DataFrame
    records: pl.Series

    def table(self, group: pl.Series | None = None, wanted: int = 0) -> pl.DataFrame:
        """The sweep: `COLUMNS`, a row per threshold from 1 to `top`.

        Args:
            group: the group of each row of `records`; none = they are all of one.
            wanted: the group to add up.
        """
        counts, hours = self.counts, self.hours
        if group is not None:
            counts, hours = (rows.filter(group.gather(rows["record"]) == wanted) for rows in (counts, hours))
        columns = {"threshold": np.arange(1, self.top + 1)}
        begins, ends = (counts[name].to_numpy().astype(np.int64) for name in ("first", "last"))
        for name in SWEPT:
            columns[name] = _added(begins, ends, counts[name].to_numpy(), self.top)
        columns["notifications_peak_hour"] = _peaks(hours, self.top)
        return pl.DataFrame(columns).select(pl.col(COLUMNS).cast(pl.Int64))


def _added(begins: Counts, ends: Counts, amounts: Counts, top: int) -> Counts:
    """Amounts that hold from one threshold to another, added up at every threshold from 1 to `top`."""
    steps = [np.bincount(where, weights=amounts, minlength=top + 2).astype(np.int64) for where in (begins, ends + 1)]
    total: Counts = np.cumsum(steps[0] - steps[1])[1 : top + 1]
    return total


def _peaks(hours: pl.DataFrame, top: int) -> Counts:
    """The most sent in one clock hour at every threshold.

    The hours are kept as they are at one threshold, and only what changes at the next is added: where little changes
    that is quick, however many hours there are.
    """
    found = np.zeros(top, np.int64)
    if not hours.height:
        return found
    place, width = _dense(hours["hour"].to_numpy())
    sent = hours["sent"].to_numpy()
    at = np.concatenate([hours["first"].to_numpy(), hours["last"].to_numpy() + 1])
    # Sorting 16-bit numbers takes a fraction of the time.
    at = np.minimum(at, top + 1).astype(np.uint16 if top < 65_535 else np.uint32)
    order = np.argsort(at, kind="stable")
    place, step = np.tile(place, 2)[order], np.concatenate([sent, -sent])[order]
    bounds = np.searchsorted(at[order], np.arange(1, top + 2))
    level = np.zeros(width, np.int64)
    begins = np.flatnonzero(np.diff(bounds))
    for threshold in begins:
        now = slice(bounds[threshold], bounds[threshold + 1])
        np.add.at(level, place[now], step[now])
        found[threshold] = level.max()
    # Where nothing changes the peak is that of the threshold before.
    last = np.maximum.accumulate(np.where(np.diff(bounds) > 0, np.arange(top), 0))
    carried: Counts = found[last]
    return carried


def _dense(hours: Counts) -> tuple[Counts, int]:
    """Hours as places from 0 on, and how many places there are."""
    first = int(hours.min())
    width = int(hours.max()) - first + 1
    if width <= 10 * len(hours) + 100_000:
        return hours - first, width
    distinct, places = np.unique(hours, return_inverse=True)
    return places, len(distinct)
