"""Where everything stands: a header, the settings on the left, the answers in the centre."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import ipywidgets as w
import polars as pl

from casesim.analysis.wording import day
from casesim.workbench.pieces import text
from casesim.workbench.style import style


def dim(stale: bool, *views: w.DOMWidget) -> None:
    """Show that views speak of other settings than those asked for, or no longer."""
    for view in views:
        (view.add_class if stale else view.remove_class)("cs-stale")


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


def header(
    said: w.HTML, status: w.Widget, actions: Mapping[str, Callable[[], None]], compare: w.ToggleButton
) -> w.HBox:
    """The header with its buttons, the last of them the one that counts; `compare` stays pressed while it is on."""
    made = []
    for words, act in actions.items():
        button = w.Button(description=words)
        button.on_click(lambda _, act=act: act())
        made.append(button)
    made[-1].add_class("cs-primary")
    return w.HBox([said, status, made[0], compare, *made[1:]]).add_class("cs-header")


def tabs(views: Mapping[str, w.Widget], chosen: Callable[[str], None]) -> w.ToggleButtons:
    """Buttons of which one is pressed at a time, and its view shown; several may show the same view.

    Args:
        views: by the words on the button.
        chosen: told these words when another one is pressed.
    """
    buttons = w.ToggleButtons(options=list(views))

    def show(words: str) -> None:
        for view in views.values():
            view.layout.display = "" if view is views[words] else "none"
        chosen(words)

    buttons.observe(lambda change: show(change["new"]), "value")
    show(buttons.value)
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
