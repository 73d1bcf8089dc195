"""The two charts: made once, then only what moves is sent."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import ipywidgets as w
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from casesim.analysis.verdict import signed
from casesim.analysis.wording import day
from casesim.charts import MEASURES, curve_parts, sweep_curve, week_parts, weeks
from casesim.workbench.board import Board
from casesim.workbench.pieces import plain_table

Counts = NDArray[np.int64]
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
    """The curve and the weeks: each figure is made once, and only what moves is sent again; or the same as tables.

    Args:
        chosen: told the Monday of the week that is clicked. Clicks on the curve are the page's affair (`Page`).
    """

    def __init__(self, board: Board, now: int, chosen: Callable[[date], None]) -> None:
        self.measure = w.ToggleButtons(options=[(words, name) for name, words in SHORT.items()])
        self.as_tables = w.ToggleButton(description="Tables", tooltip="show both charts as tables")
        self.curve = _small(sweep_curve(board.table, current=now))
        mondays, majors = board.weeks
        place = board.place(now)
        one = majors[:, place] if len(mondays) else np.zeros(0, np.int64)
        self.weeks = _small(weeks(mondays, one, one))
        self.finding = w.HTML()
        # What a reader is told in a figure's place: the finding of each.
        self.said = ("", "")
        for trace in self.weeks.data:
            trace.on_click(lambda _, points, __: chosen(_monday(points.xs[0])) if points.xs else None)
        # A figure's own layout is Plotly's, so what hides it is a box around it.
        self._drawn = [w.VBox([figure]) for figure in (self.curve, self.weeks)]
        self._tables = [w.HTML(layout=w.Layout(display="none")).add_class("cs-scroll") for _ in self._drawn]
        head = w.HBox([w.HTML('<div class="cs-h">Every threshold</div>'), self.measure, self.as_tables])
        sides = (
            [head.add_class("cs-row"), self._drawn[0], self._tables[0]],
            [self.finding, self._drawn[1], self._tables[1]],
        )
        left, right = (
            w.VBox(side, layout=w.Layout(flex=f"{share} 1 0", min_width="0"))
            for side, share in zip(sides, (6, 4), strict=True)
        )
        self.view = w.HBox([left, right]).add_class("cs-charts")

    def fit(self) -> None:
        """Take the width that there is: a figure is drawn before the page has given it one."""
        for figure in (self.curve, self.weeks):
            # Only a change is sent, and only then is the width looked at again.
            figure.layout.autosize = False
            figure.layout.autosize = True

    def show(self, board: Board, now_board: Board, now: int, proposed: int) -> None:
        """Move lines, dots and bars to another threshold; one message for each figure."""
        curve = self._curve(board, now, proposed) if self.curve.data else "No incident has a case."
        mondays, a, b = _weeks(now_board, board, now, proposed)
        said = self._weeks(mondays, a, b) if self.weeks.data and len(mondays) else "No week has a major case."
        self.finding.value = f'<div class="cs-h">Per week <small>{said}</small></div>'
        self.said = (curve, f"{said}.")
        instead = self.as_tables.value
        for drawn, table in zip(self._drawn, self._tables, strict=True):
            drawn.layout.display, table.layout.display = ("none", "") if instead else ("", "none")
        if instead:
            self._tables[0].value = _curve_table(board, self.measure.value, now)
            self._tables[1].value = _weeks_table(mondays, a, b)

    def _curve(self, board: Board, now: int, proposed: int) -> str:
        """The curve at another threshold; what it says."""
        parts = curve_parts(board.table, self.measure.value, now, proposed)
        with self.curve.batch_update():
            line, changed, stems, dots = self.curve.data
            _set(line, parts["line"])
            _set(changed, parts["changed"])
            _set(stems, {**parts["stems"], "y": list(parts["stems"]["y"])})
            stems.marker.color = parts["stem_colours"]
            _set(dots, parts["dots"])
            self.curve.layout.shapes = parts["shapes"]
            self.curve.layout.annotations = parts["annotations"]
            self.curve.layout.yaxis.title.text = MEASURES[self.measure.value]
            self.curve.layout.yaxis2.range = [0, parts["clip"]]
        said: str = parts["title"]
        return said

    def _weeks(self, mondays: list[date], now: Counts, proposed: Counts) -> str:
        """The weeks at another threshold; what they say."""
        parts = week_parts(mondays, now, proposed)
        with self.weeks.batch_update():
            stays, moves = self.weeks.data
            _set(stays, parts["stays"])
            _set(moves, parts["moves"])
            moves.name = parts["moves_words"]
            self.weeks.layout.xaxis.title.text = parts["axis"]
        said: str = parts["title"]
        return said


def _curve_table(board: Board, measure: str, now: int) -> str:
    """The curve in words: the thresholds at which anything changes, the first of them."""
    values, at_now = board.columns[measure], int(board.columns[measure][board.place(now)])
    rows = [
        (f"{stop:,}", f"{value:,}", signed(value - at_now))
        for stop in board.stops[:ROWS]
        for value in [int(values[board.place(stop)])]
    ]
    return plain_table(("threshold", MEASURES[measure], f"against now ({now:,})"), rows, frozenset({0, 1, 2}))


def _weeks_table(mondays: list[date], now: Counts, proposed: Counts) -> str:
    """The weeks in words, the last of them first."""
    rows = [
        (day(monday), f"{a:,}", f"{b:,}", signed(b - a))
        for monday, a, b in reversed(list(zip(mondays, now.tolist(), proposed.tolist(), strict=True)))
    ]
    return plain_table(("week of", "major now", "proposed", "change"), rows[:ROWS], frozenset({1, 2, 3}))


def _monday(at: Any) -> date:
    """The day that a bar stands for, as the browser tells it."""
    return datetime.fromisoformat(str(at)[:10]).date()


def _small(figure: go.Figure) -> go.FigureWidget:
    """The figure as a widget that fits: its finding stands above it, so it needs no title."""
    figure.update_layout(**SMALL)
    # Nothing to zoom: what is dragged is the threshold.
    figure.update_layout(dragmode=False)
    figure.update_xaxes(title_standoff=4, fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return go.FigureWidget(figure)


def _set(trace: Any, values: dict[str, Any]) -> None:
    """Send what differs; what a trace has already is not sent again."""
    for name, value in values.items():
        have = getattr(trace, name)
        if have is None or len(have) != len(value) or list(have) != list(value):
            setattr(trace, name, value)


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
