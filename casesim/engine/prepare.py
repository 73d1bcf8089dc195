"""What depends on the data and on R1's and R4's settings alone, found once and kept.

Another threshold, mapping or switch reuses it; other R1 choices or case types make another one.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.dataset import Dataset
from casesim.engine import affected, case_type, keys, nodes
from casesim.engine.backend import Size, collect, distinct, lazy
from casesim.engine.case_type import Definition
from casesim.engine.codes import NO_TYPE
from casesim.engine.customers import KINDS, Customers, customers
from casesim.engine.keys import Lookup
from casesim.policy import Choices, Policy

AT = ("added", "removed")


@dataclass(frozen=True)
class Prepared:
    """Who is affected by what, in integer codes; `incident` is the row among the dataset's usable incidents.

    customers: every customer with its code.
    members: `node`, `customer`, `type`: who owns what, each once.
    single: `incident`, `node` (and times) of incidents with one route.
    shared: `incident`, `customer`, `type` (and times): the distinct pairs of all other incidents.
    counts: one row per incident, in their order: `accounts`, `consumers`, `value` (Int64, ten-thousandths).
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
        return distinct(both, "incident", "customer", Size(self.customers.frame.height, len(self.definitions)))

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
        size = Size(data.height("cmdb_ci_service"), 0)
        incidents = keys.lookup(data, "incident")
        single, shared, members = _reached(data, incidents, owned, nodes.nobody(data), size)
        alone = collect(affected.through(lazy(single), lazy(members)))
        of_one = pl.concat([alone["incident"], shared["incident"]])
        count = np.bincount(of_one.to_numpy(), minlength=data.height("incident"))
        return pl.Series("critical", count, pl.Int64)

    @property
    def timed(self) -> bool:
        """Whether the dataset records when customers were added or removed (R8)."""
        return "added" in self.shared.columns

    def serves(self, policy: Policy) -> bool:
        """Whether this was prepared under the same R1 choices and case types as `policy` asks for."""
        same_choices = _choices_of_r1(self.choices) == _choices_of_r1(policy.choices)
        return same_choices and self.definitions == case_type.definitions(self.data, policy)


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
    incidents = keys.lookup(data, "incident")
    items, listed = nodes.items(data, policy.choices), nodes.listed(data, incidents)
    named = {kind: [items[kind].unique(), listed[kind].unique()] for kind in KINDS}
    who = customers(data, policy.choices, named, found)
    tried = case_type.definitions(data, policy)
    owned = _counted_as(who, items, found, "ci", "service", "product")
    owned = owned.with_columns(type=case_type.ranks(owned["product"], tried)).drop("product")
    times = [name for name in listed.columns if name in AT]
    chosen = _counted_as(who, listed, found, "incident", *times).with_columns(type=pl.lit(NO_TYPE, pl.Int32))
    size = Size(who.frame.height, len(tried))
    single, shared, members = _reached(data, incidents, owned, chosen, size)
    counts = _counts(data, who, members, single, shared)
    return Prepared(data, policy.choices, tried, who, members, single, shared, counts)


def _choices_of_r1(choices: Choices) -> tuple[bool, bool, bool]:
    return choices.count_retired_install_base, choices.count_inactive_accounts, choices.roll_up_to_parent_account


def _counted_as(who: Customers, rows: pl.DataFrame, found: dict[str, keys.Lookup], *keep: str) -> pl.DataFrame:
    """The rows' customers by code, as what they count (R1.5), without the excluded (R1.4); both kinds if both named."""
    parts = [
        rows.select(*keep, customer=who.codes(kind, rows[kind], found[kind])).drop_nulls("customer") for kind in KINDS
    ]
    named = pl.concat(parts)
    top = who.frame["counts_as"].gather(named["customer"])
    return named.with_columns(customer=top).filter(~who.frame["excluded"].gather(named["customer"]))


def _reached(
    data: Dataset, incidents: Lookup, owned: pl.DataFrame, listed: pl.DataFrame, size: Size
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """R1: incidents with one route (with its node), the distinct pairs of all others, and the members of nodes.

    An incident with one route has the customers of that node, each once: nothing has to be compared, nor even listed
    before somebody wants to see it.
    """
    cis, services, owners = nodes.nodes(data, owned)
    members = distinct(owners, "node", "customer", size)
    links = distinct(nodes.links(data, incidents, cis, services), "incident", "node", Size(members.height + 1, 0))
    routes = np.bincount(links["incident"].to_numpy(), minlength=data.height("incident"))
    routes[listed["incident"].to_numpy()] += 2
    alone = pl.Series(routes == 1).gather(links["incident"])
    several = collect(affected.through(lazy(links.filter(~alone)), lazy(members)))
    columns = ["incident", "customer", "type", *[name for name in AT if name in links.columns]]
    pairs = pl.concat([several.select(columns), listed.select(columns)])
    return links.filter(alone), distinct(pairs, "incident", "customer", size), members


def _counts(
    data: Dataset, who: Customers, members: pl.DataFrame, single: pl.DataFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """Affected accounts, consumers and contract value of every incident; an incident with one route has its node's."""
    incidents = data.height("incident")
    nodes_known = members.height + 1
    columns = {}
    for name, weight in who.weights.items():
        of_node = _sums(members["node"], weight.gather(members["customer"]), nodes_known)
        of_pairs = _sums(shared["incident"], weight.gather(shared["customer"]), incidents)
        of_pairs[single["incident"].to_numpy()] = of_node[single["node"].to_numpy()]
        columns[name] = of_pairs.astype(np.int64)
    return pl.DataFrame(columns)


def _sums(codes: pl.Series, weights: pl.Series, width: int) -> NDArray[np.float64]:
    """The sum of weights per code. Whole numbers below 2^53 add up exactly, in whatever order."""
    sums = np.bincount(codes.to_numpy(), weights=weights.cast(pl.Float64).to_numpy(), minlength=width)
    return sums.astype(np.float64)
