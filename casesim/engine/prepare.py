"""What depends on the data and on R1's and R4's settings alone, found once and kept.

Another threshold, mapping or switch reuses it; other R1 choices or case types make another one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.dataset import Dataset
from casesim.dataset.keys import key_hash
from casesim.engine import affected, case_type, keys, nodes
from casesim.engine.backend import Size, collect, distinct, lazy
from casesim.engine.case_type import Definition
from casesim.engine.codes import NO_TYPE
from casesim.engine.customers import KINDS, Customers, customers
from casesim.engine.keys import Lookup
from casesim.engine.records import Records, records, references
from casesim.policy import Choices, Policy

AT = ("added", "removed")


@dataclass(frozen=True)
class Prepared:
    """Who is affected by what, in integer codes; `incident` is the code of the record.

    records: the incidents and change requests that are sources (R12).
    customers: every customer with its code.
    members: `node`, `customer`, `type`: who owns what, each once.
    single: `incident`, `node` (and times) of incidents with one route.
    shared: `incident`, `customer`, `type` (and times): the distinct pairs of all other incidents.
    counts: one row per incident, in their order: `accounts`, `consumers`, `value` (Int64, ten-thousandths).
    definitions: the service definitions that `type` counts (R4).
    kept: what was asked about this dataset before and is asked again, by the name of the question.
    """

    data: Dataset
    records: Records
    choices: Choices
    definitions: tuple[Definition, ...]
    customers: Customers
    members: pl.DataFrame
    single: pl.DataFrame
    shared: pl.DataFrame
    counts: pl.DataFrame
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        critical = data.collect(services.filter((level == "1") | level.str.starts_with("1 -")))
        key = keys.hash_of(keys.ids(data, "cmdb_ci_service")).gather(critical["customer"])
        owned = critical.select("customer", ci=pl.lit(None, keys.KEY), type=pl.lit(NO_TYPE, pl.Int32)).with_columns(
            service=key
        )
        size = Size(data.height("cmdb_ci_service"), 0)
        single, shared, members = _reached(self.records, references(data), owned, nodes.nobody(data), size)
        alone = collect(affected.through(lazy(single), lazy(members)))
        of_one = pl.concat([alone["incident"], shared["incident"]])
        count = np.bincount(of_one.to_numpy(), minlength=self.records.height)
        return pl.Series("critical", count, pl.Int64)

    @property
    def timed(self) -> bool:
        """Whether the dataset records when customers were added or removed (R8)."""
        return "added" in self.shared.columns

    def serves(self, policy: Policy) -> bool:
        """Whether this was prepared under the same R1 choices and case types as `policy` asks for."""
        same_choices = _choices_of_r1(self.choices) == _choices_of_r1(policy.choices)
        same_records = self.records.tables == records(self.data, policy.sources).tables
        return same_choices and same_records and self.definitions == case_type.definitions(self.data, policy)


def prepare(data: Dataset, policy: Policy | None = None) -> Prepared:
    """R1: find who is affected, for every incident of a dataset.

    Args:
        data: the dataset.
        policy: its sources, R1 choices and case types are used; none = the defaults.

    Raises:
        DatasetError: a table or column that R1 needs cannot be read.
    """
    policy = policy or Policy()
    found, meant = records(data, policy.sources), references(data)
    tried = case_type.definitions(data, policy)
    owning, listing = nodes.items(data, policy.choices), nodes.listed(data)
    items = keys.hashed(owning, "configuration_item", *KINDS)
    owned = data.collect(items.select("product", *KINDS, ci="configuration_item"), "streaming")
    owned = owned.with_columns(type=case_type.ranks(owned["product"], tried)).drop("product")
    listed = data.collect(keys.hashed(listing, "incident", *KINDS))
    named = {"sn_install_base_item": (owning, owned), "affected_account": (listing, listed)}
    rows = {
        kind: [keys.lookup(data, table).rows(frame[kind]) for _, frame in named.values()]
        for kind, table in KINDS.items()
    }
    unknown = {kind: _unknown(data, kind, named.values(), rows[kind]) for kind in KINDS}
    who = customers(data, policy.choices, unknown)
    owned, listed = (
        _counted_as(who, frame, {kind: rows[kind][place] for kind in KINDS})
        for place, (_, frame) in enumerate(named.values())
    )
    owned = owned.with_columns(service=nodes.service_keys(data, owned["ci"]))
    chosen = nodes.on_records(listed, found, meant).with_columns(type=pl.lit(NO_TYPE, pl.Int32))
    size = Size(who.frame.height, len(tried))
    single, shared, members = _reached(found, meant, owned, chosen, size)
    counts = _counts(found.height, who, members, single, shared)
    return Prepared(data, found, policy.choices, tried, who, members, single, shared, counts)


def _choices_of_r1(choices: Choices) -> tuple[bool, bool, bool]:
    return choices.count_retired_install_base, choices.count_inactive_accounts, choices.roll_up_to_parent_account


def _unknown(
    data: Dataset, kind: str, named: Iterable[tuple[pl.LazyFrame, pl.DataFrame]], rows: Iterable[pl.Series]
) -> pl.Series:
    """R1.6: the distinct texts that name customers whom the dataset lacks; they are read only if there are any.

    Args:
        data: the dataset.
        kind: account | consumer.
        named: tables that name customers, in texts and in keys.
        rows: for each of them the rows of the customers that its keys resolve to.
    """
    found = [pl.Series("id", [], pl.String)]
    for (texts, frame), known in zip(named, rows, strict=True):
        lost = frame[kind].filter(known.is_null()).drop_nulls().unique()
        if lost.len():
            of_lost = key_hash(pl.col(kind)).is_in(lost.implode())
            found.append(data.collect(texts.filter(of_lost).select(id=pl.col(kind)))["id"])
    return pl.concat(found).unique()


def _counted_as(who: Customers, named: pl.DataFrame, rows: dict[str, pl.Series]) -> pl.DataFrame:
    """Rows with their customer by code, as what it counts (R1.5), without the excluded (R1.4); twice if both named."""
    keep = [name for name in named.columns if name not in KINDS]
    parts = [
        named.select(*keep, customer=who.codes(kind, named[kind], rows[kind])).drop_nulls("customer") for kind in KINDS
    ]
    both = pl.concat(parts)
    top = who.frame["counts_as"].gather(both["customer"])
    counted = both.with_columns(customer=top)
    return counted.filter(~who.frame["excluded"].gather(top)) if who.frame["excluded"].any() else counted


def _reached(
    found: Records, meant: Lookup, owned: pl.DataFrame, listed: pl.DataFrame, size: Size
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """R1: incidents with one route (with its node), the distinct pairs of all others, and the members of nodes.

    An incident with one route has the customers of that node, each once: nothing has to be compared, nor even listed
    before somebody wants to see it.
    """
    cis, services, owners = nodes.nodes(found.data, owned)
    members = distinct(owners, "node", "customer", size)
    links = distinct(nodes.links(found, meant, cis, services), "incident", "node", Size(members.height + 1, 0))
    routes = np.bincount(links["incident"].to_numpy(), minlength=found.height)
    routes[listed["incident"].to_numpy()] += 2
    alone = pl.Series(routes == 1).gather(links["incident"])
    several = collect(affected.through(lazy(links.filter(~alone)), lazy(members)))
    columns = ["incident", "customer", "type", *[name for name in AT if name in links.columns]]
    pairs = pl.concat([several.select(columns), listed.select(columns)])
    return links.filter(alone), distinct(pairs, "incident", "customer", size), members


def _counts(
    records: int, who: Customers, members: pl.DataFrame, single: pl.DataFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """Affected accounts, consumers and contract value of every incident; an incident with one route has its node's."""
    of_node = _sums(members["node"], members["customer"], who, members.height + 1)
    columns = _sums(shared["incident"], shared["customer"], who, records)
    alone, node = single["incident"].to_numpy(), single["node"].to_numpy()
    for name, sums in columns.items():
        sums[alone] = of_node[name][node]
    return pl.DataFrame(columns)


def _sums(codes: pl.Series, customer: pl.Series, who: Customers, width: int) -> dict[str, NDArray[np.int64]]:
    """Accounts, consumers and contract value per code; rows stand by code, so a sum is a difference of running sums."""
    rows = np.bincount(codes.to_numpy(), minlength=width)
    ends = np.cumsum(rows)

    def total(weights: pl.Series) -> NDArray[np.int64]:
        running = np.zeros(weights.len() + 1, np.int64)
        np.cumsum(weights.to_numpy(), out=running[1:])
        sums: NDArray[np.int64] = running[ends] - running[ends - rows]
        return sums

    consumers = total((customer >= who.first_consumer).cast(pl.Int64))
    return {"accounts": rows - consumers, "consumers": consumers, "value": total(who.frame["value"].gather(customer))}
