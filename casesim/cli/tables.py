"""One table of an analysis as a file of its own, as a command is asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

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


def write_table(table: pl.DataFrame, file: Path, *, shared: bool = False) -> None:
    """Write a table where `--out` says (`export.one_table`).

    Raises:
        OutputError: the disk refuses.
    """
    from casesim.export import one_table  # noqa: PLC0415 - and with it the libraries of all formats

    with flagged("--out"):
        one_table.write_table(table, file, shared=shared)


@contextmanager
def flagged(flag: str) -> Iterator[None]:
    """Say of a file that cannot be written which flag named it.

    Raises:
        OutputError: instead of one without the flag.
    """
    try:
        yield
    except OutputError as fault:
        raise OutputError(f"{flag} {fault}") from fault
