"""Where rules written for any engine meet Polars: in, out, and in what order."""

import narwhals.stable.v2 as nw
import polars as pl

from casesim.engine.keys import ROW

# A major case comes after its children: `INC1-M` sorts after `INC1-9999`.
LAST = 2**31 - 1
WIDEST = 9_999


def lazy(frame: pl.DataFrame) -> nw.LazyFrame[pl.LazyFrame]:
    """A frame as the rules take it."""
    return nw.from_native(frame.lazy())


def collect(frame: nw.LazyFrame[pl.LazyFrame]) -> pl.DataFrame:
    """What a rule gives, worked out."""
    return frame.to_native().collect(engine="streaming")


def in_case_order(cases: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Cases ascending by their number as text, with `case` = their place in that order (UInt32).

    Args:
        cases: `incident` (place of its number), `place` within the incident.
        numbers: the incidents' numbers, ascending.

    Incident and place give that order, except where one number begins another (`INC1`, `INC1-2`, `INC1 A`) or an
    incident has more cases than four digits count; then the texts themselves are sorted.
    """
    most = cases.filter(pl.col("place") != LAST)["place"].max()
    if plain(numbers) and (not isinstance(most, int) or most <= WIDEST):
        ordered = cases.sort("incident", "place")
    else:
        text = numbers.gather(cases["incident"])
        whole = cases.with_columns(number=text).select(number=pl.col("number") + case_suffix("place"))["number"]
        ordered = cases[whole.arg_sort()]
    return ordered.with_row_index("case").with_columns(pl.col("case").cast(ROW))


def in_record_order(entries: pl.DataFrame, numbers: pl.Series, case_numbers: pl.Series) -> pl.DataFrame:
    """Journal entries ascending by the number of their record as text, then by time.

    Args:
        entries: `incident`, `case` (place in output, null on the incident itself), `created_at`.
        numbers: the incidents' numbers, ascending; case_numbers: the cases', ascending.
    """
    if plain(numbers):
        return entries.sort("incident", "case", "created_at", nulls_last=False)
    on_case, on_incident = case_numbers.gather(entries["case"]), numbers.gather(entries["incident"])
    record = pl.select(record=pl.coalesce(on_case, on_incident))["record"]
    return entries.with_columns(record=record).sort("record", "created_at").drop("record")


def case_suffix(place: str) -> pl.Expr:
    """R3.1: what follows the incident's number in a case's: `-0001`…, `-M` for the major case."""
    count = pl.col(place).cast(pl.String).str.zfill(4)
    return pl.lit("-") + pl.when(pl.col(place) == LAST).then(pl.lit("M")).otherwise(count)


def plain(numbers: pl.Series) -> bool:
    """Whether sorting by incident, then by what follows its number, is sorting by the whole text."""
    dashed = numbers.to_frame("own").select(own=pl.col("own") + "-").with_columns(next=pl.col("own").shift(-1))
    clash = pl.col("next").str.starts_with(pl.col("own")) | (pl.col("next") < pl.col("own"))
    return not dashed.select(clash.any()).item()
