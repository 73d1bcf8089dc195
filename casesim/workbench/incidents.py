"""Every incident as the screen lists it, and what it leads to at two thresholds: looked up, never decided here."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.compare.reasons import decided_words
from casesim.analysis.findings import priority
from casesim.analysis.intervals import Outcomes, Thresholds
from casesim.engine.simulate import Simulation

Counts = NDArray[np.int64]
FIELDS = ("number", "sys_id", "priority", "cmdb_ci", "category", "short_description")
# What is the same at every threshold, and what is of each of two.
OWN = ("incident_number", "opened_at", "priority", "ci", "category", "affected_accounts", "affected_consumers")
SIDED = ("counted", "outcome", "manual_closures")


@dataclass(frozen=True, eq=False)
class Incidents:
    """Incidents in order: critical first, then most customers, then oldest, then by number.

    frame: `OWN` (priority: its word; opened_at: UTC), rank (of priority).
    record: the place in order of number; search: what a search looks at, in small letters.
    outcomes: what each record leads to at every threshold.
    """

    frame: pl.DataFrame
    record: Counts
    search: pl.Series
    outcomes: Outcomes

    def between(self, now: int, proposed: int) -> NDArray[np.bool_]:
        """Which incidents are something else at one of two thresholds than at the other (R2.1, R8.1)."""
        found = np.zeros(len(self.record), np.bool_)
        found[self._place[self.outcomes.between(now, proposed)]] = True
        return found

    def counts(self, now: int, proposed: int) -> tuple[int, int]:
        """How many `between` finds, and how many of these are critical; read from arrays, whatever the data weigh."""
        if not self.outcomes.once:
            asked = self.between(now, proposed)
            return int(asked.sum()), int((asked & (self.frame["rank"] == "1").to_numpy()).sum())
        some = self.outcomes.crossed(now, proposed)
        return some.stop - some.start, int(self._critical[some.stop] - self._critical[some.start])

    @cached_property
    def by_record(self) -> pl.DataFrame:
        """`ci`, `number`, `critical`, a row per record in order of number."""
        return self.frame.select("ci", number="incident_number", critical=pl.col("rank") == "1")[self._place]

    @cached_property
    def _place(self) -> Counts:
        """Where each record stands, in order of number."""
        return np.argsort(self.record)

    @cached_property
    def _critical(self) -> Counts:
        """How many critical incidents lie before each border."""
        records, _ = self.outcomes.borders
        return np.append(0, np.cumsum(self.by_record["critical"].to_numpy()[records]))

    def listed(self, places: Counts, now: int, proposed: int) -> pl.DataFrame:
        """Incidents as they are at two thresholds.

        Args:
            places: theirs in `frame`, each something else at the two.
            now, proposed: the thresholds.

        Returns:
            `OWN`, of each side (`_a` now, `_b` proposed) `SIDED`, and `reason`.
        """
        records = self.record[places]
        found = [
            self.outcomes.at(threshold, records).select(pl.all().name.suffix(f"_{side}"))
            for side, threshold in (("a", now), ("b", proposed))
        ]
        rows = pl.concat([self.frame[places], *found], how="horizontal")
        rows = rows.with_columns(threshold_a=pl.lit(now), threshold_b=pl.lit(proposed))
        return rows.select(*OWN, *(f"{name}_{side}" for name in SIDED for side in "ab"), reason=_reason(now, proposed))


def _reason(now: int, proposed: int) -> pl.Expr:
    """Why an incident is something else: its number lies between both thresholds, or it is promoted (R8.1)."""
    low, high = sorted((now, proposed))
    promoted = pl.any_horizontal(pl.col(f"promoted_at_{side}").is_not_null() for side in "ab")
    at_other_moments = pl.format("{}, before {}", decided_words("b"), decided_words("a"))
    return pl.when(promoted).then(at_other_moments).otherwise(pl.format(f"{low} ≤ {{}} < {high}", "counted_b"))


def incidents(found: Thresholds) -> Incidents:
    """Every incident of a dataset, in the order in which changed ones are shown."""
    decided, outcomes = found.low.decided, found.outcomes
    own = _fields(found.low)
    most = outcomes.frame.group_by("record", maintain_order=True).agg(pl.col("counted").max())["counted"]
    frame = own.with_columns(
        opened_at=decided["opened_at"].cast(pl.Datetime("us", "UTC")),
        **{f"affected_{kind}": decided[kind].cast(pl.Int64) for kind in ("accounts", "consumers")},
        rank=own["priority"].str.slice(0, 1).fill_null("9"),
        most=most.cast(pl.Int64),
        record=pl.int_range(decided.height, eager=True),
    )
    frame = frame.sort("rank", -pl.col("most"), "opened_at", "incident_number", nulls_last=True)
    words = {value: priority(value) for value in frame["priority"].unique().to_list()}
    frame = frame.with_columns(priority=pl.col("priority").replace_strict(words, return_dtype=pl.String))
    searched = pl.col("incident_number", "priority", "ci", "category", "short_description").fill_null("")
    search = pl.concat_str(searched, separator=" ")
    return Incidents(
        frame.select(*OWN, "rank"),
        frame["record"].to_numpy(),
        frame.select(search.str.to_lowercase().alias("search"))["search"],
        outcomes,
    )


def _fields(run: Simulation) -> pl.DataFrame:
    records = run.prepared.data.collect(run.prepared.records.frame(list(FIELDS)))
    rows = records if run.order is None else records[run.order]
    return rows.select(
        pl.coalesce("number", "sys_id").alias("incident_number"),
        pl.col("priority").cast(pl.String),
        pl.col("cmdb_ci").cast(pl.String).alias("ci"),
        pl.col("category").cast(pl.String),
        pl.col("short_description").cast(pl.String),
    )
