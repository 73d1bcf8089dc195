"""R1, R2.3, R8 for one record: each customer with its routes and its case, and why one does not count."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from casesim.analysis.story.routes import routes
from casesim.analysis.story.values import Case, Customer, Route
from casesim.dataset import Dataset
from casesim.engine.codes import FROM_START, NEVER
from casesim.engine.customers import names
from casesim.engine.simulate import Simulation

RETIRED = "retired item (R1.3)"

Row = Mapping[str, Any]
# The code of a customer, or kind and id of one that only a retired item names and the dataset lacks.
Key = tuple[int, str, str]
UNCODED = 2**32


def customers(run: Simulation, cases: Mapping[int | None, Case]) -> tuple[Customer, ...]:
    """Everybody whom a route leads to: first those that count, in the order of their cases, then the others.

    Args:
        run: a run over one record.
        cases: by customer code.
    """
    by_customer: dict[Key, list[Row]] = {}
    for row in routes(run).iter_rows(named=True):
        coded = row["code"] is not None
        key = (row["code"], "", "") if coded else (UNCODED, row["kind"], row["named"])
        by_customer.setdefault(key, []).append(row)
    data = run.prepared.data
    people = run.prepared.customers.frame.with_row_index("code").filter(
        pl.col("code").is_in([key[0] for key in by_customer])
    )
    known = {row["code"]: row for row in people.with_columns(name=names(data, people)).iter_rows(named=True)}
    spans, uncounted = _spans(run), _uncounted(run)
    retired_counts = run.policy.choices.count_retired_install_base
    service_names, contacts = _service_names(data), _contacts(run)
    found = [
        _customer(
            run,
            key,
            known.get(key[0]),
            tuple(_route(row, service_names, retired_counts=retired_counts) for row in rows),
            span=spans.get(key[0], (None, None)),
            chosen=key[0] in spans,
            because=uncounted.get(key[0]),
            contact=contacts.get(key[0], (None, None)),
            case=cases.get(key[0]),
        )
        for key, rows in sorted(by_customer.items())
    ]
    # Numbers of cases beyond -9999 are not in the order of their texts.
    place = {case.number: place for place, case in enumerate(sorted(cases.values(), key=_by_place))}
    return tuple(sorted(found, key=lambda each: (not each.counted, place[each.case.number] if each.case else 0)))


def _by_place(case: Case) -> tuple[int, str]:
    return len(case.number), case.number


def _spans(run: Simulation) -> dict[int, tuple[datetime | None, datetime | None]]:
    """R8: when each customer that a policy may count is there, by code."""
    if not run.prepared.timed:
        return dict.fromkeys(run.pairs["customer"], (None, None))
    moments = [
        pl.when(pl.col(name) != never).then(name).cast(pl.Datetime("us", "UTC"))
        for name, never in (("added", FROM_START), ("removed", NEVER))
    ]
    return {code: (added, removed) for code, added, removed in run.pairs.select("customer", *moments).iter_rows()}


def _uncounted(run: Simulation) -> dict[int, str]:
    """Why some of those do not count after all, by code."""
    row = run.decided.row(0, named=True)
    if not row["triggered"]:
        return dict.fromkeys(run.pairs["customer"], "the incident does not match the trigger (R2.4)")
    if not row["asked"]:
        return dict.fromkeys(run.pairs["customer"], "the change request has not reached Authorize (R12.1)")
    if run.served is None:
        return {}
    found = {}
    lost = run.pairs.filter(~pl.col("customer").is_in(run.served["customer"].implode()))
    for code, added, removed in lost.select("customer", "added", "removed").iter_rows():
        gone = removed <= max(added, row["start"])
        found[code] = (
            "gone before there could be a case (R8)" if gone else "turned up too late, late_customers = first (R8.1)"
        )
    return found


def _customer(
    run: Simulation,
    key: Key,
    known: Row | None,
    ways: tuple[Route, ...],
    *,
    span: tuple[datetime | None, datetime | None],
    chosen: bool,
    because: str | None,
    contact: tuple[str | None, str | None],
    case: Case | None,
) -> Customer:
    _, kind, identity = key if known is None else (key[0], known["kind"], known["id"])
    if not chosen:
        because = _because(run, kind, ways, excluded=known is not None and known["excluded"])
    return Customer(
        kind=kind,
        id=identity,
        name=known["name"] if known else None,
        known=known is not None and known["row"] is not None,
        active=known is None or known["active"],
        counted=because is None,
        because=because,
        stands_for=tuple(dict.fromkeys(way.named for way in ways if way.named != identity)),
        added_at=span[0],
        removed_at=span[1],
        routes=ways,
        contact=contact[0],
        contact_name=contact[1],
        case=case,
    )


def _because(run: Simulation, kind: str, ways: Iterable[Route], *, excluded: bool) -> str:
    """Why the policy counts a customer nowhere: the first reason, in the order of the rules."""
    if all(way.ignored for way in ways):
        return "only retired items lead to it (R1.3)"
    if excluded:
        return "inactive (R1.4)"
    return f"{kind}s are not counted, customers = {run.policy.choices.customers} (R2.3)"


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


def _service_names(data: Dataset) -> dict[str, str]:
    named = data.frame("cmdb_ci_service", ["sys_id", "name"]).drop_nulls("name")
    return dict(data.collect(named.select(pl.coalesce("sys_id", "name"), value="name")).iter_rows())


def _contacts(run: Simulation) -> dict[int, tuple[str, str | None]]:
    """By customer code: the account's primary contact and its name."""
    contact = run.sides.customer.select("contact").with_row_index("code")
    met = contact.filter(pl.col("code").is_in(run.prepared.pairs["customer"].implode())).drop_nulls("contact")
    data = run.prepared.data
    people = data.frame("customer_contact", ["sys_id", "name"])
    named = data.collect(
        people.select(pl.coalesce("sys_id", "name").alias("contact"), "name").unique(
            "contact", keep="first", maintain_order=True
        )
    )
    joined = met.join(named, on="contact", how="left", maintain_order="left")
    return {code: (identity, name) for code, identity, name in joined.iter_rows()}
