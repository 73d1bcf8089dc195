"""R12: the records whose customers get cases: incidents, then change requests, as far as a policy's `sources` say.

A record's code in what is prepared is its row among these; after `order` it is its place by number.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.types import as_text
from casesim.engine.keys import ROW, Lookup, lookup
from casesim.tables import INPUT, Frame

TABLES = ("incident", "change_request")
TIMES = ("opened_at", "resolved_at", "closed_at", "authorized_at", "start_date")

# R12.1: Authorize, Scheduled, Implement, Review, Closed.
REACHED_AUTHORIZE = ("-3", "-2", "-1", "0", "3")


@dataclass(frozen=True, slots=True)
class Records:
    """The incidents and change requests of a dataset, and which of them are sources.

    tables: the source tables that the dataset has, incidents first.
    """

    data: Dataset
    tables: tuple[str, ...]

    @property
    def height(self) -> int:
        """How many records there are."""
        return sum(self.data.height(table) for table in self.tables)

    @property
    def codes(self) -> pl.Series:
        """For each incident, then each change request, of the dataset: its code, UInt32; null where it is no source."""
        parts, start = [], 0
        for table in TABLES:
            rows = self.data.height(table)
            if table in self.tables:
                parts.append(pl.select(pl.int_range(start, start + rows, dtype=ROW)).to_series())
                start += rows
            else:
                parts.append(pl.select(pl.repeat(None, rows, dtype=ROW)).to_series())
        return pl.concat([part.rename("code") for part in parts])

    @property
    def everything(self) -> bool:
        """Whether every record of the dataset is a source, so that a record's row is its code."""
        return all(self.data.height(table) == 0 or table in self.tables for table in TABLES)

    def coded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the code of their `incident` instead of its row; those on no source are left out."""
        if self.everything:
            return rows
        return rows.with_columns(incident=self.codes.gather(rows["incident"])).drop_nulls("incident")

    def frame(self, columns: Iterable[str]) -> pl.LazyFrame:
        """Columns of the contract, a row per record; what only changes have is missing on incidents."""
        names, parts = list(columns), []
        for table in self.tables:
            own = [name for name in names if name in INPUT[table].names]
            absent = [pl.lit(None).alias(name) for name in names if name not in own]
            parts.append(self.data.frame(table, own).with_columns(absent).select(names))
        return pl.concat(parts, how="vertical_relaxed")

    def fields(self, names: Iterable[str]) -> pl.LazyFrame:
        """Any columns, as `incident.<name>` (as typed) and `text.incident.<name>` (as text), a row per record.

        A column that one table lacks is missing there; one that two tables hold differently is text (R12).
        """
        wanted = list(dict.fromkeys(names))
        parts = [self._fields(table, wanted) for table in self.tables]
        types: dict[str, set[pl.DataType]] = {name: set() for name in wanted}
        for part in parts:
            for name, dtype in part.collect_schema().items():
                if name.startswith("incident.") and dtype != pl.Null:
                    types[name.removeprefix("incident.")].add(dtype)
        mixed = [name for name, found in types.items() if len(found) != 1]
        as_texts = [pl.col(f"text.incident.{name}").alias(f"incident.{name}") for name in mixed]
        return pl.concat([part.with_columns(as_texts) for part in parts], how="vertical_relaxed")

    def _fields(self, table: str, names: list[str]) -> pl.LazyFrame:
        own = {*INPUT[table].names, *self.data.columns(table)}
        read = {name for name in names if name in own}
        # A record without number goes by its sys_id, wherever its number is shown.
        frame = self.data.frame(table, sorted(read | {"sys_id"}))
        if "number" in read:
            frame = frame.with_columns(number=pl.coalesce("number", "sys_id"))
        schema = frame.collect_schema()
        absent, no_text = pl.lit(None), pl.lit(None, pl.String)
        columns = [f"{prefix}incident.{name}" for prefix in ("", "text.") for name in names]
        return frame.with_columns(
            *((pl.col(name) if name in read else absent).alias(f"incident.{name}") for name in names),
            *(
                (as_text(pl.col(name), schema[name]) if name in read else no_text).alias(f"text.incident.{name}")
                for name in names
            ),
        ).select(columns)

    @property
    def known(self) -> Collection[str]:
        """Every field that a template or a condition may name: ours, and what the dataset has beyond."""
        tables = [table for table in TABLES if table in self.tables or self.data.has(table)]
        return tuple(
            dict.fromkeys(name for table in tables for name in (*INPUT[table].names, *self.data.columns(table)))
        )

    @property
    def table(self) -> pl.Series:
        """The table of each record, a categorical text, in order of code."""
        parts = [pl.repeat(table, self.data.height(table), eager=True) for table in self.tables]
        return pl.concat(parts).cast(pl.Enum(TABLES)).rename("source")

    @property
    def order(self) -> pl.Series | None:
        """R3.1: the row of each record in ascending order of number, UInt32; None where they stand so already."""
        numbers = self.data.collect(self.frame(["number", "sys_id"]).select(n=pl.coalesce("number", "sys_id")))["n"]
        return None if numbers.is_sorted() else numbers.arg_sort()

    @property
    def shared_numbers(self) -> pl.Series:
        """R3.1: the numbers that an incident and a change request both go by, ascending; their cases' are the same.

        Numbers are compared as the keys that are there already: texts are read only if some are shared.
        """
        none = pl.Series("number", [], pl.String)
        if len(self.tables) < 2:
            return none
        number = pl.coalesce("number", "sys_id").alias("number")
        incidents, changes = (self.data.keys(table).select(number)["number"] for table in TABLES)
        shared = changes.is_in(incidents.drop_nulls().implode()).fill_null(False)
        if not shared.any():
            return none
        texts = self.data.collect(self.data.frame("change_request", ["number", "sys_id"]).select(number))["number"]
        return texts.filter(shared).sort()


def records(data: Dataset, sources: Collection[str]) -> Records:
    """The records of a dataset that a policy's `sources` name (R12)."""
    asked = tuple(table for table in TABLES if table in sources)
    return Records(data, tuple(table for table in asked if data.has(table)) or asked)


def references(data: Dataset) -> Lookup:
    """What a reference to a record may mean: incidents and changes by sys_id, then by number, whatever the sources.

    Its rows are all incidents of the dataset, then all change requests. An incident goes before a change of one key.
    """
    own = lookup(data, "incident")
    if not data.height("change_request"):
        return own
    changes = lookup(data, "change_request")
    missing = pl.Series([None] * data.height("incident"), dtype=pl.UInt64)
    columns = {}
    for column in INPUT["incident"].key:
        first = own.columns.get(column, missing).rename(column)
        second = changes.columns[column].rename(column)
        taken = second.is_in(first.drop_nulls().implode()).fill_null(False)
        columns[column] = pl.concat([first, pl.select(pl.when(~taken).then(second)).to_series().rename(column)])
    return Lookup(columns, lambda: pl.Series(dtype=pl.String))


def begun(rows: Frame, delay: int) -> Frame:
    """R3.6, R12.1: t₀ of each record, and whether it may have cases at all.

    Args:
        rows: `change` (Boolean), `state`, `opened_at`, `authorized_at`, `start_date` (epoch microseconds).
        delay: `generation_delay`, microseconds.

    Returns:
        The same rows with `start` (t₀, epoch microseconds) and `authorized` (a change has reached Authorize).
    """
    moment = nw.coalesce("authorized_at", "start_date", "opened_at")
    reached = ~nw.col("authorized_at").is_null() | nw.col("state").is_in(REACHED_AUTHORIZE).fill_null(False)
    return rows.with_columns(
        start=nw.when(nw.col("change")).then(moment).otherwise(nw.col("opened_at")) + nw.lit(delay),
        authorized=~nw.col("change") | reached,
    )
