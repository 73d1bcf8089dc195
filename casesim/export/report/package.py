"""The property-change package: report, evidence as csv, change file and rollback, all tied by one hash."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec
import polars as pl
import polars.selectors as cs

from casesim.analysis.compare import Comparison
from casesim.analysis.verdict import standing
from casesim.disk import write_files
from casesim.export.change_file import ChangeFiles, change_files
from casesim.export.report.page import impact_report
from casesim.export.texts import csv
from casesim.policy.names import THRESHOLD
from casesim.tables import CasesimError, OutputError, PolicyError


def write_package(
    found: Comparison, *, report: Path | None = None, change_file: Path | None = None, shared: bool = False
) -> list[Path]:
    """Write the report with its evidence, the change file with its rollback, or both; all of it or nothing.

    Beside `impact.html` stand `impact.incidents.csv`, `impact.totals.csv`, `impact.fields.csv`, `impact.recipients.csv`
    and `impact.manifest.json`; beside `update.xml` stands `update.rollback.xml`, with the values that something gave (a
    property whose value now is only assumed has no way back). Older files of these names are replaced. The manifest
    goes away first and comes last: where it stands, each file whose hash it has is of the same run, which the
    evidence's hash in the page, in both XML files and in the manifest names. Without a report the change file goes away
    first and comes last, after its way back.

    Args:
        found: the comparison of now and proposed.
        report: an .html file.
        change_file: an .xml file.
        shared: for others to read, as far as the umask lets them; else for their owner alone.

    Returns:
        The files written, in order.

    Raises:
        OutputError: a file cannot be written, or a rollback of another change stands where none is written. Nothing was
            replaced then.
        PolicyError: the two policies are the same, or a change file is asked for and no property of the platform
            changes.
        CasesimError: a file name with another ending.
    """
    _refuse(report, ".html")
    _refuse(change_file, ".xml")
    if report is not None and not found.changes:
        raise PolicyError(f"{report}: nothing is proposed, the two policies are the same. There is nothing to report.")
    tables = _csv(found)
    evidence = _evidence(found, tables)
    change = _change(found)
    if change_file is not None and change is None:
        # Says in one sentence that there is nothing to import.
        change_files(found.a, found.b)
    way_back = None
    if change_file is not None and change is not None:
        way_back = _rollback(change_file, change)
    texts: dict[Path, str] = {}
    if report is not None:
        attached = {name: f"{report.stem}.{name}.csv" for name in tables}
        name = None if way_back is None else way_back.name
        texts[report] = impact_report(found, evidence=evidence, attached=attached, change=change, rollback=name)
        texts |= {report.with_name(attached[name]): text for name, text in tables.items()}
    if change_file is not None and change is not None:
        note = f"<!-- casesim {version('casesim')}, evidence {evidence} -->\n"
        texts[change_file] = _noted(change.new, _unseen(found, change) + note)
        if way_back is not None and change.rollback is not None:
            texts[way_back] = _noted(change.rollback, note)
    if report is not None:
        manifest = _manifest(found, evidence, {path.name: text for path, text in texts.items()})
        texts[report.with_name(f"{report.stem}.manifest.json")] = manifest
    # What comes last vouches for the others: the manifest, else the change file for its way back.
    last = list(texts) if report is not None else list(texts)[::-1]
    if last:
        write_files({path: texts[path].encode() for path in last}, shared=shared)
    return list(texts)


def _refuse(file: Path | None, ending: str) -> None:
    if file is None:
        return
    if file.suffix.lower() != ending:
        raise CasesimError(f"{file}: expected a file that ends in {ending}.")
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise OutputError(f"{file}: {'is a folder' if file.is_dir() else f'there is no folder {file.parent}'}.")


def _rollback(change_file: Path, change: ChangeFiles) -> Path | None:
    """Where the way back is written; None where no value of now is known.

    Raises:
        OutputError: none is known, and the way back of another change stands there.
    """
    file = change_file.with_name(f"{change_file.stem}.rollback.xml")
    if change.rollback is not None:
        return file
    if file.exists():
        raise OutputError(f"{file}: takes another change back, and of this one no value is known. Move it away first.")
    return None


def _unseen(found: Comparison, change: ChangeFiles) -> str:
    """What the change file says of properties whose value now nothing gave."""
    values = {name: standing(found.a) if name == THRESHOLD else "not known" for name in change.unseen}
    return "".join(
        f"<!-- {name}: {value}, read from no instance, so no way back -->\n" for name, value in values.items()
    )


def _csv(found: Comparison) -> dict[str, str]:
    frames: dict[str, pl.DataFrame] = {
        "incidents": found.incidents.with_columns(cs.list().list.join(", ")),
        "totals": found.totals,
        "fields": found.fields,
        "recipients": found.recipients,
    }
    return {name: csv(frame).decode() for name, frame in frames.items()}


def _evidence(found: Comparison, tables: Mapping[str, str]) -> str:
    """One hash over input, both policies, version and every figure."""
    parts = [version("casesim"), found.a.sha256, found.b.sha256]
    parts += [f"{file.table} {file.name} {file.rows} {file.sha256()}" for file in found.now.prepared.data.files]
    parts += [f"{name} {_sha256(text)}" for name, text in tables.items()]
    return _sha256("\n".join(parts))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _change(found: Comparison) -> ChangeFiles | None:
    try:
        return change_files(found.a, found.b)
    except PolicyError:
        return None


def _noted(xml: str, note: str) -> str:
    head, rest = xml.split("\n", 1)
    return f"{head}\n{note}{rest}"


def _manifest(found: Comparison, evidence: str, written: Mapping[str, str]) -> str:
    data = found.now.prepared.data
    told = {
        "casesim": version("casesim"),
        "dataset": data.name,
        "evidence": evidence,
        "policy_now": found.a.sha256,
        "policy_proposed": found.b.sha256,
        "inputs": [{"table": f.table, "name": f.name, "rows": f.rows, "sha256": f.sha256()} for f in data.files],
        "files": {name: _sha256(text) for name, text in written.items()},
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"
