"""R5's people: whom a case is about and whom it tells, one row per customer code."""

from collections.abc import Collection

import polars as pl

from casesim.engine import keys
from casesim.engine.backend import collect, lazy
from casesim.engine.notify import reachable
from casesim.engine.prepare import Prepared
from casesim.engine.sources import field_columns
from casesim.template import Source

PERSON = ["email", "active", "notification"]


def people(prepared: Prepared, sources: Collection[Source]) -> pl.DataFrame:
    """The customers' side of every output table.

    Args:
        prepared: who is affected.
        sources: the account.* and contact.* fields that templates ask for.

    Returns:
        `account`, `consumer`, `contact` (ids), `email` (of whoever can be told), `sent`, `status`, `reason` (R5.1),
        `person` (code of the contact or consumer who can be told), and for each source `<scope>.<field>` and
        `text.<scope>.<field>`; a row per customer code.
    """
    if "people" not in prepared.kept:
        prepared.kept["people"] = _people(prepared)
    own, places = prepared.kept["people"]
    parts: list[pl.DataFrame] = [own]
    for scope, place in places.items():
        asked = [source.field for source in sources if source.scope == scope]
        if asked:
            parts.append(prepared.data.collect(field_columns(prepared.records, scope, asked))[place])
    return pl.concat(parts, how="horizontal")


def _people(prepared: Prepared) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """The columns that are always asked for, and the row of each customer's account and contact."""
    data, who = prepared.data, prepared.customers.frame
    account = who["kind"] == "account"
    rows = who.select(
        account=pl.when(pl.col("kind") == "account").then("row"),
        consumer=pl.when(pl.col("kind") == "consumer").then("row"),
    )
    accounts = data.collect(data.frame("customer_account", ["primary_contact"]))
    reference = accounts["primary_contact"].gather(rows["account"])
    contact_row = keys.lookup(data, "customer_contact").rows(keys.hash_of(reference))
    contacts = data.collect(data.frame("customer_contact", PERSON))[contact_row]
    consumers = data.collect(data.frame("csm_consumer", PERSON))[rows["consumer"]]
    known = pl.select(pl.when(account).then(contact_row.is_not_null()).otherwise(who["row"].is_not_null())).to_series()
    person = pl.select(
        known=known,
        email=pl.when(account).then(contacts["email"]).otherwise(consumers["email"]),
        person_active=pl.when(account).then(contacts["active"]).otherwise(consumers["active"]),
        notification=pl.when(account).then(contacts["notification"]).otherwise(consumers["notification"]),
    )
    told = collect(reachable(lazy(person)))
    person_code = pl.when(account).then(contact_row).otherwise(rows["consumer"] + data.height("customer_contact"))
    own = pl.select(
        account=pl.when(account).then(who["id"]),
        consumer=pl.when(~account).then(who["id"]),
        contact=pl.coalesce(keys.ids(data, "customer_contact").gather(contact_row), reference),
        email=pl.when(told["reason"].is_null()).then(told["email"]),
        sent=told["reason"].is_null(),
        person=pl.when(told["reason"].is_null()).then(person_code),
        status=told["status"],
        reason=told["reason"],
    )
    return own, {"account": rows["account"], "contact": contact_row}
