"""A run's mails in integer codes: which go out when, and how many of them fall together.

A mail is a notification that is sent, at its `deliver_at`, and a digest: the one mail that stands for all that a
contact has `digested` at one moment (R5.3).
"""

import polars as pl

from casesim.engine.flood import flooded
from casesim.engine.simulate import Simulation
from casesim.policy import Flood

HOUR, DAY = 3_600_000_000, 86_400_000_000
MOMENT = pl.Datetime("us", "UTC")
MARKED = {"account": pl.String, "consumer": pl.String, "entries": pl.Int64, "mails": pl.Int64}


def told(run: Simulation, flood: Flood | None) -> pl.DataFrame:
    """What a run would send without flood control, in output order, and what becomes of it under one.

    Returns:
        The run's notification codes with `person`, `deliver_at` (epoch microseconds), `fate` (sent | suppressed |
        digested).
    """
    codes = run.notification_codes
    held = pl.lit(True)
    if "status" in codes.columns:
        held = pl.col("status").is_null() | (pl.col("reason") == "flood")
    person = run.sides.customer["person"].gather(codes["customer"])
    rows = codes.with_columns(person=person).filter(held, pl.col("person").is_not_null())
    if flood is None:
        return rows.with_columns(deliver_at=pl.col("created_at"), fate=pl.lit("sent"))
    fate = flooded(rows.select("person", "created_at"), flood)
    return rows.with_columns(fate["deliver_at"], fate["fate"])


def mails(told: pl.DataFrame) -> pl.DataFrame:
    """`person`, `at` (epoch microseconds): a row per mail that goes out, digests among them."""
    rows = told.select("person", "fate", at=pl.col("deliver_at"))
    digests = rows.filter(pl.col("fate") == "digested").unique(["person", "at"], maintain_order=True)
    return pl.concat([rows.filter(pl.col("fate") == "sent"), digests])


def counted(mails: pl.DataFrame, width: int) -> pl.DataFrame:
    """`person`, `slot` (hour or day since 1970), `mails`; one row per contact and slot that has any."""
    return mails.group_by("person", slot=pl.col("at") // width).agg(mails=pl.len().cast(pl.Int64))


def busiest(counted: pl.DataFrame, most: str, when: str, width: int) -> pl.DataFrame:
    """Each person's fullest slot, the earliest of several."""
    order = ["mails", "slot", "person"]
    top = counted.sort(order, descending=[True, False, False]).unique("person", keep="first", maintain_order=True)
    return top.select("person", pl.col("mails").alias(most), (pl.col("slot") * width).cast(MOMENT).alias(when))


def distribution(counted: pl.DataFrame, name: str) -> pl.DataFrame:
    """`mails` in one slot, and under `name` how often a person gets that many; ascending."""
    return counted.group_by("mails").agg(pl.len().cast(pl.Int64).alias(name)).sort("mails")


def marked(run: Simulation, told: pl.DataFrame, mark: str) -> pl.DataFrame:
    """R6.2: the journal entries with a mark, by the customer whose case they are on, most mails first.

    Args:
        run: the simulation.
        told: what it would send without flood control.
        mark: unintended | duplicate.

    Returns:
        account, consumer, entries, mails (the notifications of these entries among `told`).
    """
    journal = run.journal_codes
    if mark not in journal.columns:
        return pl.DataFrame(schema=MARKED)
    keys = ["root", "form", "case"]
    rows = journal.filter(pl.col(mark).fill_null(False), pl.col("case").is_not_null()).select(keys)
    rows = rows.with_columns(customer=run.case_codes["customer"].gather(rows["case"])).drop_nulls("customer")
    if "root" in told.columns:
        rows = rows.join(told.select(*keys, told=pl.lit(1)), on=keys, how="left")
    else:
        # Nothing that people wrote notifies anybody.
        rows = rows.with_columns(told=pl.lit(None, pl.Int32))
    counts = rows.group_by("customer").agg(entries=pl.len(), mails=pl.col("told").count())
    who = run.sides.customer.select("account", "consumer")
    named = pl.concat([who[counts["customer"]], counts], how="horizontal")
    named = named.sort(["mails", "entries", "customer"], descending=[True, True, False])
    return named.select(pl.col(name).cast(dtype) for name, dtype in MARKED.items())
