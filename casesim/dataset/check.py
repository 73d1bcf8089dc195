"""What of a table cannot be used, found in one pass that keeps hashes and yes/no, no texts."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Final

import polars as pl

from casesim.dataset.formats import faults_named
from casesim.dataset.keys import check_collisions, duplicates, has_duplicates, key_hash, same_hash
from casesim.dataset.table import ROW, Piece, TableData, type_of
from casesim.dataset.types import POLARS
from casesim.dataset.unreadable import unreadable_named
from casesim.tables import OUTPUT, RECORD, Table

REJECTS: Final = {name: POLARS[kind] for name, kind in OUTPUT["rejects"].items()}
_REASON: Final = {POLARS["time"]: "bad_time", POLARS["number"]: "bad_number"}


def checked(data: TableData) -> tuple[TableData, pl.DataFrame]:
    """Find the rows that are not used and the values that cannot be read.

    A row is not used, and rejected once, if a required value is missing (`no_key`), else if a required time does not
    read (`bad_time`), else if its key, or its number, is that of an earlier row with all it needs (`duplicate_key`).
    In other rows each value that does not read is rejected and taken as missing.

    Returns:
        The table with `unusable` and `hashes`, and its rejects: table, row, column, value, reason.
    """
    table = data.table
    asked = [_asked(piece, table) for piece in data.pieces]
    if not any(asked):
        return data, pl.DataFrame(schema=REJECTS)
    passes = [_pass(piece, wanted) for piece, wanted in zip(data.pieces, asked, strict=True)]
    flags = pl.concat(passes, how="diagonal")
    hashes = flags.select(pl.col(f"key.{name}").alias(name) for name in table.key) if table.key else None
    faults = flags.select(name for name in flags.columns if name.startswith(("missing.", "bad.")))
    faults = faults.select(name for name in faults.columns if faults[name].any()).fill_null(False)
    unusable = pl.Series([False]).new_from_index(0, flags.height)
    for name in faults.columns:
        if name.startswith("missing.") or _needs(table, name.removeprefix("bad.")):
            unusable |= faults[name]
    doubles = _doubles(data, hashes, unusable)
    if not faults.width and doubles is None:
        return replace(data, hashes=hashes), pl.DataFrame(schema=REJECTS)
    refused = list(_without_required(data, faults))
    if doubles is not None:
        refused.append(doubles)
        unusable.scatter(doubles["at"], True)
    refused += _unread(data, faults, ~unusable)
    rejects = _rejects(data, pl.concat(refused))
    if not unusable.any():
        return replace(data, hashes=hashes), rejects
    kept = None if hashes is None else hashes.filter(~unusable)
    return replace(data, unusable=unusable.arg_true(), hashes=kept), rejects


def _needs(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.required


def _asked(piece: Piece, table: Table) -> list[pl.Expr]:
    """What to ask of a file: hashes of keys, whether required values are missing, whether others do not read."""
    read = {name: reading for name, reading in piece.readings.items() if table.column(name)}
    wanted = [key_hash(read[name].value).alias(f"key.{name}") for name in table.key if name in read]
    wanted += [pl.lit(None, pl.UInt64).alias(f"key.{name}") for name in table.key if name not in read]
    for columns in required(table):
        there = [pl.col(read[name].header).is_null() for name in columns if name in read]
        wanted.append(pl.all_horizontal(there or [pl.lit(True)]).alias(f"missing.{columns[0]}"))
    wanted += [reading.bad.alias(f"bad.{name}") for name, reading in read.items() if reading.bad is not None]
    beyond = {name: reading.beyond for name, reading in read.items() if reading.beyond is not None}
    # Parquet answers this from its statistics: typed times are read only if one is out of bounds.
    if beyond and _count(piece, pl.any_horizontal(beyond.values())):
        wanted += [expr.alias(f"bad.{name}") for name, expr in beyond.items()]
    return wanted


def _pass(piece: Piece, wanted: list[pl.Expr]) -> pl.DataFrame:
    """The answers, one row per row of the file: the index sees to that where all answers are constants."""
    with faults_named(piece.source), unreadable_named([piece]):
        return piece.frame.with_row_index(ROW).select(ROW, *wanted).collect(engine="streaming")


def _count(piece: Piece, condition: pl.Expr) -> int:
    with faults_named(piece.source), unreadable_named([piece]):
        found: int = piece.frame.filter(condition).select(pl.len()).collect().item()
    return found


def required(table: Table) -> list[tuple[str, ...]]:
    """What a row must have, first things first: one of several columns, the first of which errors name."""
    key = [("number", "sys_id")] if table.name in RECORD else []
    return key + [(column.name,) for column in table.columns if column.required]


def _doubles(data: TableData, hashes: pl.DataFrame | None, unusable: pl.Series) -> pl.DataFrame | None:
    """Rows that repeat a key, as rejects with the position `at` over all files; None if there is none."""
    if hashes is None:
        return None
    key = data.table.key
    if data.table.name in RECORD:
        # Without a number its sys_id is an incident's number.
        hashes = hashes.with_columns(number=pl.coalesce("number", "sys_id"))
    candidates = hashes.with_row_index("row").filter(~unusable)
    if not has_duplicates(candidates, key):
        return None
    texts = _texts(data, key, same_hash(candidates, key))
    if data.table.name in RECORD:
        texts = texts.with_columns(number=pl.coalesce("number", "sys_id"))
    hashed = candidates.select("row", pl.col(key).name.prefix("hash."))
    check_collisions(data.table.name, texts.join(hashed, on="row", how="left"), key)
    found = duplicates(candidates, key).join(texts, on="row", how="left")
    value = pl.coalesce(pl.when(pl.col("column") == name).then(pl.col(name)) for name in key)
    return found.select(at="row", column="column", value=value, reason=pl.lit("duplicate_key"))


def _without_required(data: TableData, faults: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Rejects of rows that lack a required value, or have one that does not read: one a row, the first in order."""
    left = pl.Series("left", [True]).new_from_index(0, faults.height)
    needed = [columns[0] for columns in required(data.table)]
    for kind, name in [*(("missing", name) for name in needed), *(("bad", name) for name in needed)]:
        if f"{kind}.{name}" in faults.columns:
            hit = faults[f"{kind}.{name}"]
            if kind == "missing":
                yield _faulty((hit & left).arg_true(), name, pl.lit(None, pl.String), "no_key")
            else:
                yield _bad(data, name, hit & left)
            left &= ~hit


def _unread(data: TableData, faults: pl.DataFrame, used: pl.Series) -> Iterable[pl.DataFrame]:
    """Rejects of the other values that do not read, in rows that are used."""
    for flag in faults.columns:
        name = flag.removeprefix("bad.")
        if name != flag and not _needs(data.table, name):
            yield _bad(data, name, faults[flag] & used)


def _bad(data: TableData, name: str, hit: pl.Series) -> pl.DataFrame:
    texts = _texts(data, [name], hit.arg_true())
    return _faulty(texts["row"], name, texts[name], _REASON[type_of(data.table, name)])


def _faulty(rows: pl.Series, column: str, value: pl.Series | pl.Expr, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"at": rows.cast(pl.UInt32)}).select(
        "at", column=pl.lit(column), value=value, reason=pl.lit(reason)
    )


def _texts(data: TableData, columns: Iterable[str], rows: pl.Series) -> pl.DataFrame:
    """Columns of some rows as their files have them: `row` (over all files) and a text per column."""
    names = list(columns)
    frames = []
    for piece in data.pieces:
        texts = [
            piece.readings[n].text.alias(n) if n in piece.readings else pl.lit(None, pl.String).alias(n) for n in names
        ]
        frames.append(piece.frame.with_row_index(ROW).select(pl.col(ROW).alias("row"), *texts))
    # The index is counted per file, then over all of them.
    starts = _starts(data)
    moved = [frame.with_columns(pl.col("row") + start) for frame, start in zip(frames, starts, strict=True)]
    asked = pl.concat(moved).filter(pl.col("row").is_in(rows.cast(pl.UInt32).implode()))
    with unreadable_named(data.pieces):
        return asked.collect(engine="streaming")


def _starts(data: TableData) -> list[int]:
    return [0, *accumulate(piece.rows for piece in data.pieces)][:-1]


def _rejects(data: TableData, found: pl.DataFrame) -> pl.DataFrame:
    """Rejects as they are put out: the row is the 1-based data row in its file."""
    starts = pl.Series("start", _starts(data), pl.UInt32)
    files = found.sort("at").join_asof(starts.to_frame(), left_on="at", right_on="start")
    row = (pl.col("at") - pl.col("start")).cast(pl.Int64) + 1
    return files.select(table=pl.lit(data.table.name), row=row, column="column", value="value", reason="reason").cast(
        pl.Schema(REJECTS)
    )
