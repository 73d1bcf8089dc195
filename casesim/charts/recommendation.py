"""Which thresholds keep the limits, and what each costs in the limited figure."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
import polars as pl

from casesim.charts import tokens


def recommendation(
    table: pl.DataFrame,
    limits: Mapping[str, tuple[float, str]],
    *,
    current: int,
    recommended: int | None,
    assumed: bool = False,
) -> go.Figure:
    """The first limited metric at every threshold, its limit, and the allowed thresholds.

    Args:
        table: threshold, until, the metrics, admissible; a row per stretch of equal figures.
        limits: metric -> its limit and its words.
        current: the threshold as it is; recommended: the one found, None = none keeps all limits.
        assumed: whether nothing gave the current one (R2.1).
    """
    if not table.height:
        return tokens.empty("No incidents, so there is no threshold to choose.")
    name, (limit, words) = next(iter(limits.items()))
    top = int(table["until"][-1])
    allowed = table.filter("admissible")
    shapes = [
        {
            **{"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": first, "x1": until + 1},
            **{"fillcolor": "rgba(47, 124, 196, 0.12)", "line": {"width": 0}, "layer": "below"},
        }
        for first, until in _stretches(allowed)
    ]
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1}
    shapes.append({**line, "x0": current, "x1": current, "line": {"color": tokens.NOW, "width": 1.5, "dash": "dot"}})
    shapes.append(
        {
            **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": limit, "y1": limit},
            "line": {"color": tokens.CHANGE, "width": 1.5, "dash": "dash"},
        }
    )
    title = "No threshold keeps all limits"
    if recommended is not None:
        shapes.append({**line, "x0": recommended, "x1": recommended, "line": {"color": tokens.PROPOSED, "width": 2}})
        a, an = ("assumed ", "an assumed ") if assumed else ("", "")
        title = (
            f"Keep {a}threshold {current:,}"
            if recommended == current
            else f"Threshold {recommended:,} instead of {an}{current:,}"
        )
    curve = go.Scatter(
        x=[*table["threshold"].to_list(), top],
        y=[*table[name].to_list(), table[name][-1]],
        mode="lines",
        line={"shape": "hv", "color": tokens.NOW, "width": 2},
        hovertemplate="%{x:,}: %{y:,.1f}<extra></extra>",
    )
    limit_note = {
        **{"x": 1, "xref": "paper", "y": limit, "text": f"limit {limit:,.0f}", "showarrow": False},
        **{"xanchor": "right", "yanchor": "bottom", "font": {"color": tokens.CHANGE}},
    }
    return tokens.figure(
        [curve],
        f"{title} (shaded: allowed)",
        xaxis=tokens.thresholds(top),
        yaxis=tokens.counts(words),
        shapes=shapes,
        annotations=[limit_note],
    )


def _stretches(allowed: pl.DataFrame) -> list[tuple[int, int]]:
    """The allowed rows that follow each other, as one."""
    if not allowed.height:
        return []
    first, until = allowed["threshold"].to_numpy(), allowed["until"].to_numpy()
    breaks = np.flatnonzero(first[1:] != until[:-1] + 1)
    return list(
        zip(first[np.append(0, breaks + 1)].tolist(), until[np.append(breaks, len(until) - 1)].tolist(), strict=True)
    )
