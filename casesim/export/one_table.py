"""One table of an analysis as a file of its own."""

from io import BytesIO
from pathlib import Path

import polars as pl
import polars.selectors as cs

from casesim.disk import write_file
from casesim.export.texts import csv


def write_table(table: pl.DataFrame, file: Path, *, shared: bool = False) -> None:
    """Write a table as csv or parquet, by the file's ending; complete or not at all, in the place of an older one.

    In csv a list is one text, `a, b`, and texts are quoted and neutral (`export.texts`).

    Args:
        table: any.
        file: its folder must be there.
        shared: for others to read, as far as the umask lets them; else for its owner alone.

    Raises:
        OutputError: the disk refuses, or another run is writing the file. An older one stays then.
    """
    content = BytesIO()
    if file.suffix.lower() == ".parquet":
        table.write_parquet(content)
    else:
        content.write(csv(table.with_columns(cs.list().list.join(", "))))
    write_file(file, content.getvalue(), shared=shared)
