"""A sweep as text, 80 columns wide, and as html: what there is to manage and to close comes first, mails last."""

from html import escape
from typing import TYPE_CHECKING

from casesim.analysis.verdict import by_resolution, standing
from casesim.analysis.wording import clean

if TYPE_CHECKING:
    from casesim.analysis.sweep import Sweep

RULE = "─" * 79
BAR = 18
MANY = 15
STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
HEADS = {
    "threshold": "T",
    "major_cases": "major cases",
    "manual_closures": "to close by hand",
    "auto_resolved_cases": "resolve alone",
    "notifications_sent": "mails sent",
    "notifications_peak_hour": "most in an hour",
}


def shown_thresholds(top: int, current: int) -> list[int]:
    """Which rows a person is shown: all if they are few, else smaller steps for smaller ones; the current, the last."""
    if top <= MANY:
        return sorted({*range(1, top + 1), current})
    return sorted({*(step for step in STEPS if step < top), current, top})


def _nothing(found: "Sweep") -> str | None:
    """Why no threshold changes anything; None where one does."""
    first = found.row(1)
    name = clean(found.thresholds.prepared.data.name, 40)
    if not first["incidents_none"] + first["incidents_individual"] + first["incidents_major"]:
        return f"{name}: no incident was read, so nothing can be said about thresholds."
    return None if first["cases"] else f"{name}: no incident has a case, so no threshold changes anything."


def sweep_text(found: "Sweep") -> str:
    """Heading, bars of major cases with the figures beside them, what no threshold changes."""
    if (none := _nothing(found)) is not None:
        return none
    top = found.table.height
    rows = [found.row(threshold) for threshold in shown_thresholds(top, found.current)]
    most = max([row["major_cases"] for row in rows] or [0])
    lines = [
        f"{clean(found.thresholds.prepared.data.name, 40)}: every threshold from 1 to {top:,}",
        "",
        f"{'T':>6}  {'major cases':>{BAR + 9}}{'by hand':>11}{'by itself':>11}{'mails':>11}",
        RULE,
    ]
    for row in rows:
        filled = round(row["major_cases"] / most * BAR) if most else 0
        bar = "█" * max(filled, 1 if row["major_cases"] else 0)
        now = f"  {standing(found.policy)}" if row["threshold"] == found.current else ""
        lines.append(
            f"{row['threshold']:>6,}  {bar:<{BAR}}{row['major_cases']:>9,}{row['manual_closures']:>11,}"
            f"{row['auto_resolved_cases']:>11,}{row['notifications_sent']:>11,}{now}"
        )
    lines += [
        "",
        "by hand: cases that somebody has to close, since a major incident resolves none",
        "(R7.1); by itself: cases that resolve with their incident (R7).",
    ]
    if by_resolution(found.policy):
        lines.append(
            "mails: as many when cases open, whatever T; an individual case sends one more\n"
            "when it resolves, major and child cases stay open and send none (R5, R7.1)."
        )
    return "\n".join(lines)


def sweep_html(found: "Sweep") -> str:
    """The same rows as an html table; everything escaped."""
    if (none := _nothing(found)) is not None:
        return f"<p>{escape(none)}</p>"
    rows = [found.row(threshold) for threshold in shown_thresholds(found.table.height, found.current)]
    head = "".join(f"<th>{escape(name)}</th>" for name in HEADS.values())
    body = "".join(
        "<tr>"
        + "".join(f"<td>{row[name]:,}</td>" for name in HEADS)
        + f"<td>{standing(found.policy) if row['threshold'] == found.current else ''}</td></tr>"
        for row in rows
    )
    name = escape(clean(found.thresholds.prepared.data.name, 40))
    return (
        f"<table><caption>{name}: every threshold from 1 to {found.table.height:,}</caption>"
        f"<thead><tr>{head}<th></th></tr></thead><tbody>{body}</tbody></table>"
    )
