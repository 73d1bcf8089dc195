"""The two charts: made once, then only what moves is sent."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import ipywidgets as w
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from casesim.analysis.verdict import signed
from casesim.analysis.wording import day
from casesim.charts import MEASURES, curve_marks, sweep_curve, week_parts, weeks
from casesim.workbench.board import TOLD, Board
from casesim.workbench.layout import dim
from casesim.workbench.pictures import Patch, Pictures
from casesim.workbench.pieces import plain_table, refused

Counts = NDArray[np.int64]
# How the width is shared by curve and weeks.
SHARES = (6, 4)
BEFORE = "before flood control"
# As many rows as a browser ever gets.
ROWS = 200
SHORT = {
    "major_cases": "Major",
    "individual_cases": "Individual",
    "manual_closures": "By hand",
    "notifications_sent": "Sent",
    "notifications_peak_hour": "Peak hour",
}
SMALL = {"margin": {"l": 56, "r": 16, "t": 22, "b": 40}, "title": {"text": None}, "font": {"size": 11}, "height": 236}


class Charts:
    """The curve and the weeks, of which only what moves is sent again; or the same as tables.

    Args:
        standing: what things as they are are called, `now` or `assumed 5`.
        chosen: told the Monday of the week that is clicked. Clicks on the curve are the page's affair (`Page`).
    """

    def __init__(self, board: Board, now: int, standing: str, chosen: Callable[[date], None]) -> None:
        self._standing = standing
        self.measure = w.ToggleButtons(options=[(words, name) for name, words in SHORT.items()])
        self.as_tables = w.ToggleButton(description="Tables", tooltip="show both charts as tables")
        self.heading, self.finding = w.HTML(), w.HTML()
        # What a reader is told in a figure's place: the finding of each.
        self.said = ("", "")
        self._fault = ""
        mondays, majors = board.weeks
        one = majors[:, board.place(now)] if len(mondays) else np.zeros(0, np.int64)
        # The board and the measure whose curve is drawn.
        self._drawn: tuple[Board, str] | None = None
        self._weeks_drawn = False
        curve, _ = self._curve(board, now, now, None)
        week, _ = self._weeks(mondays, one, one)
        self.pictures = Pictures([curve, week], list(SHARES))
        self.pictures.on_click(1, lambda at: chosen(_monday(at)))
        self.pictures.on_failure(self._fail)
        self.tables = [w.HTML().add_class("cs-scroll") for _ in SHARES]
        head = w.HBox([self.heading, self.measure, self.as_tables])
        self._instead = _side_by_side(self.tables)
        self._instead.layout.display = "none"
        self.view = w.VBox(
            [_side_by_side([head.add_class("cs-row"), self.finding]), self.pictures.view, self._instead]
        ).add_class("cs-charts")

    def show(self, board: Board, now_board: Board, now: int, proposed: int) -> None:
        """Move lines, dots and bars to another threshold; one message for both figures."""
        mondays, a, b = _weeks(now_board, board, now, proposed)
        was = None if board is now_board else int(now_board.columns[self.measure.value][now_board.place(now)])
        curve, curve_said = self._curve(board, now, proposed, was)
        week, said = self._weeks(mondays, a, b)
        self.pictures.show([curve, week])
        # R5.3 looks across incidents: what it does at every threshold is not known.
        before = board.flood is not None and self.measure.value in TOLD
        self.heading.value = f'<div class="cs-h">Every threshold{f" <small>{BEFORE}</small>" if before else ""}</div>'
        self.finding.value = f'<div class="cs-h">Per week <small>{said}</small></div>'
        self.said = (f"{curve_said}, {BEFORE}" if before and board.cases else curve_said, f"{said}.")
        instead = self.as_tables.value
        self.pictures.view.layout.display = "none" if instead else ""
        self._instead.layout.display = "" if instead else "none"
        if instead:
            self.tables[0].value = self._fault + _curve_table(board, self.measure.value, now, self._standing)
            self.tables[1].value = _weeks_table(mondays, a, b, self._standing)

    def _fail(self, why: str) -> None:
        """Both as tables, and why: a browser cannot draw them."""
        self._fault = refused(f"This browser could not draw the charts ({why}). These are their figures.")
        self.as_tables.value = True

    def dim(self, stale: bool) -> None:
        """Whether what is drawn is of other settings than those asked for."""
        dim(stale, self.view)

    def _curve(self, board: Board, now: int, proposed: int, was: int | None) -> tuple[go.Figure | Patch, str]:
        """The curve at another threshold, whole where it is another curve; and what it says."""
        measure = self.measure.value
        if self._drawn != (board, measure):
            self._drawn = (board, measure)
            band = board.bands.get(measure)
            figure = sweep_curve(
                board.table,
                current=now,
                proposed=proposed,
                measure=measure,
                band=band,
                was=was,
                standing=self._standing,
            )
            said = figure.layout.title.text or "No incident has a case."
            return _small(figure), said
        if not board.cases:
            return Patch(), "No incident has a case."
        marks = curve_marks(board.table, measure, now, proposed, was=was, standing=self._standing)
        return Patch({"shapes": marks["shapes"]}), marks["title"]

    def _weeks(self, mondays: list[date], now: Counts, proposed: Counts) -> tuple[go.Figure | Patch, str]:
        """The weeks at another threshold, whole where there was or is nothing to draw; and what they say."""
        nothing = not len(mondays) or not (now.sum() + proposed.sum())
        parts = week_parts(mondays, now, proposed)
        said: str = "No week has a major case" if nothing else parts["title"]
        if nothing or not self._weeks_drawn:
            self._weeks_drawn = not nothing
            return _small(weeks(mondays, now, proposed)), said
        layout = {
            "shapes": parts["shapes"],
            "xaxis.title.text": parts["axis"],
            "xaxis.range": parts["span"],
            **{f"xaxis.{name}": value for name, value in parts["ticks"].items()},
            "yaxis.range": [0, parts["top"]],
        }
        return Patch(layout, [parts["hover"], {"name": parts["moves_words"]}]), said


def _side_by_side(views: Sequence[w.Widget]) -> w.HBox:
    """As wide as the figures below or above."""
    for view, share in zip(views, SHARES, strict=True):
        view.layout.flex, view.layout.min_width = f"{share} 1 0", "0"
    return w.HBox(list(views)).add_class("cs-beside")


def _curve_table(board: Board, measure: str, now: int, standing: str) -> str:
    """The curve in words: the thresholds at which anything changes, the first of them."""
    values, at_now = board.columns[measure], int(board.columns[measure][board.place(now)])
    rows = [
        (f"{stop:,}", f"{value:,}", signed(value - at_now))
        for stop in board.stops[:ROWS]
        for value in [int(values[board.place(stop)])]
    ]
    against = f"against now ({now:,})" if standing == "now" else f"against {standing}"
    return plain_table(("threshold", MEASURES[measure], against), rows, frozenset({0, 1, 2}))


def _weeks_table(mondays: list[date], now: Counts, proposed: Counts, standing: str) -> str:
    """The weeks in words, the last of them first."""
    rows = [
        (day(monday), f"{a:,}", f"{b:,}", signed(b - a))
        for monday, a, b in reversed(list(zip(mondays, now.tolist(), proposed.tolist(), strict=True)))
    ]
    return plain_table(
        ("week of", f"major {'now' if standing == 'now' else f'at {standing}'}", "proposed", "change"),
        rows[:ROWS],
        frozenset({1, 2, 3}),
    )


def _monday(at: Any) -> date:
    """The day that a bar stands for, as the browser tells it."""
    return datetime.fromisoformat(str(at)[:10]).date()


def _small(figure: go.Figure) -> go.Figure:
    """The figure, made to fit: its finding stands above it, so it needs no title."""
    figure.update_layout(**SMALL)
    # Nothing to zoom: what is dragged is the threshold.
    figure.update_layout(dragmode=False)
    figure.update_xaxes(title_standoff=4, fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure


def _weeks(now_board: Board, board: Board, now: int, proposed: int) -> tuple[list[date], Counts, Counts]:
    """Major cases by week on both sides; two policies may have other weeks."""
    mondays, majors = now_board.weeks
    other, theirs = board.weeks
    if mondays == other:
        return mondays, majors[:, now_board.place(now)], theirs[:, board.place(proposed)]
    every = sorted({*mondays, *other})
    return (
        every,
        _spread(every, mondays, majors, now_board.place(now)),
        _spread(every, other, theirs, board.place(proposed)),
    )


def _spread(every: list[date], mondays: list[date], majors: Counts, place: int) -> Counts:
    found = dict(zip(mondays, majors[:, place].tolist(), strict=True)) if mondays else {}
    return np.array([found.get(monday, 0) for monday in every], np.int64)
