"""What waits for people at the end of each week, beside the hours that the week's work takes and the team has."""

import plotly.graph_objects as go
import polars as pl

from casesim.charts import tokens


def workload(weeks: pl.DataFrame) -> go.Figure:
    """Backlog and hours by week.

    Args:
        weeks: week (Monday), waiting (cases at its end), hours_needed, hours_available.
    """
    if not weeks.height:
        return tokens.empty("No case waits for anybody.")
    mondays = weeks["week"].to_list()
    most = int(weeks["waiting"].to_numpy().max(initial=0))
    traces = [
        go.Bar(
            x=mondays,
            y=weeks["waiting"].to_list(),
            name="waiting at the end of the week",
            marker={"color": tokens.CHANGE},
            hovertemplate="week of %{x|%-d %b %Y}: %{y:,} cases waiting<extra></extra>",
        ),
        go.Scatter(
            x=mondays,
            y=weeks["hours_needed"].to_list(),
            yaxis="y2",
            name="hours needed",
            line={"color": tokens.PROPOSED, "width": 2},
            hovertemplate="%{y:,.0f} hours needed<extra></extra>",
        ),
        go.Scatter(
            x=mondays,
            y=weeks["hours_available"].to_list(),
            yaxis="y2",
            name="hours the team has",
            line={"color": tokens.NOW, "width": 2, "dash": "dot"},
            hovertemplate="%{y:,.0f} hours there<extra></extra>",
        ),
    ]
    title = f"Up to {most:,} cases wait for somebody to close them" if most else "No case waits at the end of any week"
    return tokens.figure(
        traces,
        title,
        xaxis={"showgrid": False, "tickformat": "%-d %b", "anchor": "y2"},
        yaxis=tokens.counts("cases waiting", domain=[0.5, 1]),
        yaxis2=tokens.counts("hours a week", domain=[0, 0.4]),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
    )
