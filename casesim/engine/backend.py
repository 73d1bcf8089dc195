"""Where rules written for any engine meet Polars: in, out, and in what order."""

import narwhals.stable.v2 as nw
import polars as pl

from casesim.engine.affected import NO_TYPE
from casesim.engine.keys import ROW

# `-9999` is the last number of a child that sorts before `-M`, and before `-10000`.
WIDEST = 9_999


def lazy(frame: pl.DataFrame) -> nw.LazyFrame[pl.LazyFrame]:
    """A frame as the rules take it."""
    return nw.from_native(frame.lazy())


def collect(frame: nw.LazyFrame[pl.LazyFrame]) -> pl.DataFrame:
    """What a rule gives, worked out."""
    return frame.to_native().collect(engine="streaming")


def attach(rows: pl.DataFrame, records: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Rows with columns of their incident, whose code is its row among `records`; the order of rows stays."""
    return rows.with_columns(records[column].gather(rows["incident"]) for column in columns)


def in_pair_order(pairs: pl.DataFrame, customers: int, types: int) -> pl.DataFrame:
    """Pairs ascending by incident, then customer.

    Args:
        pairs: `incident`, `customer`, `type`, perhaps more; each pair once.
        customers: how many there are: codes are below.
        types: how many service definitions there are: `type` is below, or `NO_TYPE`.

    A plain pair is packed into one integer, sorted and unpacked, which costs a fifth of sorting its columns.
    """
    if pairs.width > len(("incident", "customer", "type")):
        return pairs.sort("incident", "customer")
    many, kinds = max(customers, 1), types + 1
    wide = pl.col("incident").cast(pl.UInt64) * many + pl.col("customer")
    key = pairs.select(key=wide * kinds + pl.col("type").clip(upper_bound=types).cast(pl.UInt64)).sort("key")
    kind = pl.col("key") % kinds
    return key.select(
        incident=(pl.col("key") // (many * kinds)).cast(ROW),
        customer=(pl.col("key") // kinds % many).cast(ROW),
        type=pl.when(kind == types).then(pl.lit(NO_TYPE)).otherwise(kind).cast(pl.Int32),
    )


def case_rows(pairs: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """R3: one row per case in order of incident and place: the pairs of incidents with an outcome, then the major case.

    Args:
        pairs: `incident`, `customer`, `type`, in pair order.
        decided: one row per incident, `outcome`.

    Returns:
        `position`, `incident`, `customer` (null on major cases), `type`.
    """
    due = pairs.select("incident", "customer", "type", after=pl.col("incident").cast(pl.UInt64) * 2)
    due = due.filter((decided["outcome"] != "none").gather(due["incident"]))
    majors = decided.filter(pl.col("outcome") == "major").select(
        pl.col("incident").cast(ROW),
        customer=pl.lit(None, ROW),
        type=pl.lit(NO_TYPE, pl.Int32),
        after=pl.col("incident").cast(pl.UInt64) * 2 + 1,
    )
    merged = due.lazy().merge_sorted(majors.lazy(), "after").drop("after").collect()
    return merged.with_row_index("position").with_columns(pl.col("position").cast(pl.Int64))


def in_case_order(cases: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Cases ascending by their number as text, with `case` = their place in that order (UInt32).

    Args:
        cases: `incident` (place of its number), `place`, `kind`, in order of incident and place.
        numbers: the incidents' numbers, ascending.

    Incident and place give that order already, except where one number begins another (`INC1`, `INC1-2`, `INC1 A`) or
    an incident has more cases than four digits count; then the texts themselves are sorted.
    """
    most = cases["place"].max()
    if not plain(numbers) or (isinstance(most, int) and most > WIDEST):
        count = pl.col("place").cast(pl.String).str.zfill(4)
        suffix = pl.when(pl.col("kind") == "major").then(pl.lit("M")).otherwise(count)
        whole = cases.with_columns(number=numbers.gather(cases["incident"]))
        cases = cases[whole.select(number=pl.col("number") + "-" + suffix)["number"].arg_sort()]
    return cases.with_row_index("case").with_columns(pl.col("case").cast(ROW))


def in_record_order(entries: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Journal entries ascending by the number of their record as text, then by time.

    Args:
        entries: `incident`, `case` (position in output) and `place` (both null on the incident itself), `created_at`.
        numbers: the incidents' numbers, ascending.
    """
    if plain(numbers):
        return entries.sort("incident", "case", "created_at", nulls_last=False)
    number, count = numbers.gather(entries["incident"]), pl.col("place").cast(pl.String).str.zfill(4)
    record = pl.col("number") + pl.when(pl.col("case").is_null()).then(pl.lit("")).otherwise(pl.lit("-") + count)
    return entries.with_columns(number=number).sort(record, "created_at").drop("number")


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
