"""Install base, customers and their contacts: who counts, and who can be told."""

from collections.abc import Iterable

import polars as pl

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import many
from casesim.dataset import Dataset
from casesim.engine.nodes import RETIREMENT, retired
from casesim.engine.people import people
from casesim.engine.prepare import Prepared
from casesim.policy import Policy

CANNOT = {
    "account": {
        "no_contact": "without a primary contact in the dataset",
        "inactive_contact": "with an inactive contact",
        "opted_out": "with a contact that has opted out",
        "no_email": "with a contact without e-mail address",
    },
    "consumer": {
        "no_contact": "not in the dataset",
        "inactive_contact": "inactive",
        "opted_out": "opted out",
        "no_email": "without e-mail address",
    },
}
TABLES = {"account": "customer_account", "consumer": "csm_consumer"}


def customers(prepared: Prepared, policy: Policy) -> Iterable[Finding]:
    """Findings about install base items, accounts, consumers and contacts."""
    yield from _items(prepared.data, policy)
    yield from _inactive(prepared, policy)
    yield from _cycles(prepared, policy)
    yield from _untold(prepared)
    yield from _definitions(prepared.data, policy)


def _items(data: Dataset, policy: Policy) -> Iterable[Finding]:
    """R1.3."""
    items = data.frame("sn_install_base_item", RETIREMENT)
    count: int = data.collect(items.select(retired(data).sum()), "streaming").item() or 0
    if count:
        counts = policy.choices.count_retired_install_base
        yield Finding(
            severity="note",
            table="sn_install_base_item",
            what=f"{many(count, 'item')} retired, of {data.height('sn_install_base_item'):,}",
            count=count,
            effect="They count like all others, as chosen." if counts else "They do not count.",
            rule="R1.3",
        )


def _inactive(prepared: Prepared, policy: Policy) -> Iterable[Finding]:
    """R1.4."""
    inactive = prepared.customers.frame.filter(~pl.col("active")).group_by("kind").len().sort("kind")
    for kind, count in inactive.iter_rows():
        counts = policy.choices.count_inactive_accounts
        yield Finding(
            severity="note",
            table=TABLES[kind],
            column="active",
            what=f"{many(count, kind)} inactive",
            count=count,
            effect="They count like all others." if counts else "They do not count.",
            rule="R1.4",
        )


def _cycles(prepared: Prepared, policy: Policy) -> Iterable[Finding]:
    """R1.5."""
    count = int(prepared.customers.frame["in_cycle"].sum())
    if count:
        asked = policy.choices.roll_up_to_parent_account
        yield Finding(
            severity="warning" if asked else "note",
            table="customer_account",
            column="account_parent",
            what=f"{many(count, 'account')} whose parents run in a circle",
            count=count,
            effect="Each stands for itself." if asked else "No effect, as accounts do not count as their parents.",
            rule="R1.5",
        )


def _untold(prepared: Prepared) -> Iterable[Finding]:
    """R5.1: customers of the dataset that no mail reaches, by the first reason."""
    who = prepared.customers.frame.select("kind", "row")
    reached = who.with_columns(reason=people(prepared, ())["reason"]).drop_nulls("row")
    whole = dict(reached.group_by("kind").len().iter_rows())
    counts = reached.drop_nulls("reason").group_by("kind", "reason").len()
    counts = counts.sort("kind", "len", "reason", descending=[False, True, False])
    for kind, reason, count in counts.iter_rows():
        yield Finding(
            severity="warning",
            table=TABLES[kind],
            what=f"{count:,} of {many(whole[kind], kind)} {CANNOT[kind][reason]}",
            count=count,
            effect=f"Mail to them is suppressed, {reason}.",
            rule="R5.1",
        )


def _definitions(data: Dataset, policy: Policy) -> Iterable[Finding]:
    """R4.1: service definitions that match nobody."""
    rows = data.frame("service_definition", ["product", "all_products"])
    nobody = (pl.col("product").is_null() & ~pl.col("all_products")).sum()
    idle: int = data.collect(rows.select(nobody)).item() or 0
    if idle and not policy.case_types:
        yield Finding(
            severity="warning",
            table="service_definition",
            column="product",
            what=f"{many(idle, 'definition')} without product and not for all products",
            count=idle,
            effect="Nobody matches them.",
            rule="R4.1",
        )
    if data.height("service_definition") and policy.case_types:
        yield Finding(
            severity="note",
            table="service_definition",
            what="the policy has case types of its own",
            count=data.height("service_definition"),
            effect="The table is not used.",
            rule="R4.1",
        )
