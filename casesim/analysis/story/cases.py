"""R3, R4, R7 for one record: its cases, how they end, what each was told and what was written on it."""

from collections.abc import Mapping

import polars as pl

from casesim.analysis.story.values import Case, Told
from casesim.engine.simulate import Simulation

RESOLVED = "6"


def customer_cases(
    run: Simulation, told: Mapping[str, tuple[Told, ...]], journal: pl.DataFrame
) -> dict[int | None, Case]:
    """The case of each customer code; under None the case of the whole issue, if there is one (R2.6: -M or -A).

    Args:
        run: a run over one record.
        told: by case number, its notifications.
        journal: the record's rows of that table.
    """
    codes = run.case_codes.select("customer", "type", "closes", "informed", "by_hand")
    rows = run.cases.only("number", "kind", "sys_class_name", "state", "opened_at", "resolved_at").frame()
    written = _written(journal)
    return {
        row["customer"]: Case(
            number=row["number"],
            kind=row["kind"],
            table=row["sys_class_name"],
            table_because=_table_because(run, row["kind"], row["type"]),
            state=row["state"],
            opened_at=row["opened_at"],
            resolved_at=row["resolved_at"],
            resolved_by=_resolved_by(row["state"], row["kind"], closes=row["closes"]),
            informed=row["informed"],
            by_hand=row["by_hand"],
            **written.get(row["number"], NOTHING),
            told=told.get(row["number"], ()),
        )
        for row in pl.concat([codes, rows], how="horizontal").iter_rows(named=True)
    }


NOTHING = {"replies": 0, "comments": 0, "unintended": 0, "duplicates": 0}


def _written(journal: pl.DataFrame) -> dict[str, dict[str, int]]:
    """By case number, its journal entries counted."""
    counts = journal.filter(pl.col("table") == "case").group_by("record")
    found = counts.agg(
        replies=(pl.col("origin") == "reply").sum(),
        comments=(pl.col("element") == "comments").sum(),
        unintended=pl.col("unintended").sum(),
        duplicates=pl.col("duplicate").sum(),
    )
    return {row.pop("record"): row for row in found.iter_rows(named=True)}


def _resolved_by(state: str, kind: str, *, closes: bool) -> str | None:
    """R7, R7.2: what resolves a case."""
    if state != RESOLVED:
        return None
    if closes:
        return "incident"
    return "manager" if kind == "major" else "major case"


def _table_because(run: Simulation, kind: str, place: int) -> str:
    """R4, R4.1: why a case has its table."""
    tried = run.prepared.definitions
    if kind == "proactive" or (kind == "major" and run.policy.flow == "alerts"):
        return "as every case of the alert flow itself (R4)"
    if kind == "major":
        return "the table that most of its children have (R4.1)"
    if not tried:
        return "there are no service definitions (R4)"
    if place >= len(tried):
        return "no service definition matches (R4)"
    if tried[place].all_products:
        return "the definition for all products (R4.1)"
    return f"product {tried[place].product} (R4)"
