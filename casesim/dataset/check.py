"""What of a table cannot be used, found in one pass that keeps hashes and yes/no, no texts."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Final

import polars as pl

from casesim.dataset.formats import faults_named
from casesim.dataset.keys import check_collisions, duplicates, has_duplicates, key_hash, same_hash
from casesim.dataset.table import Piece, TableData, type_of
from casesim.dataset.types import POLARS
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
    passes = [_pass(piece, table) for piece in data.pieces]
    if not any(flags.width for flags in passes):
        return data, pl.DataFrame(schema=REJECTS)
    flags = pl.concat(passes, how="diagonal")
    hashes = flags.select(pl.col(f"key.{name}").alias(name) for name in table.key) if table.key else None
    faults = flags.select(pl.col("^(missing|bad)\\..*$")).fill_null(False)
    found = [name for name in faults.columns if faults[name].any()]
    unusable = faults.select(
        row=pl.any_horizontal(pl.lit(False), *(n for n in found if n.startswith("missing.") or _needs(table, n[4:])))
    )["row"]
    doubles = _doubles(data, hashes, unusable)
    if not found and doubles is None:
        return replace(data, hashes=hashes), pl.DataFrame(schema=REJECTS)
    rejects = pl.concat([*_bad_rows(data, faults.select(found)), *([] if doubles is None else [doubles])])
    lost = unusable.arg_true()
    if doubles is not None:
        lost = pl.concat([lost, doubles["at"].cast(lost.dtype)]).sort()
    if hashes is not None and len(lost):
        hashes = hashes.with_row_index("row").filter(~pl.col("row").is_in(lost.implode())).drop("row")
    return replace(data, unusable=lost if len(lost) else None, hashes=hashes), _rejects(data, rejects)


def _needs(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.required


def _pass(piece: Piece, table: Table) -> pl.DataFrame:
    """One row per row of a file: hashes of the keys, which required values are missing, which values do not read."""
    read = piece.readings
    wanted = [
        (key_hash(read[name].value) if name in read else pl.lit(None, pl.UInt64)).alias(f"key.{name}")
        for name in table.key
    ]
    for columns in required(table):
        there = [read[name].text.is_null() for name in columns if name in read]
        absent = pl.lit(True) if piece.rows else pl.lit(None, pl.Boolean)
        wanted.append((pl.all_horizontal(there) if there else absent).alias(f"missing.{columns[0]}"))
    wanted += [r.bad.alias(f"bad.{name}") for name, r in read.items() if r.bad is not None and table.column(name)]
    beyond = {name: r.beyond for name, r in read.items() if r.beyond is not None and table.column(name)}
    with faults_named(piece.source):
        # Parquet answers this from its statistics: typed times are read only if one is out of bounds.
        if beyond and _count(piece, pl.any_horizontal(beyond.values())):
            wanted += [expr.alias(f"bad.{name}") for name, expr in beyond.items()]
        if not wanted:
            return pl.DataFrame()
        frame = piece.frame.with_row_index("casesim.row").select("casesim.row", *wanted)
        return frame.collect(engine="streaming").drop("casesim.row")


def _count(piece: Piece, condition: pl.Expr) -> int:
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


def _bad_rows(data: TableData, faults: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Rejects of rows without a required value, with one that does not read, and of other values that do not read."""
    left = pl.Series("left", [True]).new_from_index(0, faults.height)
    missing = [columns[0] for columns in required(data.table)]
    for name in (name for name in missing if f"missing.{name}" in faults.columns):
        hit = (faults[f"missing.{name}"] & left).arg_true()
        left &= ~faults[f"missing.{name}"]
        yield _faulty(hit, name, pl.lit(None, pl.String), "no_key")
    bad = [name[4:] for name in faults.columns if name.startswith("bad.")]
    # A required value that does not read settles the row; of several the first.
    for name in sorted(bad, key=lambda name: not _needs(data.table, name)):
        hit = (faults[f"bad.{name}"] & left).arg_true()
        if _needs(data.table, name):
            left &= ~faults[f"bad.{name}"]
        texts = _texts(data, [name], hit)
        yield _faulty(texts["row"], name, texts[name], _REASON[type_of(data.table, name)])


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
        frames.append(piece.frame.with_row_index("row").select("row", *texts))
    # The index is counted per file, then over all of them.
    starts = _starts(data)
    moved = [frame.with_columns(pl.col("row") + start) for frame, start in zip(frames, starts, strict=True)]
    return pl.concat(moved).filter(pl.col("row").is_in(rows.cast(pl.UInt32).implode())).collect(engine="streaming")


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
