"""Where rules written for any engine meet Polars: in, out, and in what order."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from casesim.engine.affected import merged
from casesim.engine.codes import FROM_START, NEVER, NO_TYPE
from casesim.engine.keys import ROW

# `-9999` is the last number of a child that sorts before `-M`, and before `-10000`.
WIDEST = 9_999


def lazy(frame: pl.DataFrame) -> nw.LazyFrame[pl.LazyFrame]:
    """A frame as the rules take it."""
    return nw.from_native(frame.lazy())


def collect(frame: nw.LazyFrame[pl.LazyFrame]) -> pl.DataFrame:
    """What a rule gives, worked out."""
    return frame.to_native().collect(engine="streaming")


def collect_in_order(frame: nw.LazyFrame[pl.LazyFrame]) -> pl.DataFrame:
    """What a rule gives, worked out without changing the order of rows."""
    return frame.to_native().collect(engine="in-memory")


def attach(rows: pl.DataFrame, records: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Rows with columns of their incident, whose code is its row among `records`; the order of rows stays."""
    return rows.with_columns(records[column].gather(rows["incident"]) for column in columns)


@dataclass(frozen=True, slots=True)
class Size:
    """How many codes there are: of the second column of a pair, and of service definitions."""

    second: int
    types: int


def distinct(rows: pl.DataFrame, first: str, second: str, size: Size) -> pl.DataFrame:
    """R1.1: each pair of codes once, ascending, with its best `type` (and earliest `added`, latest `removed`).

    Args:
        rows: the two columns of codes (`second` below `size.second`), and any of `type` (below `size.types`, or
            `NO_TYPE`), `added`, `removed`.

    Where no times have to be compared a pair and its type are packed into one integer: sorting integers and dropping
    neighbours that are equal costs a fifth of grouping by two columns.
    """
    if "added" in rows.columns:
        moves = timed(rows, first)
        still = distinct(rows.filter(~moves).drop("added", "removed"), first, second, size)
        still = still.with_columns(added=pl.lit(FROM_START), removed=pl.lit(NEVER))
        moved = collect(merged(lazy(rows.filter(moves)), first, second)).sort(first, second)
        parts = [part.select(rows.columns).lazy() for part in (still, moved)]
        return parts[0].merge_sorted(parts[1], first).collect()
    width, kinds = max(size.second, 1), size.types + 1
    own = pl.col("type").clip(upper_bound=size.types) if "type" in rows.columns else pl.lit(0)
    pair = pl.col(first).cast(pl.UInt64) * width + pl.col(second)
    key = rows.select(key=pair * kinds + own.cast(pl.UInt64)).sort("key").with_columns(pair=pl.col("key") // kinds)
    key = key.filter((pl.col("pair") != pl.col("pair").shift()).fill_null(True))
    kind = pl.col("key") % kinds
    found = key.select(
        (pl.col("pair") // width).cast(ROW).alias(first),
        (pl.col("pair") % width).cast(ROW).alias(second),
        type=pl.when(kind == size.types).then(pl.lit(NO_TYPE)).otherwise(kind).cast(pl.Int32),
    )
    return found.select(rows.columns)


def timed(rows: pl.DataFrame, code: str) -> pl.Series:
    """Whether a row has a code of which any row has times (R8): mostly few do, and only these need comparing."""
    known = ((pl.col("added") != FROM_START) | (pl.col("removed") != NEVER)).alias("known")
    with_times = rows[code].filter(rows.select(known)["known"])
    flags = np.zeros(int(rows[code].to_numpy().max(initial=0)) + 1, dtype=bool)
    flags[with_times.to_numpy()] = True
    return pl.Series(flags).gather(rows[code])


def case_rows(pairs: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """R3, R3.1: one row per case in order of record: the pairs of records with a case each, then the head.

    Args:
        pairs: `incident`, `customer`, `type`, in that order; with `opened_at` (R8.1) by incident, time and customer.
        decided: one row per record, `head`, `each`, `lone`.

    Returns:
        `incident`, `customer` (null on heads, but for a lone one's), `type`, `opened_at` (null: at the decision) and
        `place` (1, 2, … among the record's customers, 0 = the head).
    """
    opened = pl.col("opened_at") if "opened_at" in pairs.columns else pl.lit(None, pl.Int64)
    rows = pairs.select("incident", "customer", "type", opened_at=opened, after=pl.col("incident").cast(pl.UInt64) * 2)
    due = rows.filter(decided["each"].gather(rows["incident"]))
    heads = decided.filter("head").select(
        pl.col("incident").cast(ROW),
        type=pl.lit(NO_TYPE, pl.Int32),
        opened_at=pl.lit(None, pl.Int64),
        after=pl.col("incident").cast(pl.UInt64) * 2 + 1,
    )
    if decided["lone"].any():
        alone = pairs.filter(decided["lone"].gather(pairs["incident"])).select("incident", "customer")
        heads = heads.join(alone, on="incident", how="left", maintain_order="left")
    else:
        heads = heads.with_columns(customer=pl.lit(None, ROW))
    rows = due.lazy().merge_sorted(heads.select(due.columns).lazy(), "after").collect()
    place = _places(rows["incident"], decided.height)
    head = rows["after"] % 2 == 1
    return rows.drop("after").with_columns(place=pl.select(pl.when(head).then(0).otherwise(place)).to_series())


def _places(codes: pl.Series, width: int) -> pl.Series:
    """1, 2, … within each code, Int32. Rows stand by code, so a row's place is how far it is from its code's first."""
    counts = np.bincount(codes.to_numpy(), minlength=width)
    starts = np.cumsum(counts) - counts
    place = np.arange(1, codes.len() + 1) - starts[codes.to_numpy()]
    return pl.Series("place", place, pl.Int32)


def endings(most: int, head: str) -> pl.DataFrame:
    """R3.1: what follows the record's number in a case's, by place up to `most`: the head's at 0, then `-0001`…"""
    count = pl.select(place=pl.int_range(most + 1)).select(pl.col("place").cast(pl.String).str.zfill(4))["place"]
    return (
        pl.DataFrame({"ending": "-" + count})
        .with_row_index("place")
        .select(ending=pl.when(pl.col("place") == 0).then(pl.lit(head)).otherwise("ending"))
    )


def in_case_order(cases: pl.DataFrame, numbers: pl.Series, endings: pl.Series) -> pl.DataFrame:
    """Cases ascending by their number as text, with `case` = their place in that order (UInt32).

    Args:
        cases: `incident` (place of its number), `place`, in order of incident and place, the head last.
        numbers: the records' numbers, ascending.
        endings: what follows them, by place.

    Incident and place give that order already, except where one number begins another (`INC1`, `INC1-2`, `INC1 A`) or
    an incident has more cases than four digits count; then the texts themselves are sorted.
    """
    most = cases["place"].max()
    if not plain(numbers) or (isinstance(most, int) and most > WIDEST):
        # An incident and a change may share a number (R12): then the incident's case comes first.
        texts = numbers.gather(cases["incident"]) + endings.gather(cases["place"])
        cases = cases.with_columns(text=texts).sort("text", maintain_order=True).drop("text")
    return cases.with_row_index("case").with_columns(pl.col("case").cast(ROW))


def in_time_order(told: pl.DataFrame) -> pl.DataFrame:
    """Notifications ascending by time, case and event.

    Args:
        told: `created_at`, `case`, and rows of one event after those of another, events by name.

    Two stable sorts by one nearly sorted integer column cost a third of one by three columns.
    """
    return told.sort("case", maintain_order=True).sort("created_at", maintain_order=True)


def in_record_order(entries: pl.DataFrame, numbers: pl.Series, endings: pl.Series) -> pl.DataFrame:
    """Journal entries ascending by the number of their record as text, then by time, then by `rank` (of their id).

    Args:
        entries: `incident`, `case` (position in output) and `place` (both null on the record itself), `created_at`,
            `rank`.
        numbers: the records' numbers, ascending.
        endings: what follows them in a case's number, by place.
    """
    if plain(numbers):
        return entries.sort("incident", "case", "created_at", "rank", nulls_last=False)
    record = numbers.gather(entries["incident"]) + endings.gather(entries["place"]).fill_null("")
    return entries.with_columns(record=record).sort("record", "created_at", "rank", "incident").drop("record")


def plain(numbers: pl.Series) -> bool:
    """Whether sorting by incident, then by what follows its number, is sorting by the whole text.

    What follows begins with a dash. It is so if no number has a dash or anything that sorts before one, or else if, a
    dash added, no number begins or passes the next.
    """
    if not numbers.str.contains(r"[\x00-\x2d]").any():
        return True
    dashed = numbers.to_frame("own").select(own=pl.col("own") + "-").with_columns(next=pl.col("own").shift(-1))
    clash = pl.col("next").str.starts_with(pl.col("own")) | (pl.col("next") < pl.col("own"))
    return not dashed.select(clash.any()).item()
