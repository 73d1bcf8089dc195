"""Text to time. Accepted are the platform's own spellings and one format that dataset.toml may name.

Polars parses leniently (one digit for two, second 60, blanks skipped), so a regular expression decides what is a time
and Polars only works out which.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import polars as pl

from casesim.tables import DatasetError, shown

TIME: Final = pl.Datetime("us", "UTC")
# How the names of columns begin that are made on the way from text to time.
MADE: Final = "casesim."
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[0-9]{2}:[0-9]{2}:[0-5][0-9]"
_ZONE = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_PLAIN = f"^{_DAY} {_CLOCK}$"
_SHORT = f"^{_DAY}( [0-9]{{2}}:[0-9]{{2}})?$"
_FRACTION = f"^{_DAY}( {_CLOCK}\\.[0-9]+|T{_CLOCK}(\\.[0-9]+)?)$"
_OFFSET = f"^{_DAY}T{_CLOCK}(\\.[0-9]+)?{_ZONE}$"

# What a datetime_format may be made of: directive -> what it matches. Numbers may lack their leading zero.
_DIRECTIVES = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%j": "[0-9]{1,3}",
    "%b": "[A-Za-z]+",
    "%B": "[A-Za-z]+",
    "%a": "[A-Za-z]+",
    "%A": "[A-Za-z]+",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{1,2}",
    "%S": "[0-5]?[0-9]",
    "%p": "[AaPp][Mm]",
    ".%f": r"\.[0-9]+",
    "%z": "(Z|[+-][0-9]{2}:?[0-9]{2})",
    "%%": "%",
}
# Polars spells these two in its own way.
_IN_POLARS = {".%f": "%.f", "%z": "%#z"}


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A `datetime_format`: the text it was, the expression that a time must match, and how Polars writes it."""

    text: str
    shape: str
    pattern: str


def time_format(text: str, *, where: str) -> TimeFormat:
    """Read a `datetime_format` as `strptime` spells it.

    Raises:
        DatasetError: a directive that is not accepted, or a format that leaves year, month or day open.

    Example:
        >>> time_format("%d/%m/%Y %H:%M", where="dataset.toml").shape
        '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\\\\ [0-9]{1,2}:[0-9]{1,2}$'
    """
    shape, pattern = "", ""
    seen: set[str] = set()
    for piece in re.findall(r"\.%f|%.|[^%.]+|.", text, re.DOTALL):
        if piece in _DIRECTIVES:
            seen.add(piece)
            shape += _DIRECTIVES[piece]
            pattern += _IN_POLARS.get(piece, piece)
        elif piece.startswith("%"):
            accepted = ", ".join(_DIRECTIVES)
            raise DatasetError(f"{where}: datetime_format {shown(text)}: {piece} is not read. Accepted: {accepted}.")
        else:
            shape += re.escape(piece)
            pattern += piece
    a_year, a_day = seen & {"%Y", "%y"}, "%j" in seen or ("%d" in seen and seen & {"%m", "%b", "%B"})
    if not (a_year and a_day):
        raise DatasetError(
            f"{where}: datetime_format {shown(text)} does not say which year, month and day it is. "
            'An example of one that does: "%d/%m/%Y %H:%M".'
        )
    return TimeFormat(text, f"^{shape}$", pattern)


def parse(name: str, zone: str, custom: TimeFormat | None) -> tuple[pl.Expr, ...]:
    """The steps from a text column to UTC microseconds, null for what is no time; the last makes `time_name(name)`.

    `custom` is tried first, then the platform's spellings. Times without an offset are in `zone`: one that its clocks
    skip is none, of one that they show twice the earlier is meant. Digits beyond the microsecond are cut.

    Steps, as Polars works a shared part of one expression out as often as it is written.
    """
    asked, left, plain, rest, found = (_made(step, name) for step in ("asked", "left", "plain", "rest", "found"))
    steps = []
    if custom is not None:
        time = _read(_where(name, custom.shape), custom.pattern)
        steps.append((time if "%#z" in custom.pattern else in_utc(time, zone)).alias(asked))
        steps.append(pl.when(pl.col(asked).is_null()).then(pl.col(name)).alias(left))
    else:
        left = name
    # Nearly every column holds one spelling: the others are looked for only where it fails.
    steps.append(_read(_where(left, _PLAIN), "%Y-%m-%d %H:%M:%S").alias(plain))
    steps.append(pl.when(pl.col(plain).is_null()).then(pl.col(left)).alias(rest))
    short = _where(rest, _SHORT) + pl.lit(" 00:00:00").str.slice(pl.col(rest).str.len_bytes() - 10)
    fraction = _where(rest, _FRACTION).str.replace("T", " ", literal=True)
    local = (pl.col(plain), _read(short, "%Y-%m-%d %H:%M:%S"), _read(fraction, "%Y-%m-%d %H:%M:%S%.f"))
    platform = (in_utc(pl.coalesce(local), zone), _read(_where(rest, _OFFSET), "%Y-%m-%dT%H:%M:%S%.f%#z"))
    steps.append(pl.coalesce(*([] if custom is None else [asked]), *platform).alias(found))
    return (*steps, within_years(pl.col(found)).alias(time_name(name)))


def time_name(name: str) -> str:
    """The column that the steps of `parse` end in."""
    return _made("time", name)


def _made(step: str, name: str) -> str:
    return f"{MADE}{step}.{name}"


def _where(name: str, shape: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(shape)).then(pl.col(name))


def in_utc(local: pl.Expr, zone: str) -> pl.Expr:
    """Times without a zone, taken as times of `zone`. In years 1 to 9999; beyond them Polars panics."""
    if zone == "UTC":
        return local.dt.replace_time_zone("UTC")
    placed = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")


def within_years(time: pl.Expr) -> pl.Expr:
    """Null for what no calendar date in years 1 to 9999 can hold."""
    return pl.when(time.is_between(pl.lit(_FIRST, TIME), pl.lit(_LAST, TIME))).then(time)


def beyond_years(column: pl.Expr, dtype: pl.Datetime | pl.Date) -> pl.Expr | None:
    """Whether a typed time or date lies outside years 1 to 9999, None if its type can hold no such thing.

    A plain comparison with the stored number, so that Parquet statistics answer it without reading a value.
    """
    if isinstance(dtype, pl.Datetime):
        if dtype.time_unit == "ns":
            return None
        per_second = 1_000 if dtype.time_unit == "ms" else 1_000_000
        first, last = (pl.lit(bound * per_second).cast(dtype) for bound in (_FIRST_SECOND, _LAST_SECOND + 1))
        return (column < first) | (column >= last)
    return (column < pl.lit(_FIRST.date())) | (column > pl.lit(_LAST.date()))


def _read(text: pl.Expr, pattern: str) -> pl.Expr:
    return text.str.to_datetime(pattern, time_unit="us", strict=False)
