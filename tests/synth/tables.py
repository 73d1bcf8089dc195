"""A written dataset, read as any reader would: plain files, plain joins."""

from pathlib import Path

import polars as pl

TABLES = (
    "incident",
    "affected_account",
    "task_ci",
    "task_cmdb_ci_service",
    "svc_ci_assoc",
    "cmdb_ci_service",
    "sn_install_base_item",
    "customer_account",
    "customer_contact",
    "csm_consumer",
    "service_definition",
    "sys_properties",
)
HISTORY = (
    "sys_journal_field",
    "notify_customers",
    "customer_reply",
    "sn_customerservice_case",
    "change_request",
)
ALL = (*TABLES, *HISTORY)
SHIPPED = Path(__file__).parents[2] / "datasets" / "telecom"
_TIMES = ("added_at", "removed_at")


def read(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table}.parquet")


def with_customers(folder: Path, record: str = "incident") -> pl.DataFrame:
    """The incidents (or changes) with `customers`: N, the distinct accounts of R1 to R1.3, whenever affected."""
    counts = pairs(folder, record).group_by("incident").agg(customers=pl.len())
    tasks = read(folder, record).join(counts, left_on="sys_id", right_on="incident", how="left")
    return tasks.with_columns(pl.col("customers").fill_null(0))


def pairs(folder: Path, record: str = "incident") -> pl.DataFrame:
    """Every affected account of R1 to R1.3 once: incident, account, `opened_at`, and from when to when (R8).

    `added_at` is the earliest of its routes (`opened_at` for one without), `removed_at` the latest if each has one.
    """
    tasks = read(folder, record)
    ci = pl.concat([_own(tasks, "cmdb_ci"), _linked(folder, "task_ci", "task", "ci_item")]).drop_nulls("node")
    in_service = read(folder, "svc_ci_assoc").rename({"ci_id": "node"})
    service = pl.concat(
        [
            _own(tasks, "business_service"),
            _linked(folder, "task_cmdb_ci_service", "task", "cmdb_ci_service"),
            ci.join(in_service, on="node").select("incident", *_TIMES, node="service_id").select(ci.columns),
        ]
    )
    items = read(folder, "sn_install_base_item").filter(pl.col("install_status") != "7", pl.col("active"))
    owned = items.drop_nulls("account").select("account", node="configuration_item").unique()
    listed = _linked(folder, "affected_account", "incident", "account").rename({"node": "account"})
    routes = pl.concat([pl.concat([ci, service]).unique().join(owned, on="node").select(listed.columns), listed])
    opened = tasks.select("opened_at", incident="sys_id")
    routes = routes.drop_nulls("account").join(opened, on="incident")
    return routes.group_by("incident", "account", "opened_at").agg(
        added_at=pl.col("added_at").fill_null(pl.col("opened_at")).min(),
        removed_at=pl.when(pl.col("removed_at").null_count() == 0).then(pl.col("removed_at").max()),
    )


def counts(folder: Path) -> pl.DataFrame:
    """For each incident with customers how many there are at first, at last, and ever (R8.2), and when that changes."""
    return (
        pairs(folder)
        .group_by("incident")
        .agg(
            first=(pl.col("added_at") <= pl.col("opened_at")).sum(),
            last=pl.col("removed_at").is_null().sum(),
            ever=pl.len(),
            opened_at=pl.col("opened_at").first(),
            changed_at=pl.min_horizontal(
                pl.col("added_at").filter(pl.col("added_at") > pl.col("opened_at")).max(), pl.col("removed_at").min()
            ),
        )
    )


def _own(tasks: pl.DataFrame, column: str) -> pl.DataFrame:
    never = pl.lit(None, pl.Datetime("us", "UTC"))
    return tasks.select(incident="sys_id", node=column, added_at=never, removed_at=never)


def _linked(folder: Path, table: str, task: str, node: str) -> pl.DataFrame:
    links = read(folder, table)
    never = [pl.lit(None, pl.Datetime("us", "UTC")).alias(name) for name in _TIMES if name not in links.columns]
    return links.with_columns(never).select(incident=task, node=node, added_at="added_at", removed_at="removed_at")
