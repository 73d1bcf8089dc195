"""csv: separator, encoding and odd quoting found out; every value is text."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl

from casesim.dataset.cells import refuse_mostly_empty
from casesim.tables import DatasetError, shown

_SEPARATORS: Final = (",", ";", "\t")
# A blank first line, or lines that end in a carriage return alone.
_ODD_START: Final = re.compile(rb"(\xef\xbb\xbf)?([^\r\n]*\r(?!\n)|\r?\n)")
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# A line that no file has: if the last line read is another one, a quote was left open above it.
_END = "casesim: end of file"


def read_csv(data: bytes) -> pl.DataFrame:
    """A csv file as text columns under its headers. Blank lines are no rows.

    Comma, semicolon or tab; UTF-8 with or without BOM, else cp1252. A row may lack its last cells.

    Raises:
        DatasetError: no header line, two equal headers, a row longer than the header, a quote that never ends.
    """
    if data.startswith(_UTF16) or b"\0" in data[:4096]:
        raise DatasetError("is no text in UTF-8 or cp1252 but in UTF-16 or binary. Save it as UTF-8.")
    try:
        return _strict(data)
    except (UnicodeDecodeError, pl.exceptions.PolarsError):
        text = _decoded(data)
    try:
        return _strict(text.encode())
    except pl.exceptions.PolarsError:
        return _tolerant(text)


def _strict(data: bytes) -> pl.DataFrame:
    """The fast way, for what is valid UTF-8 and regular."""
    if _ODD_START.match(data):
        raise pl.exceptions.ComputeError("Polars ends lines with a line feed and takes the first one for the header")
    separator, header = _header(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""))
    refuse_mostly_empty(data.count(b"\n"), len(header), len(data))
    frame = pl.read_csv(
        data,
        has_header=False,
        skip_rows=1,
        schema={f"{i}": pl.String() for i in range(len(header))},
        separator=separator,
    )
    if frame.select(pl.all_horizontal(pl.all().is_null()).any()).item() and _BLANK_LINE.search(data):
        raise pl.exceptions.ComputeError("Polars may have taken a blank line for a row of empty values")
    return _named(frame, header)


def _tolerant(text: str) -> pl.DataFrame:
    """The slow way: quotes within a value, blank lines and short rows are taken as spreadsheets take them."""
    separator, header = _header(io.StringIO(text, newline=""))
    try:
        with _fields_of_any_length():
            lines = csv.reader(io.StringIO(f"{text}\n{_END}\n", newline=""), delimiter=separator)
            rows = [(lines.line_num, row) for row in lines if row][1:]
    except csv.Error as error:
        raise DatasetError(f"cannot be read as csv: {error}.") from None
    if not rows or rows.pop()[1] != [_END]:
        line = rows[-1][0] if rows else 1
        raise DatasetError(f"a quote that opens after line {line} is never closed.")
    width = len(header)
    refuse_mostly_empty(len(rows), width, len(text))
    for line, row in rows:
        if any(row[width:]):
            raise DatasetError(f"the row that ends in line {line} has {len(row)} values for {width} columns.")
    columns = {f"{i}": [row[i] if i < len(row) else None for _, row in rows] for i in range(width)}
    return _named(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())), header)


def _header(text: io.TextIOBase) -> tuple[str, list[str]]:
    """The separator, and the names in the first line that is not blank: the separator is the one that makes most."""
    start = text.tell()
    found = []
    for separator in _SEPARATORS:
        text.seek(start)
        try:
            # A line of many names is one field to the wrong separator.
            with _fields_of_any_length():
                found.append((separator, next((row for row in csv.reader(text, delimiter=separator) if row), [])))
        except csv.Error as error:
            raise DatasetError(f"its first line cannot be read as column names: {error}.") from None
    separator, header = max(found, key=lambda pair: len(pair[1]))
    if not any(name.strip() for name in header):
        raise DatasetError("has no column names in its first line.")
    names = [name for name in header if name.strip()]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise DatasetError(f"has several columns named {', '.join(map(shown, repeated))}.")
    return separator, header


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _named(frame: pl.DataFrame, header: list[str]) -> pl.DataFrame:
    """Numbered columns under their names; a column without a name cannot be asked for and is left out."""
    return frame.select(pl.col(f"{i}").alias(name) for i, name in enumerate(header) if name.strip())


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DatasetError("is neither UTF-8 nor cp1252 text. Save it as UTF-8.")
