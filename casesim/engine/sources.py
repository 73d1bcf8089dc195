"""The fields of records, accounts and contacts, and the records as decision and resolution read them."""

from collections.abc import Collection, Iterable

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.types import as_text
from casesim.engine.backend import collect_in_order, lazy
from casesim.engine.prepare import Prepared
from casesim.engine.records import TIMES, Records, begun
from casesim.policy import Policy, resolve_field
from casesim.tables import INPUT
from casesim.template import Source

TABLES = {"account": "customer_account", "contact": "customer_contact"}


def known_fields(found: Records) -> dict[str, Collection[str]]:
    """By scope, every field that a template or a condition may name: ours, and what the dataset has beyond."""
    return {"incident": found.known, **{scope: _known(found.data, table) for scope, table in TABLES.items()}}


def _known(data: Dataset, table: str) -> Collection[str]:
    return tuple(dict.fromkeys((*INPUT[table].names, *data.columns(table))))


def field_columns(found: Records, scope: str, names: Iterable[str]) -> pl.LazyFrame:
    """Fields of one scope, a row per record or usable row: `<scope>.<name>` as typed, `text.<scope>.<name>` as text.

    Args:
        found: the records.
        scope: incident (any record) | account | contact.
        names: fields as a template or condition writes them; the policy's check has found them all known.
    """
    wanted = list(dict.fromkeys(names))
    known = found.known if scope == "incident" else _known(found.data, TABLES[scope])
    columns = {name: resolve_field(name, known) or name for name in wanted}
    if scope == "incident":
        frame = found.fields(columns.values())
    else:
        rows = found.data.frame(TABLES[scope], sorted(set(columns.values())))
        schema = rows.collect_schema()
        frame = rows.select(
            *(pl.col(name).alias(f"{scope}.{name}") for name in schema),
            *(as_text(pl.col(name), dtype).alias(f"text.{scope}.{name}") for name, dtype in schema.items()),
        )
    return frame.select(
        *(pl.col(f"{scope}.{column}").alias(f"{scope}.{name}") for name, column in columns.items()),
        *(pl.col(f"text.{scope}.{column}").alias(f"text.{scope}.{name}") for name, column in columns.items()),
    )


def source_types(found: Records, sources: Iterable[Source]) -> dict[Source, nw.dtypes.DType]:
    """The type of each template source (R3.3)."""
    types = {}
    for source in sources:
        schema = nw.from_native(field_columns(found, source.scope, [source.field])).collect_schema()
        types[source] = schema[f"{source.scope}.{source.field}"]
    return types


def base(
    prepared: Prepared, policy: Policy, order: pl.Series | None, fields: Iterable[str], *, critical: bool
) -> pl.DataFrame:
    """One row per record in order of number, as the rules of decision and resolution read it.

    Args:
        prepared: who is affected.
        policy: `generation_delay` is used.
        order: from `Records.order`.
        fields: incident fields that conditions ask for.
        critical: whether to count impacted critical services (R2.5).

    Returns:
        `incident` (its place), `source` (its table), `change`, `state`, `opened_at`, `resolved_at`, `closed_at`,
        `authorized_at`, `start_date`, `start` (t₀) (epoch microseconds), `authorized`, `accounts`, `consumers`,
        `value`, `critical`, and `text.incident.<field>`.
    """
    found = prepared.records
    times = [pl.col(name).cast(pl.Datetime("us", "UTC")).dt.epoch("us") for name in TIMES]
    rows = found.data.collect(found.frame([*TIMES, "state"]).with_columns(times), "streaming")
    source = found.table
    rows = rows.with_columns(source, change=source == "change_request")
    texts = field_columns(found, "incident", fields).select(pl.selectors.starts_with("text."))
    started = collect_in_order(begun(lazy(rows), policy.choices.generation_delay))
    parts = [started, found.data.collect(texts, "streaming"), prepared.counts]
    if critical:
        parts.append(prepared.critical_services.to_frame("critical"))
    frame = pl.concat([part for part in parts if part.width], how="horizontal")
    return (frame if order is None else frame[order]).with_row_index("incident")
