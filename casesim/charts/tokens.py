"""What all figures share: colours, words made safe to show, axes of counts, a sentence where there is nothing to draw.

Grey is now, blue is proposed, ochre is what changes. More or less is never green or red, and no colour stands alone: a
dotted line or a hollow dot says now, a full one proposed. All marks reach 3:1 on a white and on a dark ground, so paper
is transparent and one figure does for both.
"""

import re
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from casesim.analysis.wording import clean

NOW, PROPOSED, CHANGE = "#7C8798", "#2F7CC4", "#C0781F"
INK, GRID = "#6B7688", "rgba(124, 135, 152, 0.25)"
BAND, SPAN = "rgba(124, 135, 152, 0.18)", "rgba(192, 120, 31, 0.12)"
FONT = "Inter, system-ui, sans-serif"
TICKS = (1, 2, 3, 5, 8, 12, 20, 30, 60, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
# Plotly reads a few tags and entities in its texts.
_MARKUP = re.compile(r"[<>&]")
_ESCAPED = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def safe(value: object, width: int = 60) -> str:
    """A text of the data for a title, a label or a hover text: no markup, nothing invisible, not too long.

    Example:
        >>> safe("<b>Acme</b>")
        '&lt;b&gt;Acme&lt;/b&gt;'
    """
    return _MARKUP.sub(lambda sign: _ESCAPED[sign[0]], clean(value, width))


def layout(title: str, **more: Any) -> dict[str, Any]:
    """The layout of a figure: its finding as title, transparent paper, no tool bar that hides data."""
    return {
        "title": {"text": title, "x": 0, "xref": "paper", "font": {"size": 14}, "yanchor": "top", "y": 0.97},
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 64, "r": 20, "t": 48, "b": 48},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
        "showlegend": False,
        "bargap": 0.2,
        **more,
    }


def counts(title: str, **more: Any) -> dict[str, Any]:
    """An axis of counts from 0."""
    return {
        "title": {"text": title},
        "rangemode": "tozero",
        "tickformat": ",d",
        "gridcolor": GRID,
        "zeroline": False,
    } | more


def thresholds(top: int, title: str = "threshold (customers)", **more: Any) -> dict[str, Any]:
    """A log axis of thresholds, as choices lie below 20 and the tail is long."""
    ticks = [*(tick for tick in TICKS if tick < top * 0.6), top]
    return {
        "title": {"text": title},
        "type": "log",
        "tickangle": 0,
        "tickvals": ticks,
        "ticktext": [f"{tick:,}" for tick in ticks],
        "showgrid": False,
        "zeroline": False,
    } | more


def figure(traces: list[Any], title: str, **more: Any) -> go.Figure:
    """A figure of these traces."""
    return go.Figure(traces, layout(title, **more))


def empty(said: str) -> go.Figure:
    """A figure that says why there is nothing to draw."""
    nothing: Mapping[str, Any] = {"visible": False}
    words = {"text": said, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    return figure([], "", xaxis=nothing, yaxis=nothing, annotations=[words])
