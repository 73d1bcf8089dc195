"""Major cases week by week: what is major either way, and what the change takes away or adds."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from casesim.analysis.wording import many
from casesim.charts import tokens

Counts = NDArray[np.int64]
HOVER = "week of %{x|%-d %b %Y}: %{customdata[0]:,} → %{customdata[1]:,}<extra></extra>"
# A bar is centred on its Monday, as an axis of dates does it, and leaves a day of the week free.
HALF = timedelta(days=3)
MARGIN = timedelta(days=4)
# The axis ends at one of these, times a power of ten, so that it seldom moves while a threshold does.
ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10)
# As many dates as have room below the bars, and as many with their year.
DATES, YEARS = 6, 4


def weeks(mondays: Sequence[date], now: Counts, proposed: Counts) -> go.Figure:
    """Stacked bars from 0; their whole height is what is major now or would be.

    Args:
        mondays: the weeks, ascending.
        now, proposed: major cases of each week.
    """
    if not len(mondays) or not (now.sum() + proposed.sum()):
        return tokens.empty("No week has a major case.")
    parts = week_parts(mondays, now, proposed)
    words = ((parts["moves_words"], tokens.CHANGE), ("major either way", tokens.PROPOSED))
    traces = [
        # Drawn by nobody, met by the pointer.
        go.Scatter(**parts["hover"], mode="lines", line={"width": 0}, hovertemplate=HOVER, showlegend=False),
        *(go.Bar(x=[None], y=[None], name=name, marker={"color": colour}) for name, colour in words),
    ]
    return tokens.figure(
        traces,
        parts["title"],
        shapes=parts["shapes"],
        hovermode="x",
        xaxis={
            "title": {"text": parts["axis"]},
            **{"showgrid": False, "type": "date", "hoverformat": "%-d %b %Y", "range": parts["span"], "tickangle": 0},
            **parts["ticks"],
        },
        yaxis=tokens.counts("major cases a week", range=[0, parts["top"]]),
        showlegend=True,
        legend={
            **{"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            **{"itemclick": False, "itemdoubleclick": False},
        },
    )


def week_parts(mondays: Sequence[date], now: Counts, proposed: Counts) -> dict[str, Any]:
    """What moves when the proposed threshold does.

    Weeks at both ends in which nothing is major are left out; the axis says how many.

    Returns:
        shapes (the bars, one path for all of their height and one above it for all of what stays: a browser draws a
        path as fast as a single bar), hover (x, y, customdata: both figures), moves_words, axis, ticks (on Mondays),
        span, top (where the axes end), title.
    """
    some = np.flatnonzero((now > 0) | (proposed > 0))
    first, last = (int(some[0]), int(some[-1]) + 1) if len(some) else (0, len(mondays))
    left_out = len(mondays) - (last - first)
    mondays, now, proposed = mondays[first:last], now[first:last], proposed[first:last]
    stays, whole = np.minimum(now, proposed), np.maximum(now, proposed)
    a, b = (float(each.mean()) if len(each) else 0.0 for each in (now, proposed))
    more = f"; {many(left_out, 'week')} without any not drawn" if left_out else ""
    return {
        "shapes": [
            *_bars(mondays, whole, tokens.CHANGE),
            *_bars(mondays, stays, tokens.PROPOSED),
        ],
        "hover": {"x": mondays, "y": whole, "customdata": np.column_stack([now, proposed])},
        "moves_words": "no longer major" if proposed.sum() <= now.sum() else "newly major",
        "axis": f"week starting{more}",
        "ticks": _ticks(mondays),
        "span": [str(mondays[0] - MARGIN), str(mondays[-1] + MARGIN)] if len(mondays) else None,
        "top": _end(max(int(now.max(initial=0)) * 1.05, int(whole.max(initial=0)))),
        "title": f"{a:,.0f} major cases a week" if a == b else f"{a:,.0f} → {b:,.0f} major cases a week",
    }


def _bars(mondays: Iterable[date], heights: Counts, colour: str) -> list[dict[str, Any]]:
    """All bars of one colour as one path, which goes from bar to bar along the axis."""
    parts = [
        f"H{monday - HALF}V{height}H{monday + HALF}V0"
        for monday, height in zip(mondays, heights.tolist(), strict=True)
        if height
    ]
    path = f"M{parts[0][1:11]},0{''.join(parts)}Z" if parts else ""
    return [{"type": "path", "path": path, "fillcolor": colour, "line": {"width": 0}}] if parts else []


def _ticks(mondays: Sequence[date]) -> dict[str, Any]:
    """Every so many Mondays, with the year where there is more than one."""
    if not len(mondays):
        return {}
    one = mondays[0].year == mondays[-1].year
    apart = timedelta(weeks=-(-len(mondays) // (DATES if one else YEARS)))
    year = "" if one else " %y"
    return {"tick0": str(mondays[0]), "dtick": apart // timedelta(milliseconds=1), "tickformat": f"%-d %b{year}"}


def _end(most: float) -> float:
    """The first round figure from so much on."""
    if most <= 0:
        return 1
    power = 10 ** int(np.floor(np.log10(most)))
    return float(next(end * power for end in ENDS if end * power >= most))
