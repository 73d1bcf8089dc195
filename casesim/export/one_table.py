"""One table of an analysis as a file of its own."""

import os
from pathlib import Path

import polars as pl
import polars.selectors as cs

from casesim.export.texts import neutral, spelt
from casesim.tables import OutputError


def write_table(table: pl.DataFrame, file: Path) -> None:
    """Write a table as csv or parquet, by the file's ending; complete or not at all, in the place of an older one.

    In csv a list is one text, `a, b`, a time is UTC, and what a spreadsheet would run as a formula begins with an
    apostrophe.

    Raises:
        OutputError: the disk refuses.
    """
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    try:
        if file.suffix.lower() == ".parquet":
            table.write_parquet(partial)
        else:
            neutral(spelt(table.with_columns(cs.list().list.join(", ")))).write_csv(partial)
        partial.replace(file)
    except OSError as fault:
        what = os.strerror(fault.errno) if fault.errno else fault
        raise OutputError(f"{file}: cannot be written ({what}). Nothing was kept.") from fault
    finally:
        partial.unlink(missing_ok=True)
