"""What depends on the data and on R1's and R4's settings alone, found once and kept.

Another threshold, mapping or switch reuses it; other R1 choices or case types make another one. This module and
`backend.py` are the only ones of the engine that speak Polars: they turn ids into integers and integers into frames.
"""

from dataclasses import dataclass
from functools import cached_property

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.keys import key_hash
from casesim.engine import affected, case_type, keys
from casesim.engine.affected import FROM_START, NEVER, NO_TYPE
from casesim.engine.backend import collect, in_pair_order, lazy
from casesim.engine.case_type import Definition
from casesim.engine.customers import KINDS, Customers, customers
from casesim.engine.keys import ROW
from casesim.policy import Choices, Policy

TIMES = ("added_at", "removed_at")
RETIREMENT = ("install_status", "state", "active")


@dataclass(frozen=True)
class Prepared:
    """Who is affected by what, in integer codes; `incident` is the row among the dataset's usable incidents.

    customers: every customer with its code.
    members: `node`, `customer`, `type`: who owns what, each once.
    single: `incident`, `node` (and times) of incidents with one route.
    shared: `incident`, `customer`, `type` (and times): the distinct pairs of all other incidents.
    counts: one row per incident, in their order: `accounts`, `consumers` (UInt32), `value` (Int64, ten-thousandths).
    definitions: the service definitions that `type` counts (R4).
    """

    data: Dataset
    choices: Choices
    definitions: tuple[Definition, ...]
    customers: Customers
    members: pl.DataFrame
    single: pl.DataFrame
    shared: pl.DataFrame
    counts: pl.DataFrame

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Every distinct (incident, customer), ascending, with `type` (and times); found at the first use and kept."""
        single = collect(affected.through(lazy(self.single), lazy(self.members)))
        both = pl.concat([single.select(self.shared.columns), self.shared])
        return in_pair_order(both, self.customers.frame.height, len(self.definitions))

    @cached_property
    def critical_services(self) -> pl.Series:
        """R2.5: impacted critical services per incident, counted like customers: each is the only member of itself."""
        data = self.data
        level = pl.col("busines_criticality")
        services = data.frame("cmdb_ci_service", ["busines_criticality"]).with_row_index("customer")
        critical = services.filter((level == "1") | level.str.starts_with("1 -")).collect()
        key = keys.hash_of(keys.ids(data, "cmdb_ci_service")).gather(critical["customer"])
        owned = critical.select("customer", ci=pl.lit(None, keys.KEY), type=pl.lit(NO_TYPE, pl.Int32)).with_columns(
            service=key
        )
        nodes, members = _nodes(data, owned)
        single, shared = _split(_links(data, nodes), members, _nobody(data))
        of_one = pl.concat(
            [collect(affected.through(lazy(single), lazy(members))).select("incident"), shared.select("incident")]
        )
        count = np.bincount(of_one["incident"].to_numpy(), minlength=data.height("incident"))
        return pl.Series("critical", count, pl.Int64)

    @property
    def timed(self) -> bool:
        """Whether the dataset records when customers were added or removed (R8)."""
        return "added" in self.shared.columns

    def serves(self, policy: Policy) -> bool:
        """Whether this was prepared under the same R1 choices and case types as `policy` asks for."""
        return _choices_of_r1(self.choices) == _choices_of_r1(
            policy.choices
        ) and self.definitions == case_type.definitions(self.data, policy)


def prepare(data: Dataset, policy: Policy | None = None) -> Prepared:
    """R1: find who is affected, for every incident of a dataset.

    Args:
        data: the dataset.
        policy: its R1 choices and case types are used; none = the defaults.

    Raises:
        DatasetError: a table or column that R1 needs cannot be read.
    """
    policy = policy or Policy()
    found = {kind: keys.lookup(data, table) for kind, table in KINDS.items()}
    items, listed = _items(data, policy.choices), _listed(data)
    named = {kind: [items[kind].unique(), listed[kind].unique()] for kind in KINDS}
    who = customers(data, policy.choices, named, found)
    definitions = case_type.definitions(data, policy)
    owned = _counted_as(who, items, found, "ci", "service", "product")
    owned = owned.with_columns(type=case_type.ranks(owned["product"], definitions)).drop("product")
    nodes, members = _nodes(data, owned)
    links = _links(data, nodes)
    chosen = _counted_as(who, listed, found, "incident", *[name for name in listed.columns if name.endswith("ed")])
    single, shared = _split(links, members, chosen.with_columns(type=pl.lit(NO_TYPE, pl.Int32)))
    counts = _counts(data.height("incident"), who, members, single, shared)
    return Prepared(data, policy.choices, definitions, who, members, single, shared, counts)


def _choices_of_r1(choices: Choices) -> tuple[bool, bool, bool]:
    return choices.count_retired_install_base, choices.count_inactive_accounts, choices.roll_up_to_parent_account


def retired(data: Dataset) -> pl.Expr:
    """R1.3: whether an install base item is retired, Boolean without nulls, over its columns `RETIREMENT`.

    `state` speaks only where the data have no column install_status.
    """
    status = "install_status" if "install_status" in data.columns("sn_install_base_item") else "state"
    named = pl.col(status).str.to_lowercase().is_in(["7", "retired"]).fill_null(False)
    return named | ~pl.col("active")


def _items(data: Dataset, choices: Choices) -> pl.DataFrame:
    """R1.3: install base items that count: `ci`, `service` (keys of configuration_item), account, consumer, product."""
    columns = ["configuration_item", "account", "consumer", "product"]
    items = data.frame("sn_install_base_item", [*columns, *RETIREMENT])
    if not choices.count_retired_install_base:
        items = items.filter(~retired(data))
    items = items.drop_nulls("configuration_item").with_columns(ci=key_hash(pl.col("configuration_item")))
    frame = items.select("ci", "account", "consumer", "product").collect()
    return frame.with_columns(service=_service_keys(data, frame["ci"]))


def _listed(data: Dataset) -> pl.DataFrame:
    """R1.2: the affected list: `incident` (row), account, consumer (and times); rows on no incident are left out."""
    columns = ["incident", "account", "consumer", *_times(data, "affected_account")]
    rows = keys.hashed(data.frame("affected_account", columns), "incident").collect()
    rows = rows.with_columns(incident=keys.lookup(data, "incident").rows(rows["incident"])).drop_nulls("incident")
    return _epochs(rows, timed=_timed(data))


def _counted_as(who: Customers, rows: pl.DataFrame, found: dict[str, keys.Lookup], *keep: str) -> pl.DataFrame:
    """The rows' customers by code, as what they count (R1.5), without the excluded (R1.4); both kinds if both named."""
    parts = [
        rows.select(*keep, customer=who.codes(kind, rows[kind], found[kind])).drop_nulls("customer") for kind in KINDS
    ]
    named = pl.concat(parts)
    top = who.frame["counts_as"].gather(named["customer"])
    return named.with_columns(customer=top).filter(~who.frame["excluded"].gather(named["customer"]))


def _service_keys(data: Dataset, references: pl.Series) -> pl.Series:
    """A service is one thing whether referred to by sys_id or by name: the key of its table row, else of the text."""
    if not data.has("cmdb_ci_service"):
        return references
    own = keys.ids(data, "cmdb_ci_service")
    rows = keys.lookup(data, "cmdb_ci_service").rows(references)
    return pl.select(pl.coalesce(keys.hash_of(own).gather(rows), references)).to_series()


def _nodes(data: Dataset, owned: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """R1: the nodes (`key`, `service`, `node`) that have customers, and their members (`node`, `customer`, `type`).

    A configuration item has the customers of its own items and those of the services that contain it.
    """
    contains = keys.hashed(data.frame("svc_ci_assoc", ["service_id", "ci_id"]), "service_id", "ci_id").collect()
    contains = contains.select(ci="ci_id", service=_service_keys(data, contains["service_id"])).drop_nulls().unique()
    by_ci = owned.select(key="ci", customer="customer", type="type")
    by_service = owned.select(key="service", customer="customer", type="type")
    inherited = contains.join(by_service, left_on="service", right_on="key").select("customer", "type", key="ci")
    both = pl.concat(
        [
            by_ci.with_columns(service=pl.lit(False)),
            inherited.select(by_ci.columns).with_columns(service=pl.lit(False)),
            by_service.with_columns(service=pl.lit(True)),
        ]
    )
    nodes = both.select("key", "service").unique(maintain_order=True).with_row_index("node")
    coded = both.join(nodes, on=["key", "service"], how="left").select("node", "customer", "type")
    return nodes, collect(affected.merged(lazy(coded), "node", "customer")).sort("node", "customer")


def _links(data: Dataset, nodes: pl.DataFrame) -> pl.DataFrame:
    """R1: each incident's affected CIs and impacted services, as far as they have customers: `incident`, `node`."""
    timed = _timed(data)
    services = nodes.filter("service").select("key", "node")
    cis = nodes.filter(~pl.col("service")).select("key", "node")
    records = data.frame("incident", ["cmdb_ci", "business_service"]).with_row_index("incident")
    direct = keys.hashed(records, "cmdb_ci", "business_service")
    own_ci = direct.select("incident", key="cmdb_ci").join(cis.lazy(), on="key").collect(engine="streaming")
    own_service = _on_services(data, direct.select("incident", key="business_service"), services)
    listed_ci = _tasks(data, "task_ci", "ci_item").join(cis.lazy(), on="key").collect(engine="streaming")
    listed_service = _on_services(data, _tasks(data, "task_cmdb_ci_service", "cmdb_ci_service"), services)
    found = keys.lookup(data, "incident")
    parts = [own_ci, own_service]
    for rows in (listed_ci, listed_service):
        parts.append(rows.with_columns(incident=found.rows(rows["incident"])).drop_nulls("incident"))
    links = pl.concat(
        [_epochs(part.drop("key").with_columns(pl.col("incident").cast(ROW)), timed=timed) for part in parts]
    )
    return collect(affected.merged(lazy(links), "incident", "node"))


def _tasks(data: Dataset, table: str, column: str) -> pl.LazyFrame:
    """A link table with its record and its target as keys (`incident`, `key`), and its times."""
    frame = data.frame(table, ["task", column, *_times(data, table)])
    return keys.hashed(frame, "task", column).rename({"task": "incident", column: "key"})


def _on_services(data: Dataset, rows: pl.LazyFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Rows whose `key` is a service with customers, with its `node`."""
    wanted = rows.drop_nulls("key").collect(engine="streaming")
    return wanted.with_columns(key=_service_keys(data, wanted["key"])).join(services, on="key")


def _times(data: Dataset, table: str) -> list[str]:
    return [name for name in TIMES if name in data.columns(table)]


def _timed(data: Dataset) -> bool:
    return any(_times(data, table) for table in ("affected_account", "task_ci", "task_cmdb_ci_service"))


def _epochs(rows: pl.DataFrame, *, timed: bool) -> pl.DataFrame:
    """Times as epoch microseconds, `added` and `removed`, if the dataset has any; a route without is always there."""
    if not timed:
        return rows
    for ours, theirs, absent in (("added", "added_at", FROM_START), ("removed", "removed_at", NEVER)):
        value = pl.col(theirs).dt.epoch("us").fill_null(absent) if theirs in rows.columns else pl.lit(absent, pl.Int64)
        rows = rows.with_columns(value.alias(ours)).drop(theirs, strict=False)
    return rows


def _nobody(data: Dataset) -> pl.DataFrame:
    """A list that names no customer."""
    schema = {"incident": ROW, "customer": ROW, "type": pl.Int32}
    return _epochs(pl.DataFrame(schema=schema), timed=_timed(data))


def _split(links: pl.DataFrame, members: pl.DataFrame, listed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Incidents with one route as they are; the distinct pairs of all others."""
    routes = collect(affected.routes_per_incident(lazy(links), lazy(listed)))
    alone = routes.filter(pl.col("routes") == 1).select("incident")
    single = links.join(alone, on="incident", how="semi")
    several = links.join(alone, on="incident", how="anti")
    reached = affected.through(lazy(several), lazy(members))
    columns = ["incident", "customer", "type", *[name for name in ("added", "removed") if name in links.columns]]
    rows = nw.concat([reached.select(columns), lazy(listed).select(columns)])
    return single, collect(affected.merged(rows, "incident", "customer")).select(columns)


def _counts(
    height: int, who: Customers, members: pl.DataFrame, single: pl.DataFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """Affected accounts, consumers and contract value of every incident; an incident with one route has its node's."""
    account = who.frame["kind"] == "account"
    sizes = who.frame.with_row_index("customer").select(
        "customer", accounts=account.cast(pl.Int64), consumers=(~account).cast(pl.Int64), value="value"
    )
    of_node = collect(affected.counted(lazy(members.rename({"node": "incident"})), lazy(sizes)))
    of_single = single.select("incident", "node").join(of_node, left_on="node", right_on="incident").drop("node")
    of_shared = collect(affected.counted(lazy(shared), lazy(sizes)))
    some = pl.concat([of_single, of_shared.select(of_single.columns)])
    columns = {}
    for name in ("accounts", "consumers", "value"):
        column = np.zeros(height, dtype=np.int64)
        column[some["incident"].to_numpy()] = some[name].to_numpy()
        columns[name] = column
    return pl.DataFrame(columns)
