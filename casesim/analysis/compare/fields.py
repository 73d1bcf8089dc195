"""Which fields of which cases differ between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from casesim.analysis.compare.both import Both, Side
from casesim.dataset.types import as_text
from casesim.engine.layout import Fetch, OutputTable

# The same on both sides for cases of one number, by what they are.
SAME = ("number", "correlation_id", "source", "incident", "incident_number", "proactive")
BATCH = 500_000


@dataclass(frozen=True)
class CaseFields:
    """The cases that both runs have, and how they differ.

    pairs: `record`, `a`, `b` (their rows in the cases of each side's part), a row per case of both.
    differ: case field -> Boolean, a row per pair; fields that differ nowhere are left out.
    """

    both: Both
    pairs: pl.DataFrame
    differ: Mapping[str, pl.Series]

    @cached_property
    def of_records(self) -> pl.DataFrame:
        """`record`, `field`: each field that differs in a case of the record, in the order of the columns."""
        parts = [
            self.pairs.filter(differs).select("record").unique().with_columns(field=pl.lit(name), place=pl.lit(place))
            for place, (name, differs) in enumerate(self.differ.items())
        ]
        empty = pl.DataFrame(schema={"record": pl.Int64, "field": pl.String})
        if not parts:
            return empty
        return pl.concat(parts).sort("record", "place").select("record", "field")

    @cached_property
    def table(self) -> pl.DataFrame:
        """`incident_number`, `case_number`, `field`, `a`, `b`: each value that differs, as text."""
        parts = []
        for place, (name, differs) in enumerate(self.differ.items()):
            rows = self.pairs.filter(differs)
            values = {side: _as_text(_column(_cases(of), rows[side], name)).alias(side) for side, of in self.both.sides}
            number = _column(_cases(self.both.b), rows["b"], "number").alias("case_number")
            parts.append(
                rows.select("record", field=pl.lit(name), place=pl.lit(place)).with_columns(number, *values.values())
            )
        columns = ("incident_number", "case_number", "field", "a", "b")
        if not parts:
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        rows = pl.concat(parts).sort("record", "case_number", "place")
        return rows.with_columns(incident_number=self.both.records["number"].gather(rows["record"])).select(columns)


def case_fields(both: Both) -> CaseFields:
    """Compare the cases of both runs, those of one number with each other."""
    cases = {name: side.among_both(side.part.case_codes).with_row_index(name) for name, side in both.sides}
    keys = ["record", "place"]
    a, b = (rows.select(*keys, name) for name, rows in cases.items())
    if both.a.run.policy.flow != both.b.run.policy.flow:
        # A major case and the alert flow's own case have different numbers (R2.6).
        a, b = (rows.filter(pl.col("place") > 0) for rows in (a, b))
    pairs = a.join(b, on=keys, maintain_order="left").select("record", "a", "b")
    columns = [dict.fromkeys(_cases(side).columns) for _, side in both.sides]
    names = [name for name in {**columns[0], **columns[1]} if name not in SAME]
    found: dict[str, list[pl.Series]] = {name: [] for name in names}
    for start in range(0, pairs.height, BATCH):
        rows = pairs.slice(start, BATCH)
        for name in names:
            found[name].append(_differs(both, rows, name))
    differ = {name: pl.concat(parts) for name, parts in found.items() if any(part.any() for part in parts)}
    return CaseFields(both, pairs, differ)


def _differs(both: Both, rows: pl.DataFrame, name: str) -> pl.Series:
    """Whether a field differs, a row per pair."""
    if _same_codes(both, rows, name):
        return pl.repeat(False, rows.height, eager=True).alias(name)
    a, b = (_column(_cases(side), rows[which], name) for which, side in both.sides)
    if a.dtype != b.dtype:
        a, b = _as_text(a), _as_text(b)
    return a.ne_missing(b).alias(name)


def _same_codes(both: Both, rows: pl.DataFrame, name: str) -> bool:
    """Whether both sides fetch a field from the same place of the same column: then no text has to be looked at."""
    tables = {which: _cases(side) for which, side in both.sides}
    a, b = (table.columns.get(name) for table in tables.values())
    if not isinstance(a, Fetch) or a != b:
        return False
    columns = [table.sides[a.side][a.column] for table in tables.values()]
    if not _is(*columns):
        return False
    used = [a.side, *([a.only] if a.only else [])]
    codes = [[table.codes[code].gather(rows[which]) for code in used] for which, table in tables.items()]
    return not any(one.ne_missing(other).any() for one, other in zip(*codes, strict=True))


def _is(a: pl.Series, b: pl.Series) -> bool:
    """Whether two columns are one and the same, in the same memory."""
    return a.len() == b.len() and a.dtype == b.dtype and a.equals(b, null_equal=True)


def _cases(side: Side) -> OutputTable:
    return side.part.cases


def _column(cases: OutputTable, rows: pl.Series, name: str) -> pl.Series:
    """One column of some cases; missing where the policy has no such field."""
    if name not in cases.columns:
        return pl.repeat(None, rows.len(), dtype=pl.String, eager=True).alias(name)
    return OutputTable(cases.codes[rows], cases.sides, {name: cases.columns[name]}).frame()[name]


def _as_text(values: pl.Series) -> pl.Series:
    return values.to_frame("value").select(as_text(pl.col("value"), values.dtype).alias("value"))["value"]
