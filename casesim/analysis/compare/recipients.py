"""Who would newly be told, and who no longer, by name."""

import numpy as np
import polars as pl

from casesim.analysis.compare.both import Both
from casesim.analysis.effects import Counts, restricted
from casesim.engine import keys
from casesim.engine.simulate import Simulation

COLUMNS = ("change", "contact", "consumer", "name", "email", "notifications")


def recipients(both: Both) -> pl.DataFrame:
    """`COLUMNS`: the contacts and consumers who get a notification in one run and none in the other.

    Returns:
        change (new | lost), contact, consumer (one of the two), name, email, notifications (sent to them where they
        are told, those in digests included); new ones first, then most notifications first, then by id.
    """
    a, b = (_told(side.part) for _, side in both.sides)
    differ = (a > 0) != (b > 0)
    if differ.any() and not both.keep.all():
        # What cannot differ is the same in both runs: whoever is told there is neither new nor lost.
        own = pl.Series(both.keep.gather(pl.Series(both.a.record)))
        differ &= _told(restricted(both.a.run, ~own)) == 0
    person = np.flatnonzero(differ)
    who = _people(both.a.run).filter(pl.col("person").is_in(person.tolist()))
    counts = pl.DataFrame({"person": person, "a": a[person], "b": b[person]})
    rows = counts.join(who, on="person", how="left").with_columns(
        change=pl.when(pl.col("b") > 0).then(pl.lit("new")).otherwise(pl.lit("lost")),
        notifications=pl.max_horizontal("a", "b"),
    )
    order = [pl.col("change") != "new", -pl.col("notifications"), pl.coalesce("contact", "consumer"), pl.col("person")]
    return rows.sort(*order).select(COLUMNS)


def told_alike(a: Simulation, b: Simulation) -> bool:
    """Whether two runs that differ in decisions alone have cases for the same records, and tell of all of them.

    A case tells its customer when it is created (R5), be it individual or a child; then nobody is new or lost.
    """
    return a.policy.notifications["case_created"].enabled and a.decided["each"].equals(b.decided["each"])


def nobody() -> pl.DataFrame:
    """`COLUMNS` without a row."""
    return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String) | {"notifications": pl.Int64})


def _told(run: Simulation) -> Counts:
    """How many notifications go to each contact and consumer, by the code of the person; digests count as such."""
    who, codes = run.sides.customer, run.notification_codes
    if "status" in codes.columns:
        codes = codes.filter(pl.col("status").is_null() | pl.col("status").is_in(["sent", "digested"]))
    person = who["person"].gather(codes["customer"]).drop_nulls()
    data = run.prepared.data
    every = data.height("customer_contact") + data.height("csm_consumer")
    return np.bincount(person.to_numpy(), minlength=every).astype(np.int64)


def _people(run: Simulation) -> pl.DataFrame:
    """Every contact and consumer: `person` (as in the customers' side), `contact`, `consumer`, `name`, `email`."""
    data, parts = run.prepared.data, []
    for kind, table in (("contact", "customer_contact"), ("consumer", "csm_consumer")):
        rows = data.collect(data.frame(table, ["name", "email"]))
        ids = keys.ids(data, table)
        other = "consumer" if kind == "contact" else "contact"
        rows = rows.select(ids.alias(kind), pl.lit(None, pl.String).alias(other), "name", "email")
        parts.append(rows.select("contact", "consumer", "name", "email"))
    return pl.concat(parts).with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))
