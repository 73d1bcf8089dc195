"""One table of an analysis as a file of its own."""

import os
from pathlib import Path

import polars as pl
import polars.selectors as cs

from casesim.tables import CasesimError, OutputError


def refuse_ending(file: Path, flag: str, *accepted: str) -> None:
    """Refuse a file whose ending says nothing that can be written.

    Raises:
        CasesimError: the ending is none of those accepted.
        OutputError: there is no folder to write it into.
    """
    if file.suffix.lower() not in accepted:
        raise CasesimError(f"{flag} {file}: expected a file that ends in {' or '.join(accepted)}.")
    if file.is_dir() or not file.absolute().parent.is_dir():
        what = "is a folder" if file.is_dir() else f"there is no folder {file.parent}"
        raise OutputError(f"{flag} {file}: {what}.")


def write_table(table: pl.DataFrame, file: Path) -> None:
    """Write a table as csv or parquet, by the file's ending; complete or not at all, in the place of an older one.

    In csv a list is one text, `a, b`, and what a spreadsheet would run as a formula begins with an apostrophe.

    Raises:
        OutputError: the disk refuses.
    """
    from casesim.export.texts import neutral  # noqa: PLC0415 - and with it the libraries of all formats

    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    try:
        if file.suffix.lower() == ".parquet":
            table.write_parquet(partial)
        else:
            neutral(table.with_columns(cs.list().list.join(", "))).write_csv(partial)
        partial.replace(file)
    except OSError as fault:
        what = os.strerror(fault.errno) if fault.errno else fault
        raise OutputError(f"--out {file}: cannot be written ({what}). Nothing was kept.") from fault
    finally:
        partial.unlink(missing_ok=True)
