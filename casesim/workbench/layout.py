"""Where everything stands: a header, the settings on the left, the answers in the centre."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import ipywidgets as w
import polars as pl

from casesim.analysis.wording import day
from casesim.workbench.pieces import text
from casesim.workbench.style import style

TABS = ("Incidents", "Mails", "Suggest", "Scenarios", "Hand over")


def heading(name: str, opened: pl.Series, rejected: int) -> w.HTML:
    """What is simulated, from when to when, and that nothing leaves."""
    first, last = opened.min(), opened.max()
    span = ""
    if isinstance(first, datetime) and isinstance(last, datetime):
        span = f"{day(first)} – {day(last)}, "
    return w.HTML(
        f'<span class="cs-brand">case<i>sim</i></span> <b>{text(name, 40)}</b> {opened.len():,} incidents, {span}'
        f'{rejected:,} rejected <span class="cs-muted">· Simulation: nothing is written or sent</span>'
    )


def header(said: w.HTML, status: w.HTML, actions: Mapping[str, Callable[[], None]], compare: w.ToggleButton) -> w.HBox:
    """The header with its buttons, the last of them the one that counts; `compare` stays pressed while it is on."""
    made = []
    for words, act in actions.items():
        button = w.Button(description=words)
        button.on_click(lambda _, act=act: act())
        made.append(button)
    made[-1].add_class("cs-primary")
    return w.HBox([said, status, made[0], compare, *made[1:]]).add_class("cs-header")


def tabs(views: Sequence[w.Widget], chosen: Callable[[int], None]) -> w.ToggleButtons:
    """Buttons of which one view is shown at a time."""
    buttons = w.ToggleButtons(options=[(words, place) for place, words in enumerate(TABS)])

    def show(place: int) -> None:
        for each, view in enumerate(views):
            view.layout.display = "" if each == place else "none"
        chosen(place)

    buttons.observe(lambda change: show(change["new"]), "value")
    for view in views[1:]:
        view.layout.display = "none"
    return buttons


def page(
    head: w.Widget,
    settings: Sequence[w.Widget],
    answers: Sequence[w.Widget],
    *,
    tools: Sequence[w.Widget],
    views: Sequence[w.Widget],
    side: w.Widget,
) -> w.VBox:
    """The whole screen.

    Args:
        head: the header; settings: the left column, from above; answers: verdict, tiles, checks, charts.
        tools: the line above the views; views: what it switches between; side: beside them.
    """
    bar = w.HBox(list(tools)).add_class("cs-row")
    below = w.HBox([w.VBox([bar, *views]).add_class("cs-list"), side]).add_class("cs-below")
    centre = w.VBox([*answers, below]).add_class("cs-centre")
    body = w.HBox([w.VBox(list(settings)).add_class("cs-left"), centre])
    return w.VBox([w.HTML(style()), head, body]).add_class("cs-root")
