"""For which thresholds a record is what: read by the sweep and by whatever the screen shows, decided by the engine.

A record's outcome depends on its k and on T alone, overrides, `also_major_when` and trigger being the same at every T.
So a record is one thing in the interval from T = 1 to k, major, and another beyond. Only `promote` (R8.1) knows more:
between the customers at the decision and all who get a case, every T promotes at a moment of its own and is run by
itself. What holds in an interval is taken from a run; k meets T in the engine alone (R2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from casesim.analysis.amounts import COLUMNS, Amounts
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

# What a decision says of a record.
DECIDED = ("outcome", "reason", "counted", "promoted_at")


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


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What every record leads to at every threshold.

    A threshold beyond the last does what the last one does.

    top: the last threshold of all.
    frame: a row per record and interval, ascending by both: `record`, `first`, `last` (thresholds, both included),
        `DECIDED`, `manual_closures`.
    """

    top: int
    frame: pl.DataFrame

    def at(self, threshold: int, records: Counts) -> pl.DataFrame:
        """The rows of `frame` that hold at a threshold, one for each of some records, in their order."""
        places = np.searchsorted(self._keys, self._key(records, min(max(threshold, 1), self.top)), side="right") - 1
        return self.frame[places]

    def between(self, one: int, other: int) -> Counts:
        """The records that are something else at one of two thresholds than at the other, each once, in no order.

        A record leads to another outcome there, or is promoted at another moment (R8.1). At a higher threshold it is
        promoted later or not at all, so what turned never turns back.
        """
        records, _ = self.borders
        found = records[self.crossed(one, other)]
        return found if self.once else np.unique(found)

    def crossed(self, one: int, other: int) -> slice:
        """The rows of `borders` between two thresholds."""
        _, at = self.borders
        low, high = sorted((one, other))
        return slice(int(np.searchsorted(at, low, side="right")), int(np.searchsorted(at, high, side="right")))

    @cached_property
    def _keys(self) -> Counts:
        return self._key(*(self.frame[name].to_numpy() for name in ("record", "first")))

    def _key(self, record: Counts, threshold: Counts | int) -> Counts:
        found: Counts = record * (self.top + 2) + threshold
        return found

    @cached_property
    def borders(self) -> tuple[Counts, Counts]:
        """Where a record is something else than at the threshold before: records and thresholds, by threshold."""
        same = pl.col("record") == pl.col("record").shift()
        moved = (pl.col(name).ne_missing(pl.col(name).shift()) for name in ("outcome", "promoted_at"))
        rows = (
            self.frame.filter(same & pl.any_horizontal(moved))
            .select("record", "first")
            .sort("first", maintain_order=True)
        )
        return rows["record"].to_numpy(), rows["first"].to_numpy()

    @cached_property
    def once(self) -> bool:
        """Whether no record turns more than once, which only promoted ones do."""
        records, _ = self.borders
        return len(np.unique(records)) == len(records)


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
    def whole(self) -> Amounts:
        """What whole records come to."""
        return self.amounts(None)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What every record leads to at every threshold."""
        rows = self.whole.counts.select("record", "first", "last", *DECIDED, "manual_closures")
        return Outcomes(self.top, rows.sort("record", "first"))

    @cached_property
    def table(self) -> pl.DataFrame:
        """The sweep, as `Amounts.table` describes it."""
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

    def amounts(self, cells: Cells | None) -> Amounts:
        """What records come to, or parts of records (counted from the cases then, never in closed form)."""
        every = pl.select(record=pl.int_range(self.low.decided.height))["record"]
        records = every if cells is None else cells.frame["record"]
        counts, hours = [], []
        for keep, first, last, run in self.spans():
            found = self._effects(run, cells)
            spans = {"first": first, "last": last}
            rows = found.counts.select(SWEPT).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
            if cells is None:
                rows = rows.hstack(run.decided.select(DECIDED))
            whole = rows.with_columns(pl.Series(name, span[records]) for name, span in spans.items())
            counts.append(whole.filter(keep.gather(records)))
            record = records.gather(found.hours["record"])
            sent = found.hours.with_columns(
                pl.col("record").cast(pl.Int64), *(pl.Series(name, span[record]) for name, span in spans.items())
            )
            hours.append(sent.filter(keep.gather(record)))
        return Amounts(self.top, pl.concat(counts), pl.concat(part.select(hours[0].columns) for part in hours), records)

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
