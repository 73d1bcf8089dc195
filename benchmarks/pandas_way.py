"""The same answers in pandas: merges, group-bys and masks on whole columns, no loop over rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from benchmarks import THRESHOLD, Decided, Totals

TEXT = pd.StringDtype(na_value=np.nan)
TIME = "datetime64[us, UTC]"


def read(data: Path, table: str, *columns: str) -> pd.DataFrame:
    return pd.read_parquet(data / f"{table}.parquet", columns=list(columns) or None)


def routes(data: Path, incident: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """R1, R1.3: `incident` and the install base item's columns, for every way from an incident to an item."""
    names = ["incident", "target"]
    listed = read(data, "task_ci", "task", "ci_item").set_axis(names, axis=1)
    cis = pd.concat([incident[["sys_id", "cmdb_ci"]].set_axis(names, axis=1), listed]).dropna().drop_duplicates()
    contained = cis.merge(read(data, "svc_ci_assoc", "service_id", "ci_id"), left_on="target", right_on="ci_id")
    services = [
        incident[["sys_id", "business_service"]].set_axis(names, axis=1),
        read(data, "task_cmdb_ci_service", "task", "cmdb_ci_service").set_axis(names, axis=1),
        contained[["incident", "service_id"]].set_axis(names, axis=1),
    ]
    targets = pd.concat([cis, *services]).dropna().drop_duplicates()
    items = read(data, "sn_install_base_item", "configuration_item", "install_status", "active", *columns)
    retired = items["install_status"].str.lower().isin(["7", "retired"])
    items = items[~retired & (items["active"] != False)]  # noqa: E712 a missing value counts as active
    return targets.merge(items, left_on="target", right_on="configuration_item")[["incident", *columns]]


def decide(data: Path, threshold: int) -> Decided:
    incident = read(data, "incident", "sys_id", "cmdb_ci", "business_service")
    listed = read(data, "affected_account", "incident", "account")
    pairs = pd.concat([routes(data, incident, "account"), listed]).dropna().drop_duplicates()
    k = pairs.groupby("incident", sort=False).size().reindex(incident["sys_id"], fill_value=0)
    histogram = k.value_counts().reindex(range(k.max() + 1), fill_value=0)
    below = histogram.cumsum()
    thresholds = pd.DataFrame({"threshold": below.index + 1, "none": below.iloc[0], "major": len(k) - below})
    thresholds["individual"] = below - below.iloc[0]
    thresholds["cases"] = k.sum() + thresholds["major"]
    return Decided(k, _totals(k, threshold), thresholds)


def _totals(k: pd.Series, threshold: int) -> Totals:
    none, major = int((k == 0).sum()), int((k >= threshold).sum())
    return Totals(none=none, individual=len(k) - none - major, major=major, cases=int(k.sum()) + major)


def second(decided: Decided, threshold: int) -> Totals:
    return _totals(decided.k, threshold)


def per_incident(decided: Decided) -> pl.DataFrame:
    return pl.DataFrame({"incident": decided.k.index.to_list(), "k": decided.k.to_numpy()})


def run(data: Path, out: Path) -> None:
    incidents, pairs = _found(data)
    _write(out, "decisions", _decisions(incidents))
    cases = _cases(incidents, pairs)
    _write(out, "cases", cases)
    _write(out, "journal", _journal(incidents, cases))
    _write(out, "notifications", _notifications(data, cases))
    rejects = {"table": TEXT, "row": "int64", "column": TEXT, "value": TEXT, "reason": TEXT}
    _write(out, "rejects", pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in rejects.items()}))


def _write(out: Path, name: str, table: pd.DataFrame) -> None:
    table.to_parquet(out / f"{name}.parquet", index=False)


def _found(data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Incidents by number with k, outcome and resolution; pairs of incident and account with table and contact."""
    incident = read(data, "incident")
    tried = read(data, "service_definition").sort_values(["name", "product", "table"], na_position="first")
    tried = tried.sort_values(["all_products", "order"], kind="stable").reset_index(drop=True)
    rank = tried[~tried["all_products"]].drop_duplicates("product").reset_index().set_index("product")["index"]
    everyone = int(tried.index[tried["all_products"]][0])
    reached = routes(data, incident, "account", "consumer", "product")
    reached["rank"] = reached.pop("product").map(rank).fillna(everyone).astype("int64")
    listed = read(data, "affected_account", "incident", "account", "consumer").assign(rank=everyone)
    reached = pd.concat([reached, listed])
    homes = reached[["incident", "consumer"]].dropna().drop_duplicates()["incident"].value_counts()
    pairs = reached.dropna(subset="account").groupby(["incident", "account"], as_index=False)["rank"].min()
    owners = read(data, "customer_account", "sys_id", "primary_contact", "contract_value")
    pairs = pairs.merge(owners.rename(columns={"sys_id": "account"}), on="account", how="left")
    pairs["sys_class_name"] = pairs["rank"].map(tried["table"])
    pairs["place"] = pairs.groupby("incident").cumcount() + 1  # the group-by has sorted by incident and account
    counts = pairs.groupby("incident").agg(k=("rank", "size"), contract_value=("contract_value", "sum"))
    votes = pairs.groupby(["incident", "sys_class_name"], as_index=False)["rank"].agg(["size", "min"])
    votes = votes.sort_values(["size", "min"], ascending=[False, True]).drop_duplicates("incident")
    incident = incident.rename(
        columns={"sys_id": "incident", "number": "incident_number", "close_code": "resolution_code"}
    ).merge(counts, on="incident", how="left")
    incident = incident.merge(votes[["incident", "sys_class_name"]], on="incident", how="left")
    incident["affected_consumers"] = incident["incident"].map(homes).fillna(0).astype("int64")
    incident["k"], incident["contract_value"] = (
        incident["k"].fillna(0).astype("int64"),
        incident["contract_value"].fillna(0),
    )
    outcome = np.select([incident["k"] == 0, incident["k"] < THRESHOLD], ["none", "individual"], "major")
    incident["outcome"] = pd.Series(outcome, dtype=TEXT)
    closed = incident["closed_at"].where(incident["state"].isin(["6", "7"]))
    incident["resolved"] = incident["resolved_at"].fillna(closed).mask(incident["state"] == "8")
    incident["informed"] = incident["opened_at"] <= incident["resolved"]
    return incident.sort_values("incident_number"), pairs


def _decisions(incidents: pd.DataFrame) -> pd.DataFrame:
    reasons = {"none": "no_customers", "individual": "below_threshold", "major": "at_or_above_threshold"}
    k = incidents["k"]
    return pd.DataFrame(
        {
            "source": "incident",
            "incident": incidents["incident"],
            "incident_number": incidents["incident_number"],
            "affected_accounts": k,
            "affected_consumers": incidents["affected_consumers"],
            "counted": k,
            "threshold": THRESHOLD,
            "outcome": incidents["outcome"],
            "reason": incidents["outcome"].map(reasons),
            "contract_value": incidents["contract_value"],
            "opened_at": incidents["opened_at"],
            "decided_at": incidents["opened_at"].where(k > 0),
            "promoted_at": pd.Series(pd.NaT, incidents.index, dtype=TIME),
            **dict.fromkeys(("first_count", "final_count", "peak_count"), k),
        }
    )


def _cases(incidents: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """R3, R3.1, R4.1, R7, R7.1: ascending by number."""
    of_incident = ["incident", "incident_number", "outcome", "resolved", "informed", "contact_type"]
    of_incident += ["short_description", "description", "opened_at", "close_notes", "resolution_code", "cause"]
    own = pairs.merge(incidents[of_incident], on="incident").rename(columns={"primary_contact": "contact"})
    own["kind"] = own["outcome"].map({"individual": "individual", "major": "child"})
    own["number"] = own["incident_number"] + "-" + own["place"].astype(TEXT).str.zfill(4)
    own["parent"] = (own["incident_number"] + "-M").where(own["outcome"] == "major")
    majors = incidents.loc[incidents["outcome"] == "major", [*of_incident, "sys_class_name"]]
    majors = majors.assign(kind="major", number=majors["incident_number"] + "-M", major_case_state="accepted")
    cases = pd.concat([own, majors], ignore_index=True).sort_values("number", ignore_index=True)
    closes = cases["informed"] & (cases["kind"] == "individual")
    cases["state"] = pd.Series(np.where(closes, "6", "1"), dtype=TEXT)
    cases["resolved_at"] = cases["resolved"].where(closes)
    for name in ("close_notes", "resolution_code", "cause"):
        cases[name] = cases[name].where(cases["informed"])
    cases = cases.assign(correlation_id=cases["number"], source="incident", proactive=True, consumer=_missing(cases))
    columns = ["number", "correlation_id", "kind", "parent", "source", "incident", "incident_number", "account"]
    columns += ["consumer", "contact", "sys_class_name", "major_case_state", "proactive", "contact_type", "state"]
    columns += ["short_description", "description", "opened_at", "resolved_at", "close_notes", "resolution_code"]
    return cases[[*columns, "cause"]]


def _missing(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, rows.index, dtype=TEXT)


def _notifications(data: Path, cases: pd.DataFrame) -> pd.DataFrame:
    """R5, R5.1, R5.2: ascending by created_at, case_number, event."""
    contacts = read(data, "customer_contact", "sys_id", "email", "active", "notification")
    contacts = contacts.rename(columns={"sys_id": "contact"}).assign(known=True)
    columns = ["number", "incident_number", "account", "consumer", "contact", "state", "opened_at", "resolved_at"]
    own = cases.loc[cases["kind"] != "major", columns].merge(contacts, on="contact", how="left")
    tests = {
        "no_contact": own["known"].isna(),
        "inactive_contact": own["active"] == False,  # noqa: E712
        "opted_out": own["notification"].str.lower().isin(["disabled", "disable", "1"]),
        "no_email": own["email"].isna(),
    }
    own["reason"] = pd.Series(np.select(list(tests.values()), list(tests), ""), dtype=TEXT).replace("", np.nan)
    created = own.assign(event="case_created", created_at=own["opened_at"])
    resolved = own[own["state"] == "6"]
    resolved = resolved.assign(event="resolved", created_at=resolved["resolved_at"])
    told = pd.concat([created, resolved], ignore_index=True).rename(columns={"number": "case_number"})
    told = told.sort_values(["created_at", "case_number", "event"], ignore_index=True)
    sent, missing = told["reason"].isna(), _missing(told)
    told["status"] = pd.Series(np.where(sent, "sent", "suppressed"), dtype=TEXT)
    told = told.assign(
        email=told["email"].where(sent),
        unintended=False,
        deliver_at=told["created_at"].where(sent),
        **dict.fromkeys(("subject", "body", "journal_id"), missing),
    )
    columns = ["case_number", "incident_number", "account", "consumer", "contact", "email", "event", "status"]
    columns += ["reason", "unintended", "created_at", "deliver_at", "subject", "body", "journal_id"]
    return told[columns]


def _journal(incidents: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """R7.1, R7.4: ascending by record."""
    major = incidents[(incidents["outcome"] == "major") & incidents["informed"]]
    note = "There is a major case associated with this incident."
    on_incidents = major.assign(table="incident", record=major["incident_number"], value=note)
    on_incidents["created_at"] = major["resolved"]
    closed = cases[cases["state"] == "6"]
    value = closed["incident_number"] + " resolved" + (": " + closed["close_notes"]).fillna("")
    on_cases = closed.assign(table="case", record=closed["number"], value=value, created_at=closed["resolved_at"])
    notes = pd.concat([on_incidents, on_cases], ignore_index=True).sort_values("record", ignore_index=True)
    notes = notes.assign(id=notes["record"] + "-R", element="work_notes", created_by="system", origin="resolution")
    notes = notes.assign(copied_from=_missing(notes), unintended=False, duplicate=False)
    columns = ["id", "table", "record", "element", "value", "created_at", "created_by", "origin", "copied_from"]
    return notes[[*columns, "unintended", "duplicate"]]
