"""What a slider reads: the figures of one policy at every threshold, as arrays that are made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.effects import effects, summed
from casesim.analysis.floods import Floods
from casesim.analysis.intervals import Thresholds, threshold_of
from casesim.analysis.peaks import contact_hours
from casesim.analysis.spread import spread
from casesim.analysis.sweep import thresholds
from casesim.analysis.weekly import Weekly, weekly
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Flood, Policy
from casesim.workbench.incidents import Incidents, incidents

Counts = NDArray[np.int64]
Figures = Mapping[str, int]
# What flood control changes (R5.3).
TOLD = ("notifications_sent", "notifications_suppressed", "notifications_peak_hour", "busiest_contact")


@dataclass(frozen=True, eq=False)
class Board:
    """One policy but for its threshold, over one dataset. What is asked for is made once and kept.

    flood: the policy's flood control (R5.3). It looks across incidents, so what it does at a threshold is known only
    when that has been counted.
    """

    thresholds: Thresholds
    flood: Flood | None = None
    # What is told at a threshold under flood control, by the threshold's row.
    _told: dict[int, dict[str, int]] = field(default_factory=dict)

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
        """The figures at a threshold, before flood control; beyond the last one nothing changes."""
        place = self.place(threshold)
        return {name: int(values[place]) for name, values in self.columns.items()}

    def figures(self, threshold: int) -> Figures:
        """What a run at a threshold comes to, after flood control, as far as it has been counted.

        The columns of a sweep, and `busiest_contact`: the most mails to one person in one hour.
        """
        found = {**self.at(threshold), "threshold": threshold}
        if self.flood is not None:
            untold = {name: value for name, value in found.items() if name not in TOLD}
            return untold | self._told.get(self.place(threshold), {})
        if not self.counted(threshold):
            return found
        return found | {"busiest_contact": int(self.contact_hours[self.place(threshold)])}

    def counted(self, threshold: int) -> bool:
        """Whether all of `figures` are there."""
        return self.place(threshold) in self._told if self.flood is not None else "contact_hours" in vars(self)

    def count(self, run: Simulation) -> None:
        """Count what takes whole runs.

        Args:
            run: under this policy at one of its thresholds; without flood control it tells of all of them.
        """
        if self.flood is None:
            _ = self.contact_hours
            return
        found = summed(effects(run))
        busiest = Floods(run, self.flood).totals["most_in_an_hour"]
        told = {name: found[name] for name in TOLD[:-1]} | {"busiest_contact": busiest}
        self._told[self.place(threshold_of(run.policy))] = told

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
        """The most mails to one person in one hour before flood control, at every threshold. It takes whole runs."""
        found = self.weekly
        if not len(found.weeks):
            return np.zeros(self.top, np.int64)
        most: Counts = contact_hours(self.thresholds, found.first, len(found.weeks)).max(axis=0)
        return most

    @cached_property
    def incidents(self) -> Incidents:
        """Every incident, in the order in which changed ones are shown."""
        return incidents(self.thresholds)


def board(prepared: Prepared, policy: Policy) -> Board:
    """The board of a policy; who is affected is found again only if its choices ask for it (R1)."""
    return Board(thresholds(simulate(prepared, policy.with_(flood=None))), policy.flood)


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
