"""A prepared dataset with some of its incidents alone, so that few changed incidents are compared in little time."""

from dataclasses import replace

import polars as pl

from casesim.dataset import Dataset, load
from casesim.engine.keys import ROW
from casesim.engine.people import people
from casesim.engine.prepare import Prepared
from casesim.engine.records import Records
from casesim.engine.simulate import Simulation
from casesim.engine.talk import WRITTEN


def stands_alone(run: Simulation) -> bool:
    """Whether what comes of an incident needs nothing that refers to it, but for its customers.

    What people wrote (R6) and impacted services (R2.5) are found by references, and what a reference means depends on
    all incidents.
    """
    data, policy = run.prepared.data, run.policy
    written = bool(policy.notify) or any(data.height(table) for table in WRITTEN)
    asks_services = policy.also_major_when.critical_services_at_least is not None
    return not written and not asks_services and len(run.prepared.records.tables) == 1


def part_of(prepared: Prepared, rows: pl.Series) -> Prepared:
    """Some incidents (or changes) with their customers; nothing is looked for again.

    Args:
        prepared: with records of one table.
        rows: which of its records, ascending.
    """
    [table] = prepared.records.tables
    keep = pl.repeat(False, prepared.records.height, eager=True).scatter(rows, True)
    place = pl.repeat(None, keep.len(), dtype=ROW, eager=True).scatter(rows, pl.int_range(rows.len(), eager=True))
    data = _only(prepared.data, table, keep)
    single, shared = (_moved(pairs, keep, place) for pairs in (prepared.single, prepared.shared))
    counts = prepared.counts.filter(keep)
    found = replace(prepared, data=data, records=Records(data, (table,)), single=single, shared=shared, counts=counts)
    # The customers are the same, and so is who can be told.
    people(prepared, ())
    found.kept["people"] = prepared.kept["people"]
    return found


def share_sides(a: Simulation, b: Simulation) -> None:
    """Let the second of two runs that differ in decisions alone have what its codes stand for from the first.

    A mapped field that is rendered for each incident by its outcome is the one thing that may differ there.
    """
    if all(field.uniform or not field.of_incident for field in a.mapped):
        incident = a.sides.incident.with_columns(b.decided["outcome"])
        vars(b)["sides"] = replace(a.sides, incident=incident)


def _moved(pairs: pl.DataFrame, keep: pl.Series, place: pl.Series) -> pl.DataFrame:
    """The pairs of records that are kept, with their new codes."""
    kept = pairs.filter(keep.gather(pairs["incident"]))
    return kept.with_columns(place.gather(kept["incident"]).alias("incident"))


def _only(data: Dataset, table: str, keep: pl.Series) -> Dataset:
    """The dataset with some rows of one table, read into memory; all other tables as they are."""
    rows = data.collect(data.frame(table, data.columns(table)).filter(keep), "streaming")
    nobody = pl.DataFrame(schema={"incident": pl.String, "account": pl.String})
    read = load({table: rows, "affected_account": nobody}, name=data.name)
    return replace(data, _tables={**data._tables, table: read._tables[table]})
