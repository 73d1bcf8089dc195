"""R6: replies, and notify actions, given and planned."""

import narwhals.stable.v2 as nw
import polars as pl

from casesim.engine import keys
from casesim.engine.backend import collect_in_order, lazy
from casesim.engine.calendar import refuse_beyond
from casesim.engine.customers import KINDS as CUSTOMERS
from casesim.engine.sources import field_columns
from casesim.engine.written import (
    NOTIFY,
    REPLY,
    Known,
    Written,
    as_rows,
    customer_column,
    no_rejects,
    nothing,
    own_rows,
    placed,
    rejected,
)
from casesim.policy import Policy
from casesim.template import Source


def replies(known: Known) -> Written:
    """R6: rows of `customer_reply`."""
    table = "customer_reply"
    if not known.data.height(table):
        return nothing()
    columns = ["incident", *CUSTOMERS, "value", "created_at", "created_by"]
    hashed = keys.hashed(known.data.frame(table, columns), "incident", *CUSTOMERS).with_row_index("row")
    read = hashed.with_columns(pl.col("created_at").dt.epoch("us")).rename({"created_by": "author"})
    rows = known.data.collect(read)
    found = placed(known, rows)
    lost = [
        rejected(known.data, table, each["row"], str(column), str(reason))
        for (column, reason), each in found.drop_nulls("reason").group_by("column", "reason", maintain_order=True)
    ]
    return Written(own_rows(found.with_columns(kind=pl.lit(REPLY))), pl.concat([no_rejects(), *lost]))


def actions(known: Known) -> Written:
    """R6: rows of `notify_customers`, a row twice if it names both an account and a consumer."""
    data, table = known.data, "notify_customers"
    if not data.height(table):
        return nothing()
    columns = ["incident", *CUSTOMERS, "message", "created_at", "created_by"]
    hashed = keys.hashed(data.frame(table, columns), "incident", *CUSTOMERS).with_row_index("row")
    rows = data.collect(hashed.with_columns(pl.col("created_at").dt.epoch("us")))
    record = known.references.rows(rows["incident"])
    lost = rows["row"].filter(record.is_null())
    rows = rows.with_columns(incident=known.code.gather(record)).drop_nulls("incident")
    chosen = {
        kind: known.cases_of(rows["incident"], known.customers(kind, rows[kind]))["case"].alias(f"case.{kind}")
        for kind in CUSTOMERS
    }
    nobody = pl.all_horizontal(pl.col(kind).is_null() for kind in CUSTOMERS)
    told = _told_incidents(known.cases)
    rows = rows.with_columns(*chosen.values(), told=rows["incident"].is_in(told.implode()))
    rows = rows.with_columns(everyone=nobody & pl.col("told"), column=customer_column())
    found = pl.any_horizontal(pl.col(f"case.{kind}").is_not_null() for kind in CUSTOMERS)
    rows = rows.with_columns(counts=found | pl.col("everyone"))
    refused = [
        rejected(data, table, each["row"], str(column), "no_case")
        for (column,), each in rows.filter(~pl.col("counts")).group_by("column", maintain_order=True)
    ]
    first, second = (pl.col(f"case.{kind}") for kind in CUSTOMERS)
    named = rows.with_columns(case=pl.coalesce(first, second))
    both = rows.filter(first.is_not_null() & second.is_not_null()).with_columns(case=second)
    written = pl.concat([named, both]).select(
        "incident",
        "created_at",
        "case",
        "everyone",
        "counts",
        kind=pl.lit(NOTIFY),
        value="message",
        author="created_by",
    )
    return Written(as_rows(written), pl.concat([rejected(data, table, lost, "incident", "no_case"), *refused]))


def planned(known: Known, policy: Policy, decided: pl.DataFrame) -> pl.DataFrame:
    """R6: the rows that the policy's `[[notify]]` plan, where something was decided and the message is not empty.

    Args:
        known: what references mean.
        policy: its planned actions.
        decided: a row per record in order of code: `outcome`, `decided_at` (epoch microseconds).
    """
    if not policy.notify:
        return nothing().rows
    asked = dict.fromkeys(field for plan in policy.notify for field in plan.when.fields if field != "outcome")
    sources = dict.fromkeys(source.field for plan in policy.notify for source in plan.message.sources)
    fields = decided.select("outcome", "decided_at")
    if asked or sources:
        found = field_columns(known.prepared.records, "incident", [*asked, *sources])
        texts = known.data.collect(found.select(pl.selectors.starts_with("text.")), "streaming")
        # Records stand in the order of the dataset; those of sources have their codes in that order.
        place = known.code.drop_nulls()
        texts = texts if place.is_sorted() else texts[place.arg_sort()]
        fields = pl.concat([fields, texts], how="horizontal")
    rows = fields.with_row_index("incident").drop_nulls("decided_at")
    told = _told_incidents(known.cases)
    rows = rows.filter(rows["incident"].is_in(told.implode()))
    parts = []
    for plan in policy.notify:
        met = lazy(rows).with_columns(met=plan.when.matches(_seen), value=plan.message.render(_text))
        parts.append(
            collect_in_order(met)
            .filter(pl.col("met") & pl.col("value").is_not_null())
            .select(
                "incident",
                "value",
                created_at=pl.col("decided_at") + plan.after,
                kind=pl.lit(NOTIFY),
                author=pl.lit("system"),
                everyone=pl.lit(True),
            )
        )
    rows = pl.concat(parts)
    refuse_beyond(rows["created_at"], "[[notify]] after (R6)")
    return as_rows(rows)


def _told_incidents(cases: pl.DataFrame) -> pl.Series:
    """The incidents that have a customer case, each once."""
    return cases.filter(pl.col("customer").is_not_null())["incident"].unique()


def _seen(field: str) -> nw.Expr:
    return nw.col("outcome" if field == "outcome" else f"text.incident.{field}")


def _text(source: Source) -> nw.Expr:
    return nw.col(f"text.incident.{source.field}")
