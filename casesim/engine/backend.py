"""Where rules written for any engine meet Polars: in, out, and in what order."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from casesim.engine.affected import merged
from casesim.engine.codes import NO_TYPE
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
        return collect(merged(lazy(rows), first, second)).sort(first, second).select(rows.columns)
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


def case_rows(pairs: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """R3, R3.1: one row per case in order of incident: the pairs of incidents with an outcome, then the major case.

    Args:
        pairs: `incident`, `customer`, `type`, in pair order.
        decided: one row per incident, `outcome`.

    Returns:
        `incident`, `customer` (null on major cases), `type`, `place` (1, 2, … among the incident's customers, 0 = the
        major case).
    """
    due = pairs.select("incident", "customer", "type", after=pl.col("incident").cast(pl.UInt64) * 2)
    due = due.filter((decided["outcome"] != "none").gather(due["incident"]))
    majors = decided.filter(pl.col("outcome") == "major").select(
        pl.col("incident").cast(ROW),
        customer=pl.lit(None, ROW),
        type=pl.lit(NO_TYPE, pl.Int32),
        after=pl.col("incident").cast(pl.UInt64) * 2 + 1,
    )
    rows = due.lazy().merge_sorted(majors.lazy(), "after").drop("after").collect()
    if not rows.height:
        return rows.with_columns(place=pl.lit(0, pl.Int32))
    # Rows stand by incident, so a row's place is how far it is from the first one of its incident.
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows["incident"].to_numpy(), minlength=decided.height))))
    place = np.arange(1, rows.height + 1) - starts[rows["incident"].to_numpy()]
    count = pl.Series("place", place, pl.Int32)
    return rows.with_columns(place=pl.when(pl.col("customer").is_null()).then(0).otherwise(count).cast(pl.Int32))


def endings(most: int) -> pl.DataFrame:
    """R3.1: what follows the incident's number in a case's, by place up to `most`: `-M` at 0, then `-0001`…"""
    count = pl.select(place=pl.int_range(most + 1)).select(pl.col("place").cast(pl.String).str.zfill(4))["place"]
    return (
        pl.DataFrame({"ending": "-" + count})
        .with_row_index("place")
        .select(ending=pl.when(pl.col("place") == 0).then(pl.lit("-M")).otherwise("ending"))
    )


def in_case_order(cases: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Cases ascending by their number as text, with `case` = their place in that order (UInt32).

    Args:
        cases: `incident` (place of its number), `place`, in order of incident and place, the major case last.
        numbers: the incidents' numbers, ascending.

    Incident and place give that order already, except where one number begins another (`INC1`, `INC1-2`, `INC1 A`) or
    an incident has more cases than four digits count; then the texts themselves are sorted.
    """
    most = cases["place"].max()
    if not plain(numbers) or (isinstance(most, int) and most > WIDEST):
        ending = endings(most if isinstance(most, int) else 0)["ending"].gather(cases["place"])
        cases = cases[(numbers.gather(cases["incident"]) + ending).arg_sort()]
    return cases.with_row_index("case").with_columns(pl.col("case").cast(ROW))


def in_time_order(told: pl.DataFrame) -> pl.DataFrame:
    """Notifications ascending by time, case and event.

    Args:
        told: `created_at`, `case`, and rows of one event after those of another, events by name.

    Two stable sorts by one nearly sorted integer column cost a third of one by three columns.
    """
    return told.sort("case", maintain_order=True).sort("created_at", maintain_order=True)


def in_record_order(entries: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Journal entries ascending by the number of their record as text, then by time.

    Args:
        entries: `incident`, `case` (position in output) and `place` (both null on the incident itself), `created_at`.
        numbers: the incidents' numbers, ascending.
    """
    if plain(numbers):
        return entries.sort("incident", "case", "created_at", nulls_last=False)
    most = entries["place"].max()
    ending = endings(most if isinstance(most, int) else 0)["ending"].gather(entries["place"]).fill_null("")
    record = numbers.gather(entries["incident"]) + ending
    return entries.with_columns(record=record).sort("record", "created_at").drop("record")


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
