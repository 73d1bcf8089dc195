"""What a dataset must have: incidents or changes, a way from them to customers, and the columns that rules build on."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from casesim.dataset.check import required
from casesim.dataset.source import ACCEPTED
from casesim.dataset.sources import Found
from casesim.dataset.table import TableData
from casesim.tables import RECORD, listed


def absent_tables(tables: Mapping[str, TableData], found: Found) -> list[str]:
    """R1, R1.2, R12: one sentence if there is no incident and no change, one if there is no way to a customer."""
    faults = []
    if not any(table in tables for table in RECORD):
        faults.append(
            f"{found.name}: there is no table incident and no change_request (R1, R12). It takes the incidents whose "
            f"customers are to be found, e.g. incident.csv; accepted: {ACCEPTED}. {_looked_at(found, RECORD)}"
        )
    ways = ("sn_install_base_item", "affected_account")
    if not any(table in tables for table in ways):
        faults.append(
            f"{found.name}: there is no table sn_install_base_item and no affected_account (R1, R1.2). It takes one of "
            f"them to get to customers: what they own, or who is listed for an incident; accepted: {ACCEPTED}. "
            f"{_looked_at(found, ways)}"
        )
    return faults


def absent_columns(tables: Mapping[str, TableData]) -> list[str]:
    """Required columns that a table lacks, a sentence each; one without columns is empty and lacks nothing."""
    return [
        f"table {name} has no column {' or '.join(columns)} ({data.table.rule}). A column of that name or label, or "
        f"[rename.{name}] in dataset.toml, would provide it. Columns here: {listed(list(data.types))}."
        for name, data in tables.items()
        if data.types or data.rows
        for columns in required(data.table)
        if not any(column in data.types for column in columns)
    ]


def _looked_at(found: Found, tables: Iterable[str]) -> str:
    """The names that come nearest, else what is there."""
    names = sorted({*found.ignored, *(source.name for source in found.sources)})
    stems = {name.split("/")[0].split(".")[0]: name for name in names}
    near = {stems[stem] for table in tables for stem in get_close_matches(table, stems, n=2, cutoff=0.75)}
    if near:
        return f"Nearest names here: {listed(sorted(near))}."
    return f"Found here: {listed(names[:10]) or 'no file'}."
