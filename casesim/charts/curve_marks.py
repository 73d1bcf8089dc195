"""What moves on the curve over all thresholds: the span that changes, both thresholds, their figures, the next cliff.

All of it is shapes, words included: a browser draws these again in a few milliseconds, and the curve itself stays. An
annotation would have everything drawn again.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from casesim.analysis.cliffs import cliffs
from casesim.charts import tokens
from casesim.charts.curve_ground import MEASURES, Counts, clipped, stops

# What makes the first noun of a measure's words a plural.
ONE = re.compile(r"s\b")
# Of the plot's width and height: what a label needs beside its dot and below it, and how high one stands at most and
# above another.
MARGIN, LOW, TOP, LIFT = 0.27, 0.2, 0.93, 0.13
# Pixels of a stem's width.
STEM = 4
# A dot in pixels around its middle: four curves, as a shape of type circle takes no negative pixels on a log axis.
DOT = (
    "M5.5,0C5.5,3.04,3.04,5.5,0,5.5C-3.04,5.5,-5.5,3.04,-5.5,0C-5.5,-3.04,-3.04,-5.5,0,-5.5C3.04,-5.5,5.5,-3.04,5.5,0Z"
)


def curve_marks(
    table: pl.DataFrame, measure: str, now: int, proposed: int, *, was: int | None = None, standing: str = "now"
) -> dict[str, Any]:
    """The marks of two thresholds.

    Args:
        table: a sweep's table, a row per threshold.
        measure: a column of `MEASURES`.
        now, proposed: the thresholds; beyond the last row nothing changes.
        was: the figure now, where the table is of other settings than those now; None = the table's at `now`.
        standing: what `now` is called: `assumed 5` where nothing gives it.

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
    will = int(values[at_proposed - 1])
    alone = was is None
    was = int(values[at_now - 1]) if was is None else was
    here = f"now {now:,}" if standing == "now" else standing
    labels = [(at_now, was, f"{here}: {was:,}", tokens.NOW)]
    if (at_proposed, will) != (at_now, was):
        labels.append((at_proposed, will, f"proposed {proposed:,}: {will:,}", tokens.PROPOSED))
    most = max(int(values.max(initial=0)), was, 1)
    return {
        "shapes": [
            _span(at_now, at_proposed),
            *_path("".join(f"M{at},0V{height}" for at, height in moved), STEM, yref="y2"),
            *_path(_steps(inside, values), 3),
            _upright(at_now, {"color": tokens.NOW, "width": 1.5, "dash": "dot"}),
            _upright(at_proposed, {"color": tokens.PROPOSED, "width": 2}),
            *_cliff(table, at_proposed),
            _dot(at_now, was, "rgba(255,255,255,1)", tokens.NOW),
            _dot(at_proposed, will, tokens.PROPOSED, tokens.PROPOSED),
            *_labels(sorted(labels), most, len(values)),
        ],
        "title": _title(MEASURES[measure], (now, proposed), (was, will), standing, alone=alone),
    }


def _title(words: str, thresholds: tuple[int, int], values: tuple[int, int], standing: str, *, alone: bool) -> str:
    """The finding: of now and as proposed; alone: whether nothing but the threshold differs."""
    (now, proposed), (was, will) = thresholds, values
    at = f"{now:,}" if standing == "now" else f"an {standing}"
    if now == proposed and was != will:
        return f"At threshold {at} other settings make {was:,} → {will:,} {words}"
    if now == proposed:
        return f"At threshold {at}: {_many(was, words)}"
    who = f"{'Raising' if proposed > now else 'Lowering'} the threshold from {at} to {proposed:,}"
    if not alone:
        who = f"Threshold {at} → {proposed:,} and other settings"
    if was == will:
        return f"{who}{' leaves' if alone else ' leave'} {_many(was, words)}"
    more = "fewer" if will < was else "more"
    return f"{who}: {_many(abs(will - was), f'{more} {words}')}, {was:,} → {will:,}"


def _many(count: int, words: str) -> str:
    return f"{count:,} {ONE.sub('', words, count=1) if count == 1 else words}"


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


def _dot(at: int, value: int, fill: str, edge: str) -> dict[str, Any]:
    """A dot on the line."""
    return {
        **{"type": "path", "path": DOT, "xsizemode": "pixel", "ysizemode": "pixel"},
        **{"xanchor": at, "yanchor": value},
        **{"fillcolor": fill, "line": {"color": edge, "width": 2.5}},
    }


def _labels(labels: Sequence[tuple[int, int, str, str]], most: int, top: int) -> list[dict[str, Any]]:
    """Words at one or two dots: the left one's below on its left, the right one's above on its right.

    There a falling curve leaves room. Where the plot ends too near, they stand on the other side, above the curve.
    """
    wide = np.log(max(top, 2))
    found: list[dict[str, Any]] = []
    # What the first covers: whether it stands on the left of its dot, from which height to which.
    first: tuple[bool, float, float] | None = None
    for last, (at, value, words, colour) in enumerate(labels):
        x, y = np.log(at) / wide, value / most
        near = x > 1 - MARGIN if last else x < MARGIN or y < LOW
        left = x > 0.5 if near else not last
        below = not near and left
        if not below:
            y = min(y + (LIFT * (len(labels) - last) if near else 0), TOP)
            if first is not None and (left or not first[0]) and first[1] - LIFT < y < first[2]:
                y = first[2] if first[2] <= TOP else first[1] - LIFT
        first = (left, y - LIFT, y) if below else (left, y, y + LIFT)
        found.append(_label(at, y * most, words, colour, left=left, below=below))
    return found


def _label(at: int, y: float, words: str, colour: str, *, left: bool, below: bool) -> dict[str, Any]:
    """Words at a point: a shape without any extent that has a label."""
    place = {"xanchor": "right" if left else "left", "yanchor": "top" if below else "bottom"}
    label = {"text": f"<b>{words}</b>", "padding": 5, "font": {"color": colour, "size": 11}, **place}
    # Padding leads inwards from the corner named.
    corner = f"{'top' if below else 'bottom'} {'right' if left else 'left'}"
    return {
        **{"type": "rect", "x0": at, "x1": at, "y0": y, "y1": y, "line": {"width": 0}},
        "label": {**label, "textposition": corner},
    }


def _cliff(table: pl.DataFrame, proposed: int) -> list[dict[str, Any]]:
    """What the next step up would move, where that is far more than the steps around it (`cliffs`)."""
    turns = -np.diff(np.append(table["incidents_major"].to_numpy(), 0))
    # What is major whatever the threshold turns nowhere.
    turns[-1] = 0
    every = int(sum(table[f"incidents_{each}"][0] for each in ("none", "individual", "major")))
    if proposed not in cliffs(turns, every):
        return []
    moved = int(turns[proposed - 1])
    words = {"text": f"at {proposed + 1:,}: {moved:,} more", "font": {"color": tokens.CHANGE, "size": 11}}
    place = {"textposition": "end", "textangle": 0, "xanchor": "left", "yanchor": "top", "padding": 8}
    return [
        {
            **{"type": "line", "yref": "y2 domain", "x0": proposed, "x1": proposed, "y0": 0, "y1": 1},
            **{"line": {"width": 0}, "label": words | place},
        }
    ]
