"""The incidents that change: one by one or in groups, in pages, narrowed, and the whole list as csv."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np
import polars as pl

from casesim.analysis.compare import Comparison
from casesim.analysis.compare.changes import COLUMNS
from casesim.workbench.background import Background
from casesim.workbench.board import Board
from casesim.workbench.groups import Grouping
from casesim.workbench.handing import saved
from casesim.workbench.layout import dim
from casesim.workbench.narrowing import Narrowing
from casesim.workbench.pieces import refused, text
from casesim.workbench.records import row_of
from casesim.workbench.table import INCIDENTS, ChangeTable

PAGE = 50
# The order of the list in words: from arrays, and from a comparison.
ORDER = "critical first, then most customers, then oldest"
WORST = "other outcomes first, then by priority, then most customers"


class Changes:
    """A page of the incidents that change, what narrows it, and the incident that is chosen.

    Args:
        now: the board as things are; it knows which incidents a segment or a week has.
        fields: what can be narrowed by.
        asked: what to do when another page is wanted; chosen: when another incident is.
        standing: what things as they are are called, `now` or `assumed 5`.
    """

    def __init__(
        self,
        now: Board,
        fields: list[str],
        asked: Callable[[], None],
        chosen: Callable[[str], None],
        standing: str = "now",
    ) -> None:
        # What heads the column of both outcomes says what the first is of.
        self._columns = [[name, _headed(words, standing), how] for name, words, how in INCIDENTS]
        self._now, self._asked, self._told = now, asked, chosen
        self.first = self.total = 0
        self.incident = ""
        self.grouping: Grouping | None = None
        self._boards: Sequence[Board] = [now]
        self._found = pl.DataFrame()
        self._listed: Callable[[], pl.DataFrame] | None = None
        self._reader, self._writer = Background(), Background()
        self.table = ChangeTable(columns=self._columns)
        self.title, self.said = w.HTML(), w.HTML()
        self.narrowing = Narrowing(now.thresholds.low, fields, lambda: self.turn(-self.first))
        self.back = w.Button(description="‹", tooltip="previous page").add_class("cs-link")
        self.on = w.Button(description="›", tooltip="next page").add_class("cs-link")
        self.csv = w.Button(description="csv", tooltip="save the whole list as csv").add_class("cs-link")
        self.back.on_click(lambda _: self.turn(-PAGE))
        self.on.on_click(lambda _: self.turn(PAGE))
        self.table.observe(lambda change: self._chose(change["new"]), "chosen")
        line = w.HBox([self.title, *self.narrowing.controls, self.back, self.on, self.csv]).add_class("cs-row")
        self.view = w.VBox([line, self.narrowing.chips, self.narrowing.error, self.said, self.table.view])

    def turn(self, step: int) -> None:
        """So many rows on or back."""
        self.first = max(min(self.first + step, max(self.total - 1, 0)), 0) // PAGE * PAGE
        self._asked()

    def group(self, grouping: Grouping | None) -> None:
        """List groups of incidents; None: the incidents themselves."""
        if grouping == self.grouping:
            return
        self.grouping = grouping
        self.first = 0
        self._asked()

    def on_open(self, front: Callable[[], None]) -> None:
        """A group that is opened narrows the list to its incidents; then `front` brings these to the front."""

        def opened(group: str) -> None:
            if self.grouping is None:
                return
            numbers = self.grouping.numbers(self._boards, group)
            name = dict(self._found.select("id", "name").iter_rows())[group]
            self.grouping, self.first = None, 0
            self.narrowing.show_group(name, numbers)
            front()

        self.table.on_open(opened)

    def show_thresholds(self, board: Board, now: int, proposed: int) -> None:
        """What changes between two thresholds of one policy: read from arrays."""
        own = board.incidents
        asked, narrowed = own.between(now, proposed), self.narrowing.mask(board)
        every, _ = own.counts(now, proposed)
        asked = asked if narrowed is None else asked & narrowed
        places = np.flatnonzero(asked)
        self._listed = lambda: own.listed(places, now, proposed)
        if self.grouping is not None:
            self._group(self.grouping, [board], lambda: own.frame["incident_number"][places])
            return
        page = own.listed(places[self.first : self.first + PAGE], now, proposed)
        self._show([row_of(row) for row in page.iter_rows(named=True)], len(places), (every, own.frame.height), ORDER)

    def show_comparison(self, found: Comparison, proposed: Board) -> None:
        """What changes between two policies, worst first; `proposed`: the board of the second."""
        # The two may be of other records (R12).
        boards = [self._now]
        if proposed.prepared.records.tables != self._now.prepared.records.tables:
            boards.append(proposed)
        changed = _narrowed(found.changed, boards, self.narrowing)
        self._listed = lambda: changed.select(COLUMNS)
        if self.grouping is not None:
            self._group(self.grouping, [self._now, proposed], lambda: changed["incident_number"])
            return
        page = changed.slice(self.first, PAGE)
        every = [board.incidents.frame.select("incident_number", "ci") for board in boards]
        here = [rows.filter(rows["incident_number"].is_in(page["incident_number"].implode())) for rows in every]
        cis = pl.concat(here).unique("incident_number", keep="first")
        named = page.join(cis, on="incident_number", how="left", maintain_order="left")
        rows = [row_of(row) for row in named.iter_rows(named=True)]
        self._show(rows, changed.height, (found.changed.height, found.height), WORST)

    def wait(self, said: str = "counting which incidents change…") -> None:
        """What is listed is being counted again; or cannot be told, for what is said."""
        self._reader.stop()
        self._listed = None
        self.table.stale = True
        self.title.add_class("cs-stale")
        self.table.foot = said

    def dim(self, stale: bool) -> None:
        """Whether the list speaks of something else than what is shown above it."""
        dim(stale, self.view)

    def save(self, folder: Path, *, shared: bool = False) -> None:
        """Write the whole list, every page of it, as csv, beside the screen; and say where it went."""
        listed = self._listed
        if listed is None:
            self.said.value = refused("The list is still being counted.")
            return
        name = f"changes-by-{self.grouping.one.lower()}.csv" if self.grouping else "changes.csv"
        self._writer.run(lambda: saved(listed(), folder, name, shared=shared), self._say, self._fault, pause=0)

    def _say(self, said: str) -> None:
        self.said.value = said

    def _fault(self, said: str) -> None:
        self.table.stale = False
        self.said.value = refused(said)

    def _chose(self, id: str) -> None:
        if self.grouping is None and id != self.incident:
            self.incident = id
            self._told(id)

    def _group(self, grouping: Grouping, boards: Sequence[Board], numbers: Callable[[], pl.Series]) -> None:
        """Groups are counted beside the screen: a slider does not wait for them."""
        self.table.stale = True
        self._boards = boards
        self._listed = lambda: grouping.counted(boards, numbers()).drop("id")
        self._reader.run(
            lambda: (grouping, grouping.counted(boards, numbers())), self._show_groups, self._fault, pause=0.15
        )

    def _show_groups(self, found: tuple[Grouping, pl.DataFrame]) -> None:
        grouping, self._found = found
        self.total = self._found.height
        page = self._found.slice(self.first, PAGE)
        rows = [[name, *(f"{count:,}" for count in counts), id] for id, name, *counts in page.iter_rows()]
        said = f"{self.total:,} {grouping.one if self.total == 1 else grouping.many} with changes"
        heads = ("Incidents that change", "Critical", grouping.every)
        columns = [["name", grouping.one[0].upper() + grouping.one[1:], ""], *(["count", head, "n"] for head in heads)]
        self._page(said, columns, rows, "most incidents that change first; click one to list them")

    def _show(self, rows: list[list[Any]], total: int, of: tuple[int, int], order: str) -> None:
        """A page; the chosen record stays chosen while it is there, else the first is.

        Args:
            rows: of the page; total: how many are listed; of: how many change, and how many there are; order: theirs,
                in words.
        """
        self._reader.stop()
        self.total = total
        said = f"{total:,} of {of[1]:,} incidents change"
        if self.narrowing.said:
            said = f"{total:,} of the {of[0]:,} that change"
        self._page(said, self._columns, rows, order)

    def _page(self, said: str, columns: list[list[str]], rows: list[list[Any]], order: str) -> None:
        only = self.narrowing.said
        nothing = f"No incident of {only} changes." if only else "No incident changes."
        last = self.first + len(rows)
        self.said.value = ""
        self.title.remove_class("cs-stale")
        self.title.value = f'<div class="cs-h" title="{text(said)}">{text(said)}</div>'
        chosen = self.table.chosen if self.grouping is not None else self.incident
        with self.table.hold_sync():
            self.table.columns, self.table.rows = columns, rows
            self.table.opens = self.grouping is not None
            self.table.stale = False
            self.table.foot = f"{self.first + 1:,}–{last:,} of {self.total:,}; {order}" if rows else nothing
            ids = self.table.ids
            self.table.chosen = chosen if chosen in ids else ids[0] if ids else ""
        self.back.disabled, self.on.disabled = self.first == 0, last >= self.total


def _headed(words: str, standing: str) -> str:
    return words.replace("Now", standing[0].upper() + standing[1:])


def _narrowed(changed: pl.DataFrame, boards: Sequence[Board], narrowing: Narrowing) -> pl.DataFrame:
    listed = []
    for board in boards:
        mask = narrowing.mask(board)
        if mask is None:
            return changed
        listed.append(board.incidents.frame["incident_number"].filter(mask))
    return changed.filter(pl.col("incident_number").is_in(pl.concat(listed).implode()))
