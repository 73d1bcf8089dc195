"""Which files cannot be read after all: parquet and arrow stay on disk, and a spoilt page shows when it is read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import polars as pl

from casesim.dataset.formats import faults_named
from casesim.dataset.table import Piece
from casesim.tables import DatasetError


@contextmanager
def unreadable_named(pieces: Iterable[Piece]) -> Iterator[None]:
    """Turn a fault into a sentence for each file that cannot be read; if all can, the fault is another one and stays.

    A file that is on disk still may be written to by now: then what was found out at loading does not hold for what is
    read, and that is said, fault or not.

    Polars does not say which file or column it was reading: the files are gone through once more, and only then.

    Raises:
        DatasetError: a file that cannot be read, with the first column concerned, or that was changed.
    """
    read = [piece for piece in pieces if not piece.in_memory]
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as fault:
        found = _changed(read) or [sentence for piece in read if (sentence := _unreadable(piece)) is not None]
        if not found:
            raise
        raise DatasetError("\n".join(found)) from fault
    if found := _changed(read):
        raise DatasetError("\n".join(found))


def _changed(pieces: Iterable[Piece]) -> list[str]:
    return [sentence for piece in pieces if (sentence := piece.source.changed()) is not None]


def _unreadable(piece: Piece) -> str | None:
    """What is wrong with a file, None if all of it can be read."""
    if gone := piece.source.gone():
        return gone
    try:
        with faults_named(piece.source):
            piece.frame.select(pl.len()).collect(engine="streaming")
        for header in dict.fromkeys(reading.header for reading in piece.readings.values()):
            with faults_named(piece.source, column=header):
                piece.frame.select(header).collect(engine="streaming")
    except DatasetError as fault:
        return str(fault)
    return None
