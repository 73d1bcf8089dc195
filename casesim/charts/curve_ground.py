"""What stands still of the curve over all thresholds: its line, how far it ranges in other weeks, and its stems."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.analysis.verdict import signed
from casesim.analysis.wording import many
from casesim.charts import tokens

# So much longer than the second longest stem the longest still looks when it is cut.
ABOVE = 1.25
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


def curve_ground(
    table: pl.DataFrame, measure: str, now: int, band: Band | None = None, *, standing: str = "now"
) -> dict[str, Any]:
    """The parts of the curve that no proposed threshold moves.

    Args:
        table: a sweep's table, a row per threshold.
        measure: a column of `MEASURES`.
        now: the threshold that hover texts compare with.
        band: how far the measure would range in other weeks, its bounds at every threshold, as `spread` has them.
        standing: what `now` is called: `assumed 5` where nothing gives it.

    Returns:
        low, high (the bounds of the band, empty without one), line (with customdata: the hover texts), stems (how many
        incidents turn at the next threshold), clip (the height at which long stems are cut), annotations.
    """
    values, majors = table[measure].to_numpy(), table["incidents_major"].to_numpy()
    every = int(sum(table[f"incidents_{each}"][0] for each in ("none", "individual", "major")))
    at_now = min(max(now, 1), table.height)
    some = stops(values, majors)
    stem_at, heights, clip = clipped(majors)
    texts = [_hover(t, values, majors, measure=measure, now=at_now, every=every, standing=standing) for t in some]
    if band is not None:
        texts = [f"{said}{_range(band, t)}" for said, t in zip(texts, some, strict=True)]
    low, high = ([], []) if band is None else (bound[np.array(some) - 1] for bound in band)
    return {
        "low": {"x": some if band is not None else [], "y": low},
        "high": {"x": some if band is not None else [], "y": high},
        "line": {"x": some, "y": values[np.array(some) - 1], "customdata": texts},
        "stems": _stems(stem_at, heights, clip),
        "clip": clip,
        "annotations": [*_long(stem_at, heights, clip), *([] if band is None else [BAND_SAID])],
    }


def _stems(at: Counts, heights: Counts, clip: int) -> dict[str, Any]:
    """Upright lines with gaps: hundreds of bars would take a browser as long as everything else."""
    pairs = list(zip(at.tolist(), heights.tolist(), strict=True))
    said = [f"{n:,} {'incident has' if n == 1 else 'incidents have'} exactly {many(t, 'customer')}" for t, n in pairs]
    return {
        "x": [x for t, _ in pairs for x in (t, t, None)],
        "y": [y for _, n in pairs for y in (0, min(n, clip), None)],
        "customdata": [words for each in said for words in (each, each, None)],
    }


def stops(values: Counts, majors: Counts) -> list[int]:
    """The thresholds at which anything drawn changes, with both ends."""
    changed = (np.diff(values) != 0) | (np.diff(majors) != 0)
    return sorted({1, len(values), *(np.flatnonzero(changed) + 2).tolist()})


def clipped(majors: Counts) -> tuple[Counts, Counts, int]:
    """Where incidents turn, how many have exactly so many customers, and where long stems are cut.

    They are cut well above most of them, so that the short ones can be told apart; and above the second longest, so
    that the longest alone is cut, which says its figure, and no two of different length look alike.
    """
    exactly = -np.diff(np.append(majors, 0))
    at = np.flatnonzero(exactly > 0) + 1
    heights = exactly[at - 1]
    if not len(heights):
        return at, heights, 1
    longest = np.sort(heights)[::-1]
    second = longest[1] if len(longest) > 1 else 0
    return at, heights, int(np.ceil(min(longest[0], max(3 * np.quantile(heights, 0.9), ABOVE * second))))


def _hover(at: int, values: Counts, majors: Counts, *, measure: str, now: int, every: int, standing: str) -> str:
    share = f" ({100 * majors[at - 1] / every:.1f} % of the incidents)" if measure == "major_cases" and every else ""
    change = int(values[at - 1] - values[now - 1])
    against = f"<br>{signed(change)} against {standing}" if change else ""
    exactly = int(majors[at - 1] - (majors[at] if at < len(majors) else 0))
    have = f"<br>{exactly:,} {'has' if exactly == 1 else 'have'} exactly {many(at, 'customer')}" if exactly > 0 else ""
    return f"{at:,}: {values[at - 1]:,} {MEASURES[measure]}{share}{against}{have}"


def _range(band: Band, at: int) -> str:
    low, high = (int(bound[at - 1]) for bound in band)
    return f"<br>95 % of resampled weeks: {low:,} to {high:,}"


def _long(at: Counts, heights: Counts, clip: int) -> list[dict[str, Any]]:
    """The figure of the longest stem, if it is cut."""
    cut = [(t, n) for t, n in zip(at.tolist(), heights.tolist(), strict=True) if n > clip]
    return [
        {
            **{"x": float(np.log10(t)), "y": clip, "yref": "y2", "text": f"{n:,} ↑", "showarrow": False},
            # Above the stems, between the plots: beside one it would lie over the next.
            **{"xanchor": "left", "xshift": -3, "yanchor": "bottom", "font": {"size": 11}},
        }
        for t, n in sorted(cut, key=lambda each: -each[1])[:1]
    ]
