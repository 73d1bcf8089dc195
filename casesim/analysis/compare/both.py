"""Two runs over one dataset on common ground: whose records are the same, and which of them can differ at all."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from casesim.analysis.compare.part import part_of, share_sides, stands_alone
from casesim.analysis.effects import Counts, restricted
from casesim.engine.simulate import Simulation
from casesim.policy import Policy

# What a decision says beside how it came about; where two runs agree in all of it they agree in every output row, if
# their policies differ in what decides alone (invariant: only what lies between two thresholds changes).
DECIDED = ("outcome", "counted", "decided_at", "promoted_at", "head", "each", "lone", "head_at")


def differs_in_decisions_alone(a: Policy, b: Policy) -> bool:
    """Whether two policies are the same but for threshold, overrides, also_major_when and trigger (R2 to R2.5).

    Flood control looks across incidents (R5.3): with it a decision may change other incidents' mails.
    """
    if a.flood is not None or b.flood is not None:
        return False
    return _undecided(a) == _undecided(b)


def _undecided(policy: Policy) -> Policy:
    return policy.with_(threshold=1, affected_account_threshold=1, overrides=None, also_major_when=None, trigger=None)


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    run: the whole of it; record: for each of its records in order of number, the record's place among those of both.
    part: the run without the cases of records that cannot differ; part_record: as `record`, for the records of `part`.
    """

    run: Simulation
    record: Counts
    part: Simulation
    part_record: Counts

    def among_both(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of `part` with `record`, the place of their incident among the records of both runs, Int64."""
        return rows.with_columns(record=pl.Series(self.part_record, dtype=pl.Int64).gather(rows["incident"]))


@dataclass(frozen=True)
class Both:
    """The two runs.

    records: `source`, `number`, a row per record of either, ascending by number.
    keep: Boolean, whether a record can differ.
    """

    a: Side
    b: Side
    records: pl.DataFrame
    keep: pl.Series

    @cached_property
    def sides(self) -> tuple[tuple[str, Side], tuple[str, Side]]:
        """Both with their names."""
        return ("a", self.a), ("b", self.b)


def both(a: Simulation, b: Simulation) -> Both:
    """Put two runs over one dataset side by side."""
    if a.prepared.records.tables == b.prepared.records.tables:
        every, at = _records(a), [np.arange(a.prepared.records.height)] * 2
    else:
        own = [_records(run) for run in (a, b)]
        every = pl.concat(own).unique().sort("number", "source", "id", nulls_last=False)
        places = every.with_row_index("record")
        keys = ["source", "id", "number"]
        at = [
            frame.join(places, on=keys, how="left", nulls_equal=True, maintain_order="left")["record"].to_numpy()
            for frame in own
        ]
    keep = pl.repeat(True, every.height, eager=True)
    if a.prepared is b.prepared and differs_in_decisions_alone(a.policy, b.policy):
        tests = pl.DataFrame([a.decided[name].ne_missing(b.decided[name]).alias(name) for name in DECIDED])
        keep = tests.select(differs=pl.any_horizontal("*"))["differs"]
    if not keep.all() and stands_alone(a) and stands_alone(b):
        kept = keep.arg_true()
        small = part_of(a.prepared, kept if a.order is None else a.order.gather(kept).sort())
        codes = kept.to_numpy().astype(np.int64)
        of_a, of_b = (Simulation(small, run.policy) for run in (a, b))
        share_sides(of_a, of_b)
        alone = Side(a, at[0], of_a, codes), Side(b, at[0], of_b, codes)
        return Both(*alone, every.select("source", "number"), keep)
    sides = []
    for run, place in zip((a, b), (each.astype(np.int64) for each in at), strict=True):
        part = run if keep.all() else restricted(run, keep.gather(pl.Series(place)))
        sides.append(Side(run, place, part, place))
    return Both(sides[0], sides[1], every.select("source", "number"), keep)


def _records(run: Simulation) -> pl.DataFrame:
    """`source`, `id`, `number` of a run's records in order of number."""
    found = run.prepared.records
    id_, number = pl.coalesce("sys_id", "number"), pl.coalesce("number", "sys_id")
    named = found.frame(["sys_id", "number"]).select(id=id_, number=number)
    frame = found.data.collect(named, "streaming")
    frame = frame.select(found.table.cast(pl.String), "id", "number")
    return frame if run.order is None else frame[run.order]
