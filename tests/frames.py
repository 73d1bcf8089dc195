"""Between rows, as the reference and the examples have them, and frames, as the engine has them."""

from datetime import UTC, datetime

import polars as pl

from tests.reference import Row, Tables
from tests.reference.keys import COLUMNS
from tests.reference.values import as_text


def frames(tables: Tables) -> dict[str, pl.DataFrame]:
    """Each table as a frame: columns of times, numbers or yes/no typed, all others text.

    A table without rows gets the contract's columns, as a file of headings alone would have them.
    """
    return {table: frame(rows) if rows else empty(table) for table, rows in tables.items()}


def frame(rows: list[Row]) -> pl.DataFrame:
    """Columns in the order in which the rows name them first."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame([column(name, [row.get(name) for row in rows]) for name in names])


def empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(COLUMNS[table], pl.String))


def column(name: str, values: list[object]) -> pl.Series:
    """One column. Values of several types, and none at all, make text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {datetime}:
        moments = [
            moment.replace(tzinfo=moment.tzinfo or UTC) if isinstance(moment, datetime) else None for moment in values
        ]
        return pl.Series(name, moments, pl.Datetime("us", "UTC"))
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if kinds == {int}:
        return pl.Series(name, values, pl.Int64)
    if kinds in ({float}, {int, float}):
        return pl.Series(name, values, pl.Float64)
    return pl.Series(name, ["" if value == "" else as_text(value) for value in values], pl.String)


def rows(table: pl.DataFrame) -> list[Row]:
    """A frame's rows to compare with the reference's: times with their zone, UTC where the frame names none."""
    return [{name: with_zone(value) for name, value in row.items()} for row in table.to_dicts()]


def with_zone(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value
