"""One file of a table to a lazy frame with the file's own headers and types."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from casesim.dataset import packed, text_csv, text_json
from casesim.dataset.source import Source
from casesim.dataset.workbook import Workbooks
from casesim.files import opened, reason
from casesim.tables import DatasetError, shown


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, opened: only its headers, types and height are known, unless its format has to be read at once.

    Attributes:
        frame: the file's columns under their own headers.
        schema: header -> type.
        rows: data rows.
        in_memory: whether all of it has been read already.
    """

    frame: pl.LazyFrame
    schema: Mapping[str, pl.DataType]
    rows: int
    in_memory: bool


def open_source(source: Source, books: Workbooks) -> Opened:
    """Open one file; `books` reads it if it is a workbook.

    Raises:
        DatasetError: empty, unreadable, or not what its name says. What Polars and PyArrow raise does not get out.
    """
    with named(source), faults_named(source):
        if source.format == "xlsx":
            frame = books.read(_content(source), source.table)
        else:
            frame = _READERS[source.format](source)
        if isinstance(frame, pl.DataFrame):
            opened = Opened(frame.lazy(), frame.schema, frame.height, source.format != "frame")
        else:
            rows: int = frame.select(pl.len()).collect(engine="streaming").item()
            opened = Opened(frame, frame.collect_schema(), rows, False)
    added = {name: value for name, value in source.partition.items() if name not in opened.schema}
    if not added:
        return opened
    # A partition's value stands in the path: it is a text, as everything in a path is.
    values = [pl.lit(value, pl.String).alias(name) for name, value in added.items()]
    schema = {**opened.schema, **dict.fromkeys(added, pl.String())}
    return Opened(opened.frame.with_columns(values), schema, opened.rows, opened.in_memory)


@contextmanager
def named(source: Source) -> Iterator[None]:
    """Say of a DatasetError which file it is about."""
    try:
        yield
    except DatasetError as error:
        text = str(error)
        raise DatasetError(text if text.startswith(f"{source.name}: ") else f"{source.name}: {text}") from error


@contextmanager
def faults_named(source: Source, *, column: str | None = None) -> Iterator[None]:
    """Turn whatever a reader raises into one sentence that names the file, and the column if one alone was read.

    Raises:
        DatasetError: instead of anything else.
    """
    try:
        yield
    except DatasetError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:  # readers in Rust raise what they like
        text = reason(error) if isinstance(error, OSError) else str(error)
        if isinstance(error, MemoryError):
            text = "there is not enough memory for it"
        first = text.strip().split("\n", 1)[0].rstrip(".")
        what = "this frame" if source.format == "frame" else f"this {source.format} file"
        if column is not None:
            what = f"column {shown(column)} of {what}"
        raise DatasetError(f"{source.name}: {what} cannot be read: {first or type(error).__name__}.") from error


def _csv(source: Source) -> pl.DataFrame:
    return text_csv.read_csv(_content(source))


def _json(source: Source) -> pl.DataFrame:
    return text_json.read_json(_content(source))


def _ndjson(source: Source) -> pl.DataFrame:
    return text_json.read_ndjson(_content(source))


def _parquet(source: Source) -> pl.LazyFrame:
    place = _place(source)
    frame = pl.scan_parquet(_address(place), glob=False, hive_partitioning=False)
    schema = frame.collect_schema()
    if pl.Datetime("ns") not in schema.values():
        return frame
    # Spark and Hive store times in 96 bits; as nanoseconds in 64 all before 1677 and after 2262 become the same one.
    import pyarrow as pa  # noqa: PLC0415 slow to import, and only such files need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(pa.BufferReader(place) if isinstance(place, bytes) else place) as file:
        columns = (file.schema.column(n) for n in range(len(file.schema)))
        wide = {column.path: pl.Datetime("us") for column in columns if column.physical_type == "INT96"}
    if not wide:
        return frame
    return pl.scan_parquet(_address(place), glob=False, hive_partitioning=False, schema={**schema, **wide})


def _arrow(source: Source) -> pl.LazyFrame | pl.DataFrame:
    place = _place(source)
    if _first_bytes(place, 6) == b"ARROW1":
        return pl.scan_ipc(_address(place), glob=False, hive_partitioning=False)
    return pl.read_ipc_stream(place)


def _frame(source: Source) -> pl.LazyFrame | pl.DataFrame:
    frame = source.frame
    if isinstance(frame, pl.LazyFrame | pl.DataFrame):
        return frame
    if type(frame).__module__.split(".", 1)[0] == "pandas" and hasattr(frame, "columns"):
        names = [str(name) for name in frame.columns]
        _refuse_repeats(names)
        converted: pl.DataFrame = pl.from_pandas(frame.set_axis(names, axis=1))
        return converted
    if hasattr(frame, "schema") and hasattr(frame.schema, "names"):
        _refuse_repeats(list(frame.schema.names))
    if hasattr(frame, "__arrow_c_stream__"):
        return pl.DataFrame(frame)
    raise DatasetError(
        f"is no table but {type(frame).__name__}. Accepted: frames of polars, pandas or pyarrow, "
        "and anything with __arrow_c_stream__."
    )


def _refuse_repeats(names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise DatasetError(f"has several columns named {', '.join(map(shown, repeated))}.")


_READERS: Final[Mapping[str, Callable[[Source], Any]]] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "arrow": _arrow,
    "frame": _frame,
}


def _place(source: Source) -> Path | bytes:
    """Where a binary file is: its path; in a zip its bytes, which stay in memory."""
    place = source.path if source.archive is None else source.read()
    if not _first_bytes(place, 1):
        raise DatasetError("is empty.")
    return place


def _address(place: Path | bytes) -> str | bytes:
    """By its address Polars reads a file piece by piece, as fast as by its path.

    By its path it maps it into memory, and then whoever shortens the file ends our process.
    """
    return place if isinstance(place, bytes) else place.resolve().as_uri()


def _first_bytes(place: Path | bytes, count: int) -> bytes:
    if isinstance(place, bytes):
        return place[:count]
    with opened(place) as file:
        return file.read(count)


def _content(source: Source) -> bytes:
    """The whole file, unpacked."""
    data = source.read()
    if data and source.compression is not None:
        data = packed.unpacked(data, source.compression)
    if not data:
        raise DatasetError("is empty. A table has at least a line of column names.")
    return data
