"""The two charts of the impact report as inline SVG: no script, nothing to load, numbers and dates alone."""

import math
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from casesim.analysis.wording import day

Counts = NDArray[np.int64]
WIDTH, HEIGHT = 430, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 14, 34
NOW, PROPOSED, CHANGE, GRID, INK = "#7C8798", "#2F7CC4", "#C0781F", "#DEE2E8", "#465163"
TICKS = (1, 2, 3, 5, 8, 12, 20, 30, 60, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000)


def curve(majors: Sequence[int], now: int, proposed: int) -> str:
    """Major cases at every threshold as a step line over a log axis, what changes in ochre.

    Args:
        majors: for T = 1, 2, …
        now, proposed: the two thresholds; beyond the last T its figure holds.
    """
    top = len(majors)
    most = _ceiling(max(majors, default=0))
    low, high = sorted((min(now, top), min(proposed, top)))

    def x(threshold: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(threshold) / math.log(max(top, 2))

    def y(count: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / most)

    parts = [_grid(most, y)]
    parts.append(_rect(x(low), TOP, x(high) - x(low), HEIGHT - TOP - BOTTOM, CHANGE, opacity=0.12))
    parts.append(_steps([(x(t), y(majors[t - 1])) for t in _changes(majors, 1, top)], x(top), NOW))
    if low < high:
        parts.append(_steps([(x(t), y(majors[t - 1])) for t in _changes(majors, low, high)], x(high), CHANGE, 2.4))
    for at, colour, dash in ((min(now, top), NOW, "3 3"), (min(proposed, top), PROPOSED, "")):
        style = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(f'<path d="M{x(at):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{colour}" stroke-width="1.4"{style}/>')
    for at, colour, fill in ((min(now, top), NOW, "#fff"), (min(proposed, top), PROPOSED, PROPOSED)):
        circle = f'<circle cx="{x(at):.1f}" cy="{y(majors[at - 1]):.1f}" r="4" fill="{fill}" stroke="{colour}"'
        parts.append(f'{circle} stroke-width="2"/>')
    placed = -math.inf
    for tick in sorted({*(each for each in TICKS if each < top), top}):
        if x(tick) - placed >= 30 and (tick == top or x(top) - x(tick) >= 34):
            parts.append(_text(x(tick), HEIGHT - BOTTOM + 14, f"{tick:,}", "middle"))
            placed = x(tick)
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "threshold (customers), log scale", "middle"))
    said = f"Major cases: {majors[min(now, top) - 1]:,} at {now:,}, {majors[min(proposed, top) - 1]:,} at {proposed:,}"
    return _svg(said, parts)


def weeks(mondays: Sequence[date], now: Counts, proposed: Counts) -> str:
    """Major cases a week: what stays major in blue, below what goes or comes in ochre.

    Args:
        mondays: the weeks, ascending, none left out.
        now, proposed: major cases of each week.
    """
    some = np.flatnonzero((now > 0) | (proposed > 0))
    first, last = (int(some[0]), int(some[-1]) + 1) if len(some) else (0, len(mondays))
    mondays, now, proposed = mondays[first:last], now[first:last], proposed[first:last]
    most = _ceiling(int(max(np.maximum(now, proposed), default=0)))
    step = (WIDTH - LEFT - RIGHT) / max(len(mondays), 1)

    def y(count: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / most)

    parts = [_grid(most, y)]
    for place, (was, will) in enumerate(zip(now.tolist(), proposed.tolist(), strict=True)):
        left, width = LEFT + place * step + step * 0.1, max(step * 0.8, 0.5)
        stays = min(was, will)
        parts.append(_rect(left, y(stays), width, y(0) - y(stays), PROPOSED))
        parts.append(_rect(left, y(max(was, will)), width, y(stays) - y(max(was, will)), CHANGE))
    every = max(1, math.ceil(len(mondays) / 6))
    for place in range(0, len(mondays), every):
        words = f"{mondays[place].day} {mondays[place]:%b}"
        parts.append(_text(LEFT + (place + 0.5) * step, HEIGHT - BOTTOM + 14, words, "middle"))
    mean = f"mean {now.mean():,.0f} → {proposed.mean():,.0f}" if len(mondays) else "no week has any"
    from_ = f" from {day(mondays[0])}" if mondays else ""
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, f"week starting{from_}; {mean} a week", "middle"))
    return _svg(f"Major cases a week: {mean}", parts)


def _changes(values: Sequence[int], first: int, last: int) -> list[int]:
    """The thresholds from `first` to `last` at which the line steps, with both ends."""
    part = np.asarray(values[first - 1 : last])
    return [first, *(np.flatnonzero(np.diff(part)) + first + 1).tolist()]


def _steps(points: Sequence[tuple[float, float]], end: float, colour: str, width: float = 1.6) -> str:
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    path += "".join(f"H{x:.1f}V{y:.1f}" for x, y in points[1:])
    return f'<path d="{path}H{end:.1f}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _ceiling(most: int) -> int:
    """A round number not below the most."""
    if most <= 4:
        return 4
    size = 10 ** int(math.log10(most))
    return next(int(size * step) for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if size * step >= most)


def _grid(most: int, y: Callable[[float], float]) -> str:
    lines = []
    for share in (0, 0.5, 1):
        count = round(most * share)
        lines.append(f'<path d="M{LEFT} {y(count):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        lines.append(_text(LEFT - 6, y(count) + 3.5, f"{count:,}", "end"))
    return "".join(lines)


def _rect(x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect {place} fill="{colour}" fill-opacity="{opacity}"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{words}</text>'


def _svg(said: str, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">{"".join(parts)}</svg>'
