"""How many mails one person gets in one hour, and how often; before and after flood control where both are given."""

import plotly.graph_objects as go
import polars as pl

from casesim.charts import tokens


def mails(hours: pl.DataFrame) -> go.Figure:
    """The distribution of full hours.

    Args:
        hours: `mails` (to one contact or consumer in one hour), `contact_hours` (how often), and where a flood control
            is tried `contact_hours_after`.
    """
    if not hours.height:
        return tokens.empty("No mail goes out.")
    sides = {
        "contact_hours": ("before", tokens.NOW, "circle-open"),
        "contact_hours_after": ("after", tokens.PROPOSED, "circle"),
    }
    traces = []
    for name, (words, colour, symbol) in sides.items():
        if name in hours.columns:
            some = hours.filter(pl.col(name) > 0)
            traces.append(
                go.Scatter(
                    x=some["mails"].to_list(),
                    y=some[name].to_list(),
                    mode="markers",
                    name=words,
                    marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2, "color": colour}},
                    hovertemplate="%{x:,} mails in one hour: %{y:,} times<extra>" + words + "</extra>",
                )
            )
    worst = int(hours.filter(pl.col("contact_hours") > 0)["mails"].to_numpy().max(initial=0))
    title = f"Up to {worst:,} mails to one person in one hour"
    if len(traces) > 1:
        after = int(hours.filter(pl.col("contact_hours_after") > 0)["mails"].to_numpy().max(initial=0))
        title = f"{title}; with flood control up to {after:,}"
    return tokens.figure(
        traces,
        title,
        xaxis={"title": {"text": "mails to one person in one hour"}, "tickformat": ",d", "gridcolor": tokens.GRID},
        yaxis={"title": {"text": "how often (log)"}, "type": "log", "gridcolor": tokens.GRID, "dtick": 1},
        showlegend=len(traces) > 1,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )
