"""R4, R4.1: which table a case belongs to, by the product through which its customer is affected."""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset import Dataset
from casesim.engine.codes import NO_TYPE
from casesim.policy import Policy
from casesim.tables import CASE_TABLE, Frame


@dataclass(frozen=True, slots=True)
class Definition:
    """One service definition: whom it matches, the case's table, constants for what the mapping leaves missing."""

    product: str | None
    all_products: bool
    table: str
    defaults: tuple[tuple[str, str | int | float | bool], ...] = ()


def definitions(data: Dataset, policy: Policy) -> tuple[Definition, ...]:
    """R4.1: the definitions in the order in which they are tried; those for all products come last.

    The policy's in file order; if it has none, the dataset's by `order` (missing last), `name`, `product`, `table`.
    """
    own = [
        Definition(each.product, each.all_products, each.table, tuple(each.defaults.items()))
        for each in policy.case_types
    ]
    if not own:
        rows = data.frame("service_definition", ["name", "product", "all_products", "table", "order"])
        rows = rows.sort(
            "order", "name", "product", "table", nulls_last=[True, False, False, False], maintain_order=True
        )
        own = [
            Definition(product, everyone, table or CASE_TABLE)
            for _, product, everyone, table, _ in data.collect(rows).iter_rows()
        ]
    return tuple(sorted(own, key=lambda each: each.all_products))


def ranks(products: pl.Series, tried: tuple[Definition, ...]) -> pl.Series:
    """R4: the place of the first definition that names each product, Int32, `NO_TYPE` where none does."""
    first: dict[str, int] = {}
    for place, definition in enumerate(tried):
        if definition.product is not None and not definition.all_products:
            first.setdefault(definition.product, place)
    if not first:
        return pl.repeat(NO_TYPE, products.len(), dtype=pl.Int32, eager=True)
    known = pl.DataFrame(
        {"product": list(first), "type": list(first.values())}, {"product": pl.String, "type": pl.Int32}
    )
    found = products.to_frame("product").join(known, on="product", how="left", maintain_order="left")
    return found["type"].fill_null(NO_TYPE)


def tables(tried: tuple[Definition, ...]) -> list[str]:
    """R4.1: the tables cases can have, in the order that settles a tie for the major case; the base table last."""
    named = dict.fromkeys(definition.table for definition in tried if definition.table != CASE_TABLE)
    return [*named, CASE_TABLE]


def typed(cases: Frame, tried: tuple[Definition, ...]) -> Frame:
    """R4: the definition and the table of each customer's case.

    Args:
        cases: `type`, the place of the best definition by product, and `place` (0: a head, which has no definition).

    Returns:
        The same rows with `type` (place of the definition, `len(tried)` for none) and `table` (place in `tables`).
    """
    everyone = next((place for place, each in enumerate(tried) if each.all_products), len(tried))
    place = nw.when(nw.col("type") == NO_TYPE).then(nw.lit(everyone)).otherwise(nw.col("type"))
    place = nw.when(nw.col("place") == 0).then(nw.lit(len(tried))).otherwise(place)
    names = {name: number for number, name in enumerate(tables(tried))}
    rows, base = cases.with_columns(type=place.cast(nw.Int32)), len(names) - 1
    if not tried:
        return rows.with_columns(table=nw.lit(base, nw.Int32))
    table = nw.col("type").replace_strict(
        range(len(tried)), [names[each.table] for each in tried], default=base, return_dtype=nw.Int32
    )
    return rows.with_columns(table=table)


def of_majors(children: Frame, tried: tuple[Definition, ...]) -> Frame:
    """R4.1: the table of each major case: the one most of its children have, the first in `tables` on a tie.

    Args:
        children: `incident`, `table` of child cases.

    Returns:
        `incident`, `major_table`, one row per incident.
    """
    width = len(tables(tried))
    votes = children.group_by("incident", "table").agg(votes=nw.len().cast(nw.Int64))
    # One number that is highest for the most votes and, among equals, for the earliest table.
    score = nw.col("votes") * width + (width - 1 - nw.col("table"))
    best = votes.select("incident", score=score).group_by("incident").agg(nw.col("score").max())
    return best.select("incident", major_table=(nw.lit(width - 1) - nw.col("score") % width).cast(nw.Int32))
