"""A comparison as text, 80 columns wide, and as html: what changes to manage and to close, then who changes."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from casesim.analysis.wording import clean, folded, many

if TYPE_CHECKING:
    from casesim.analysis.compare import Comparison

RULE = "─" * 79
SHOWN = 10
WORDS = {
    "major_cases": "major cases to manage",
    "manual_closures": "cases to close by hand",
    "auto_resolved_cases": "cases that resolve by themselves",
    "incidents_none": "incidents without a case",
    "incidents_individual": "incidents individual",
    "incidents_major": "incidents major",
    "child_cases": "child cases",
    "individual_cases": "individual cases",
    "cases": "cases in all",
    "notifications_sent": "notifications sent",
    "notifications_suppressed": "suppressed",
    "notifications_digested": "told in a digest",
    "notifications_blocked": "blocked (R6)",
    "notifications_unintended": "sent to somebody nobody chose",
    "notifications_peak_hour": "most sent in one hour",
}
# Shown where there is any of it.
SELDOM = ("notifications_digested", "notifications_blocked", "notifications_unintended")


def comparison_text(found: "Comparison") -> str:
    """Heading, totals, the worst incidents with their reasons, new and lost recipients."""
    if not found.incidents.height:
        return f"{_heading(found)}\n\nNothing changes: every case, notification and note is the same."
    parts = [_heading(found), _totals(found), "\n".join(_incidents(found))]
    told = "\n".join(_recipients(found))
    return "\n\n".join([*parts, told] if told else parts)


def comparison_html(found: "Comparison") -> str:
    """The same as html tables; everything escaped."""
    heading = "<br>".join(escape(line) for line in _heading(found).splitlines())
    figures = [
        (WORDS[metric], f"{a:,}", f"{b:,}", _change(change), _share(a, change)) for metric, a, b, change in _rows(found)
    ]
    worst = [
        (clean(row["incident_number"], 40), str(row["affected_accounts"]), _outcomes(row), clean(row["reason"]))
        for row in found.incidents.head(SHOWN).iter_rows(named=True)
    ]
    tables = _table(("", "now", "proposed", "change", ""), figures)
    if worst:
        tables += _table(("incident", "accounts", "now → proposed", "why"), worst)
    return f"<div><p>{heading}</p>{tables}<p>{'<br>'.join(escape(line) for line in _recipients(found))}</p></div>"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _heading(found: "Comparison") -> str:
    name = clean(found.both.a.run.prepared.data.name, 40)
    changes = [
        f"{clean(setting, 80)}: {clean(_value(a), 60)} -> {clean(_value(b), 60)}"
        for setting, (a, b) in found.changes.items()
    ]
    settings = "\n".join(folded(line, "  ", "    ") for line in changes) or "  the two policies are the same"
    return f"{name}: {many(found.incidents.height, 'incident')} of {found.both.records.height:,} change\n{settings}"


def _value(value: object) -> str:
    if value is None:
        return "default"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rows(found: "Comparison") -> Iterator[tuple[str, int, int, int]]:
    for metric, a, b, change in found.totals.iter_rows():
        if metric not in SELDOM or a or b:
            yield metric, a, b, change


def _totals(found: "Comparison") -> str:
    lines = [f"{'':<33}{'now':>12}{'proposed':>12}{'change':>12}", RULE]
    lines += [
        f"{WORDS[metric]:<33}{a:>12,}{b:>12,}{_change(change):>12}{_share(a, change):>10}".rstrip()
        for metric, a, b, change in _rows(found)
    ]
    return "\n".join(lines)


def _change(change: int) -> str:
    return f"{change:+,}" if change else "="


def _share(a: int, change: int) -> str:
    return f"{change / a * 100:+.1f} %" if a and change else ""


def _incidents(found: "Comparison") -> Iterator[str]:
    rows = found.incidents
    yield "The worst:" if rows.height > SHOWN else "They are:"
    yield f"{'incident':<16}{'accounts':>9}  now -> proposed"
    yield RULE
    for row in rows.head(SHOWN).iter_rows(named=True):
        yield f"{clean(row['incident_number'], 15):<16}{row['affected_accounts']:>9,}  {_outcomes(row)}"
        yield folded(clean(row["reason"]), " " * 27)
    if rows.height > SHOWN:
        yield f"... {rows.height - SHOWN:,} more. All of them: --out changed.csv"


def _outcomes(row: dict[str, object]) -> str:
    a, b = row["outcome_a"] or "-", row["outcome_b"] or "-"
    return str(a) if a == b else f"{a} -> {b}"


def _recipients(found: "Comparison") -> Iterator[str]:
    for change, words in (("new", "newly told"), ("lost", "no longer told")):
        rows = found.recipients.filter(pl.col("change") == change)
        if rows.height:
            names = [
                clean(name or contact or consumer, 40)
                for name, contact, consumer in rows.head(SHOWN).select("name", "contact", "consumer").iter_rows()
            ]
            left = f" and {rows.height - len(names):,} more" if rows.height > len(names) else ""
            yield folded(f"{many(rows.height, 'recipient')} {words}: {', '.join(names)}{left}")
