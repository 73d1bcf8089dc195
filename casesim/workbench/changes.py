"""The incidents that change, in pages, narrowed by segment, week or search."""

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import polars as pl

from casesim.analysis.compare import Comparison
from casesim.workbench.board import PAGE, Board, Incidents, to_rows
from casesim.workbench.narrowing import Narrowing
from casesim.workbench.pieces import text
from casesim.workbench.records import row_of
from casesim.workbench.table import ChangeTable


class Changes:
    """A page of the incidents that change, what narrows it, and the incident that is chosen.

    Args:
        now: the board as things are; it knows which incidents a segment or a week has.
        fields: what can be narrowed by.
        asked: what to do when another page is wanted; chosen: when another incident is.
    """

    def __init__(self, now: Board, fields: list[str], asked: Callable[[], None], chosen: Callable[[str], None]) -> None:
        self._now, self._asked = now, asked
        self.first = self.total = 0
        self.table = ChangeTable()
        self.title = w.HTML()
        self.narrowing = Narrowing(now.thresholds.low, fields, lambda: self.turn(-self.first))
        self.back = w.Button(description="‹", tooltip="previous page").add_class("cs-link")
        self.on = w.Button(description="›", tooltip="next page").add_class("cs-link")
        self.back.on_click(lambda _: self.turn(-PAGE))
        self.on.on_click(lambda _: self.turn(PAGE))
        self.table.observe(lambda change: chosen(change["new"]), "chosen")
        line = w.HBox([self.title, *self.narrowing.controls, self.back, self.on]).add_class("cs-row")
        self.view = w.VBox([line, self.narrowing.error, self.table])

    def turn(self, step: int) -> None:
        """So many rows on or back."""
        self.first = max(min(self.first + step, max(self.total - 1, 0)), 0) // PAGE * PAGE
        self._asked()

    def show_thresholds(self, board: Board, now: int, proposed: int) -> None:
        """What changes between two thresholds of one policy: read from arrays."""
        own = board.incidents
        asked, narrowed = own.between(now, proposed), self.narrowing.mask(own)
        rows, total = own.page(asked if narrowed is None else asked & narrowed, first=self.first)
        self._show(to_rows(rows, now, proposed), total)

    def show_comparison(self, found: Comparison) -> None:
        """What changes between two policies, worst first."""
        own = self._now.incidents
        changed = _narrowed(found.changed, own, self.narrowing)
        page = changed.slice(self.first, PAGE)
        here = own.frame.filter(pl.col("number").is_in(page["incident_number"].implode()))
        ci = dict(here.select("number", "ci").iter_rows())
        rows = [row_of(row, ci.get(row["incident_number"])) for row in page.iter_rows(named=True)]
        self._show(rows, changed.height)

    def wait(self) -> None:
        """What is listed is being counted again."""
        self.table.stale = True
        self.table.foot = "counting which incidents change…"

    def _show(self, rows: list[dict[str, Any]], total: int) -> None:
        """A page; the chosen record stays chosen while it is there, else the first is."""
        self.total = total
        every, only = self._now.incidents.frame.height, self.narrowing.said
        said = f"{total:,} of {every:,} incidents change"
        self.title.value = f'<div class="cs-h" title="{text(said)}">{text(said)}</div>'
        last = self.first + len(rows)
        order = "critical first, then most customers, then oldest"
        numbers = [row["number"] for row in rows]
        nothing = f"No incident of {only} changes." if only else "No incident changes."
        with self.table.hold_sync():
            self.table.rows = rows
            self.table.stale = False
            self.table.foot = f"{self.first + 1:,}–{last:,} of {total:,}; {order}" if rows else nothing
            if self.table.chosen not in numbers:
                self.table.chosen = numbers[0] if numbers else ""
        self.back.disabled, self.on.disabled = self.first == 0, last >= total


def _narrowed(changed: pl.DataFrame, own: Incidents, narrowing: Narrowing) -> pl.DataFrame:
    mask = narrowing.mask(own)
    if mask is None:
        return changed
    return changed.filter(pl.col("incident_number").is_in(own.frame["number"].filter(mask).implode()))
