"""Major cases week by week: what is major either way, and what the change takes away or adds."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from casesim.analysis.wording import many
from casesim.charts import tokens

Counts = NDArray[np.int64]
HOVER = "week of %{x|%-d %b %Y}: %{customdata[0]:,} → %{customdata[1]:,}<extra></extra>"


def weeks(mondays: Sequence[date], now: Counts, proposed: Counts) -> go.Figure:
    """Stacked bars from 0; their whole height is what is major now or would be.

    Args:
        mondays: the weeks, ascending.
        now, proposed: major cases of each week.
    """
    if not len(mondays) or not (now.sum() + proposed.sum()):
        return tokens.empty("No week has a major case.")
    parts = week_parts(mondays, now, proposed)
    traces = [
        go.Bar(**parts["stays"], name="major either way", marker={"color": tokens.PROPOSED}),
        go.Bar(**parts["moves"], name=parts["moves_words"], marker={"color": tokens.CHANGE}),
    ]
    for trace in traces:
        trace.update(hovertemplate=HOVER)
    return tokens.figure(
        traces,
        parts["title"],
        barmode="stack",
        xaxis={"title": {"text": parts["axis"]}, "showgrid": False, "tickformat": "%-d %b"},
        yaxis=tokens.counts("major cases a week"),
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )


def week_parts(mondays: Sequence[date], now: Counts, proposed: Counts) -> dict[str, Any]:
    """What moves when the proposed threshold does: stays, moves (x, y, customdata: both), moves_words, axis, title.

    Weeks at both ends in which nothing is major are left out; the axis says how many.
    """
    some = np.flatnonzero((now > 0) | (proposed > 0))
    first, last = (int(some[0]), int(some[-1]) + 1) if len(some) else (0, len(mondays))
    left_out = len(mondays) - (last - first)
    mondays, now, proposed = mondays[first:last], now[first:last], proposed[first:last]
    both = np.column_stack([now, proposed])
    stays = np.minimum(now, proposed)
    a, b = (float(each.mean()) if len(each) else 0.0 for each in (now, proposed))
    more = f"; {many(left_out, 'week')} without any not drawn" if left_out else ""
    return {
        "stays": {"x": mondays, "y": stays, "customdata": both},
        "moves": {"x": mondays, "y": np.maximum(now, proposed) - stays, "customdata": both},
        "moves_words": "no longer major" if proposed.sum() <= now.sum() else "newly major",
        "axis": f"week starting{more}",
        "title": f"{a:,.0f} major cases a week" if a == b else f"{a:,.0f} → {b:,.0f} major cases a week",
    }
