"""What came of files of rule tests: as text, html, plain values, and JUnit XML."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from casesim.analysis.ruletest.values import Fault, Verdict
from casesim.analysis.wording import clean, folded, many
from casesim.disk import make_folder, write_file

SHOWN = 5


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The verdicts of one or more files, in their order."""

    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """Those that did not pass."""
        return tuple(each for each in self.verdicts if not each.passed)

    @property
    def passed(self) -> bool:
        """Whether all passed."""
        return not self.failed

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "passed": len(self.verdicts) - len(self.failed),
            "failed": len(self.failed),
            "verdicts": [each.to_dict() for each in self.verdicts],
        }

    def junit(self) -> str:
        """The same as JUnit XML: a test suite for each file, a test case for each test and budget."""
        return _junit(self.verdicts)

    def write_junit(self, path: Path, *, shared: bool = False) -> None:
        """Write `junit()` to a file; folders that are missing are made.

        Args:
            path: an older file is replaced.
            shared: for others to read, as far as the umask lets them; else for its owner alone.

        Raises:
            OutputError: the file cannot be written. An older one stays then.
        """
        make_folder(path.parent, shared=shared)
        write_file(path, self.junit().encode(), shared=shared)

    def __repr__(self) -> str:
        lines: list[str] = []
        for file, verdicts in _by_file(self.verdicts):
            lines += [folded(clean(file)), *(line for each in verdicts for line in _verdict(each)), ""]
        failed = len(self.failed)
        return "\n".join([*lines, f"{len(self.verdicts) - failed:,} passed, {failed:,} failed."])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f"<tr><td>{escape(clean(each.file))}</td><td>{escape(clean(each.name))}</td>"
            f"<td>{'passed' if each.passed else 'FAILED'}</td>"
            f"<td>{'<br>'.join(escape(_told(fault)) for fault in each.faults)}</td></tr>"
            for each in self.verdicts
        )
        head = "".join(f"<th>{name}</th>" for name in ("file", "test", "", "difference"))
        return {"text/plain": repr(self), "text/html": f"<table><tr>{head}</tr>{rows}</table>"}


def _verdict(verdict: Verdict) -> Iterable[str]:
    sign = "ok    " if verdict.passed else "FAILED"
    yield folded(f"  {sign} {clean(verdict.name)}", more="         ")
    failed = {fault.what.partition(":")[0] for fault in verdict.faults}
    for name, (value, limit) in verdict.figures.items():
        if name not in failed:
            yield folded(f"{name}: {_number(value)}, at most {_number(limit)}", "         ")
    for fault in verdict.faults:
        yield folded(fault.what, "         ", "           ")
        yield from (folded(record, "           ", "             ") for record in fault.records[:SHOWN])
        left = len(fault.records) + fault.more - SHOWN
        if left > 0:
            yield f"           ... {left:,} more"


def _told(fault: Fault) -> str:
    """A fault and all its records on one line."""
    more = [f"{fault.more:,} more"] if fault.more else []
    return f"{fault.what}: {', '.join([*fault.records, *more])}" if fault.records else fault.what


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _by_file(verdicts: Iterable[Verdict]) -> list[tuple[str, list[Verdict]]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.file, []).append(verdict)
    return list(found.items())


def _junit(verdicts: tuple[Verdict, ...]) -> str:
    root = ET.Element("testsuites")
    for file, own in _by_file(verdicts):
        suite = ET.SubElement(root, "testsuite", {"name": clean(file), **_counts(own)})
        for verdict in own:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=f"{clean(file)}.{verdict.kind}",
                name=clean(verdict.name),
                time=f"{verdict.seconds:.3f}",
            )
            if verdict.faults:
                what = "; ".join(fault.what for fault in verdict.faults)
                failure = ET.SubElement(case, "failure", type=verdict.kind, message=clean(what, 500))
                failure.text = "\n".join(line for fault in verdict.faults for line in _lines(fault))
    for name, value in _counts(verdicts).items():
        root.set(name, value)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _lines(fault: Fault) -> Iterable[str]:
    yield fault.what
    yield from (f"  {record}" for record in fault.records)
    if fault.more:
        yield f"  ... {many(fault.more, 'more record')}"


def _counts(verdicts: Iterable[Verdict]) -> dict[str, str]:
    own = list(verdicts)
    return {
        "tests": str(len(own)),
        "failures": str(sum(not each.passed for each in own)),
        "errors": "0",
        "time": f"{sum(each.seconds for each in own):.3f}",
    }
