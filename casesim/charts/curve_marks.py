"""What moves on the curve over all thresholds: the span that changes, both thresholds, their figures, the next cliff.

All of it is shapes, words included: a browser draws these again in a few milliseconds, and the curve itself stays. An
annotation would have everything drawn again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from casesim.charts import tokens
from casesim.charts.curve_ground import MEASURES, Counts, clipped, stops

# A step that moves so much of all majors is worth a label.
CLIFF = 0.05
# Pixels of a stem's width.
STEM = 4
# A dot in pixels around its middle: four curves, as a shape of type circle takes no negative pixels on a log axis.
DOT = (
    "M5.5,0C5.5,3.04,3.04,5.5,0,5.5C-3.04,5.5,-5.5,3.04,-5.5,0C-5.5,-3.04,-3.04,-5.5,0,-5.5C3.04,-5.5,5.5,-3.04,5.5,0Z"
)


def curve_marks(table: pl.DataFrame, measure: str, now: int, proposed: int) -> dict[str, Any]:
    """The marks of two thresholds.

    Args:
        table: a sweep's table, a row per threshold.
        measure: a column of `MEASURES`.
        now, proposed: the thresholds; beyond the last row nothing changes.

    Returns:
        shapes, and title: the finding.
    """
    top = table.height
    values, majors = table[measure].to_numpy(), table["incidents_major"].to_numpy()
    at_now, at_proposed = (min(max(threshold, 1), top) for threshold in (now, proposed))
    low, high = sorted((at_now, at_proposed))
    inside = [low, *(stop for stop in stops(values, majors) if low < stop <= high)]
    stem_at, heights, clip = clipped(majors)
    within = (stem_at >= low) & (stem_at < high)
    moved = zip(stem_at[within].tolist(), np.minimum(heights, clip)[within].tolist(), strict=True)
    sides = ("left", "right") if at_now == low else ("right", "left")
    labels = [f"now {now:,}: {values[at_now - 1]:,}", f"proposed {proposed:,}: {values[at_proposed - 1]:,}"]
    now_label, proposed_label = (_label(words, side) for words, side in zip(labels, sides, strict=True))
    change = int(values[at_proposed - 1] - values[at_now - 1])
    return {
        "shapes": [
            _span(at_now, at_proposed),
            *_path("".join(f"M{at},0V{height}" for at, height in moved), STEM, yref="y2"),
            *_path(_steps(inside, values), 3),
            _upright(at_now, {"color": tokens.NOW, "width": 1.5, "dash": "dot"}),
            _upright(at_proposed, {"color": tokens.PROPOSED, "width": 2}),
            *_cliff(majors, at_proposed),
            _dot(at_now, values, ("rgba(255,255,255,1)", tokens.NOW), now_label),
            _dot(at_proposed, values, (tokens.PROPOSED,) * 2, proposed_label if at_proposed != at_now else {}),
        ],
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


def _span(now: int, proposed: int) -> dict[str, Any]:
    return {
        "type": "rect",
        **{"yref": "paper", "y0": 0, "y1": 1, "x0": min(now, proposed), "x1": max(now, proposed)},
        **{"fillcolor": tokens.SPAN, "line": {"width": 0}, "layer": "below"},
    }


def _upright(at: int, line: dict[str, Any]) -> dict[str, Any]:
    """A line over both plots: dotted now, solid proposed."""
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at, "line": line}


def _steps(inside: Sequence[int], values: Counts) -> str:
    """The part of the step line that changes, as a path."""
    first, *rest = inside
    return f"M{first},{values[first - 1]}" + "".join(f"H{at}V{values[at - 1]}" for at in rest) if rest else ""


def _path(path: str, width: int, yref: str = "y") -> list[dict[str, Any]]:
    line = {"color": tokens.CHANGE, "width": width}
    return [{"type": "path", "path": path, "yref": yref, "line": line}] if path else []


def _dot(at: int, values: Counts, colours: tuple[str, str], label: dict[str, Any]) -> dict[str, Any]:
    """A dot on the line: its fill, its edge, what is written beside it."""
    fill, edge = colours
    return {
        **{"type": "path", "path": DOT, "xsizemode": "pixel", "ysizemode": "pixel"},
        **{"xanchor": at, "yanchor": int(values[at - 1])},
        **{"fillcolor": fill, "line": {"color": edge, "width": 2.5}},
        **({"label": label} if label else {}),
    }


def _label(words: str, side: str) -> dict[str, Any]:
    """Words at a dot: below on its left, above on its right, where a falling curve leaves room."""
    left = side == "left"
    place = {"textposition": "bottom left", "xanchor": "right", "yanchor": "top"}
    if not left:
        place = {"textposition": "top right", "xanchor": "left", "yanchor": "bottom"}
    colour = tokens.NOW if words.startswith("now") else tokens.PROPOSED
    return {**place, "text": f"<b>{words}</b>", "padding": 0, "font": {"color": colour, "size": 11}}


def _cliff(majors: Counts, proposed: int) -> list[dict[str, Any]]:
    """What the next step up would move, where that is much."""
    if proposed >= len(majors) or not majors[proposed - 1]:
        return []
    moved = int(majors[proposed - 1] - majors[proposed])
    if moved < CLIFF * majors[proposed - 1]:
        return []
    words = {"text": f"at {proposed + 1:,}: {moved:,} more", "font": {"color": tokens.CHANGE, "size": 11}}
    place = {"textposition": "end", "textangle": 0, "xanchor": "left", "yanchor": "top", "padding": 8}
    return [
        {
            **{"type": "line", "yref": "y2 domain", "x0": proposed, "x1": proposed, "y0": 0, "y1": 1},
            **{"line": {"width": 0}, "label": words | place},
        }
    ]
