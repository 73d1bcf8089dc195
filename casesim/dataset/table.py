"""One table of a dataset: its files side by side, still on disk where their format allows, read column by column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import numpy as np
import polars as pl

from casesim.dataset.columns import assign, union
from casesim.dataset.formats import named, open_source
from casesim.dataset.settings import Settings
from casesim.dataset.source import Source
from casesim.dataset.times import MADE
from casesim.dataset.types import POLARS, Reading, as_type, common_type, reading
from casesim.dataset.workbook import Workbooks
from casesim.tables import CHOICES, FLAG_DEFAULT, INPUT, DatasetError, Table, nearest, shown

# The index of a row, under a name that no file has.
ROW: Final = f"{MADE}row"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its columns by our names, and how each is read."""

    source: Source
    frame: pl.LazyFrame
    readings: Mapping[str, Reading]
    rows: int
    in_memory: bool


@dataclass(frozen=True, slots=True)
class TableData:
    """A table as read.

    Attributes:
        table: what it should be.
        pieces: its files, in name order.
        types: our column name -> type, for the columns that are there.
        unusable: rows that are not used, UInt32 positions over all files; None if all are.
        hashes: one UInt64 column per key column, for the usable rows; None where the table has no key.
    """

    table: Table
    pieces: tuple[Piece, ...]
    types: Mapping[str, pl.DataType]
    unusable: pl.Series | None = None
    hashes: pl.DataFrame | None = None

    @property
    def rows(self) -> int:
        """Data rows in the files."""
        return sum(piece.rows for piece in self.pieces)

    @property
    def height(self) -> int:
        """Usable rows."""
        return self.rows - (0 if self.unusable is None else len(self.unusable))

    def select(self, columns: Sequence[str]) -> pl.LazyFrame:
        """The usable rows with these columns, in file order; an absent one of ours is null, a flag has its default.

        Only what is asked for is read from disk, when the frame is collected.
        """
        wanted = list(columns)
        if not self.pieces:
            return pl.LazyFrame(schema={name: type_of(self.table, name) for name in wanted})
        frame = self.concat(wanted)
        if self.unusable is None:
            return frame
        keep = ~pl.col(ROW).is_in(self.unusable.implode())
        return frame.with_row_index(ROW).filter(keep).select(wanted)

    def places(self) -> pl.Series:
        """The 1-based row, in its file, of each usable row, Int64. Nothing is read."""
        counts = [pl.int_range(1, piece.rows + 1, dtype=pl.Int64, eager=True) for piece in self.pieces]
        places = pl.concat([pl.Series("place", [], pl.Int64), *(count.rename("place") for count in counts)])
        if self.unusable is None:
            return places
        used = np.ones(self.rows, dtype=np.bool_)
        used[self.unusable.to_numpy()] = False
        return places.filter(pl.Series(used))

    def concat(self, columns: Sequence[str]) -> pl.LazyFrame:
        """All rows, usable or not."""
        return pl.concat([_typed(piece, self.table, self.types, columns) for piece in self.pieces])


def open_table(table: Table, sources: Iterable[Source], cfg: Settings, books: Workbooks) -> TableData:
    """Open the files of a table; text formats and workbooks are read, of others the headers.

    Raises:
        DatasetError: files that cannot be read, or whose columns clash; all of them.
    """
    pieces, faults = [], []
    for source in sources:
        try:
            pieces.append(_open(table, source, cfg, books))
        except DatasetError as error:
            faults.append(str(error))
    if not faults:
        headers = {name for piece in pieces for name in piece.frame.collect_schema() if not name.startswith(MADE)}
        faults += [
            f"dataset.toml: [rename.{table.name}]: no file of {table.name} has a column {shown(header)}. "
            f"{nearest(header, headers)}"
            for header in cfg.rename.get(table.name, {})
            if header not in headers
        ]
    if faults:
        raise DatasetError("\n".join(faults))
    names = union((piece.readings for piece in pieces), table)
    types = {
        name: common_type(piece.readings[name].dtype for piece in pieces if name in piece.readings) for name in names
    }
    return TableData(table, tuple(pieces), types)


def settled(data: TableData) -> TableData:
    """The same table; what had to be read as a whole is kept as typed columns instead of text."""
    pieces = [_settled(piece, data) if piece.in_memory else piece for piece in data.pieces]
    return replace(data, pieces=tuple(pieces))


def type_of(table: Table, name: str) -> pl.DataType:
    """The type of a column of ours."""
    column = table.column(name)
    return POLARS["text" if column is None else column.kind]


def _open(table: Table, source: Source, cfg: Settings, books: Workbooks) -> Piece:
    opened = open_source(source, books)
    choices = CHOICES.get(table.name, {})
    with named(source):
        columns = assign(table, list(opened.schema), cfg.rename.get(table.name, {}))
        readings = {
            name: reading(table.column(name), header, opened.schema[header], choices.get(name, {}), cfg)
            for name, header in columns.items()
        }
    frame = opened.frame
    for level in zip_longest(*(read.steps for read in readings.values())):
        frame = frame.with_columns(step for step in level if step is not None)
    return Piece(source, frame, readings, opened.rows, opened.in_memory)


def _typed(piece: Piece, table: Table, types: Mapping[str, pl.DataType], columns: Sequence[str]) -> pl.LazyFrame:
    there = [
        as_type(read.value, read.dtype, types[name]).alias(name)
        for name in columns
        if (read := piece.readings.get(name)) is not None
    ]
    absent = [
        pl.lit(_default(table, name), types.get(name) or type_of(table, name)).alias(name)
        for name in columns
        if name not in piece.readings
    ]
    if not there:
        # Constants alone would make one row: they have to stand beside something that has the file's height.
        return piece.frame.with_row_index(ROW).select(pl.col(ROW), *absent).select(columns)
    return piece.frame.select(*there, *absent).select(columns)


def _default(table: Table, name: str) -> bool | None:
    column = table.column(name)
    return FLAG_DEFAULT.get(name, True) if column is not None and column.kind == "flag" else None


def _settled(piece: Piece, data: TableData) -> Piece:
    names = list(piece.readings)
    frame = _typed(piece, data.table, data.types, names).collect()
    kept = {name: Reading(name, pl.col(name), data.types[name], pl.col(name)) for name in names}
    return replace(piece, frame=frame.lazy(), readings=kept)


def empty(name: str) -> TableData:
    """A table that the dataset lacks."""
    return TableData(INPUT[name], (), {})
