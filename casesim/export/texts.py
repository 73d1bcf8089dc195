"""Result tables as csv, ndjson and xlsx, for people and for systems that read text.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula. In csv and xlsx
such a text is written with an apostrophe before it, and so is a text that begins with an apostrophe; so taking one
leading apostrophe away gives every text back.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import polars.selectors as cs
import xlsxwriter

from casesim.engine.layout import OutputTable
from casesim.tables import OutputError

BATCH = 100_000
SHEET_ROWS = 1_048_576
SHEET_TEXT = 32_767
INSTEAD = "Use --format parquet or csv."
# A workbook says when it was made. Here that is a fixed day, as equal runs write equal bytes.
CREATED = datetime(2000, 1, 1)
RUNS_AS_FORMULA = r"^[=+\-@\t\r']"


def neutral(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with every text that a spreadsheet would run neutralised by a leading apostrophe.

    Example:
        >>> neutral(pl.DataFrame({"a": ["=1+1", "'", "plain"]}))["a"].to_list()
        ["'=1+1", "''", 'plain']
    """
    return frame.with_columns(cs.string().str.replace(RUNS_AS_FORMULA, "'${0}"))


def spelt(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as text in UTC, `2026-03-05 10:15:00`, with a fraction only where there is one."""
    time = cs.datetime()
    whole = time.dt.strftime("%Y-%m-%d %H:%M:%S")
    fine = time.dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
    return frame.with_columns(pl.when(time.dt.microsecond() == 0).then(whole).otherwise(fine))


def write_csv(table: OutputTable, path: Path) -> int:
    """Write one table as csv (UTF-8, comma, a header, empty = missing); returns its number of rows."""
    with path.open("wb") as file:
        for number, batch in enumerate(table.batches(BATCH)):
            neutral(spelt(batch)).write_csv(file, include_header=number == 0)
    return table.codes.height


def write_ndjson(table: OutputTable, path: Path) -> int:
    """Write one table as ndjson, an object per row, texts verbatim; returns its number of rows."""
    with path.open("wb") as file:
        for batch in table.batches(BATCH):
            if batch.height:
                spelt(batch).write_ndjson(file)
    return table.codes.height


def write_xlsx(table: OutputTable, path: Path) -> int:
    """Write one table as a workbook of one sheet; returns its number of rows.

    Raises:
        OutputError: more rows, or a longer text, than a sheet holds.
    """
    rows = table.codes.height
    if rows >= SHEET_ROWS:
        raise OutputError(f"{path.name}: {rows:,} rows do not fit a sheet ({SHEET_ROWS - 1:,}); {INSTEAD}")
    frame = neutral(spelt(table.frame()))
    longest = frame.select(cs.string().str.len_chars().max()).transpose().to_series().max() if rows else 0
    if isinstance(longest, int) and longest > SHEET_TEXT:
        raise OutputError(
            f"{path.name}: a text of {longest:,} characters does not fit a cell ({SHEET_TEXT:,}); {INSTEAD}"
        )
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        frame.write_excel(book, worksheet=path.stem, table_style=None)
    path.write_bytes(content.getvalue())
    return rows
