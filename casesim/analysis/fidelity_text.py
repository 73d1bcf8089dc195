"""Fidelity as text, 80 columns wide, and as html; what the data hold is made harmless to show."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from casesim.analysis.wording import clean, day, folded, many

if TYPE_CHECKING:
    from casesim.analysis.fidelity import Fidelity, FollowUp

RULE = "─" * 72
STATUS = {
    "matched": "Real and simulated",
    "missing": "Real, not simulated",
    "surplus": "Simulated, not real",
}


def fidelity_text(found: "Fidelity") -> str:
    """How much agrees, how much does not and why, outcomes, times."""
    parts = [_heading(found), *(_reasons(found, status) for status in STATUS), _outcomes(found), _times(found)]
    return "\n\n".join(part for part in parts if part)


def follow_up_text(both: "FollowUp") -> str:
    """Predicted beside actual, a week."""
    name = clean(both.after.run.prepared.data.name, 40)
    lines = [f"{'a week':<20}{'predicted':>13}{'simulated':>13}{'actual':>13}{'gap':>13}", RULE]
    lines += [
        f"{metric.replace('_', ' '):<20}{predicted:>13,.1f}{simulated:>13,.1f}{actual:>13,.1f}{gap:>+13,.1f}"
        for metric, predicted, simulated, actual, gap in both.rates.iter_rows()
    ]
    legend = (
        f"Predicted: from {clean(both.before.run.prepared.data.name, 40)}, before the change. Simulated: the same "
        f"settings over {name}. Actual: its real proactive cases."
    )
    return "\n".join([*lines, "", folded(legend)]) + "\n\n" + fidelity_text(both.after)


def fidelity_html(found: "Fidelity") -> str:
    """The same as html; everything escaped."""
    rows = [(STATUS[row[0]], row[2], row[3]) for row in found.reasons.iter_rows()]
    outcomes = found.outcomes.select("outcome_real", "outcome_simulated", "words", "incidents").rows()
    heading = "<br>".join(escape(line) for line in _heading(found).splitlines())
    return (
        f"<div><p>{heading}</p>{_table(('', 'reason', 'cases'), rows)}"
        f"{_table(('real', 'simulated', 'reason', 'incidents'), outcomes)}</div>"
    )


def follow_up_html(both: "FollowUp") -> str:
    """The rates, then the fidelity of the later export."""
    rows = [(row[0].replace("_", " "), *(f"{cell:,.1f}" for cell in row[1:])) for row in both.rates.iter_rows()]
    names = ("a week", "predicted", "simulated", "actual", "gap")
    return f"<div>{_table(names, rows)}{fidelity_html(both.after)}</div>"


def _heading(found: "Fidelity") -> str:
    totals, agreement = found.totals, found.agreement
    name = clean(found.run.prepared.data.name, 40)
    since = f" since {day(found.since)}" if found.since else ""
    lines = [
        f"{name}: {many(totals['proactive'], 'real proactive case')}{since} on "
        f"{totals['incidents_with_cases']:,} of {many(totals['incidents'], 'incident')}"
    ]
    if agreement is None:
        lines.append("Nothing to compare: no real proactive case (table sn_customerservice_case).")
    else:
        every = totals["matched"] + totals["missing"] + totals["surplus"]
        lines.append(
            f"On these incidents {agreement:.1%} of {many(every, 'case')} are both real and simulated: "
            f"{totals['matched']:,} matched, {totals['missing']:,} missing, {totals['surplus']:,} surplus."
        )
    if totals["surplus_elsewhere"]:
        lines.append(f"{many(totals['surplus_elsewhere'], 'more case')} simulated on incidents without real ones.")
    return "\n".join(folded(line) for line in lines)


def _reasons(found: "Fidelity", status: str) -> str:
    rows = found.reasons.filter(pl.col("status") == status)
    if not rows.height:
        return ""
    lines = [f"{STATUS[status]:<60}{'cases':>12}", RULE]
    for words, cases in rows.select("words", "cases").iter_rows():
        first, *rest = folded(words, width=60).splitlines()
        lines += [f"{first:<60}{cases:>12,}", *(f"  {line}" for line in rest)]
    return "\n".join(lines)


def _outcomes(found: "Fidelity") -> str:
    if not found.outcomes.height:
        return ""
    lines = [f"{'really':<14}{'simulated':<14}{'':<32}{'incidents':>12}", RULE]
    for row in found.outcomes.iter_rows(named=True):
        first, *rest = folded(row["words"], width=31).splitlines()
        lines.append(f"{row['outcome_real']:<14}{row['outcome_simulated']:<14}{first:<32}{row['incidents']:>12,}")
        lines += [f"{'':<28}{line}" for line in rest]
    return "\n".join(lines)


def _times(found: "Fidelity") -> str:
    rows = found.times.filter(pl.col("cases") > 0)
    if not rows.height:
        return ""
    lines = [f"{'minutes later than simulated':<32}{'cases':>10}{'10 %':>10}{'median':>10}{'90 %':>10}", RULE]
    for what, cases, *marks in rows.iter_rows():
        lines.append(f"{'really ' + what:<32}{cases:>10,}" + "".join(f"{mark:>10,.1f}" for mark in marks))
    return "\n".join(lines)


def _table(names: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else clean(value)
