"""R1: who is affected by an incident, and by which routes."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.reference.keys import Dataset, by_key, identity, key_of, resolve
from tests.reference.policy import Policy, chosen
from tests.reference.records import find_record
from tests.reference.values import Row

Link = tuple[object, datetime | None, datetime | None]  # a CI or service, added_at, removed_at


@dataclass
class Route:
    """One way from the incident to a customer."""

    kind: str  # account | consumer
    customer: str
    via: str  # ci | service | listed
    product: object
    added_at: datetime | None
    removed_at: datetime | None


@dataclass
class Customer:
    """An affected customer, counted once whatever the number of routes (R1.1)."""

    kind: str
    id: str
    row: Row | None  # None: an account or consumer that the dataset does not know (R1.6)
    routes: list[Route] = field(default_factory=list)

    @property
    def products(self) -> list[object]:
        return [route.product for route in self.routes if route.product is not None]

    @property
    def added_at(self) -> datetime | None:
        """R8: the earliest of its routes; one without a time is from the start."""
        times = [route.added_at for route in self.routes]
        return None if None in times else min(time for time in times if time)

    @property
    def removed_at(self) -> datetime | None:
        """R8: the latest, if every route has one."""
        times = [route.removed_at for route in self.routes]
        return None if None in times else max(time for time in times if time)


def affected_cis(data: Dataset, incident: Row) -> list[Link]:
    """The record's own configuration item, there from the start, and every row of task_ci for it."""
    links: list[Link] = [(incident["cmdb_ci"], None, None)]
    for row in data.rows["task_ci"]:
        if find_record(data, row["task"]) is incident:
            links.append((row["ci_item"], row["added_at"], row["removed_at"]))
    return [link for link in links if link[0] is not None]


def impacted_services(data: Dataset, incident: Row) -> list[Link]:
    """The record's service, every row of task_cmdb_ci_service, and services that contain an affected CI."""
    links: list[Link] = [(incident["business_service"], None, None)]
    for row in data.rows["task_cmdb_ci_service"]:
        if find_record(data, row["task"]) is incident:
            links.append((row["cmdb_ci_service"], row["added_at"], row["removed_at"]))
    for ci, added_at, removed_at in affected_cis(data, incident):
        for row in data.rows["svc_ci_assoc"]:
            if row["ci_id"] == ci:
                links.append((row["service_id"], added_at, removed_at))
    return [
        (identity(data, "cmdb_ci_service", name), added_at, removed_at)
        for name, added_at, removed_at in links
        if name is not None
    ]


def is_retired(data: Dataset, item: Row) -> bool:
    """R1.3: 7 or Retired, in any case, or not active. `state` speaks only without a column install_status."""
    has_status = "install_status" in data.columns["sn_install_base_item"]
    status = item["install_status"] if has_status else item["state"]
    return str(status or "").lower() in ("7", "retired") or item["active"] is False


def routes_to(data: Dataset, policy: Policy, incident: Row) -> list[Route]:
    """R1, R1.2, R1.3: every route, before customers are rolled up or dropped."""
    routes: list[Route] = []
    cis = affected_cis(data, incident)
    services = impacted_services(data, incident)
    for item in data.rows["sn_install_base_item"]:
        if is_retired(data, item) and not chosen(policy, "count_retired_install_base"):
            continue
        if item["configuration_item"] is None:
            continue
        as_service = identity(data, "cmdb_ci_service", item["configuration_item"])
        for ci, added_at, removed_at in cis:
            if ci == item["configuration_item"]:
                routes += named_customers(data, item, "ci", item["product"], added_at, removed_at)
        for service, added_at, removed_at in services:
            if service == as_service:
                routes += named_customers(data, item, "service", item["product"], added_at, removed_at)
    for row in data.rows["affected_account"]:
        if find_record(data, row["incident"]) is incident:
            routes += named_customers(data, row, "listed", None, row["added_at"], row["removed_at"])
    return routes


def named_customers(
    data: Dataset, row: Row, via: str, product: object, added_at: datetime | None, removed_at: datetime | None
) -> list[Route]:
    """R1.2: a row, or an install base item, that names both an account and a consumer adds both."""
    routes = []
    for kind, table in (("account", "customer_account"), ("consumer", "csm_consumer")):
        customer = identity(data, table, row[kind])
        if customer is not None:
            routes.append(Route(kind, customer, via, product, added_at, removed_at))
    return routes


def top_account(data: Dataset, account: str) -> str:
    """R1.5: the top-most known account above this one; itself if the way up ends in a cycle."""
    way = [account]
    while True:
        row = by_key(data, "customer_account", way[-1])
        parent = resolve(data, "customer_account", row["account_parent"]) if row else None
        if parent is None:
            return way[-1]
        above = key_of("customer_account", parent) or ""
        if above in way:
            return account
        way.append(above)


def affected_customers(data: Dataset, policy: Policy, incident: Row) -> list[Customer]:
    """R1 to R1.5: distinct customers, accounts before consumers, by id."""
    customers: dict[tuple[str, str], Customer] = {}
    for route in routes_to(data, policy, incident):
        customer = route.customer
        if route.kind == "account" and chosen(policy, "roll_up_to_parent_account"):
            customer = top_account(data, customer)
        table = "customer_account" if route.kind == "account" else "csm_consumer"
        known = Customer(route.kind, customer, by_key(data, table, customer))
        customers.setdefault((route.kind, customer), known).routes.append(route)
    found = [customers[key] for key in sorted(customers)]
    if chosen(policy, "count_inactive_accounts"):
        return found
    return [customer for customer in found if customer.row is None or customer.row["active"]]
