"""What a user holds: the tables of a dataset, read as far as they are needed, and what could not be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from casesim.dataset.source import Source
from casesim.dataset.table import Piece, TableData, empty
from casesim.dataset.unreadable import unreadable_named
from casesim.tables import INPUT, DatasetError, nearest, shown
from casesim.visible import visible

if TYPE_CHECKING:
    from polars._typing import EngineType

    from casesim.policy import Policy


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, or one frame, that a dataset was read from."""

    table: str
    name: str
    rows: int
    _source: Source = field(repr=False, compare=False)

    def sha256(self) -> str | None:
        """The hash of the file as it is stored, hexadecimal; None for a frame. Read when asked for.

        Raises:
            DatasetError: the file is gone, or is another one by now than was read.
        """
        return self._source.sha256()


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """The tables that were found, by their platform names. Nothing in it changes.

    Attributes:
        name: what it is called: its folder's name, unless told.
        rejects: table, row (1-based data row in its file), column, value, reason: what could not be used, and why.
        files: the files read.
        ignored: names that are no table.
    """

    name: str
    rejects: pl.DataFrame
    files: tuple[InputFile, ...]
    ignored: tuple[str, ...]
    _tables: Mapping[str, TableData]

    def has(self, table: str) -> bool:
        """Whether the dataset has the table, be it without rows."""
        return table in self._tables

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns that a table really has: ours in the contract's order, then the others; none if it is absent."""
        return tuple(self._data(table).types)

    def height(self, table: str) -> int:
        """The number of usable rows."""
        return self._data(table).height

    def frame(self, table: str, columns: Sequence[str]) -> pl.LazyFrame:
        """The usable rows of a table, in file order, with these columns.

        Text is String, times are Datetime (microseconds, UTC), numbers Float64, yes/no Boolean without nulls; other
        columns have the type of their file. A column of ours that the data lack is null, or its default if yes/no.

        Args:
            table: a table of the contract; one that is absent has no rows.
            columns: names as `columns` gives them, or any of ours, each once.

        Raises:
            DatasetError: a table or column that is neither there nor one of ours.
        """
        data = self._data(table)
        known = dict.fromkeys((*data.table.names, *data.types))
        unknown = [name for name in columns if name not in known]
        if unknown:
            raise DatasetError(
                "\n".join(f"table {table} has no column {shown(name)}. {nearest(name, known)}" for name in unknown)
            )
        return data.select(columns)

    def collect(self, frame: pl.LazyFrame, engine: "EngineType" = "auto") -> pl.DataFrame:
        """Read what a frame over these tables asks for: the one place where a file is read after loading.

        Args:
            frame: made of what `frame` gives.
            engine: as Polars names them.

        Raises:
            DatasetError: a file that turns out to be spoilt, or that is not there any more; names file and column.
        """
        with unreadable_named(self._pieces()):
            return frame.collect(engine=engine)

    def collect_all(self, frames: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
        """Several frames in one pass, streaming; as `collect`."""
        with unreadable_named(self._pieces()):
            return pl.collect_all(frames, engine="streaming")

    def _pieces(self) -> list[Piece]:
        return [piece for data in self._tables.values() for piece in data.pieces]

    def places(self, table: str) -> pl.Series:
        """The 1-based data row, in its file, of each usable row of a table; Int64, rows as in `frame`."""
        return self._data(table).places()

    def keys(self, table: str) -> pl.DataFrame:
        """The key columns of a table as UInt64 hashes, null where there is no text; rows as in `frame`.

        Raises:
            DatasetError: a table that has no key.
        """
        data = self._data(table)
        if not data.table.key:
            raise DatasetError(f"table {table} has no key: nothing refers to its rows.")
        if data.hashes is None:
            return pl.DataFrame(schema=dict.fromkeys(data.table.key, pl.UInt64))
        return data.hashes

    @cached_property
    def policy(self) -> "Policy":
        """R2.1: the settings of the instance that the data come from, read from `sys_properties`.

        Raises:
            DatasetError: a property that is there twice, with different values.
            PolicyError: a property with a value that cannot be used.
        """
        # Not at the top: reading a dataset needs no policy.
        from casesim.policy import Policy  # noqa: PLC0415
        from casesim.policy.names import PROPERTIES  # noqa: PLC0415

        if not self.has("sys_properties"):
            return Policy()
        named = self.frame("sys_properties", ["name", "value"]).drop_nulls("name").unique(maintain_order=True)
        rows = self.collect(named)
        used = rows.filter(pl.col("name").is_in(PROPERTIES))["name"]
        if used.is_duplicated().any():
            twice = ", ".join(used.filter(used.is_duplicated()).unique(maintain_order=True))
            raise DatasetError(f"sys_properties gives {twice} several values; which one holds cannot be told.")
        return Policy.from_properties({name: value or "" for name, value in rows.iter_rows()})

    def _data(self, table: str) -> TableData:
        if table not in INPUT:
            raise DatasetError(f"no table {shown(table)}. {nearest(table, INPUT)}")
        return self._tables.get(table) or empty(table)

    def __repr__(self) -> str:
        lines = self._lines()
        width = max(len(label) for label, _ in lines)
        return "\n".join([f"Dataset {visible(self.name)}", *(f"  {label:<{width}}  {text}" for label, text in lines)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in self._lines())
        html = f"<table><caption>Dataset {escape(visible(self.name))}</caption>{rows}</table>"
        return {"text/plain": repr(self), "text/html": html}

    def _lines(self) -> list[tuple[str, str]]:
        """What is in it: label and text."""
        lines = [(name, f"{data.height:,} rows{_unused(data)}") for name, data in self._tables.items()]
        lines.append(("period", self._period()))
        counts = self.rejects["reason"].value_counts().sort("reason").rows()
        lines.append(("rejected", ", ".join(f"{reason} {count:,}" for reason, count in counts) or "nothing"))
        absent = [f"{name} ({table.rule})" for name, table in INPUT.items() if name not in self._tables]
        lines.append(("missing", ", ".join(absent) or "nothing"))
        if self.ignored:
            more = f" and {len(self.ignored) - 5} more" if len(self.ignored) > 5 else ""
            lines.append(("ignored", ", ".join(self.ignored[:5]) + more))
        return lines

    def _period(self) -> str:
        """When the first and the last incident or change was opened."""
        opened = [self.frame(name, ["opened_at"]) for name in ("incident", "change_request") if self.has(name)]
        ends = pl.concat(opened).select(first=pl.col("opened_at").min(), last=pl.col("opened_at").max())
        first, last = self.collect(ends).row(0)
        return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC" if first else "no incidents"


def _unused(data: TableData) -> str:
    count = data.rows - data.height
    return f" ({count:,} more not used)" if count else ""
