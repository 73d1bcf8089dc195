"""Every threshold: a measure as a step line, the current and the proposed one, and how many incidents each moves."""

import math

import plotly.graph_objects as go
import polars as pl

from casesim.charts import tokens
from casesim.charts.curve_ground import MEASURES, Band, curve_ground
from casesim.charts.curve_marks import STEM, curve_marks

# Of a decade, beside the first and the last threshold.
ROOM = 0.04


def sweep_curve(
    table: pl.DataFrame,
    *,
    current: int,
    proposed: int | None = None,
    measure: str = "major_cases",
    band: Band | None = None,
    was: int | None = None,
    standing: str = "now",
) -> go.Figure:
    """A sweep as a picture: what stands still (`curve_ground`) as traces, what a threshold moves (`curve_marks`) above.

    Args:
        table: a sweep's table, a row per threshold.
        current: the threshold as it is; proposed: the one thought of, None = the same.
        measure: a column of `MEASURES`.
        was: the figure now, where the table is of other settings than those now.
        band: how far the measure would range in other weeks, its bounds at every threshold, as `spread` has them.
        standing: what `current` is called: `assumed 5` where nothing gives it.
    """
    if not table.height or not table["incidents_individual"][0] + table["incidents_major"][0]:
        return tokens.empty("No incident has a case, so no threshold changes anything.")
    ground = curve_ground(table, measure, current, band, standing=standing)
    asked = current if proposed is None else proposed
    marks = curve_marks(table, measure, current, asked, was=was, standing=standing)
    hover = "%{customdata}<extra></extra>"
    bound = {"mode": "lines", "line": {"shape": "hv", "width": 0}, "fillcolor": tokens.BAND, "hoverinfo": "skip"}
    traces = [
        go.Scatter(**ground["low"], **bound, fill="none"),
        go.Scatter(**ground["high"], **bound, fill="tonexty"),
        go.Scatter(
            **ground["line"], mode="lines", line={"shape": "hv", "color": tokens.NOW, "width": 2}, hovertemplate=hover
        ),
        go.Scatter(
            **ground["stems"],
            yaxis="y2",
            mode="lines",
            line={"color": tokens.NOW, "width": STEM},
            hovertemplate=hover,
        ),
    ]
    return tokens.figure(
        traces,
        marks["title"],
        xaxis=tokens.thresholds(
            table.height,
            "threshold: customers from which an incident is major",
            anchor="y2",
            range=[-ROOM, math.log10(table.height) + ROOM],
        ),
        yaxis=tokens.counts(MEASURES[measure], domain=[0.36, 1]),
        yaxis2=tokens.counts("exactly so many", domain=[0, 0.24], range=[0, ground["clip"]]),
        shapes=marks["shapes"],
        annotations=ground["annotations"],
    )
