"""What codes stand for: the incidents, the customers and the case tables, with the texts that output asks for."""

from collections.abc import Iterable

import polars as pl

from casesim.engine import case_type
from casesim.engine.backend import collect, lazy
from casesim.engine.fields import Field, on_incidents
from casesim.engine.outputs import Sides
from casesim.engine.people import people
from casesim.engine.prepare import Prepared
from casesim.engine.sources import field_columns
from casesim.template import Source

COPIED = ("close_notes", "close_code", "cause")


def sides(
    prepared: Prepared,
    order: pl.Series | None,
    decided: pl.DataFrame,
    mapped: Iterable[Field],
    messages: Iterable[Source],
    *,
    endings: pl.Series,
) -> Sides:
    """The sides of every output table.

    Args:
        prepared: who is affected.
        order: the records' rows by number, None where they stand so.
        decided: one row per record in that order, with `outcome` and `source`.
        mapped: the mapped case fields.
        messages: the sources of notification templates.
        endings: what follows a record's number in a case's, by place.
    """
    mapped = tuple(mapped)
    asked = [*(source for each in mapped for source in each.sources), *messages]
    names = [source.field for source in asked if source.scope == "incident"]
    fields = field_columns(prepared.records, "incident", [*names, *COPIED, "number"])
    ids = prepared.records.frame(["sys_id", "number"]).select(id=pl.coalesce("sys_id", "number"))
    incident = prepared.data.collect(pl.concat([fields, ids], how="horizontal"), "streaming")
    incident = (incident if order is None else incident[order]).with_columns(
        decided["outcome"], decided["source"].cast(pl.String)
    )
    rendered = on_incidents(mapped)
    incident = collect(lazy(incident).with_columns(**rendered)) if rendered else incident
    number, notes = pl.col("text.incident.number"), pl.col("text.incident.close_notes")
    incident = incident.with_columns(
        *(pl.col(f"text.incident.{name}").alias(name) for name in COPIED),
        number=number,
        note=number + pl.when(notes.is_null()).then(pl.lit(" resolved")).otherwise(pl.lit(" resolved: ") + notes),
    )
    tables = pl.DataFrame({"table": case_type.tables(prepared.definitions)})
    return Sides(incident, people(prepared, asked), tables, endings.to_frame("ending"))
