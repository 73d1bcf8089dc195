"""R12's place: the records whose customers get cases. Incidents for now."""

from collections.abc import Collection, Iterable

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.types import as_text
from casesim.engine.prepare import Prepared
from casesim.policy import resolve_field
from casesim.tables import INPUT
from casesim.template import Source

TABLES = {"incident": "incident", "account": "customer_account", "contact": "customer_contact"}
TIMES = ("opened_at", "resolved_at", "closed_at")


def known_fields(data: Dataset) -> dict[str, Collection[str]]:
    """By scope, every field that a template or a condition may name: ours, and what the dataset has beyond."""
    return {scope: tuple(dict.fromkeys((*INPUT[table].names, *data.columns(table)))) for scope, table in TABLES.items()}


def field_columns(data: Dataset, scope: str, names: Iterable[str]) -> pl.LazyFrame:
    """Fields of one scope's table, a row per usable row: `<scope>.<name>` as typed, `text.<scope>.<name>` as text.

    Args:
        data: the dataset.
        scope: incident | account | contact.
        names: fields as a template or condition writes them; the policy's check has found them all known.
    """
    table, wanted = TABLES[scope], list(dict.fromkeys(names))
    known = known_fields(data)[scope]
    columns = {name: resolve_field(name, known) or name for name in wanted}
    # An incident without number goes by its sys_id, wherever its number is shown.
    read = {*columns.values(), *(("sys_id",) if scope == "incident" else ())}
    frame = data.frame(table, sorted(read))
    if scope == "incident" and "number" in read:
        frame = frame.with_columns(number=pl.coalesce("number", "sys_id"))
    schema = frame.collect_schema()
    return frame.select(
        *(pl.col(column).alias(f"{scope}.{name}") for name, column in columns.items()),
        *(as_text(pl.col(column), schema[column]).alias(f"text.{scope}.{name}") for name, column in columns.items()),
    )


def source_types(data: Dataset, sources: Iterable[Source]) -> dict[Source, nw.dtypes.DType]:
    """The type of each template source (R3.3)."""
    found = {}
    for source in sources:
        schema = nw.from_native(field_columns(data, source.scope, [source.field])).collect_schema()
        found[source] = schema[f"{source.scope}.{source.field}"]
    return found


def number_order(data: Dataset) -> pl.Series | None:
    """R3.1: the row of each incident in ascending order of number, UInt32; None where they stand so already."""
    numbers = data.frame("incident", ["number", "sys_id"]).select(n=pl.coalesce("number", "sys_id")).collect()["n"]
    return None if numbers.is_sorted() else numbers.arg_sort()


def records(prepared: Prepared, order: pl.Series | None, fields: Iterable[str], *, critical: bool) -> pl.DataFrame:
    """One row per incident in order of number, as the rules of decision and resolution read it.

    Args:
        prepared: who is affected.
        order: from `number_order`.
        fields: incident fields that conditions ask for.
        critical: whether to count impacted critical services (R2.5).

    Returns:
        `incident` (its place), `opened_at`, `resolved_at`, `closed_at` (epoch microseconds), `state`, `accounts`,
        `consumers`, `value`, `critical`, and `text.incident.<field>`.
    """
    data = prepared.data
    base = data.frame("incident", [*TIMES, "state"]).with_columns(pl.col(name).dt.epoch("us") for name in TIMES)
    texts = field_columns(data, "incident", fields).select(pl.selectors.starts_with("text."))
    parts = [base.collect(engine="streaming"), texts.collect(engine="streaming"), prepared.counts]
    if critical:
        parts.append(prepared.critical_services.to_frame("critical"))
    frame = pl.concat([part for part in parts if part.width], how="horizontal")
    return (frame if order is None else frame[order]).with_row_index("incident")
