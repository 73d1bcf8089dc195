"""What a value of a file means: text, time, number or yes/no. Expressions only; nothing is read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from casesim.dataset import times
from casesim.dataset.settings import Settings
from casesim.tables import FLAG_DEFAULT, Column, DatasetError, Kind

POLARS: Final[Mapping[Kind, pl.DataType]] = {
    "text": pl.String(),
    "time": times.TIME,
    "number": pl.Float64(),
    "flag": pl.Boolean(),
    "count": pl.Int64(),
}
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_NO = ("false", "0", "no")
_WHOLE = 2.0**63
_WIDE = pl.UInt64 | pl.UInt128 | pl.Int128


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column of one file is read.

    Attributes:
        header: its name in the file.
        value: the column as we use it, of type `dtype`; null where it is missing or cannot be read.
        text: the column as the file has it, as text; null where it is missing.
        bad: whether there is something that cannot be read; None if that can't be.
        beyond: like `bad`, answered by Parquet statistics: the only fault that a typed time or whole number can have.
        steps: what has to be made of the file's columns first, each by itself.
    """

    header: str
    value: pl.Expr
    dtype: pl.DataType
    text: pl.Expr
    bad: pl.Expr | None = None
    beyond: pl.Expr | None = None
    steps: tuple[pl.Expr, ...] = ()


def reading(
    column: Column | None, header: str, dtype: pl.DataType, labels: Mapping[str, str], cfg: Settings
) -> Reading:
    """How a column is read, from what it should be and what its file says it is.

    Args:
        column: the column of ours, None for one that is only kept: it has the type of its file.
        header: its name in the file.
        dtype: its type in the file.
        labels: choice labels and the values stored for them.
        cfg: missing texts, time format and zone.

    Raises:
        DatasetError: bytes or Python objects where text, a time, a number or yes/no should be.
    """
    if isinstance(dtype, pl.Object) or (isinstance(dtype, pl.Binary) and column is not None):
        what = "Python objects" if isinstance(dtype, pl.Object) else "bytes"
        raise DatasetError(f"column {header} holds {what}. Accepted: text, times, numbers, yes/no.")
    if not is_text(dtype):
        return _of_kind(column, header, dtype, labels, cfg)
    read = _of_kind(column, header, pl.String(), labels, cfg)
    return replace(read, steps=(_present(header, dtype, cfg.missing), *read.steps))


def is_text(dtype: pl.DataType) -> bool:
    """Whether a column is text: dictionaries are, and so is a column in which every value is missing."""
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null)


def as_text(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A value as conditions, mixed templates and mapped columns of several types see it.

    A time is `2026-03-05 10:15:00` in UTC (`.ffffff` only if not zero), a date `2026-03-05`, yes/no `true`/`false`, a
    number its shortest form, a list or object its JSON, bytes are hexadecimal. Text is left as it is, null stays null.

    Args:
        expr: the column.
        dtype: its type.

    Example:
        >>> frame = pl.DataFrame({"n": [250000.0, 0.5], "yes": [True, None]})
        >>> frame.select(as_text(pl.col(name), dtype) for name, dtype in frame.schema.items()).rows()
        [('250000', 'true'), ('0.5', None)]
    """
    if dtype.is_temporal():
        return _temporal_text(expr, dtype)
    if dtype.is_float() or isinstance(dtype, pl.Decimal):
        return _number_text(expr, dtype)
    if dtype.is_nested():
        json = pl.struct(expr.alias("v")).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
        # The empty text in front lends the column its name.
        return pl.when(expr.is_not_null()).then(expr.is_null().cast(pl.String).str.head(0) + json)
    if isinstance(dtype, pl.Binary):
        return expr.bin.encode("hex")
    return expr if isinstance(dtype, pl.String) else expr.cast(pl.String)


def common_type(dtypes: Iterable[pl.DataType]) -> pl.DataType:
    """The type of a column that several files have: theirs if they agree, numbers if all are, else text.

    Whole numbers beyond 64 bits with a sign are text beside others: so they keep all their digits.
    """
    found = list(dict.fromkeys(dtypes))
    if len(found) == 1:
        return found[0]
    if all(dtype.is_integer() for dtype in found):
        return pl.String() if any(isinstance(dtype, _WIDE) for dtype in found) else pl.Int64()
    if all(dtype.is_numeric() for dtype in found):
        return pl.Float64()
    return pl.String()


def as_type(expr: pl.Expr, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    """A column in the common type of its files."""
    if dtype == wanted:
        return expr
    return as_text(expr, dtype) if wanted == pl.String() else expr.cast(wanted, strict=False)


def _temporal_text(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Duration):
        return expr.dt.to_string("iso")
    if not isinstance(dtype, pl.Datetime | pl.Date):
        return expr.cast(pl.String)
    beyond = times.beyond_years(expr, dtype)
    within = expr if beyond is None else pl.when(~beyond).then(expr)
    if isinstance(dtype, pl.Date):
        text = within.dt.to_string("%Y-%m-%d")
    else:
        time = within.cast(pl.Datetime("us", dtype.time_zone))
        if dtype.time_zone is not None:
            time = time.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        text = time.dt.to_string("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000")
    # Polars panics when it spells out a year beyond its calendar: such a value is shown as the number it is stored as.
    return text if beyond is None else pl.when(beyond).then(expr.to_physical().cast(pl.String)).otherwise(text)


def _number_text(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    digits = expr.cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return pl.when(digits.str.contains(".", literal=True)).then(digits.str.replace(r"\.?0*$", "")).otherwise(digits)
    whole = (expr == expr.round()) & expr.is_between(-_WHOLE, _WHOLE, closed="left")
    return pl.when(whole).then(expr.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(digits)


def _present(header: str, dtype: pl.DataType, missing: tuple[str, ...]) -> pl.Expr:
    """A text column as String; an empty text is a missing value, and so is what dataset.toml lists."""
    text = pl.col(header) if isinstance(dtype, pl.String) else pl.col(header).cast(pl.String)
    return pl.when(pl.all_horizontal(text != none for none in ("", *missing))).then(text)


def _of_kind(
    column: Column | None, header: str, dtype: pl.DataType, labels: Mapping[str, str], cfg: Settings
) -> Reading:
    raw = pl.col(header)
    text = as_text(raw, dtype)
    if column is None:
        return _time(header, dtype, text, cfg) if isinstance(dtype, pl.Datetime) else Reading(header, raw, dtype, text)
    if column.kind == "time":
        return _time(header, dtype, text, cfg)
    if column.kind == "number":
        return _number(header, dtype, text, column.most)
    if column.kind == "flag":
        return Reading(header, _flag(raw, dtype, FLAG_DEFAULT.get(column.name, True)), pl.Boolean(), text)
    return Reading(header, text.replace(labels) if labels else text, pl.String(), text)


def _time(header: str, dtype: pl.DataType, text: pl.Expr, cfg: Settings) -> Reading:
    raw = pl.col(header)
    if isinstance(dtype, pl.String):
        value = pl.col(times.time_name(header))
        steps = times.parse(header, cfg.timezone, cfg.datetime_format)
        return Reading(header, value, times.TIME, text, raw.is_not_null() & value.is_null(), steps=steps)
    if not isinstance(dtype, pl.Datetime | pl.Date):
        return Reading(
            header, pl.when(raw.is_null()).then(pl.lit(None, times.TIME)), times.TIME, text, raw.is_not_null()
        )
    beyond = times.beyond_years(raw, dtype)
    within = raw if beyond is None else pl.when(~beyond).then(raw)
    zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
    value = within.cast(pl.Datetime("us", zone))
    if zone == "UTC":
        return Reading(header, value, times.TIME, text, beyond=beyond)
    if zone is not None:
        return Reading(header, value.dt.convert_time_zone("UTC"), times.TIME, text, beyond=beyond)
    value = times.in_utc(value, cfg.timezone)
    if cfg.timezone == "UTC":
        return Reading(header, value, times.TIME, text, beyond=beyond)
    value = times.within_years(value)
    return Reading(header, value, times.TIME, text, raw.is_not_null() & value.is_null())


def _number(header: str, dtype: pl.DataType, text: pl.Expr, most: int) -> Reading:
    raw = pl.col(header)
    if dtype.is_integer() or isinstance(dtype, pl.Decimal):
        beyond = raw > most
        if not dtype.is_unsigned_integer():
            beyond |= raw < -most
        return Reading(header, pl.when(~beyond).then(raw.cast(pl.Float64)), pl.Float64(), text, beyond=beyond)
    if isinstance(dtype, pl.String):
        value = pl.when(raw.str.contains(_NUMBER)).then(raw).cast(pl.Float64, strict=False)
    else:
        value = raw.cast(pl.Float64) if dtype.is_float() else pl.when(raw.is_null()).then(pl.lit(None, pl.Float64))
    # What is no number is not between two either; infinity lies beyond.
    value = pl.when(value.is_between(-most, most) & value.is_not_nan()).then(value)
    return Reading(header, value, pl.Float64(), text, raw.is_not_null() & value.is_null())


def _flag(raw: pl.Expr, dtype: pl.DataType, default: bool) -> pl.Expr:
    yes = raw if isinstance(dtype, pl.Boolean) else ~as_text(raw, dtype).str.to_lowercase().is_in(_NO)
    return yes.fill_null(default)
