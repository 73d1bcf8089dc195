"""R6: the rows of sys_journal_field: what is written on records, and on the real cases of their customers."""

import polars as pl

from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.engine.customers import KINDS as CUSTOMERS
from casesim.engine.keys import ROW
from casesim.engine.written import (
    AGENT,
    COMMENT,
    REPLY,
    WORK_NOTE,
    Known,
    Written,
    as_rows,
    no_rejects,
    nothing,
    own_rows,
    placed,
    rejected,
)
from casesim.tables import CASE_TABLE, RECORD

ELEMENTS = {"comments": COMMENT, "work_notes": WORK_NOTE}

# Whom a contact or consumer may be known as among authors.
NAMES = {"customer_contact": ("sys_id", "email", "user_name", "name"), "csm_consumer": ("sys_id", "email", "name")}


def journal(known: Known) -> Written:
    """R6: rows of `sys_journal_field`, on records and on real cases.

    A row's table is the one it names; without a name incidents are asked first, then changes, then real cases. Any
    other name is one of real cases.
    """
    data = known.data
    if not data.height("sys_journal_field"):
        return nothing()
    columns = ["element_id", "name", "element", "value", "sys_created_on", "sys_created_by"]
    kind = pl.coalesce(pl.when(pl.col("element") == name).then(pl.lit(kind)) for name, kind in ELEMENTS.items())
    read = (
        keys.hashed(data.frame("sys_journal_field", columns), "element_id")
        .select(
            "element_id",
            "name",
            kind=kind,
            value="value",
            created_at=pl.col("sys_created_on").dt.epoch("us"),
            author="sys_created_by",
        )
        .with_row_index("row")
    )
    rows = data.collect(read, "streaming")
    target = _targets(data, rows)
    unknown = rows["row"].filter(target.is_null())
    records = sum(data.height(table) for table in RECORD)
    rows = rows.drop("element_id", "name").with_columns(target=target)
    on_record = rows.filter(pl.col("target") < records).drop_nulls("kind")
    on_record = on_record.with_columns(incident=known.code.gather(on_record["target"])).drop_nulls("incident")
    on_case = _on_real_cases(known, rows.filter((pl.col("target") >= records) & (pl.col("kind") == COMMENT)), records)
    lost = [rejected(data, "sys_journal_field", unknown, "element_id", "unknown_record"), on_case.rejects]
    return Written(pl.concat([as_rows(on_record), on_case.rows]), pl.concat(lost))


def _targets(data: Dataset, rows: pl.DataFrame) -> pl.Series:
    """The row that each journal row is on, among all incidents, then changes, then real cases; null if unknown."""
    name = pl.col("name")
    meant = {table: name == table for table in RECORD} | {CASE_TABLE: ~name.is_in(RECORD)}
    target = pl.select(pl.repeat(None, rows.height, dtype=ROW)).to_series()
    start = 0
    for table, named in meant.items():
        height = data.height(table)
        asked = rows.select((named | name.is_null()) & target.is_null()).to_series()
        if height and asked.any():
            own = rows["element_id"] if asked.all() else rows.select(pl.when(asked).then("element_id")).to_series()
            found = keys.lookup(data, table).rows(own) + start
            target = pl.select(pl.coalesce(target, found)).to_series()
        start += height
    return target.cast(ROW)


def _on_real_cases(known: Known, rows: pl.DataFrame, records: int) -> Written:
    """R6: comments on real cases: of customers, replies; of anybody else, agent comments.

    Args:
        known: what references mean.
        rows: `row`, `target` (a real case, counted from `records` on), `value`, `created_at`, `author`.
        records: how many incidents and changes there are.
    """
    if not rows.height:
        return nothing()
    read = known.data.frame(CASE_TABLE, ["incident", *CUSTOMERS])
    real = known.data.collect(keys.hashed(read, "incident", *CUSTOMERS))
    named = pl.concat([rows, real[rows["target"] - records]], how="horizontal")
    rows = placed(known, named)
    kind = pl.select(pl.when(_are_customers(known.data, rows["author"])).then(REPLY).otherwise(AGENT)).to_series()
    lost = [
        rejected(known.data, "sys_journal_field", each["row"], "element_id", str(reason))
        for (reason,), each in rows.drop_nulls("reason").group_by("reason", maintain_order=True)
    ]
    return Written(own_rows(rows.with_columns(kind=kind)), pl.concat([no_rejects(), *lost]))


def _are_customers(data: Dataset, authors: pl.Series) -> pl.Series:
    """R6: which authors are known contacts or consumers, in any case. Boolean without nulls."""
    written = authors.str.to_lowercase()
    asked = written.drop_nulls().unique()
    names = [
        data.frame(table, [column]).select(name=pl.col(column).str.to_lowercase())
        for table, columns in NAMES.items()
        for column in columns
    ]
    met = data.collect(pl.concat(names).filter(pl.col("name").is_in(asked.implode())), "streaming")["name"]
    return written.is_in(met.unique().implode()).fill_null(False)
