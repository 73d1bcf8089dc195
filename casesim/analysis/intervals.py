"""What each record comes to at which thresholds, and what that adds up to at every threshold.

A record's outcome depends on its k and on T alone, overrides, `also_major_when` and trigger being the same at every T.
So a record is one *piece* from T = 1 to k, major, and another beyond. Only `promote` (R8.1) knows more: between the
customers at the decision and all who get a case, every T promotes at a moment of its own and is run by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from casesim.analysis.effects import (
    COUNTED,
    SWEPT,
    Cells,
    Counts,
    Effects,
    closed_form,
    counted,
    reachable_customers,
    restricted,
    sharing,
    summed,
    worked_out,
)
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation
from casesim.policy import Policy

COLUMNS = ("threshold", *SWEPT, "notifications_peak_hour")


def at(policy: Policy, threshold: int) -> Policy:
    """A policy under another threshold: that of its flow (R2.1, R2.6)."""
    if policy.flow == "alerts":
        return policy.with_(affected_account_threshold=threshold)
    return policy.with_(threshold=threshold)


def threshold_of(policy: Policy) -> int:
    """The threshold of a policy's flow."""
    return policy.affected_account_threshold if policy.flow == "alerts" else policy.threshold


def alike(a: Policy, b: Policy) -> bool:
    """Whether two policies differ in their thresholds alone (R2.1, R2.6)."""
    one, other = (policy.with_(threshold=1, affected_account_threshold=1) for policy in (a, b))
    return one == other


@dataclass(frozen=True, slots=True)
class Intervals:
    """What parts of records come to at thresholds `first` to `last`, both included.

    top: the last threshold of all.
    counts: `record` (its row among `records`), `first`, `last`, and `SWEPT`.
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


@dataclass(frozen=True)
class Thresholds:
    """One prepared dataset under one policy at every threshold. `policy`: without flood control (R5.3)."""

    prepared: Prepared
    policy: Policy

    @cached_property
    def low(self) -> Simulation:
        """With T = 1 everything is major that can be."""
        run = Simulation(self.prepared, at(self.policy, 1))
        # Worked out here, so that the other runs share what it needs.
        _ = run.decided
        return run

    @cached_property
    def _customers(self) -> Counts:
        """How many customers can count in each record, R8.1: with `add` and `promote` all who get a case."""
        decided, served = self.low.decided, self.low.served
        if served is None or self.policy.choices.late_customers == "first":
            return decided["counted"].to_numpy().astype(np.int64)
        every = np.bincount(served["incident"].to_numpy(), minlength=decided.height)
        asked: Counts = every * decided["asked"].to_numpy().astype(np.int64)
        return asked

    @cached_property
    def top(self) -> int:
        """The last threshold: one more than the most customers that can count in one incident."""
        return 1 + int(self._customers.max(initial=0))

    @cached_property
    def turns(self) -> Counts:
        """For T = 1, 2, … how many incidents are major at T and not at T + 1 (R2, R8.1); no run is needed for it."""
        moves = (self.low.decided["outcome"] != self.high.decided["outcome"]).to_numpy()
        k = self._customers if self._promotes else self.low.decided["counted"].to_numpy().astype(np.int64)
        found: Counts = np.bincount(k[moves], minlength=self.top + 1)[1:].astype(np.int64)
        return found

    @cached_property
    def high(self) -> Simulation:
        """With a T that no incident reaches everything is individual that can be."""
        return sharing(self.low, at(self.policy, self.top))

    @cached_property
    def whole(self) -> Intervals:
        """Intervals of whole records."""
        return self.pieces(None)

    @cached_property
    def table(self) -> pl.DataFrame:
        """The sweep, as `Intervals.table` describes it."""
        return self.whole.table()

    @cached_property
    def reachable(self) -> Counts:
        """How many customers of each record can be told."""
        return reachable_customers(self.low)

    def figures(self, run: Simulation) -> dict[str, int]:
        """What a run under this policy but for T comes to in all, from the table where there is one.

        Args:
            run: one for which `closed_form` holds.
        """
        if "table" not in vars(self):
            return summed(worked_out(run, self.reachable))
        place = min(threshold_of(run.policy), self.top) - 1
        return dict.fromkeys(COUNTED, 0) | {name: int(self.table[name][place]) for name in COLUMNS[1:]}

    def pieces(self, cells: Cells | None) -> Intervals:
        """The pieces of records, or of parts of records (counted from the cases then, never in closed form)."""
        every = pl.select(record=pl.int_range(self.low.decided.height))["record"]
        records = every if cells is None else cells.frame["record"]
        counts, hours = [], []
        for keep, first, last, run in self.spans():
            found = self._effects(run, cells)
            spans = {"first": first, "last": last}
            rows = found.counts.select(SWEPT).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
            whole = rows.with_columns(pl.Series(name, span[records]) for name, span in spans.items())
            counts.append(whole.filter(keep.gather(records)))
            record = records.gather(found.hours["record"])
            sent = found.hours.with_columns(
                pl.col("record").cast(pl.Int64), *(pl.Series(name, span[record]) for name, span in spans.items())
            )
            hours.append(sent.filter(keep.gather(record)))
        return Intervals(
            self.top, pl.concat(counts), pl.concat(part.select(hours[0].columns) for part in hours), records
        )

    def spans(self) -> Iterator[tuple[pl.Series, Counts, Counts, Simulation]]:
        """The runs that all thresholds come down to.

        Yields:
            keep: Boolean, for each record whether it takes part; first, last: from which T to which, both included; and
            the run that says what it comes to there.
        """
        low, high = self.low, self.high
        k, most = low.decided["counted"].to_numpy().astype(np.int64), self._customers
        same = low.decided["outcome"] == high.decided["outcome"]
        one, top, every = np.ones_like(k), np.full_like(k, self.top), pl.repeat(True, len(k), eager=True)
        yield every, one, np.where(same.to_numpy(), top, k), low
        yield ~same, most + 1 if self._promotes else k + 1, top, high
        if not self._promotes:
            return
        moving = ~same.to_numpy() & (most > k)
        spans = {*zip(k[moving].tolist(), most[moving].tolist(), strict=True)}
        for threshold in sorted({each for begin, end in spans for each in range(begin + 1, end + 1)}):
            keep = pl.Series(moving & (k < threshold) & (threshold <= most))
            now = one * threshold
            yield keep, now, now, restricted(sharing(low, at(self.policy, threshold)), keep)

    def _effects(self, run: Simulation, cells: Cells | None) -> Effects:
        """What the records (or their parts) come to in one of `spans`."""
        if cells is None and closed_form(run):
            return worked_out(run, self.reachable)
        return counted(run, cells)

    @property
    def _promotes(self) -> bool:
        return self.low.served is not None and self.policy.choices.late_customers == "promote"


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
