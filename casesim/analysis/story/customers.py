"""R1 to R5 for one incident: each customer with its routes, its case, and what it was told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from casesim.analysis.story.routes import routes
from casesim.analysis.story.values import Case, Customer, Route, Told
from casesim.dataset import Dataset
from casesim.engine.customers import KINDS
from casesim.engine.simulate import Simulation

RETIRED = "retired item (R1.3)"
CHOSEN = {"accounts": ("account",), "consumers": ("consumer",), "both": ("account", "consumer")}

Row = Mapping[str, Any]
# The code of a customer, or kind and id of one that only a retired item names and the dataset lacks.
Key = tuple[int, str, str]
UNCODED = 2**32


def customers(run: Simulation) -> tuple[Customer, ...]:
    """Everybody whom a route leads to: first those that count, in the order of their cases, then the others."""
    by_customer: dict[Key, list[Row]] = {}
    for row in routes(run).iter_rows(named=True):
        coded = row["code"] is not None
        key = (row["code"], "", "") if coded else (UNCODED, row["kind"], row["named"])
        by_customer.setdefault(key, []).append(row)
    data = run.prepared.data
    people = run.prepared.customers.frame.with_row_index("code").filter(
        pl.col("code").is_in([key[0] for key in by_customer])
    )
    known = {row["code"]: row for row in people.with_columns(name=_names(data, people)).iter_rows(named=True)}
    counted = set(run.pairs["customer"]) if run.decided["triggered"][0] else set()
    retired_counts = run.policy.choices.count_retired_install_base
    service_names, contacts, cases = _service_names(data), _contacts(run), customer_cases(run)
    found = [
        _customer(
            run,
            key,
            known.get(key[0]),
            tuple(_route(row, service_names, retired_counts=retired_counts) for row in rows),
            counts=key[0] in counted,
            contact=contacts.get(key[0], (None, None)),
            case=cases.get(key[0]),
        )
        for key, rows in sorted(by_customer.items())
    ]
    return tuple(sorted(found, key=lambda each: not each.counted))


def customer_cases(run: Simulation) -> dict[int | None, Case]:
    """The case of each customer code; under None the major case, if there is one."""
    codes = run.case_codes.select("customer", "type", "by_hand")
    rows = run.cases.only("number", "kind", "sys_class_name", "state", "opened_at", "resolved_at").frame()
    told = _told(run)
    return {
        row["customer"]: Case(
            number=row["number"],
            kind=row["kind"],
            table=row["sys_class_name"],
            table_because=_table_because(run, row["kind"], row["type"]),
            state=row["state"],
            opened_at=row["opened_at"],
            resolved_at=row["resolved_at"],
            by_hand=row["by_hand"],
            told=told.get(row["number"], ()),
        )
        for row in pl.concat([codes, rows], how="horizontal").iter_rows(named=True)
    }


def _customer(
    run: Simulation,
    key: Key,
    known: Row | None,
    ways: tuple[Route, ...],
    *,
    counts: bool,
    contact: tuple[str | None, str | None],
    case: Case | None,
) -> Customer:
    _, kind, identity = key if known is None else (key[0], known["kind"], known["id"])
    return Customer(
        kind=kind,
        id=identity,
        name=known["name"] if known else None,
        known=known is not None and known["row"] is not None,
        active=known is None or known["active"],
        counted=counts,
        because=None if counts else _because(run, kind, ways, excluded=known is not None and known["excluded"]),
        stands_for=tuple(dict.fromkeys(way.named for way in ways if way.named != identity)),
        routes=ways,
        contact=contact[0],
        contact_name=contact[1],
        case=case,
    )


def _because(run: Simulation, kind: str, ways: Iterable[Route], *, excluded: bool) -> str:
    """Why a customer does not count: the first reason, in the order of the rules."""
    chosen = run.policy.choices.customers
    if all(way.ignored for way in ways):
        return "only retired items lead to it (R1.3)"
    if excluded:
        return "inactive (R1.4)"
    if kind not in CHOSEN[chosen]:
        return f"{kind}s are not counted, customers = {chosen} (R2.3)"
    return "the incident does not match the trigger (R2.4)"


def _route(row: Row, service_names: Mapping[str, str], *, retired_counts: bool) -> Route:
    return Route(
        via=row["via"],
        origins=tuple(row["origins"]),
        node=row["node"],
        node_name=service_names.get(row["node"]) if row["via"] == "service" else None,
        through=row["through"],
        item=row["item"],
        product=row["product"],
        named=row["named"],
        added_at=row["added_at"],
        removed_at=row["removed_at"],
        ignored=RETIRED if row["retired"] and not retired_counts else None,
    )


def _names(data: Dataset, people: pl.DataFrame) -> pl.Series:
    """The name of each customer, null where it has none or the dataset lacks it."""
    own = []
    for kind, table in KINDS.items():
        rows = people.select(row=pl.when(pl.col("kind") == kind).then("row"))["row"]
        own.append(data.frame(table, ["name"]).collect()["name"].gather(rows))
    return pl.select(pl.coalesce(own)).to_series()


def _service_names(data: Dataset) -> dict[str, str]:
    named = data.frame("cmdb_ci_service", ["sys_id", "name"]).drop_nulls("name")
    return dict(named.select(pl.coalesce("sys_id", "name"), value="name").collect().iter_rows())


def _contacts(run: Simulation) -> dict[int, tuple[str, str | None]]:
    """By customer code: the account's primary contact and its name."""
    contact = run.sides.customer.select("contact").with_row_index("code")
    met = contact.filter(pl.col("code").is_in(run.prepared.pairs["customer"].implode())).drop_nulls("contact")
    people = run.prepared.data.frame("customer_contact", ["sys_id", "name"])
    named = people.select(pl.coalesce("sys_id", "name").alias("contact"), "name").unique("contact").collect()
    joined = met.join(named, on="contact", how="left", maintain_order="left")
    return {code: (identity, name) for code, identity, name in joined.iter_rows()}


def _told(run: Simulation) -> dict[str, tuple[Told, ...]]:
    """The notifications of each case."""
    columns = ("case_number", "event", "status", "reason", "email", "created_at")
    found: dict[str, tuple[Told, ...]] = {}
    rows: Iterable[tuple[str, str, str, str | None, str | None, datetime]]
    rows = run.notifications.only(*columns).frame().iter_rows()
    for case, event, status, reason, email, at in rows:
        told = Told(event=event, status=status, reason=reason, email=email, at=at)
        found[case] = (*found.get(case, ()), told)
    return found


def _table_because(run: Simulation, kind: str, place: int) -> str:
    """R4, R4.1: why a case has its table."""
    tried = run.prepared.definitions
    if kind == "major":
        return "the table that most of its children have (R4.1)"
    if not tried:
        return "there are no service definitions (R4)"
    if place >= len(tried):
        return "no service definition matches (R4)"
    if tried[place].all_products:
        return "the definition for all products (R4.1)"
    return f"product {tried[place].product} (R4)"
