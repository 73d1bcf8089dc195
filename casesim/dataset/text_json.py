"""json and ndjson: records to columns that keep their JSON types."""

from itertools import chain
from typing import Any

import msgspec
import polars as pl

from casesim.dataset.cells import refuse_mostly_empty
from casesim.dataset.types import as_type, common_type
from casesim.tables import DatasetError

# Records are decoded this many at a time: as Python objects they take ten times their room in a frame.
_BATCH = 50_000
_LINES = msgspec.json.Decoder(msgspec.Raw)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
# What a decoder raises: besides its own, for what is no UTF-8 and for what is nested too deeply.
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_INT64 = range(-(2**63), 2**63)
# Whole numbers that a Float64 tells from the next.
_EXACT = range(-(2**53), 2**53 + 1)


def read_json(data: bytes) -> pl.DataFrame:
    """A list of records, bare or as `records` or `result` of one object.

    Raises:
        DatasetError: no JSON, or JSON of another form.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        whole = msgspec.json.decode(data, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
        if isinstance(whole, list):
            return _table(whole, len(data))
        for key in ("records", "result"):
            if key in whole:
                return _table(msgspec.json.decode(whole[key], type=list[msgspec.Raw]), len(data))
    except (msgspec.DecodeError, RecursionError) as error:
        raise DatasetError(
            f'is not JSON of the form [...], {{"records": [...]}} or {{"result": [...]}}: {error}.'
        ) from None
    raise DatasetError(
        'its object has neither "records" nor "result". Accepted: [...], {"records": [...]}, {"result": [...]}.'
    )


def read_ndjson(data: bytes) -> pl.DataFrame:
    """One record a line.

    Raises:
        DatasetError: a line that is no JSON object; names the first.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return _table(_LINES.decode_lines(data), len(data))
    except _FAULTS as error:
        raise DatasetError(f"{_first_fault(data) or error}. Expected: one JSON object a line.") from None


def _first_fault(data: bytes) -> str | None:
    """The first line that is no JSON object, and why: what reads all lines at once does not say which."""
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            if line.strip():
                _OBJECT.decode(line)
        except _FAULTS as error:
            return f"line {number:,}: {error}"
    return None


def _table(records: list[Any], size: int) -> pl.DataFrame:
    frames = [_batch(records[start : start + _BATCH]) for start in range(0, len(records), _BATCH)]
    names = dict.fromkeys(chain.from_iterable(frame.columns for frame in frames))
    refuse_mostly_empty(len(records), len(names), size)
    types = {n: _common(n, [f[n] for f in frames if n in f.schema]) for n in names}
    return pl.concat(
        [
            frame.select(
                as_type(pl.col(n), frame.schema[n], types[n]).alias(n)
                if n in frame.schema
                else pl.lit(None, types[n]).alias(n)
                for n in names
            )
            for frame in frames
        ]
        or [pl.DataFrame()]
    )


def _common(name: str, columns: list[pl.Series]) -> pl.DataType:
    """The type of a column over all batches: text if a whole number would lose digits among others."""
    dtype = common_type(column.dtype for column in columns)
    whole = pl.concat([pl.Series(name, [], pl.Int64), *(each for each in columns if each.dtype == pl.Int64)])
    if dtype.is_float() and not whole.is_between(_EXACT[0], _EXACT[-1]).all():
        return pl.String()
    return dtype


def _batch(records: list[Any]) -> pl.DataFrame:
    text = b"[" + b",".join(records) + b"]"
    rows = msgspec.json.decode(text, type=list[dict[str, Any]])
    names = dict.fromkeys(chain.from_iterable(rows))
    refuse_mostly_empty(len(rows), len(names), len(text))
    return pl.DataFrame([_column(name, [row.get(name) for row in rows]) for name in names], height=len(rows))


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = set(map(type, values)) - {type(None)}
    if dict in kinds:
        values = [_value(value) if isinstance(value, dict) else value for value in values]
        kinds = set(map(type, values)) - {type(None)}
    if "" in values and kinds != {str}:
        # The platform writes an empty text where a number or an object has no value.
        values = [None if value == "" else value for value in values]
        kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return pl.Series(name, values, pl.String())
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean())
    if kinds == {int} and all(value is None or value in _INT64 for value in values):
        return pl.Series(name, values, pl.Int64())
    if float in kinds and kinds <= {int, float} and all(v in _EXACT for v in values if isinstance(v, int)):
        return pl.Series(name, [None if value is None else float(value) for value in values], pl.Float64())
    return pl.Series(name, [_text(value) for value in values], pl.String())


def _value(field: dict[str, Any]) -> Any:
    """What a field given as an object holds: its stored value, else what is displayed, else the object itself."""
    for key in ("value", "display_value"):
        if key in field:
            return field[key]
    return field


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.json.encode(value).decode()
