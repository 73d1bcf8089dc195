"""R5's people: whom a case is about and whom it tells, one row per customer code."""

from collections.abc import Iterable

import narwhals.stable.v2 as nw
import polars as pl

from casesim.engine import keys
from casesim.engine.notify import reachable
from casesim.engine.prepare import Prepared
from casesim.engine.sources import field_columns
from casesim.template import Source

PERSON = ["email", "active", "notification"]


def people(prepared: Prepared, sources: Iterable[Source]) -> pl.DataFrame:
    """The customers' side of every output table.

    Args:
        prepared: who is affected.
        sources: the account.* and contact.* fields that templates ask for.

    Returns:
        `account`, `consumer`, `contact` (ids), `email`, `status`, `reason` (R5.1), and for each source
        `<scope>.<field>` and `text.<scope>.<field>`; a row per customer code.
    """
    data, who = prepared.data, prepared.customers.frame
    account = who["kind"] == "account"
    rows = who["row"]
    account_row = pl.select(pl.when(account).then(rows)).to_series()
    reference = data.frame("customer_account", ["primary_contact"]).collect()["primary_contact"].gather(account_row)
    contact_row = keys.lookup(data, "customer_contact").rows(keys.hash_of(reference))
    contact = pl.select(pl.coalesce(keys.ids(data, "customer_contact").gather(contact_row), reference)).to_series()
    contacts = data.frame("customer_contact", PERSON).collect()[contact_row]
    consumers = data.frame("csm_consumer", PERSON).collect()[pl.select(pl.when(~account).then(rows)).to_series()]
    person = pl.DataFrame(
        {
            "known": pl.select(
                pl.when(account).then(contact_row.is_not_null()).otherwise(rows.is_not_null())
            ).to_series(),
            **{
                name: pl.select(pl.when(account).then(contacts[name]).otherwise(consumers[name])).to_series()
                for name in PERSON
            },
        }
    ).rename({"active": "person_active"})
    told = reachable(nw.from_native(person.lazy())).to_native().collect()
    asked: dict[str, list[str]] = {"account": [], "contact": []}
    for source in sources:
        if source.scope in asked:
            asked[source.scope].append(source.field)
    extra = [
        field_columns(data, "account", asked["account"]).collect()[account_row] if asked["account"] else pl.DataFrame(),
        field_columns(data, "contact", asked["contact"]).collect()[contact_row] if asked["contact"] else pl.DataFrame(),
    ]
    own = pl.DataFrame(
        {
            "account": pl.select(pl.when(account).then(who["id"])).to_series(),
            "consumer": pl.select(pl.when(~account).then(who["id"])).to_series(),
            "contact": contact,
            "email": told["email"],
            "status": told["status"],
            "reason": told["reason"],
        }
    )
    return pl.concat([own, *(part for part in extra if part.width)], how="horizontal")
