"""What a slider reads: the figures of one policy at every threshold, as arrays that are made once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.findings import priority
from casesim.analysis.intervals import Thresholds
from casesim.analysis.peaks import contact_hours
from casesim.analysis.spread import spread
from casesim.analysis.sweep import thresholds
from casesim.analysis.weekly import Weekly, weekly
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy

Counts = NDArray[np.int64]
PAGE = 50
MOST = 200
FIELDS = ("number", "sys_id", "priority", "cmdb_ci", "category", "short_description")


@dataclass(frozen=True, eq=False)
class Board:
    """One policy but for its threshold, over one dataset. What is asked for is made once and kept."""

    thresholds: Thresholds

    @property
    def prepared(self) -> Prepared:
        """Who is affected."""
        return self.thresholds.prepared

    @property
    def top(self) -> int:
        """The last threshold at which anything changes."""
        return self.thresholds.top

    @property
    def table(self) -> pl.DataFrame:
        """The sweep: a row per threshold."""
        return self.thresholds.table

    @cached_property
    def columns(self) -> dict[str, Counts]:
        """The sweep, column by column."""
        return {name: self.table[name].to_numpy() for name in self.table.columns}

    def at(self, threshold: int) -> dict[str, int]:
        """The figures at a threshold; beyond the last one nothing changes."""
        place = self.place(threshold)
        return {name: int(values[place]) for name, values in self.columns.items()}

    def place(self, threshold: int) -> int:
        """The row of a threshold."""
        return min(max(threshold, 1), self.top) - 1

    @property
    def cases(self) -> bool:
        """Whether any incident has a case."""
        return bool(self.table["incidents_individual"][0] + self.table["incidents_major"][0])

    def majors(self, threshold: int) -> int:
        """Major incidents at a threshold."""
        return int(self.columns["incidents_major"][self.place(threshold)])

    @cached_property
    def stops(self) -> list[int]:
        """The thresholds at which any figure changes, ascending, with the first and the last."""
        figures = np.array([values for name, values in self.columns.items() if name != "threshold"])
        changed = np.flatnonzero((np.diff(figures, axis=1) != 0).any(axis=0)) + 2
        return sorted({1, self.top, *changed.tolist()})

    @cached_property
    def weekly(self) -> Weekly:
        """Every figure by week and threshold."""
        return weekly(self.thresholds)

    @cached_property
    def weeks(self) -> tuple[list[date], Counts]:
        """The Mondays, and major cases by week and threshold."""
        return self.weekly.weeks.to_list(), self.weekly.values["major_cases"]

    @cached_property
    def bands(self) -> dict[str, tuple[Counts, Counts]]:
        """How far each figure would range in other weeks; none where there are too few to say."""
        found = {name: spread(self.weekly, name) for name in self.weekly.values}
        return {name: band for name, band in found.items() if band is not None}

    @cached_property
    def contact_hours(self) -> Counts:
        """The most mails to one person in one hour, at every threshold. It takes whole runs to know."""
        found = self.weekly
        if not len(found.weeks):
            return np.zeros(self.top, np.int64)
        most: Counts = contact_hours(self.thresholds, found.first, len(found.weeks)).max(axis=0)
        return most

    @property
    def contacts_counted(self) -> bool:
        """Whether `contact_hours` are there."""
        return "contact_hours" in vars(self)

    @cached_property
    def incidents(self) -> "Incidents":
        """Every incident, in the order in which changed ones are shown."""
        return _incidents(self.thresholds)


@dataclass(frozen=True, eq=False)
class Incidents:
    """Incidents in order: critical first, then most customers, then oldest, then by number.

    frame: number, priority (word), rank, ci, category, opened (date and time, UTC), customers, by_hand_major,
    by_hand_individual. k: customers that count at the decision; moves: whether the outcome depends on the threshold;
    record: the place in order of number; search: what a search looks at, in small letters.
    """

    frame: pl.DataFrame
    k: Counts
    moves: NDArray[np.bool_]
    search: pl.Series
    record: Counts

    def between(self, now: int, proposed: int) -> NDArray[np.bool_]:
        """Which incidents are major at one of two thresholds and not at the other (R2.1)."""
        found: NDArray[np.bool_] = self.moves & ((self.k >= now) != (self.k >= proposed))
        return found

    @cached_property
    def by_record(self) -> pl.DataFrame:
        """`number`, `ci`, `critical`, a row per record in order of number."""
        rows = self.frame.select("number", "ci", critical=pl.col("rank") == "1")
        return rows[np.argsort(self.record)]

    @cached_property
    def _below(self) -> tuple[Counts, Counts]:
        """How many that move have fewer than so many customers, and how many critical ones."""
        critical = (self.frame["rank"] == "1").to_numpy()
        top = int(self.k.max(initial=0)) + 2
        every, grave = (np.bincount(self.k[some], minlength=top) for some in (self.moves, self.moves & critical))
        return np.append(0, np.cumsum(every)), np.append(0, np.cumsum(grave))

    def counts(self, now: int, proposed: int) -> tuple[int, int]:
        """How many `between` finds, and how many of these are critical; read from arrays, whatever the data weigh."""
        low, high = sorted((now, proposed))
        every, grave = self._below
        first, last = min(low, len(every) - 1), min(high, len(every) - 1)
        return int(every[last] - every[first]), int(grave[last] - grave[first])

    def page(self, asked: NDArray[np.bool_], *, first: int = 0, rows: int = PAGE) -> tuple[pl.DataFrame, int]:
        """Some rows of those asked for, 200 at most whatever is asked, and how many are asked for in all."""
        places = np.flatnonzero(asked)
        return self.frame[places[first : first + min(rows, MOST)]], len(places)


def board(prepared: Prepared, policy: Policy) -> Board:
    """The board of a policy; who is affected is found again only if its choices ask for it (R1)."""
    return Board(thresholds(simulate(prepared, policy.with_(flood=None))))


def whole_board(prepared: Prepared, policy: Policy, progress: Callable[[str], None] = lambda step: None) -> Board:
    """A board with all that a slider reads; what takes whole runs is still to be asked for.

    Args:
        prepared: who is affected; found again if the policy's choices ask for it (R1).
        policy: the settings.
        progress: told each step's name before it begins.
    """
    progress("who is affected")
    found = board(prepared, policy)
    # Made here, read later.
    progress("every threshold")
    _ = found.stops
    progress("every week")
    _ = found.bands
    progress("the list of incidents")
    _ = found.incidents
    return found


def _incidents(found: Thresholds) -> Incidents:
    low, high = found.low, found.high
    decided = low.decided
    k = decided["counted"].cast(pl.Int64)
    moves = low.decided["outcome"] != high.decided["outcome"]
    own = _fields(low)
    rank = own["priority"].str.slice(0, 1).fill_null("9")
    frame = own.with_columns(
        opened=decided["opened_at"].cast(pl.Datetime("us", "UTC")),
        customers=k,
        **{f"by_hand_{side}": pl.Series(values) for side, values in _by_hand(found).items()},
        rank=rank,
        k=k,
        moves=moves,
        record=pl.int_range(k.len(), eager=True),
    )
    frame = frame.sort("rank", -pl.col("k"), "opened", "number", nulls_last=True)
    words = {value: priority(value) for value in frame["priority"].unique().to_list()}
    frame = frame.with_columns(priority=pl.col("priority").replace_strict(words, return_dtype=pl.String))
    searched = pl.col("number", "priority", "ci", "category", "short_description").fill_null("")
    search = pl.concat_str(searched, separator=" ")
    return Incidents(
        frame.drop("k", "moves", "record"),
        frame["k"].to_numpy(),
        frame["moves"].to_numpy(),
        frame.select(search.str.to_lowercase().alias("search"))["search"],
        frame["record"].to_numpy(),
    )


def _fields(run: Simulation) -> pl.DataFrame:
    records = run.prepared.data.collect(run.prepared.records.frame(list(FIELDS)))
    rows = records if run.order is None else records[run.order]
    return rows.select(
        pl.coalesce("number", "sys_id").alias("number"),
        pl.col("priority").cast(pl.String),
        pl.col("cmdb_ci").cast(pl.String).alias("ci"),
        pl.col("category").cast(pl.String),
        pl.col("short_description").cast(pl.String),
    )


def _by_hand(found: Thresholds) -> dict[str, Counts]:
    """Cases to close by hand of each incident, where it is major and where it is not."""
    height = found.low.decided.height
    counts = found.whole.counts
    record, amount = counts["record"].to_numpy(), counts["manual_closures"].to_numpy()
    major = counts["incidents_major"].to_numpy() > 0
    sides: dict[str, Counts] = {}
    for name, side in (("major", major), ("individual", ~major)):
        sides[name] = np.bincount(record[side], amount[side], minlength=height).astype(np.int64)
    return sides


def whole(own: Incidents, asked: NDArray[np.bool_], now: int, proposed: int) -> pl.DataFrame:
    """Every incident asked for, with its outcome and its cases to close by hand at both thresholds (R2.1, R7.1)."""
    sides = {}
    for side, threshold in (("now", now), ("proposed", proposed)):
        major = pl.col("customers") >= threshold
        sides[f"outcome_{side}"] = pl.when(major).then(pl.lit("major")).otherwise(pl.lit("individual"))
        sides[f"manual_closures_{side}"] = pl.when(major).then("by_hand_major").otherwise("by_hand_individual")
    rows = own.frame.filter(pl.Series(asked))
    low, high = sorted((now, proposed))
    why = pl.format(f"{low} ≤ {{}} < {high}", "customers")
    return rows.select("number", "opened", "priority", "ci", "category", "customers", **sides, reason=why)


def to_rows(page: pl.DataFrame, now: int, proposed: int) -> list[list[Any]]:
    """Rows of a page as the table shows them, in the order of `table.INCIDENTS`."""
    rows = []
    for row in page.iter_rows(named=True):
        k = row["customers"]
        a, b = ("major" if k >= threshold else "individual" for threshold in (now, proposed))
        low, high = sorted((now, proposed))
        rows.append(
            [
                row["number"],
                "" if row["opened"] is None else f"{row['opened']:%-d %b %Y}",
                row["priority"],
                row["ci"] or "",
                f"{k:,}",
                [a, b],
                [f"{row[f'by_hand_{a}']:,}", f"{row[f'by_hand_{b}']:,}"],
                f"{low:,} ≤ {k:,} < {high:,}",
            ]
        )
    return rows
