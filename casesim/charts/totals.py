"""Now beside proposed: by how many per cent each figure changes, as a bar to either side of none."""

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from casesim.analysis.verdict import percent, signed
from casesim.charts import tokens


def totals(table: pl.DataFrame, words: Mapping[str, str]) -> go.Figure:
    """A comparison's totals.

    Args:
        table: metric, a, b, change; figures that are 0 on both sides, and those that stay, are not drawn.
        words: the metrics in words.
    """
    rows = [row for row in table.iter_rows() if row[3]]
    if not rows:
        return tokens.empty("No figure changes.")
    rows.reverse()
    shares = [100 * change / a if a else 100.0 for _, a, _, change in rows]
    most = max(abs(share) for share in shares)
    labels = [f"{signed(change)}{f' ({percent(a, change)})' if a else ' (from none)'}" for _, a, _, change in rows]
    bars = go.Bar(
        x=shares,
        y=[words.get(metric, metric) for metric, *_ in rows],
        orientation="h",
        marker={"color": tokens.CHANGE},
        text=labels,
        textposition="outside",
        cliponaxis=False,
        customdata=[f"{a:,} → {b:,}" for _, a, b, _ in rows],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
    )
    lead = max(rows, key=lambda row: row[0] == "manual_closures")
    return tokens.figure(
        [bars],
        f"{words.get(lead[0], lead[0]).capitalize()}: {lead[1]:,} → {lead[2]:,}",
        xaxis={
            "title": {"text": "change against now, per cent"},
            "range": [-most * 1.7, most * 1.7],
            "gridcolor": tokens.GRID,
        },
        yaxis={"automargin": True, "showgrid": False},
        height=90 + 34 * len(rows),
    )
