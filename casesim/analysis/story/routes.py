"""R1, R1.1, R1.2: every way from one record to its customers, for people to follow."""

import polars as pl

from casesim.analysis.story.part import identity
from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.engine.customers import KINDS
from casesim.engine.keys import ROW
from casesim.engine.nodes import RETIREMENT, retired
from casesim.engine.records import Records
from casesim.engine.simulate import Simulation

TIMES = ["added_at", "removed_at"]
WAY = ["via", "origin", "node", "through", *TIMES]


def routes(run: Simulation) -> pl.DataFrame:
    """Every route of a run over one record's part, those by retired items (R1.3) among them.

    Returns:
        `via` (ci | service | listed), `origins` (a list: the columns and tables that make the CI or service part of
        the record), `node` (the CI or service), `through` (the CI that a service contains, for `svc_ci_assoc`),
        `item` (install base item), `product`, `retired`, `kind` (account | consumer), `named` (id of the customer that
        the item or list names), `code` (of the customer it counts as, R1.5; null if the engine knows no such
        customer), `added_at`, `removed_at`. Each route once.
    """
    data = run.prepared.data
    found = pl.concat([_owned(run.prepared.records), _listed(data)], how="diagonal")
    who = run.prepared.customers
    parts = []
    for kind, table in KINDS.items():
        rows = found.drop_nulls(kind)
        references = keys.hash_of(rows[kind])
        code = who.codes(kind, references, keys.lookup(data, table).rows(references)).cast(ROW)
        parts.append(
            rows.drop(*KINDS).with_columns(
                kind=pl.lit(kind), named=identity(data, table, rows[kind]), code=who.frame["counts_as"].gather(code)
            )
        )
    every = pl.concat(parts)
    same = [name for name in every.columns if name != "origin"]
    found = every.group_by(same, maintain_order=True).agg(origins=pl.col("origin").unique(maintain_order=True))
    return found.sort("via", "through", "node", "item", *TIMES, "kind", "named", "product", nulls_last=False)


def _owned(records: Records) -> pl.DataFrame:
    """By what customers own: the install base items of the record's CIs and services."""
    data = records.data
    cis, services = _cis(records), _services(records)
    named = ["sys_id", "configuration_item", "account", "consumer", "product"]
    items = data.frame("sn_install_base_item", [*named, *RETIREMENT]).with_columns(retired=retired(data))
    tied = items.drop_nulls("configuration_item").select(*named, "retired").rename({"sys_id": "item"})
    owned = data.collect(tied)
    as_service = owned.with_columns(configuration_item=identity(data, "cmdb_ci_service", owned["configuration_item"]))
    by_ci = cis.join(owned, left_on="node", right_on="configuration_item")
    by_service = services.join(as_service, left_on="node", right_on="configuration_item")
    return pl.concat([by_ci, by_service])


def _listed(data: Dataset) -> pl.DataFrame:
    """R1.2: by the affected list."""
    rows = data.collect(data.frame("affected_account", [*KINDS, *TIMES]))
    return rows.with_columns(via=pl.lit("listed"), origin=pl.lit("affected_account"), retired=pl.lit(False))


def _cis(records: Records) -> pl.DataFrame:
    """The affected CIs: the record's own and those of `task_ci`."""
    own = records.frame(["cmdb_ci"]).select(pl.lit("ci").alias("via"), node="cmdb_ci", origin=pl.lit("cmdb_ci"))
    listed = records.data.frame("task_ci", ["ci_item", *TIMES]).select(
        *TIMES, via=pl.lit("ci"), node="ci_item", origin=pl.lit("task_ci")
    )
    return records.data.collect(_ways(own, listed))


def _services(records: Records) -> pl.DataFrame:
    """The impacted services: the record's own, those of `task_cmdb_ci_service`, those that contain an affected CI."""
    data = records.data
    own = records.frame(["business_service"]).select(
        via=pl.lit("service"), node="business_service", origin=pl.lit("business_service")
    )
    listed = data.frame("task_cmdb_ci_service", ["cmdb_ci_service", *TIMES]).select(
        *TIMES, via=pl.lit("service"), node="cmdb_ci_service", origin=pl.lit("task_cmdb_ci_service")
    )
    contains = data.frame("svc_ci_assoc", ["service_id", "ci_id"]).drop_nulls()
    around = (
        _cis(records)
        .lazy()
        .join(contains, left_on="node", right_on="ci_id")
        .select(*TIMES, via=pl.lit("service"), node="service_id", through="node", origin=pl.lit("svc_ci_assoc"))
    )
    found = data.collect(_ways(own, listed, around))
    return found.with_columns(node=identity(data, "cmdb_ci_service", found["node"])).unique(maintain_order=True)


def _ways(*frames: pl.LazyFrame) -> pl.LazyFrame:
    """CIs or services one below the other, each way once."""
    schema = {name: pl.Datetime("us", "UTC") if name in TIMES else pl.String() for name in WAY}
    empty = pl.LazyFrame(schema=schema)
    return pl.concat([empty, *frames], how="diagonal").drop_nulls("node").unique(maintain_order=True)
