"""What a sweep can be split by: a field of incidents or accounts, the month or the hour of the day."""

from dataclasses import dataclass

import polars as pl

from casesim.analysis.effects import Cells
from casesim.engine.simulate import Simulation
from casesim.engine.sources import field_columns, known_fields
from casesim.policy import resolve_field
from casesim.tables import DatasetError, nearest, shown

MOMENTS = {"month": "%Y-%m", "hour": "%H"}
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Segments:
    """values: the distinct values as text, ascending, a missing one first.

    of_record: for each record in order of number the place of its value, UInt32; None for a field of accounts.
    cells: for a field of accounts the parts of records, by the values of their counted customers.
    """

    values: pl.Series
    of_record: pl.Series | None
    cells: Cells | None


def segments(run: Simulation, name: str) -> Segments:
    """The segments that a name means.

    Args:
        run: any simulation of the dataset; its records and counted customers are used.
        name: `month` or `hour` (of `opened_at`, UTC), else a field of incidents, else `account.<field>`; a plain name
            that only accounts have means theirs, `incident.<field>` is always the incident's.

    Raises:
        DatasetError: no such field, with the nearest names; or one with more than 1,000 different values.
    """
    if name in MOMENTS:
        opened = run.decided["opened_at"].cast(pl.Datetime("us", "UTC"))
        return _of_records(opened.dt.strftime(MOMENTS[name]), name)
    scope, field = _meant(run, name)
    column = field_columns(run.prepared.records, scope, [field]).select(f"text.{scope}.{field}")
    values = run.prepared.data.collect(column).to_series()
    if scope == "incident":
        return _of_records(values if run.order is None else values[run.order], name)
    customers = run.prepared.customers
    known = customers.frame["row"].set(customers.frame["kind"] != "account", None)
    of_customer, distinct = _places(values.gather(known), name)
    pairs = run.pairs if run.served is None else run.served
    parts = pairs.select(record="incident", segment=of_customer.gather(pairs["customer"]))
    return Segments(distinct, None, Cells(parts.unique().sort("record", "segment"), of_customer))


def _meant(run: Simulation, name: str) -> tuple[str, str]:
    """The scope and the field that a name means."""
    known = known_fields(run.prepared.records)
    scope, dot, field = name.partition(".")
    asked = [(scope, field)] if dot and scope in ("incident", "account") else [("incident", name), ("account", name)]
    for of, each in asked:
        found = resolve_field(each, known[of])
        if found is not None:
            return of, found
    accounts = [f"account.{each}" for each in known["account"]]
    names = [*known["incident"], *accounts, *MOMENTS]
    if len(asked) == 1:
        names = accounts if scope == "account" else [f"incident.{each}" for each in known["incident"]]
    raise DatasetError(f"{shown(name)} is no field of an incident or an account to split by. {nearest(name, names)}")


def _of_records(values: pl.Series, name: str) -> Segments:
    places, distinct = _places(values, name)
    return Segments(distinct, places, None)


def _places(values: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """For each value its place among the distinct ones, and those, ascending, a missing one first."""
    distinct = values.rename("value").unique().sort(nulls_last=False)
    if distinct.len() > MOST:
        many = f"{distinct.len():,} different values"
        raise DatasetError(f"{shown(name)} has {many}; a sweep can be split by {MOST:,} at most.")
    places = distinct.to_frame().with_row_index("place")
    found = values.to_frame("value").join(places, on="value", how="left", nulls_equal=True, maintain_order="left")
    return found["place"], distinct
