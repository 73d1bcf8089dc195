"""Reading a dataset: a folder of tables, one zip of it, or frames.

```
sources    what there is: files by table, in name order; dataset.toml (settings)
formats    one file to a lazy frame: parquet and arrow stay on disk; text_csv, text_json, workbook are read
columns    which column is which of ours
types      what a value means (times: text to time)
table      one table, its files side by side
check      rows that are not used, values that do not read (keys: ids as hashes)
dataset    the value that a user holds
```
Only what is asked for is read, when it is asked for. At load that is the key columns (kept as hashes), required
values, and times and numbers that are stored as text.
"""

import os
from collections.abc import Mapping
from typing import Any

import polars as pl

from casesim.dataset.check import REJECTS, checked, required
from casesim.dataset.dataset import Dataset, InputFile
from casesim.dataset.sources import ACCEPTED, Found, find
from casesim.dataset.table import TableData, open_table, settled
from casesim.tables import INPUT, RECORD, DatasetError, nearest

__all__ = ["Dataset", "InputFile", "load"]

_WAYS = ("sn_install_base_item", "affected_account")


def load(source: str | os.PathLike[str] | Mapping[str, Any], *, name: str | None = None) -> Dataset:
    """Read a dataset.

    Args:
        source: a folder, a zip of one, or a mapping of table names to frames (polars, pandas, pyarrow, anything with
            `__arrow_c_stream__`). They are named after the platform's tables; a name may go on: `incident_2025`.
        name: what to call it; none = the folder's or the zip's name.

    Raises:
        DatasetError: it cannot be read, or lacks what the rules need: `incident` or `change_request` (R12) with number
            or sys_id and opened_at, and a way to affected customers (R1, R1.2).

    Example:
        >>> data = load({
        ...     "incident": pl.DataFrame({"number": ["INC1", ""], "opened_at": "2026-03-05 10:15:00"}),
        ...     "affected_account": pl.DataFrame({"incident": ["INC1"], "account": ["A"]}),
        ... })
        >>> data.height("incident"), data.rejects.rows()
        (1, [('incident', 2, 'number', None, 'no_key')])
    """
    found = find(source)
    by_table = {table: [s for s in found.sources if s.table == table] for table in INPUT}
    tables: dict[str, TableData] = {}
    faults: list[str] = []
    for table, sources in by_table.items():
        if sources:
            try:
                tables[table] = open_table(INPUT[table], sources, found.settings)
            except DatasetError as error:
                faults.append(str(error))
    # What is missing can only be told once everything that is there has been opened.
    faults = faults or [*_absent_tables(tables, found), *_absent_columns(tables)]
    if faults:
        raise DatasetError("\n".join(faults))
    rejects = []
    for table, data in tables.items():
        used, refused = checked(data)
        tables[table] = settled(used)
        rejects.append(refused)
    files = tuple(InputFile(p.source.table, p.source.name, p.rows, p.source) for d in tables.values() for p in d.pieces)
    listed = pl.concat([pl.DataFrame(schema=REJECTS), *rejects])
    listed = listed.sort("table", "row", "column", "reason", nulls_last=False, maintain_order=True)
    return Dataset(name or found.name, listed, files, found.ignored, tables)


def _absent_tables(tables: Mapping[str, TableData], found: Found) -> list[str]:
    """R1, R1.2, R12: no incident and no change, or no way from one to a customer."""
    names = sorted({*found.ignored, *(source.name for source in found.sources)})
    stems = {name.split("/")[0].split(".")[0]: name for name in names}
    faults = []
    for wanted, rules, what, use in (
        (RECORD, "R1, R12", "whose customers are to be found", "a file incident.csv (or change_request.csv)"),
        (
            _WAYS,
            "R1, R1.2",
            "that leads to affected customers",
            "what customers own, or an incident's list of accounts",
        ),
    ):
        if any(table in tables for table in wanted):
            continue
        near = [hint for table in wanted if (hint := nearest(table, stems)).startswith("Nearest")]
        files = sorted({stems[stem] for hint in near for stem in hint[9:-1].split(", ")})
        looked = (
            f"Nearest names here: {', '.join(files)}." if files else f"Found: {', '.join(names[:10]) or 'no file'}."
        )
        faults.append(
            f"{found.name}: there is no table {' or '.join(wanted)} {what} ({rules}). "
            f"It takes {use}, as {ACCEPTED}. {looked}"
        )
    return faults


def _absent_columns(tables: Mapping[str, TableData]) -> list[str]:
    """Required columns that a table lacks; one without columns is empty and lacks nothing."""
    return [
        f"table {name} has no column {' or '.join(columns)} ({data.table.rule}). A column of that name or label, or "
        f"[rename.{name}] in dataset.toml, would provide it. Columns here: {', '.join(data.types)}."
        for name, data in tables.items()
        if data.types or data.rows
        for columns in required(data.table)
        if not any(column in data.types for column in columns)
    ]
