"""Exactly the incidents that differ between two runs, worst first."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from casesim.analysis.compare.both import Both, Side
from casesim.analysis.compare.by_decision import DECISION, WORDED
from casesim.analysis.compare.fields import CaseFields
from casesim.analysis.compare.reasons import reasons
from casesim.engine.layout import OutputTable
from casesim.engine.simulate import Simulation

COLUMNS = (
    *("incident_number", "affected_accounts", "affected_consumers", "counted_a", "counted_b"),
    *("outcome_a", "outcome_b", "cases_a", "cases_b"),
    *("notifications_a", "notifications_b", "manual_closures_a", "manual_closures_b", "reason", "fields"),
)
# For people who look at the list: priority as it is stored, opened_at, and the record's place among those of both.
BESIDE = ("priority", "opened_at", "record")
# How many records are spelt out at a time where texts have to be compared.
BATCH = 50_000


def worst_first(rows: pl.DataFrame, a: Simulation, b: Simulation) -> pl.DataFrame:
    """`COLUMNS` and `BESIDE`: changed outcomes, then by priority (as text, missing last), customers that count (R8.2),
    cases to close by hand more or less, number.

    Args:
        rows: from `changed_incidents` or `changed_decisions`.
        a, b: the runs.
    """
    # Thousands of incidents have the same few reasons.
    kinds = rows.select(WORDED).unique()
    worded = kinds.with_columns(reason=reasons(kinds, a, b))
    rows = rows.join(worded, on=WORDED, how="left", nulls_equal=True, maintain_order="left")
    by_hand = (pl.col("manual_closures_b") - pl.col("manual_closures_a")).abs()
    same = pl.col("outcome_a").eq_missing(pl.col("outcome_b"))
    customers = pl.max_horizontal("counted_a", "counted_b")
    order = [same, pl.col("priority"), -customers, -by_hand, pl.col("record")]
    return rows.sort(*order, nulls_last=True).select(*COLUMNS, *BESIDE)


def changed_incidents(both: Both, fields: CaseFields) -> pl.DataFrame:
    """A row for each incident (or change) that differs: in outcome, or in any row of its cases, notifications or
    journal. How the decision came about (`threshold`, `reason`) alone is no difference.

    Args:
        both: the two runs.
        fields: how their cases differ.

    Returns:
        As `changed_decisions`. outcome_a, outcome_b, counted_a, counted_b: null where the record is of no source (R12).
        affected_accounts, affected_consumers: of b, else of a. cases, notifications: rows of those tables, whatever
        their status. fields: List[String], in column order.
    """
    rows = _side_by_side(both)
    differing = fields.of_records.group_by("record", maintain_order=True).agg("field")
    rows = rows.join(differing.rename({"field": "fields"}), on="record", how="left", maintain_order="left")
    none = {"outcome": "none", "notifications": 0, "manual_closures": 0}
    sides = {name: [pl.col(f"{name}_{side}").fill_null(value) for side in "ab"] for name, value in none.items()}
    paired = np.bincount(fields.pairs["record"].to_numpy(), minlength=rows.height)
    # Cases of the same number on both sides are paired; any other is on one side alone.
    unequal = [a != b for a, b in sides.values()]
    unequal += [pl.col(f"cases_{side}") != pl.lit(pl.Series(paired)) for side in "ab"]
    known = rows.select(pl.any_horizontal(*unequal, pl.col("fields").is_not_null()).alias("known"))["known"]
    changed = known | _differ_in_texts(both, ~known & both.keep)
    rows = rows.filter(changed).with_columns(pl.col("fields").fill_null([]))
    numbers = both.records["number"].gather(rows["record"]).alias("incident_number")
    return rows.with_columns(numbers, priority=_priorities(both, rows["record"]))


def _side_by_side(both: Both) -> pl.DataFrame:
    """A row per record: `record`, `affected_accounts`, and of each side the counts and the decision."""
    height = both.records.height
    columns: dict[str, pl.Series] = {}
    accounts, consumers, opened = [], [], []
    for name, side in both.sides:
        place = pl.Series(np.full(height, -1)).scatter(side.record, np.arange(len(side.record))) if height else None
        at = pl.Series([], dtype=pl.Int64) if place is None else place.set(place < 0, None)
        decided = side.run.decided
        for column in DECISION:
            columns[f"{column}_{name}"] = decided[column].gather(at)
        accounts.append(decided["accounts"].gather(at))
        consumers.append(decided["consumers"].gather(at))
        opened.append(decided["opened_at"].gather(at))
        cases, told = side.among_both(side.part.case_codes), side.among_both(side.part.notification_codes)
        by_hand = cases.filter("by_hand")
        for metric, found in (("cases", cases), ("notifications", told), ("manual_closures", by_hand)):
            count = np.bincount(found["record"].to_numpy(), minlength=height)
            columns[f"{metric}_{name}"] = pl.Series(count, dtype=pl.Int64)
    # What cannot differ was not worked out: its counts are the same, whatever they are.
    frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    return (
        frame.with_columns(
            affected_accounts=_of_b(accounts).cast(pl.Int64),
            affected_consumers=_of_b(consumers).cast(pl.Int64),
            opened_at=_of_b(opened),
        )
        .with_row_index("record")
        .with_columns(pl.col("record").cast(pl.Int64))
    )


def _of_b(sides: Sequence[pl.Series]) -> pl.Series:
    """What b says, else what a says."""
    return pl.select(pl.coalesce(sides[::-1])).to_series()


def _differ_in_texts(both: Both, asked: pl.Series) -> pl.Series:
    """Which of the asked records differ in a row of their notifications or journal."""
    found = np.zeros(both.records.height, bool)
    places = asked.arg_true()
    for start in range(0, places.len(), BATCH):
        within = np.zeros(both.records.height, bool)
        within[places.slice(start, BATCH).to_numpy()] = True
        for table in (_notifications, _journal):
            a, b = (_spelt_out(side, table(side), pl.Series(within)) for _, side in both.sides)
            names = a.columns
            for one, other in ((a, b), (b, a)):
                only = one.join(other, on=names, how="anti", nulls_equal=True)
                found[only["record"].to_numpy()] = True
    return pl.Series(found)


def _notifications(side: Side) -> OutputTable:
    return side.part.notifications


def _journal(side: Side) -> OutputTable:
    return side.part.journal


def _spelt_out(side: Side, table: OutputTable, within: pl.Series) -> pl.DataFrame:
    """The rows of some records, with `record`."""
    codes = side.among_both(table.codes)
    codes = codes.filter(within.gather(codes["record"]))
    return OutputTable(codes, table.sides, table.columns).frame().with_columns(codes["record"])


def _priorities(both: Both, records: pl.Series) -> pl.Series:
    """The priority of records that changed, as text."""
    found = pl.repeat(None, both.records.height, dtype=pl.String, eager=True)
    for _, side in both.sides:
        part = side.part
        own = part.prepared.data.collect(part.prepared.records.frame(["priority"]))["priority"].cast(pl.String)
        own = own if part.order is None else own[part.order]
        found = found.scatter(side.part_record, own)
    return found.gather(records)
