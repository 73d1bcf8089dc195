"""R6: rows of what people wrote, the records and cases they are on, and those that find none."""

from dataclasses import dataclass

import polars as pl

from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.engine.customers import KINDS as CUSTOMERS
from casesim.engine.keys import ROW, Lookup
from casesim.engine.prepare import Prepared
from casesim.tables import OUTPUT

# R6.6: the kinds of roots, in the order of their numbers.
COMMENT, WORK_NOTE, NOTIFY, REPLY, AGENT = range(5)

ROWS = {
    "incident": ROW,
    "created_at": pl.Int64,
    "kind": pl.UInt8,
    "value": pl.String,
    "author": pl.String,
    "case": ROW,
    "everyone": pl.Boolean,
    "counts": pl.Boolean,
}
REJECTS = {name: pl.Int64 if name == "row" else pl.String for name in OUTPUT["rejects"]}


@dataclass(frozen=True, slots=True)
class Written:
    """What one table says.

    rows: `incident` (code), `created_at` (epoch microseconds), `kind` (COMMENT … AGENT), `value`, `author`, `case` (the
        own one of a reply or agent comment, one that a row of an action chooses), `everyone` (it chooses every customer
        case), `counts` (false: a row of an action that chooses nothing; it may still say whose the action is).
    rejects: the columns of that output table.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Known:
    """What references may mean.

    references: records by what is written (rows: incidents, then changes).
    code: of each of these rows, null where its table is no source.
    cases: a row per case: `case`, `incident`, `customer`, `opened_at`.
    """

    prepared: Prepared
    references: Lookup
    code: pl.Series
    cases: pl.DataFrame

    @property
    def data(self) -> Dataset:
        """The dataset."""
        return self.prepared.data

    def customers(self, kind: str, references: pl.Series) -> pl.Series:
        """R1.5: the customer that each key of an account or consumer counts as, null where it is nobody."""
        who = self.prepared.customers
        codes = who.codes(kind, references, keys.lookup(self.data, CUSTOMERS[kind]).rows(references))
        return who.frame["counts_as"].gather(codes)

    def cases_of(self, incidents: pl.Series, customers: pl.Series) -> pl.DataFrame:
        """`case` and `opened_at` of the case of each incident and customer, null where there is none."""
        asked = pl.DataFrame({"incident": incidents, "customer": customers})
        near = self.cases.select("incident", "customer", "case", "opened_at").drop_nulls("customer")
        near = near.join(asked, on="incident", how="semi")
        found = asked.join(near, on=["incident", "customer"], how="left", maintain_order="left")
        return found.select("case", "opened_at")


def placed(known: Known, rows: pl.DataFrame) -> pl.DataFrame:
    """R6: the case that each reply or agent comment is on, that of the account if it names a consumer too.

    Args:
        known: what references mean.
        rows: `incident`, `account`, `consumer` (keys), `created_at`; other columns are kept.

    Returns:
        The rows but for those on a record of no source, with the code of their `incident`, `case`, `reason`
        (no_case | no_case_yet, null where there is nothing to say against it) and `column`, where the reason is found.
    """
    record = known.references.rows(rows["incident"])
    code = known.code.gather(record)
    kept = record.is_null() | code.is_not_null()
    rows = rows.with_columns(incident=code, column=customer_column(record.is_not_null()))
    rows = rows if kept.all() else rows.filter(kept)
    of_kind = {kind: known.customers(kind, rows[kind]) for kind in CUSTOMERS}
    customer = pl.when(pl.col("account").is_null()).then(of_kind["consumer"]).otherwise(of_kind["account"])
    found = known.cases_of(rows["incident"], rows.select(customer.alias("customer")).to_series())
    reason = (
        pl.when(pl.col("case").is_null())
        .then(pl.lit("no_case"))
        .when(pl.col("created_at") < pl.col("opened_at"))
        .then(pl.lit("no_case_yet"))
    )
    return pl.concat([rows, found], how="horizontal").with_columns(reason=reason)


def customer_column(asked: pl.Series | None = None) -> pl.Expr:
    """The column that names the customer, the account first; `incident` where none does, or where none is asked."""
    named = pl.coalesce(
        *(pl.when(pl.col(kind).is_not_null()).then(pl.lit(kind)) for kind in CUSTOMERS), pl.lit("incident")
    )
    return named if asked is None else pl.when(asked).then(named).otherwise(pl.lit("incident"))


def own_rows(placed: pl.DataFrame) -> pl.DataFrame:
    """Replies and agent comments that found their case."""
    return as_rows(placed.filter(pl.col("reason").is_null()))


def as_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with all columns of `Written.rows`; those that are not there say nothing about anybody."""
    default = {"case": None, "everyone": False, "counts": True}
    absent = [pl.lit(value).alias(name) for name, value in default.items() if name not in rows.columns]
    return rows.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())


def rejected(data: Dataset, table: str, rows: pl.Series, column: str, reason: str) -> pl.DataFrame:
    """Rejects of some rows of a table; only they need their texts."""
    if not rows.len():
        return no_rejects()
    return pl.DataFrame(
        {
            "table": pl.repeat(table, rows.len(), eager=True),
            "row": data.places(table).gather(rows),
            "column": pl.repeat(column, rows.len(), eager=True),
            "value": data.collect(data.frame(table, [column]))[column].gather(rows),
            "reason": pl.repeat(reason, rows.len(), eager=True),
        },
        schema=REJECTS,
    )


def nothing() -> Written:
    """No rows and no rejects."""
    return Written(pl.DataFrame(schema=ROWS), no_rejects())


def no_rejects() -> pl.DataFrame:
    """No rejects, typed."""
    return pl.DataFrame(schema=REJECTS)
