"""Which of the incidents that change are listed: those of one segment, of one week, with some words in them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import ipywidgets as w
import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.findings import priority
from casesim.analysis.segments import MOMENTS, Segments, segments
from casesim.analysis.wording import clean, day
from casesim.engine.simulate import Simulation
from casesim.tables import DatasetError
from casesim.workbench.board import Board
from casesim.workbench.pieces import refused

Mask = NDArray[np.bool_]
EMPTY = "(empty)"


class Narrowing:
    """A field and one of its values, a week, a group, a search; together they narrow the list.

    Args:
        fields: of incidents, and `account.<field>`.
        asked: what to do when the list is another one.
    """

    def __init__(self, run: Simulation, fields: Sequence[str], asked: Callable[[], None]) -> None:
        self._run, self._asked = run, asked
        own = [each for each in ("priority", "category", "assignment_group") if each in fields]
        rest = sorted(each for each in fields if each not in own)
        small = {"width": "106px", "flex": "0 1 106px", "min_width": "60px"}
        names = [("every field", ""), *((each, each) for each in (*own, *MOMENTS, *rest))]
        self.field = w.Dropdown(options=names, layout=w.Layout(**small), tooltip="Field to list one value of")
        self.value = w.Dropdown(
            options=[("every value", -1)], layout=w.Layout(**small, display="none"), tooltip="Value of that field"
        )
        self.search = w.Text(
            placeholder="search number, priority, CI, words",
            continuous_update=True,
            layout=w.Layout(width="150px", flex="1 1 120px", min_width="84px"),
        )
        self.week = w.Button(tooltip="list every week again", layout=w.Layout(display="none")).add_class("cs-chip")
        self.group = w.Button(tooltip="list every group again", layout=w.Layout(display="none")).add_class("cs-chip")
        self.error = w.HTML()
        self._of_week: date | None = None
        self._in_group: pl.Series | None = None
        self._found: Segments | None = None
        # The records last asked for: of which run, and of which field and value.
        self._kept: Mask = np.zeros(0, np.bool_)
        self._of_run: Simulation | None = None
        self._of_value: tuple[str, str | None] | None = None
        self._quiet = False
        self.field.observe(lambda change: self._fields(change["new"]), "value")
        self.value.observe(lambda change: self._values(change["new"]), "value")
        self.search.observe(lambda _: asked(), "value")
        self.week.on_click(lambda _: self.show_week(None))
        self.group.on_click(lambda _: self.show_group("", None))
        self.controls = [self.field, self.value, self.search]
        self.chips = w.HBox([self.week, self.group]).add_class("cs-row")

    def show_week(self, monday: date | None) -> None:
        """List the incidents of one week alone; the same week again, or None, lists every week."""
        self._of_week = None if monday == self._of_week else monday
        self.week.layout.display = "none" if self._of_week is None else ""
        self.week.description = "" if self._of_week is None else f"week of {day(self._of_week)} ×"
        self._asked()

    def show_group(self, name: str, numbers: pl.Series | None) -> None:
        """List the incidents of one configuration item or customer alone; None lists every group again."""
        self._in_group = numbers
        self.group.layout.display = "none" if numbers is None else ""
        self.group.description = "" if numbers is None else f"{clean(name, 24)} ×"
        self._asked()

    @property
    def said(self) -> str:
        """What narrows the list, in words; nothing if nothing does."""
        parts = []
        if self.field.value and self.value.value != -1:
            parts.append(f"{self.field.value} {self.value.label}")
        if self._of_week is not None:
            parts.append(f"week of {day(self._of_week)}")
        if self._in_group is not None:
            parts.append(self.group.description.removesuffix(" ×"))
        if self.search.value.strip():
            parts.append(f"“{clean(self.search.value.strip(), 30)}”")
        return ", ".join(parts)

    def mask(self, board: Board) -> Mask | None:
        """Which of a board's incidents are listed, as they stand in its `incidents.frame`; None: all."""
        found: list[Mask] = []
        own = board.incidents
        if self.field.value and self.value.value != -1:
            found.append(self._segment(board.thresholds.low)[own.record])
        if self._in_group is not None:
            found.append(own.frame["incident_number"].is_in(self._in_group.implode()).to_numpy())
        if self._of_week is not None:
            begin = datetime(self._of_week.year, self._of_week.month, self._of_week.day, tzinfo=UTC)
            opened = own.frame["opened_at"]
            within = (opened >= begin) & (opened - begin < timedelta(days=7))
            found.append(within.fill_null(False).to_numpy())
        if words := self.search.value.strip().lower():
            found.append(own.search.str.contains(words, literal=True).to_numpy())
        return np.logical_and.reduce(found) if found else None

    def _fields(self, name: str) -> None:
        """The values of another field, to choose from."""
        self.error.value, self._found = "", None
        options = [("every value", -1)]
        if name:
            try:
                self._found = segments(self._run, name)
            except DatasetError as fault:
                self.error.value = refused(fault)
            else:
                options += [(_label(name, value), at) for at, value in enumerate(self._found.values.to_list())]
        self._quiet = True
        self.value.options = options
        self.value.value = -1
        self.value.layout.display = "" if self._found is not None else "none"
        self._quiet = False
        self._values(-1)

    def _values(self, place: int) -> None:
        if not self._quiet:
            self._asked()

    def _segment(self, run: Simulation) -> Mask:
        """Which records of a run, in order of number, have the chosen value."""
        value = self._found.values[self.value.value] if self._found is not None else None
        if run is not self._of_run or (self.field.value, value) != self._of_value:
            found = self._found if run is self._run else segments(run, self.field.value)
            places = [] if found is None else found.values.eq_missing(value).arg_true().to_list()
            none: Mask = np.zeros(run.decided.height, np.bool_)
            self._kept = _holding(found, places[0], run.decided.height) if found is not None and places else none
            self._of_run, self._of_value = run, (self.field.value, value)
        return self._kept


def _holding(found: Segments, place: int, records: int) -> Mask:
    """Which records, in order of number, have a value; of a field of accounts, those with such an account."""
    mask: Mask = np.zeros(records, np.bool_)
    if found.of_record is not None:
        mask = (found.of_record == place).fill_null(False).to_numpy()
    elif found.cells is not None:
        mask[found.cells.frame.filter(pl.col("segment") == place)["record"].to_numpy()] = True
    return mask


def _label(name: str, value: str | None) -> str:
    if value is None:
        return EMPTY
    return priority(value) if name == "priority" else clean(value, 40)
