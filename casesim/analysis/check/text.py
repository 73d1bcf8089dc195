"""A check as text: 80 columns, readable without colour; what the data hold is made harmless to show."""

from typing import TYPE_CHECKING

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import clean, folded, listed, many

if TYPE_CHECKING:
    from casesim.analysis.check import Check

RULE = "─" * 72
SIGNS = {"error": "[X]", "warning": "[!]", "note": "[i]"}


def check_text(check: "Check") -> str:
    """What was read, then what was found, the worst first, then how much of each."""
    parts = [_heading(check), _tables(check), "\n".join(_finding(each) for each in check.findings), _end(check)]
    return "\n\n".join(part for part in parts if part)


def _heading(check: "Check") -> str:
    read = {table.table: table.used for table in check.tables}
    period = ""
    if check.first is not None and check.last is not None:
        period = f", {check.first:%-d %b %Y} to {check.last:%-d %b %Y}"
    given = "" if check.threshold_given else " (assumed, nothing gives one)"
    return (
        f"{clean(check.dataset, 40)}: {many(read.get('incident', 0), 'incident')}{period}\n"
        f"Threshold {check.threshold:,}{given}"
    )


def _tables(check: "Check") -> str:
    lines = [f"{'table':<24}{'rows':>12}{'not used':>12}  files", RULE]
    for table in check.tables:
        files = clean(listed(table.files, 1), 30)
        lines.append(f"{table.table:<24}{table.rows:>12,}{table.rows - table.used:>12,}  {files}")
    if check.ignored:
        lines += ["", folded(f"Not a table, not read: {listed((clean(name, 60) for name in check.ignored), 8)}")]
    return "\n".join(lines)


def _finding(found: Finding) -> str:
    where = f"{found.table}.{found.column}" if found.column else found.table
    return folded(f"{SIGNS[found.severity]} {where}: {clean(found.what)}. {found.effect} ({found.rule})", more="    ")


def _end(check: "Check") -> str:
    counts = {severity: sum(each.severity == severity for each in check.findings) for severity in SIGNS}
    words = ", ".join(many(count, severity) for severity, count in counts.items())
    refused = any(each.effect.startswith("A run") for each in check.findings)
    return f"{words}. {'A run is refused until that is mended.' if refused else 'A run uses what there is.'}"
