"""The same answers in Polars, as its users write it: lazy frames, joins and group-bys on the ids as they are."""

from pathlib import Path

import polars as pl

from benchmarks import THRESHOLD, Decided, Totals

BASE_TABLE = "sn_customerservice_case"
TIME = pl.Datetime("us", "UTC")


def scan(data: Path, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(data / f"{table}.parquet")


def routes(data: Path) -> pl.LazyFrame:
    """R1, R1.3: `incident` and the install base item's columns, for every way from an incident to an item."""
    incident = scan(data, "incident")
    cis = pl.concat(
        [
            incident.select(incident="sys_id", target="cmdb_ci"),
            scan(data, "task_ci").select(incident="task", target="ci_item"),
        ]
    ).drop_nulls()
    services = pl.concat(
        [
            incident.select(incident="sys_id", target="business_service"),
            scan(data, "task_cmdb_ci_service").select(incident="task", target="cmdb_ci_service"),
            cis.join(scan(data, "svc_ci_assoc"), left_on="target", right_on="ci_id").select(
                "incident", target="service_id"
            ),
        ]
    ).drop_nulls()
    retired = pl.col("install_status").str.to_lowercase().is_in(["7", "retired"])
    items = scan(data, "sn_install_base_item").filter(~retired.fill_null(False), pl.col("active").fill_null(True))
    return pl.concat([cis, services]).unique().join(items, left_on="target", right_on="configuration_item")


def affected(data: Path, kind: str) -> pl.LazyFrame:
    """R1, R1.1, R1.2: the distinct pairs of incident and `account` or `consumer`."""
    listed = scan(data, "affected_account").select("incident", kind)
    return pl.concat([routes(data).select("incident", kind), listed]).drop_nulls().unique()


def decide(data: Path, threshold: int) -> Decided:
    found = affected(data, "account").group_by("incident").agg(k=pl.len())
    k = (
        scan(data, "incident")
        .select(incident="sys_id")
        .join(found, on="incident", how="left")
        .with_columns(pl.col("k").fill_null(0).cast(pl.Int64))
        .collect(engine="streaming")
    )
    histogram = k["k"].value_counts(name="n").sort("k")
    every = pl.DataFrame({"threshold": pl.int_range(1, k["k"].max() + 2, eager=True)})
    thresholds = (
        every.join(histogram, left_on=pl.col("threshold") - 1, right_on="k", how="left", maintain_order="left")
        .with_columns(below=pl.col("n").fill_null(0).cum_sum().cast(pl.Int64))
        .select("threshold", none=pl.col("below").first(), below="below", major=k.height - pl.col("below"))
        .with_columns(individual=pl.col("below") - pl.col("none"), cases=k["k"].sum() + pl.col("major"))
    )
    return Decided(k, _totals(k, threshold), thresholds)


def _totals(k: pl.DataFrame, threshold: int) -> Totals:
    count = pl.col("k")
    sums = k.select(
        none=(count == 0).sum(), individual=count.is_between(1, threshold - 1).sum(), major=(count >= threshold).sum()
    ).row(0, named=True)
    return Totals(**sums, cases=k["k"].sum() + sums["major"])


def second(decided: Decided, threshold: int) -> Totals:
    return _totals(decided.k, threshold)


def per_incident(decided: Decided) -> pl.DataFrame:
    return decided.k


def run(data: Path, out: Path) -> None:
    order = scan(data, "service_definition").sort("order", "name", "product", "table", nulls_last=[True, *[False] * 3])
    tried = order.with_columns(pl.col("table").fill_null(BASE_TABLE)).sort("all_products", maintain_order=True)
    tried = tried.with_row_index("rank").collect()
    by_product = tried.filter(~pl.col("all_products")).group_by("product").agg(pl.col("rank").min())
    everyone = tried.filter("all_products")["rank"].min()
    tables = tried.group_by("table").agg(first=pl.col("rank").min())

    direct = routes(data).select("incident", "account", "product").join(by_product.lazy(), on="product", how="left")
    listed = scan(data, "affected_account").select("incident", "account", rank=pl.lit(None, pl.UInt32))
    pairs = (
        pl.concat([direct.select("incident", "account", "rank"), listed])
        .drop_nulls("account")
        .group_by("incident", "account")
        .agg(pl.col("rank").min().fill_null(everyone))
    )
    accounts = scan(data, "customer_account").select("primary_contact", "contract_value", account="sys_id")
    pairs = pairs.join(accounts, on="account", how="left").collect(engine="streaming")
    consumers = affected(data, "consumer").group_by("incident").agg(affected_consumers=pl.len().cast(pl.Int64))
    counts = pairs.group_by("incident").agg(k=pl.len().cast(pl.Int64), contract_value=pl.col("contract_value").sum())

    ended = pl.coalesce("resolved_at", pl.when(pl.col("state").is_in(["6", "7"])).then("closed_at"))
    incidents = (
        scan(data, "incident")
        .rename({"sys_id": "incident", "number": "incident_number"})
        .join(counts.lazy(), on="incident", how="left")
        .join(consumers, on="incident", how="left")
        .with_columns(
            pl.col("k", "affected_consumers", "contract_value").fill_null(0),
            resolved=pl.when((pl.col("state") != "8").fill_null(True)).then(ended),
        )
        .with_columns(
            informed=(pl.col("opened_at") <= pl.col("resolved")).fill_null(False),
            outcome=pl.when(pl.col("k") == 0)
            .then(pl.lit("none"))
            .when(pl.col("k") < THRESHOLD)
            .then(pl.lit("individual"))
            .otherwise(pl.lit("major")),
        )
        .sort("incident_number")
        .collect(engine="streaming")
    )
    _decisions(incidents).write_parquet(out / "decisions.parquet")
    cases = _cases(incidents, pairs, tables)
    cases.drop("notes").write_parquet(out / "cases.parquet")
    _notifications(data, cases).write_parquet(out / "notifications.parquet")
    _journal(incidents, cases).write_parquet(out / "journal.parquet")
    rejects = {"table": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    pl.DataFrame(schema=rejects).write_parquet(out / "rejects.parquet")


def _decisions(incidents: pl.DataFrame) -> pl.DataFrame:
    reasons = {"none": "no_customers", "individual": "below_threshold", "major": "at_or_above_threshold"}
    return incidents.select(
        pl.lit("incident").alias("source"),
        "incident",
        "incident_number",
        pl.col("k").alias("affected_accounts"),
        "affected_consumers",
        pl.col("k").alias("counted"),
        pl.lit(THRESHOLD, pl.Int64).alias("threshold"),
        "outcome",
        pl.col("outcome").replace_strict(reasons).alias("reason"),
        "contract_value",
        "opened_at",
        pl.when(pl.col("k") > 0).then("opened_at").alias("decided_at"),
        pl.lit(None, TIME).alias("promoted_at"),
        *(pl.col("k").alias(name) for name in ("first_count", "final_count", "peak_count")),
    )


def _cases(incidents: pl.DataFrame, pairs: pl.DataFrame, tables: pl.DataFrame) -> pl.DataFrame:
    ...
