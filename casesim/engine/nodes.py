"""R1's tables in integer codes: what customers own, what incidents touch, whom their lists name."""

import polars as pl

from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.engine.codes import FROM_START, NEVER
from casesim.engine.keys import ROW, Lookup
from casesim.engine.records import Records
from casesim.policy import Choices

TIMES = ("added_at", "removed_at")


RETIREMENT = ("install_status", "state", "active")


def retired(data: Dataset) -> pl.Expr:
    """R1.3: whether an install base item is retired, Boolean without nulls, over its columns `RETIREMENT`.

    `state` speaks only where the data have no column install_status.
    """
    status = "install_status" if "install_status" in data.columns("sn_install_base_item") else "state"
    named = pl.col(status).str.to_lowercase().is_in(["7", "retired"]).fill_null(False)
    return named | ~pl.col("active")


def items(data: Dataset, choices: Choices) -> pl.LazyFrame:
    """R1.3: install base items that count and tie something to somebody; the columns of their table."""
    columns = ["configuration_item", "account", "consumer", "product", *RETIREMENT]
    items = data.frame("sn_install_base_item", columns)
    if not choices.count_retired_install_base:
        items = items.filter(~retired(data))
    return items.drop_nulls("configuration_item")


def listed(data: Dataset) -> pl.LazyFrame:
    """R1.2: the affected list: incident, account, consumer (and times)."""
    return data.frame("affected_account", ["incident", "account", "consumer", *_times(data, "affected_account")])


def on_records(rows: pl.DataFrame, found: Records, references: Lookup) -> pl.DataFrame:
    """Rows of the affected list with the code of their `incident` instead of its key; those on none are left out."""
    known = rows.with_columns(incident=references.rows(rows["incident"])).drop_nulls("incident")
    return _epochs(found.coded(known), timed=timed(found.data))


def service_keys(data: Dataset, references: pl.Series) -> pl.Series:
    """A service is one thing whether referred to by sys_id or by name: the key of its table row, else of the text."""
    if not data.has("cmdb_ci_service"):
        return references
    own = data.keys("cmdb_ci_service").select(pl.coalesce(pl.all())).to_series()
    rows = keys.lookup(data, "cmdb_ci_service").rows(references)
    return pl.select(pl.coalesce(own.gather(rows), references)).to_series()


def nodes(data: Dataset, owned: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """R1: configuration items and services that have customers, and these customers.

    A configuration item has the customers of its own items and those of the services that contain it.

    Args:
        data: the dataset.
        owned: `ci`, `service` (keys of one configuration item), `customer`, `type`.

    Returns:
        Configuration items and services (`key`, `node`), and their members (`node`, `customer`, `type`), which repeat.
    """
    contained = data.frame("svc_ci_assoc", ["service_id", "ci_id"])
    contains = data.collect(keys.hashed(contained, "service_id", "ci_id"))
    contains = contains.select(ci="ci_id", service=service_keys(data, contains["service_id"])).drop_nulls()
    by_service = owned.select("customer", "type", key="service")
    inherited = contains.join(by_service, left_on="service", right_on="key").select("customer", "type", key="ci")
    by_ci = pl.concat([owned.select("customer", "type", key="ci"), inherited]).drop_nulls("key")
    cis = by_ci.select(pl.col("key").unique()).with_row_index("node")
    # Mostly a key has the same customers whether it stands for a CI or for a service, and one node is enough.
    moved = owned.filter(pl.col("ci").ne_missing(pl.col("service")))
    apart = pl.concat([inherited["key"], moved["ci"], moved["service"]]).unique().to_frame("key")
    by_service = by_service.join(apart, on="key", how="semi")
    own = by_service.select(pl.col("key").unique()).with_row_index("node", offset=cis.height)
    services = pl.concat([own, cis.join(apart, on="key", how="anti")])
    coded = [by_ci.join(cis, on="key"), by_service.join(own, on="key")]
    return cis, services, pl.concat(coded).select("node", "customer", "type")


def links(found: Records, references: Lookup, cis: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """R1: each record's affected CIs and impacted services, as far as they have customers.

    Returns:
        `incident`, `node` (and times); the same link may repeat.
    """
    data = found.data
    own = found.frame(["cmdb_ci", "business_service"])
    direct = keys.hashed(own, "cmdb_ci", "business_service").with_row_index("incident")
    own_ci = direct.select("incident", key="cmdb_ci").join(cis.lazy(), on="key")
    own_service = _on_services(data, direct.select("incident", key="business_service"), services)
    listed_ci = _tasks(data, "task_ci", "ci_item").join(cis.lazy(), on="key")
    listed_service = _on_services(data, _tasks(data, "task_cmdb_ci_service", "cmdb_ci_service"), services)
    parts = [data.collect(own_ci, "streaming"), data.collect(own_service)]
    parts += [found.coded(references.replaced(data, rows, "incident")) for rows in (listed_ci, listed_service)]
    coded = [part.drop("key").with_columns(pl.col("incident").cast(ROW)) for part in parts]
    return pl.concat([_epochs(part, timed=timed(data)) for part in coded], how="diagonal")


def _tasks(data: Dataset, table: str, column: str) -> pl.LazyFrame:
    """A link table with its record and its target as keys (`incident`, `key`), and its times."""
    frame = data.frame(table, ["task", column, *_times(data, table)])
    return keys.hashed(frame, "task", column).rename({"task": "incident", column: "key"})


def _on_services(data: Dataset, rows: pl.LazyFrame, services: pl.DataFrame) -> pl.LazyFrame:
    """Rows whose `key` is a service with customers, with its `node`."""
    wanted = data.collect(rows.drop_nulls("key"), "streaming")
    return wanted.lazy().with_columns(key=service_keys(data, wanted["key"])).join(services.lazy(), on="key")


def _times(data: Dataset, table: str) -> list[str]:
    return [name for name in TIMES if name in data.columns(table)]


def timed(data: Dataset) -> bool:
    """Whether the dataset records when customers were added or removed (R8)."""
    return any(_times(data, table) for table in ("affected_account", "task_ci", "task_cmdb_ci_service"))


def _epochs(rows: pl.DataFrame, *, timed: bool) -> pl.DataFrame:
    """Times as epoch microseconds, `added` and `removed`, if the dataset has any; a route without is always there."""
    if not timed:
        return rows
    for ours, theirs, absent in (("added", "added_at", FROM_START), ("removed", "removed_at", NEVER)):
        value = pl.col(theirs).dt.epoch("us").fill_null(absent) if theirs in rows.columns else pl.lit(absent, pl.Int64)
        rows = rows.with_columns(value.alias(ours)).drop(theirs, strict=False)
    return rows


def nobody(data: Dataset) -> pl.DataFrame:
    """A list that names no customer."""
    schema = {"incident": ROW, "customer": ROW, "type": pl.Int32}
    return _epochs(pl.DataFrame(schema=schema), timed=timed(data))
