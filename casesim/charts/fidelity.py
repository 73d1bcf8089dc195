"""Simulated beside real cases: how many are both, and why the others are not."""

import plotly.graph_objects as go
import polars as pl

from casesim.charts import tokens

STATUS = {"matched": tokens.PROPOSED, "missing": tokens.CHANGE, "surplus": tokens.NOW}
WORDS = {"matched": "both", "missing": "real, not simulated", "surplus": "simulated, not real"}


def fidelity(reasons: pl.DataFrame) -> go.Figure:
    """Cases by reason; those of incidents without any real case are left out, as they say nothing.

    Args:
        reasons: status (matched | missing | surplus), reason, words, cases.
    """
    rows = reasons.filter(pl.col("reason") != "no_real_case")
    if not rows.height:
        return tokens.empty("The dataset has no real proactive cases to compare with.")
    matched = int(rows.filter(pl.col("status") == "matched")["cases"].sum())
    share = 100 * matched / int(rows["cases"].sum())
    rows = rows.reverse()
    bars = go.Bar(
        x=rows["cases"].to_list(),
        y=[f"{WORDS[status]}: {tokens.safe(words, 56)}" for status, words in rows["status", "words"].iter_rows()],
        orientation="h",
        marker={"color": [STATUS[status] for status in rows["status"]]},
        text=[f"{cases:,}" for cases in rows["cases"]],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,} cases<extra></extra>",
    )
    return tokens.figure(
        [bars],
        f"{share:.1f} % of the cases are both real and simulated",
        xaxis=tokens.counts("cases", range=[0, 1.15 * rows["cases"].to_numpy().max()]),
        yaxis={"automargin": True, "showgrid": False},
        height=110 + 30 * rows.height,
    )
