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
SHIPPED = Path(__file__).parents[2] / "datasets" / "telecom"


def read(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table}.parquet")


def with_customers(folder: Path) -> pl.DataFrame:
    """The incidents with `customers`: N, the distinct accounts of R1 to R1.3, by joins on the written references."""
    incident = read(folder, "incident")
    ci = pl.concat(
        [
            incident.select(incident="sys_id", ci="cmdb_ci"),
            read(folder, "task_ci").select(incident="task", ci="ci_item"),
        ]
    ).drop_nulls()
    service = pl.concat(
        [
            incident.select(incident="sys_id", ci="business_service"),
            read(folder, "task_cmdb_ci_service").select(incident="task", ci="cmdb_ci_service"),
            ci.join(read(folder, "svc_ci_assoc"), left_on="ci", right_on="ci_id").select("incident", ci="service_id"),
        ]
    ).drop_nulls()
    items = read(folder, "sn_install_base_item").filter(pl.col("install_status") != "7", pl.col("active"))
    pairs = pl.concat(
        [
            pl.concat([ci, service])
            .unique()
            .join(items, left_on="ci", right_on="configuration_item")
            .select("incident", "account"),
            read(folder, "affected_account").select("incident", "account"),
        ]
    )
    counts = pairs.drop_nulls().unique().group_by("incident").agg(customers=pl.len())
    return incident.join(counts, left_on="sys_id", right_on="incident", how="left").with_columns(
        pl.col("customers").fill_null(0)
    )
