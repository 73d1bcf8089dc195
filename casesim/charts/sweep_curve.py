"""Every threshold: a measure as a step line, the current and the proposed one, and how many incidents each moves."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.verdict import signed
from casesim.charts import tokens

Counts = NDArray[np.int64]
Band = tuple[Counts, Counts]
MEASURES: Mapping[str, str] = {
    "major_cases": "major cases",
    "individual_cases": "individual cases",
    "manual_closures": "cases to close by hand",
    "notifications_sent": "notifications sent",
    "notifications_peak_hour": "notifications in the fullest hour",
}
BAND_SAID: Mapping[str, Any] = {
    **{"xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right", "yanchor": "top", "showarrow": False},
    **{"text": "band: 95 % of resampled weeks", "font": {"size": 10, "color": tokens.INK}},
}
# A step that moves so much of all majors is worth a label.
CLIFF = 0.05


def sweep_curve(
    table: pl.DataFrame,
    *,
    current: int,
    proposed: int | None = None,
    measure: str = "major_cases",
    band: Band | None = None,
) -> go.Figure:
    """A sweep as a picture; what its parts are is told by `curve_parts`.

    Args:
        table: a sweep's table, a row per threshold.
        current: the threshold as it is; proposed: the one thought of, None = the same.
        measure: a column of `MEASURES`.
        band: how far the measure would range in other weeks, its bounds at every threshold, as `spread` has them.
    """
    if not table.height or not table["incidents_individual"][0] + table["incidents_major"][0]:
        return tokens.empty("No incident has a case, so no threshold changes anything.")
    parts = curve_parts(table, measure, current, current if proposed is None else proposed, band)
    line, changed, stems, dots = parts["line"], parts["changed"], parts["stems"], parts["dots"]
    traces = [
        *(
            go.Scatter(
                **parts[bound],
                mode="lines",
                line={"shape": "hv", "width": 0},
                fill=fill,
                fillcolor=tokens.BAND,
                hoverinfo="skip",
            )
            for bound, fill in (("low", "none"), ("high", "tonexty"))
        ),
        go.Scatter(
            **line,
            mode="lines",
            line={"shape": "hv", "color": tokens.NOW, "width": 2},
            hovertemplate="%{customdata}<extra></extra>",
        ),
        go.Scatter(**changed, mode="lines", line={"shape": "hv", "color": tokens.CHANGE, "width": 3}, hoverinfo="skip"),
        go.Bar(
            **stems,
            yaxis="y2",
            # A place on a scale of two colours: a byte for each stem that turns, not a word.
            marker={
                "color": parts["stem_colours"],
                "colorscale": [[0, tokens.NOW], [1, tokens.CHANGE]],
                "cmin": 0,
                "cmax": 1,
            },
            hovertemplate="%{customdata}<extra></extra>",
        ),
        go.Scatter(
            **dots,
            mode="markers",
            marker={
                "size": 11,
                "color": ["rgba(255,255,255,1)", tokens.PROPOSED],
                "line": {"width": 2.5, "color": [tokens.NOW, tokens.PROPOSED]},
            },
            hoverinfo="skip",
        ),
    ]
    return tokens.figure(
        traces,
        parts["title"],
        xaxis=tokens.thresholds(table.height, "threshold: customers from which an incident is major", anchor="y2"),
        yaxis=tokens.counts(MEASURES[measure], domain=[0.36, 1]),
        yaxis2=tokens.counts("exactly so many", domain=[0, 0.24], range=[0, parts["clip"]]),
        shapes=parts["shapes"],
        annotations=parts["annotations"],
        barmode="overlay",
    )


def curve_parts(table: pl.DataFrame, measure: str, now: int, proposed: int, band: Band | None = None) -> dict[str, Any]:
    """What a curve is made of: all that moves when the proposed threshold or the measure does, and nothing else.

    Returns:
        low, high (the bounds of the band, empty without one), line, changed (x, y, and of the line customdata: the
        hover texts), dots (now and proposed), stems (how many incidents turn at the next threshold), stem_colours (1:
        those that the change turns), clip (the height at which long stems are cut), shapes, annotations, title.
    """
    top = table.height
    values, majors = table[measure].to_numpy(), table["incidents_major"].to_numpy()
    every = int(sum(table[f"incidents_{each}"][0] for each in ("none", "individual", "major")))
    at_now, at_proposed = (min(max(threshold, 1), top) for threshold in (now, proposed))
    low, high = sorted((at_now, at_proposed))
    stops = _stops(values, majors)
    inside = [low, *(stop for stop in stops if low < stop <= high)]
    exactly = -np.diff(np.append(majors, 0))
    stem_at = np.flatnonzero(exactly > 0) + 1
    heights = exactly[stem_at - 1]
    clip = _clip(heights)
    change = int(values[at_proposed - 1] - values[at_now - 1])
    notes = [
        _note(at_now, values, f"now {now:,}: {values[at_now - 1]:,}", tokens.NOW, "right" if low == at_now else "left"),
        *_long(stem_at, heights, clip),
        *_cliff(majors, at_proposed),
        *([] if band is None else [BAND_SAID]),
    ]
    if at_proposed != at_now:
        side = "left" if low == at_now else "right"
        notes.append(
            _note(at_proposed, values, f"proposed {proposed:,}: {values[at_proposed - 1]:,}", tokens.PROPOSED, side)
        )
    texts = [_hover(t, values, majors, measure=measure, now=at_now, every=every) for t in stops]
    if band is not None:
        texts = [f"{said}{_range(band, t)}" for said, t in zip(texts, stops, strict=True)]
    low_bound, high_bound = ([], []) if band is None else (bound[np.array(stops) - 1] for bound in band)
    return {
        "low": {"x": stops if band is not None else [], "y": low_bound},
        "high": {"x": stops if band is not None else [], "y": high_bound},
        "line": {"x": stops, "y": values[np.array(stops) - 1], "customdata": texts},
        "changed": {"x": inside, "y": values[np.array(inside) - 1]},
        "dots": {"x": [at_now, at_proposed], "y": [int(values[at_now - 1]), int(values[at_proposed - 1])]},
        "stems": {
            "x": stem_at,
            "y": np.minimum(heights, clip),
            "width": stem_at * 0.05,
            "customdata": [
                f"{n:,} {'incident has' if n == 1 else 'incidents have'} exactly {t:,} customers"
                for t, n in zip(stem_at.tolist(), heights.tolist(), strict=True)
            ],
        },
        "stem_colours": ((stem_at >= low) & (stem_at < high)).astype(np.uint8),
        "clip": clip,
        "shapes": _shapes(at_now, at_proposed),
        "annotations": notes,
        "title": _title(MEASURES[measure], now, proposed, int(values[at_now - 1]), change),
    }


def _title(words: str, now: int, proposed: int, value: int, change: int) -> str:
    if now == proposed:
        return f"At threshold {now:,}: {value:,} {words}"
    step = "Raising" if proposed > now else "Lowering"
    if not change:
        return f"{step} the threshold from {now:,} to {proposed:,} leaves {value:,} {words}"
    more = "fewer" if change < 0 else "more"
    sums = f"{value:,} → {value + change:,}"
    return f"{step} the threshold from {now:,} to {proposed:,}: {abs(change):,} {more} {words}, {sums}"


def _stops(values: Counts, majors: Counts) -> list[int]:
    """The thresholds at which anything drawn changes, with both ends."""
    changed = (np.diff(values) != 0) | (np.diff(majors) != 0)
    return sorted({1, len(values), *(np.flatnonzero(changed) + 2).tolist()})


def _clip(heights: Counts) -> int:
    """Where long stems are cut, so that the short ones can be told apart: well above most of them."""
    if not len(heights):
        return 1
    return max(int(min(heights.max(), 3 * np.quantile(heights, 0.9))), 1)


def _hover(at: int, values: Counts, majors: Counts, *, measure: str, now: int, every: int) -> str:
    share = f" ({100 * majors[at - 1] / every:.1f} % of the incidents)" if measure == "major_cases" and every else ""
    change = int(values[at - 1] - values[now - 1])
    against = f"<br>{signed(change)} against now" if change else ""
    exactly = int(majors[at - 1] - (majors[at] if at < len(majors) else 0))
    have = f"<br>{exactly:,} have exactly {at:,} customers" if exactly > 0 else ""
    return f"{at:,}: {values[at - 1]:,} {MEASURES[measure]}{share}{against}{have}"


def _range(band: Band, at: int) -> str:
    low, high = (int(bound[at - 1]) for bound in band)
    return f"<br>95 % of resampled weeks: {low:,} to {high:,}"


def _shapes(now: int, proposed: int) -> list[dict[str, Any]]:
    """The span between the two, and a line for each: dotted now, solid proposed."""
    upright = {"type": "line", "yref": "paper", "y0": 0, "y1": 1}
    return [
        {
            "type": "rect",
            **{"yref": "paper", "y0": 0, "y1": 1, "x0": min(now, proposed), "x1": max(now, proposed)},
            **{"fillcolor": tokens.SPAN, "line": {"width": 0}, "layer": "below"},
        },
        {**upright, "x0": now, "x1": now, "line": {"color": tokens.NOW, "width": 1.5, "dash": "dot"}},
        {**upright, "x0": proposed, "x1": proposed, "line": {"color": tokens.PROPOSED, "width": 2}},
    ]


def _note(at: int, values: Counts, words: str, colour: str, side: str) -> dict[str, Any]:
    # The axis is logarithmic, and places of annotations on it are exponents.
    shift = -8 if side == "right" else 8
    return {
        **{"x": float(np.log10(at)), "y": int(values[at - 1]), "text": f"<b>{words}</b>", "font": {"color": colour}},
        **{"xanchor": side, "xshift": shift, "yshift": 14 if side == "left" else -12, "showarrow": False},
    }


def _long(at: Counts, heights: Counts, clip: int) -> list[dict[str, Any]]:
    """The figure of the longest stem, if it is cut."""
    cut = [(t, n) for t, n in zip(at.tolist(), heights.tolist(), strict=True) if n > clip]
    return [
        {
            **{"x": float(np.log10(t)), "y": clip, "yref": "y2", "text": f"{n:,} ↑", "showarrow": False},
            **{"xanchor": "left", "xshift": 4, "yanchor": "top", "font": {"size": 11}},
        }
        for t, n in sorted(cut, key=lambda each: -each[1])[:1]
    ]


def _cliff(majors: Counts, proposed: int) -> list[dict[str, Any]]:
    """What the next step up would move, where that is much."""
    if proposed >= len(majors) or not majors[proposed - 1]:
        return []
    moved = int(majors[proposed - 1] - majors[proposed])
    if moved < CLIFF * majors[proposed - 1]:
        return []
    return [
        {
            **{
                "x": float(np.log10(proposed)),
                "y": 1,
                "yref": "y2 domain",
                "text": f"at {proposed + 1:,}: {moved:,} more",
            },
            **{"xanchor": "left", "xshift": 8, "showarrow": False, "font": {"color": tokens.CHANGE, "size": 11}},
        }
    ]
