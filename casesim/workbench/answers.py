"""What the settings come to: verdict, tiles, checks, two charts made once, the list of changes and the why of one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets as w
import numpy as np
import plotly.graph_objects as go

from casesim.charts import MEASURES, curve_parts, sweep_curve, week_parts, weeks
from casesim.workbench.board import PAGE, Board
from casesim.workbench.table import ChangeTable

SHORT = {
    "major_cases": "Major",
    "individual_cases": "Individual",
    "manual_closures": "By hand",
    "notifications_sent": "Sent",
    "notifications_peak_hour": "Peak hour",
}
SMALL = {"margin": {"l": 56, "r": 16, "t": 22, "b": 40}, "title": {"text": None}, "font": {"size": 11}, "height": 236}


class Charts:
    """The curve and the weeks: each figure is made once, and only what moves is sent again."""

    def __init__(self, board: Board, now: int, clicked: Callable[[int], None]) -> None:
        self.measure = w.ToggleButtons(options=[(words, name) for name, words in SHORT.items()])
        self.curve = _small(sweep_curve(board.table, current=now))
        mondays, majors = board.weeks
        place = board.place(now)
        one = majors[:, place] if len(mondays) else np.zeros(0, np.int64)
        self.weeks = _small(weeks(mondays, one, one))
        self.finding = w.HTML()
        if self.curve.data:
            for trace in (self.curve.data[0], self.curve.data[2]):
                trace.on_click(lambda _, points, __: clicked(int(points.xs[0])) if points.xs else None)
        head = w.HBox([w.HTML('<div class="cs-h">Every threshold</div>'), self.measure]).add_class("cs-row")
        left = w.VBox([head, self.curve], layout=w.Layout(flex="6 1 0", min_width="0"))
        right = w.VBox([self.finding, self.weeks], layout=w.Layout(flex="4 1 0", min_width="0"))
        self.view = w.HBox([left, right]).add_class("cs-charts")

    def fit(self) -> None:
        """Take the width that there is: a figure is drawn before the page has given it one."""
        for figure in (self.curve, self.weeks):
            # Only a change is sent, and only then is the width looked at again.
            figure.layout.autosize = False
            figure.layout.autosize = True

    def show(self, board: Board, now_board: Board, now: int, proposed: int) -> None:
        """Move lines, dots and bars to another threshold; one message for each figure."""
        if self.curve.data:
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
        mondays, a, b = _weeks(now_board, board, now, proposed)
        said = "No week has a major case."
        if self.weeks.data and len(mondays):
            parts = week_parts(mondays, a, b)
            with self.weeks.batch_update():
                stays, moves = self.weeks.data
                _set(stays, parts["stays"])
                _set(moves, parts["moves"])
                moves.name = parts["moves_words"]
                self.weeks.layout.xaxis.title.text = parts["axis"]
            said = parts["title"]
        self.finding.value = f'<div class="cs-h">Per week <small>{said}</small></div>'


def _small(figure: go.Figure) -> go.FigureWidget:
    """The figure as a widget that fits: its finding stands above it, so it needs no title."""
    figure.update_layout(**SMALL)
    figure.update_xaxes(title_standoff=4)
    return go.FigureWidget(figure)


def _set(trace: Any, values: dict[str, Any]) -> None:
    """Send what differs; what a trace has already is not sent again."""
    for name, value in values.items():
        have = getattr(trace, name)
        if have is None or len(have) != len(value) or list(have) != list(value):
            setattr(trace, name, value)


def _weeks(now_board: Board, board: Board, now: int, proposed: int) -> tuple[list[date], Any, Any]:
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


def _spread(every: list[date], mondays: list[date], majors: Any, place: int) -> Any:
    found = dict(zip(mondays, majors[:, place].tolist(), strict=True)) if mondays else {}
    return np.array([found.get(monday, 0) for monday in every], np.int64)


class Changes:
    """The incidents that change, in pages, with a search; and the one that is chosen."""

    def __init__(self, priorities: list[str], asked: Callable[[], None], chosen: Callable[[str], None]) -> None:
        self.table = ChangeTable()
        self.priority = w.Dropdown(
            options=[("every priority", ""), *((each, each) for each in priorities)],
            layout=w.Layout(width="104px", flex="0 0 104px"),
        )
        self.search = w.Text(
            placeholder="search number, CI, category, words",
            continuous_update=True,
            layout=w.Layout(width="150px", flex="0 1 150px", min_width="84px"),
        )
        self.first = 0
        self.total = 0
        self.title = w.HTML()
        self.back = w.Button(description="Previous").add_class("cs-link")
        self.on = w.Button(description="Next").add_class("cs-link")
        self.back.on_click(lambda _: self._turn(-PAGE, asked))
        self.on.on_click(lambda _: self._turn(PAGE, asked))
        for control in (self.search, self.priority):
            control.observe(lambda _: self._turn(-self.first, asked), "value")
        self.table.observe(lambda change: chosen(change["new"]), "chosen")
        self.why = w.HTML().add_class("cs-side")
        line = w.HBox([self.title, self.priority, self.search, self.back, self.on]).add_class("cs-row")
        self.view = w.VBox([line, self.table])

    def _turn(self, step: int, asked: Callable[[], None]) -> None:
        self.first = max(min(self.first + step, max(self.total - 1, 0)), 0) // PAGE * PAGE
        asked()

    def show(self, rows: list[dict[str, Any]], total: int, *, every: int, stale: bool = False) -> None:
        """A page; the chosen record stays chosen while it is there, else the first is."""
        self.total = total
        self.title.value = f'<div class="cs-h">{total:,} of {every:,} incidents change</div>'
        last = self.first + len(rows)
        order = "critical first, then most customers, then oldest"
        with self.table.hold_sync():
            self.table.rows = rows
            self.table.stale = stale
            self.table.foot = f"{self.first + 1:,}–{last:,} of {total:,}; {order}" if rows else "No incident changes."
            numbers = [row["number"] for row in rows]
            if self.table.chosen not in numbers:
                self.table.chosen = numbers[0] if numbers else ""
        self.back.disabled, self.on.disabled = self.first == 0, last >= total
