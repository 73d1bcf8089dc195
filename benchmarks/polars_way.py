"""The same answers in Polars, as its users write it: lazy frames, joins and group-bys on the ids as they are."""

from pathlib import Path

import polars as pl

from benchmarks import THRESHOLD, Decided, Totals

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


def decide(data: Path, threshold: int) -> Decided:
    listed = scan(data, "affected_account").select("incident", "account")
    pairs = pl.concat([routes(data).select("incident", "account"), listed]).drop_nulls().unique()
    found = pairs.group_by("incident").agg(k=pl.len())
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
    incidents, pairs = _found(data)
    _decisions(incidents).write_parquet(out / "decisions.parquet")
    cases = _cases(incidents, pairs)
    cases.write_parquet(out / "cases.parquet")
    _notifications(data, cases).write_parquet(out / "notifications.parquet")
    _journal(incidents, cases).write_parquet(out / "journal.parquet")
    rejects = {"table": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    pl.DataFrame(schema=rejects).write_parquet(out / "rejects.parquet")


def _found(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Incidents by number with k, outcome and resolution; pairs of incident and account with table and contact."""
    tried = scan(data, "service_definition").sort("order", "name", "product", "table", nulls_last=[True, *[False] * 3])
    tried = tried.sort("all_products", maintain_order=True).with_row_index("rank")
    by_product = tried.filter(~pl.col("all_products")).group_by("product").agg(pl.col("rank").min())
    everyone = tried.filter("all_products").select(pl.col("rank").min()).collect().item()
    direct = routes(data).join(by_product, on="product", how="left").select("incident", "account", "consumer", "rank")
    listed = scan(data, "affected_account").select("incident", "account", "consumer", rank=pl.lit(None, pl.UInt32))
    reached = pl.concat([direct, listed]).collect(engine="streaming").lazy()
    owners = scan(data, "customer_account").select("primary_contact", "contract_value", account="sys_id")
    pairs = (
        reached.drop_nulls("account")
        .group_by("incident", "account")
        .agg(pl.col("rank").min().fill_null(everyone))
        .join(tried.select("rank", "table"), on="rank", how="left")
        .join(owners, on="account", how="left")
        .collect()
    )
    homes = reached.select("incident", "consumer").drop_nulls().unique()
    consumers = homes.group_by("incident").agg(affected_consumers=pl.len().cast(pl.Int64))
    counts = pairs.lazy().group_by("incident").agg(k=pl.len().cast(pl.Int64), contract_value=pl.sum("contract_value"))
    votes = pairs.lazy().group_by("incident", "table").agg(votes=pl.len(), rank=pl.min("rank"))
    winners = votes.sort("votes", "rank", descending=[True, False]).group_by("incident").agg(pl.first("table"))
    closed = pl.when(pl.col("state").is_in(["6", "7"])).then("closed_at")
    open_or_done = (pl.col("state") != "8").fill_null(True)
    individual = pl.when(pl.col("k") < THRESHOLD).then(pl.lit("individual")).otherwise(pl.lit("major"))
    incidents = (
        scan(data, "incident")
        .rename({"sys_id": "incident", "number": "incident_number", "close_code": "resolution_code"})
        .join(counts, on="incident", how="left")
        .join(consumers, on="incident", how="left")
        .join(winners, on="incident", how="left")
        .with_columns(
            pl.col("k", "affected_consumers", "contract_value").fill_null(0),
            resolved=pl.when(open_or_done).then(pl.coalesce("resolved_at", closed)),
        )
        .with_columns(
            outcome=pl.when(pl.col("k") == 0).then(pl.lit("none")).otherwise(individual),
            informed=(pl.col("opened_at") <= pl.col("resolved")).fill_null(False),
        )
        .sort("incident_number")
        .collect(engine="streaming")
    )
    return incidents, pairs


def _decisions(incidents: pl.DataFrame) -> pl.DataFrame:
    reasons = {"none": "no_customers", "individual": "below_threshold", "major": "at_or_above_threshold"}
    columns = {
        "source": pl.lit("incident"),
        "incident": pl.col("incident"),
        "incident_number": pl.col("incident_number"),
        "affected_accounts": pl.col("k"),
        "affected_consumers": pl.col("affected_consumers"),
        "counted": pl.col("k"),
        "threshold": pl.lit(THRESHOLD, pl.Int64),
        "outcome": pl.col("outcome"),
        "reason": pl.col("outcome").replace_strict(reasons),
        "contract_value": pl.col("contract_value"),
        "opened_at": pl.col("opened_at"),
        "decided_at": pl.when(pl.col("k") > 0).then("opened_at"),
        "promoted_at": pl.lit(None, TIME),
        **dict.fromkeys(("first_count", "final_count", "peak_count"), pl.col("k")),
    }
    return incidents.select(**columns)


def _cases(incidents: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """R3, R3.1, R4.1, R7, R7.1: ascending by number."""
    text, major = pl.col("incident_number"), pl.col("outcome") == "major"
    place = pl.col("account").rank("ordinal").over("incident").cast(pl.String).str.zfill(4)
    closes, informed = pl.col("informed") & ~major, pl.col("informed")
    own = (
        pairs.lazy()
        .join(incidents.lazy().drop("contract_value", "table"), on="incident")
        .with_columns(
            number=text + "-" + place,
            kind=pl.when(major).then(pl.lit("child")).otherwise(pl.lit("individual")),
            parent=pl.when(major).then(text + "-M"),
            state=pl.when(closes).then(pl.lit("6")).otherwise(pl.lit("1")),
            case_resolved_at=pl.when(closes).then("resolved"),
            major_case_state=pl.lit(None, pl.String),
        )
    )
    majors = (
        incidents.lazy()
        .filter(major)
        .with_columns(
            *(pl.lit(None, pl.String).alias(name) for name in ("account", "primary_contact", "parent")),
            number=text + "-M",
            kind=pl.lit("major"),
            state=pl.lit("1"),
            case_resolved_at=pl.lit(None, TIME),
            major_case_state=pl.lit("accepted"),
        )
    )
    columns = {
        **{"number": "number", "correlation_id": "number", "kind": "kind", "parent": "parent"},
        **{"source": pl.lit("incident"), "incident": "incident", "incident_number": "incident_number"},
        **{"account": "account", "consumer": pl.lit(None, pl.String), "contact": "primary_contact"},
        **{"sys_class_name": "table", "major_case_state": "major_case_state", "proactive": pl.lit(True)},
        **{name: name for name in ("contact_type", "state", "short_description", "description", "opened_at")},
        "resolved_at": "case_resolved_at",
        **{name: pl.when(informed).then(name) for name in ("close_notes", "resolution_code", "cause")},
    }
    both = [part.drop("resolved_at").select(**columns) for part in (own, majors)]
    return pl.concat(both).sort("number").collect(engine="streaming")


def _notifications(data: Path, cases: pl.DataFrame) -> pl.DataFrame:
    """R5, R5.1, R5.2: ascending by created_at, case_number, event."""
    opted_out = pl.col("notification").str.to_lowercase().is_in(["disabled", "disable", "1"])
    contacts = scan(data, "customer_contact").select("email", "active", "notification", contact="sys_id", known=True)
    reason = (
        pl.when(pl.col("known").is_null())
        .then(pl.lit("no_contact"))
        .when(~pl.col("active"))
        .then(pl.lit("inactive_contact"))
        .when(opted_out)
        .then(pl.lit("opted_out"))
        .when(pl.col("email").is_null())
        .then(pl.lit("no_email"))
    )
    sent = pl.col("reason").is_null()
    own = cases.lazy().filter(pl.col("kind") != "major")
    created = own.with_columns(event=pl.lit("case_created"), created_at="opened_at")
    resolved = own.filter(pl.col("state") == "6").with_columns(event=pl.lit("resolved"), created_at="resolved_at")
    columns = {
        "case_number": "number",
        **{name: name for name in ("incident_number", "account", "consumer", "contact")},
        "email": pl.when(sent).then("email"),
        "event": "event",
        "status": pl.when(sent).then(pl.lit("sent")).otherwise(pl.lit("suppressed")),
        **{"reason": "reason", "unintended": pl.lit(False), "created_at": "created_at"},
        "deliver_at": pl.when(sent).then("created_at"),
        **dict.fromkeys(("subject", "body", "journal_id"), pl.lit(None, pl.String)),
    }
    told = pl.concat([created, resolved]).join(contacts, on="contact", how="left").with_columns(reason=reason)
    return told.select(**columns).sort("created_at", "case_number", "event").collect(engine="streaming")


def _journal(incidents: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """R7.1, R7.4: ascending by record."""
    major = incidents.lazy().filter((pl.col("outcome") == "major") & pl.col("informed"))
    note = "There is a major case associated with this incident."
    on_incidents = major.select(table=pl.lit("incident"), record="incident_number", value=pl.lit(note), at="resolved")
    detail = pl.when(pl.col("close_notes").is_null()).then(pl.lit("")).otherwise(": " + pl.col("close_notes"))
    closed = cases.lazy().filter(pl.col("state") == "6")
    value = pl.col("incident_number") + " resolved" + detail
    on_cases = closed.select(table=pl.lit("case"), record="number", value=value, at="resolved_at")
    columns = {
        **{"id": pl.col("record") + "-R", "table": "table", "record": "record", "element": pl.lit("work_notes")},
        **{"value": "value", "created_at": "at", "created_by": pl.lit("system"), "origin": pl.lit("resolution")},
        **{"copied_from": pl.lit(None, pl.String), "unintended": pl.lit(False), "duplicate": pl.lit(False)},
    }
    return pl.concat([on_incidents, on_cases]).select(**columns).sort("record").collect(engine="streaming")
