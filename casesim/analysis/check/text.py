"""A check as text: 80 columns, readable without colour; what the data hold is made harmless to show."""

from typing import TYPE_CHECKING

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import clean, day, folded, listed, many

if TYPE_CHECKING:
    from casesim.analysis.check import Check

RULE = "─" * 72
SIGNS = {"error": "[X]", "warning": "[!]", "note": "[i]"}


def check_text(check: "Check") -> str:
    """What was read, then what was found, the worst first, then how much of each."""
    absent = [each for each in check.findings if _is_absence(each)]
    others = [each for each in check.findings if not _is_absence(each)]
    parts = [_heading(check), _tables(check), "\n".join(_finding(each) for each in others)]
    if absent:
        parts.append("\n".join(["Not there, read as empty", RULE, *(_absence(each) for each in absent)]))
    return "\n\n".join(part for part in [*parts, _end(check)] if part)


def _is_absence(found: Finding) -> bool:
    """Whether something optional is not there and it matters little: there is nothing to count, nothing to warn of."""
    return found.severity == "note" and found.count is None


def _heading(check: "Check") -> str:
    read = {table.table: table.used for table in check.tables}
    period = ""
    if check.first is not None and check.last is not None:
        period = f", {day(check.first)} to {day(check.last)}"
    given = "" if check.threshold_given else " (assumed)"
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
    return folded(f"{SIGNS[found.severity]} {where}: {clean(found.what, 300)}. {_effect(found)}", more="    ")


def _absence(found: Finding) -> str:
    """A line of two columns: what is not there, what that does."""
    where = f"{found.table}.{found.column}" if found.column else found.table
    return folded(f"{SIGNS[found.severity]} {where:<32} {_effect(found)}", more=" " * 37)


def _effect(found: Finding) -> str:
    return f"{found.effect.removesuffix('.')} ({found.rule})."


def _end(check: "Check") -> str:
    counts = {severity: sum(each.severity == severity for each in check.findings) for severity in SIGNS}
    words = ", ".join(many(count, severity) for severity, count in counts.items())
    refused = any(each.effect.startswith("A run") for each in check.findings)
    return f"{words}. {'A run is refused until that is mended.' if refused else 'A run uses what there is.'}"
