"""Reading a dataset: a folder of tables, one zip of it, or frames.

```
sources    what there is: files by table, in name order; dataset.toml (settings)
source     one file: what its name stands for, and its bytes (packed: zip, gz, zst)
formats    one file to a lazy frame: parquet and arrow stay on disk; text_csv, text_json, workbook are read
           (workbook_reader: the process that reads workbooks)
columns    which column is which of ours
types      what a value means (times: text to time)
table      one table, its files side by side
absent     what a dataset must have
check      rows that are not used, values that do not read (keys: ids as hashes)
unreadable which files cannot be read after all
dataset    the value that a user holds
```
Only what is asked for is read, when it is asked for. At load that is the key columns (kept as hashes), required
values, and times and numbers that are stored as text.
"""

import os
from collections.abc import Mapping
from typing import Any

import polars as pl

from casesim.dataset.absent import absent_columns, absent_tables
from casesim.dataset.check import REJECTS, checked
from casesim.dataset.dataset import Dataset, InputFile
from casesim.dataset.sources import find
from casesim.dataset.table import TableData, open_table, settled
from casesim.dataset.workbook import Workbooks
from casesim.tables import INPUT, DatasetError

__all__ = ["Dataset", "InputFile", "load"]


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
    with Workbooks() as books:
        for table, sources in by_table.items():
            if sources:
                try:
                    tables[table] = open_table(INPUT[table], sources, found.settings, books)
                except DatasetError as error:
                    faults.append(str(error))
    # What is missing can only be told once everything that is there has been opened.
    faults = faults or [*absent_tables(tables, found), *absent_columns(tables)]
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
