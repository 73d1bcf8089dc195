"""A comparison as text, 80 columns wide, and as html: what changes to manage and to close, then who changes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from casesim.analysis.effects import closed_form
from casesim.analysis.findings import PRIORITIES, findings, priority
from casesim.analysis.intervals import threshold_of
from casesim.analysis.sweep import thresholds
from casesim.analysis.sweep_text import shown_thresholds
from casesim.analysis.verdict import only_threshold, percent, plain, signed, standing, verdict
from casesim.analysis.wording import clean, customers, day, folded, listed, many
from casesim.policy import Policy
from casesim.policy.mapping import DEFAULT_MAPPING
from casesim.policy.names import CASE_SYNC, COMMENT_SYNC, COPY_COMMENTS, THRESHOLD

if TYPE_CHECKING:
    from casesim.analysis.compare import Comparison

RULE = "─" * 79
SHOWN = 10
BAR = 46
# The curve of more records than this is drawn only where it has a closed form: nobody should wait for it.
QUICK = 50_000
MARKS = {"block": "[X]", "warn": "[!]", "inform": "[i]"}
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
DEFAULT = Policy()
SWITCHES = {
    f"properties.{COMMENT_SYNC}": DEFAULT.sync_comments,
    f"properties.{CASE_SYNC}": DEFAULT.sync_children,
    f"business_rules.{COPY_COMMENTS}": DEFAULT.copy_comments,
}
# Shown where there is any of it.
SELDOM = ("notifications_digested", "notifications_blocked", "notifications_unintended")


def comparison_text(found: "Comparison") -> str:
    """Verdict, settings, totals, the curve where only the threshold differs, the worst incidents, what to look at."""
    said = "\n".join(folded(plain(line)) for line in verdict(found) if line)
    if not found.incidents.height:
        return "\n\n".join(part for part in (said, _heading(found), "\n".join(_findings(found))) if part)
    parts = [said, _heading(found), _totals(found)]
    if drawn(found):
        parts.append("\n".join(_curve(found)))
    parts += ["\n".join(_incidents(found)), "\n".join(_findings(found))]
    if only_threshold(found):
        name = "affected_account_threshold" if found.b.flow == "alerts" else "threshold"
        told = f"--set {name}={threshold_of(found.b)} --report impact.html"
        parts.append(folded(f"Report: casesim preview on the same dataset with {told}"))
    return "\n\n".join(part for part in parts if part)


def comparison_html(found: "Comparison") -> str:
    """The same as html tables; everything escaped."""
    said = "<br>".join(escape(line) for line in verdict(found) if line)
    heading = "<br>".join(escape(line) for line in _heading(found).splitlines())
    figures = [
        (WORDS[metric], f"{a:,}", f"{b:,}", _change(change), _share(a, change)) for metric, a, b, change in _rows(found)
    ]
    worst = [
        (clean(row["incident_number"], 40), customers_of(row), _outcomes(row), clean(row["reason"]))
        for row in found.incidents.head(SHOWN).iter_rows(named=True)
    ]
    now = standing(found.a)
    tables = _table(("", now, "proposed", "change", ""), figures)
    if worst:
        tables += _table(("incident", "customers", f"{now} → proposed", "why"), worst)
    notes = "".join(f"<li>{escape(line)}</li>" for line in _findings(found, fold=False))
    return f"<div><p><b>{said}</b></p><p>{heading}</p>{tables}<ul>{notes}</ul></div>"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _heading(found: "Comparison") -> str:
    name = clean(found.now.prepared.data.name, 40)
    changes = [
        f"{clean(setting, 80)}: {_assumed(found.a, setting)}{clean(_value(setting, a), 60)} -> "
        f"{_assumed(found.b, setting)}{clean(_value(setting, b), 60)}"
        for setting, (a, b) in found.changes.items()
    ]
    settings = "\n".join(folded(line, "  ", "    ") for line in changes) or "  the two policies are the same"
    count = found.incidents.height
    change = "changes" if count == 1 else "change"
    return f"{name}: {many(count, 'incident')} of {found.height:,} {change}\n{settings}"


def _assumed(policy: Policy, setting: str) -> str:
    """What stands before a threshold that nothing gave."""
    return "assumed " if setting == f"properties.{THRESHOLD}" and policy.assumed else ""


def _value(setting: str, value: object) -> str:
    """A setting's value; of one that a policy does not give, the default if there is one."""
    if value is not None:
        return _plain(value)
    section, _, name = setting.partition(".")
    default: object = SWITCHES.get(setting)
    if section == "choices":
        default = getattr(DEFAULT.choices, name, None)
    if section == "mapping" and (field := name.rpartition(".")[2]) in DEFAULT_MAPPING:
        default = DEFAULT_MAPPING[field].text
    return "not set" if default is None else f"{_plain(default)} (default)"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rows(found: "Comparison") -> Iterator[tuple[str, int, int, int]]:
    for metric, a, b, change in found.totals.iter_rows():
        if metric not in SELDOM or a or b:
            yield metric, a, b, change


def _totals(found: "Comparison") -> str:
    lines = [f"{'':<33}{standing(found.a):>12}{'proposed':>12}{'change':>12}", RULE]
    lines += [
        f"{WORDS[metric]:<33}{a:>12,}{b:>12,}{_change(change):>12} {_share(a, change):>10}".rstrip()
        for metric, a, b, change in _rows(found)
    ]
    return "\n".join(lines)


def _change(change: int) -> str:
    return plain(signed(change))


def _share(a: int, change: int) -> str:
    return plain(percent(a, change))


def drawn(found: "Comparison") -> bool:
    """Whether the curve over all thresholds says what changes, and is not too long in coming."""
    return only_threshold(found) and (closed_form(found.now) or found.now.prepared.records.height <= QUICK)


def _curve(found: "Comparison") -> Iterator[str]:
    """Bars of major cases by threshold; on the lower one of the two what changes is set apart."""
    swept = thresholds(found.now)
    now, proposed = threshold_of(found.a), threshold_of(found.b)
    asked = sorted({*shown_thresholds(swept.top, now), now, proposed})
    rows = {each: int(swept.table["major_cases"][min(each, swept.top) - 1]) for each in asked}
    most = max(rows.values()) or 1
    kept = min(rows[now], rows[proposed])
    yield f"Major cases by threshold{f'(▒ change: {abs(rows[now] - rows[proposed]):,})':>48}"
    for threshold, majors in rows.items():
        bar = "█" * max(round(majors / most * BAR), 1 if majors else 0)
        if threshold == min(now, proposed) and majors > kept:
            bar = "█" * round(kept / most * BAR)
            bar += "▒" * max(round(majors / most * BAR) - len(bar), 1)
        mark = {now: f"  {standing(found.a)}", proposed: "  proposed"}.get(threshold, "")
        yield f"{threshold:>6,}  {bar:<{BAR}}{majors:>12,}{mark}"


def _findings(found: "Comparison", *, fold: bool = True) -> Iterator[str]:
    for each in findings(found):
        line = f"{MARKS[each.severity]} {each.title}: {each.text}{f' ({each.rule})' if each.rule else ''}"
        yield folded(plain(line), "", "    ") if fold else line


def _incidents(found: "Comparison") -> Iterator[str]:
    rows = found.changed
    worst = ", worst" if rows.height > SHOWN else ""
    yield folded(
        f"{many(rows.height, 'incident')} {'changes' if rows.height == 1 else 'change'}{_urgent(rows)}{worst}:"
    )
    yield f"{'incident':<16}{'opened':<13}{'priority':<12}{'customers':>13}   {standing(found.a)} -> proposed"
    yield RULE
    for row in rows.head(SHOWN).iter_rows(named=True):
        number, opened = clean(row["incident_number"], 15), "" if row["opened_at"] is None else day(row["opened_at"])
        urgency = f"{priority(row['priority']):<12}"
        yield f"{number:<16}{opened:<13}{urgency}{plain(customers_of(row)):>13}   {_outcomes(row)}"
        yield folded(plain(clean(row["reason"])), " " * 16)
    if rows.height > SHOWN:
        yield f"... {rows.height - SHOWN:,} more. All of them: --out changed.csv"


def _urgent(rows: pl.DataFrame) -> str:
    """How many of each priority, where it is known."""
    counts = Counter(priority(value) for value in rows["priority"])
    del counts[""]
    known = [name for name in PRIORITIES.values() if counts[name]]
    others = sorted({*counts} - {*PRIORITIES.values()})
    some = [f"{counts[name]:,} {name}" for name in known] + [f"{counts[name]:,} of priority {name}" for name in others]
    return f" ({listed(some)})" if some else ""


def customers_of(row: Mapping[str, Any]) -> str:
    """How many customers of a changed incident count (R8.2), beside how many are affected where these are more."""
    return customers(row["counted_a"], row["counted_b"], row["affected_accounts"] + row["affected_consumers"])


def _outcomes(row: dict[str, object]) -> str:
    a, b = row["outcome_a"] or "-", row["outcome_b"] or "-"
    return str(a) if a == b else f"{a} -> {b}"
