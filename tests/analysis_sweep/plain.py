"""A run's figures counted from the reference's tables, as the definitions read."""

from collections import Counter
from copy import deepcopy

from tests.examples.example import threshold as by_property
from tests.reference import Policy, Row, Tables, simulate
from tests.reference.keys import read
from tests.reference.records import records, resolved_when, table_of


def at(policy: Policy, threshold: int) -> Policy:
    """The policy under another threshold, without flood control."""
    rest = {name: value for name, value in policy.items() if name != "flood"}
    if policy.get("flow") == "alerts":
        return {**rest, "affected_account_threshold": threshold}
    others = {name: value for name, value in rest.get("properties", {}).items() if "threshold" not in name}
    return {**rest, "properties": {**others, **by_property(threshold)["properties"]}}


def figures(tables: Tables, policy: Policy) -> Row:
    """What one run comes to: the columns of a sweep but `threshold`."""
    result = simulate(deepcopy(tables), policy)
    outcomes = Counter(row["outcome"] for row in result["decisions"])
    kinds = Counter(row["kind"] for row in result["cases"])
    statuses = Counter(row["status"] for row in result["notifications"])
    sent = [row["created_at"] for row in result["notifications"] if row["status"] == "sent"]
    hours = Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in sent)
    return {
        **{f"incidents_{outcome}": outcomes[outcome] for outcome in ("none", "individual", "major")},
        **{f"{kind}_cases": kinds[kind] for kind in ("major", "child", "individual")},
        "cases": len(result["cases"]),
        "auto_resolved_cases": sum(row["state"] == "6" and row["kind"] != "major" for row in result["cases"]),
        "manual_closures": sum(by_hand(tables, policy, result).values()),
        "notifications_sent": statuses["sent"],
        "notifications_suppressed": statuses["suppressed"],
        "notifications_peak_hour": max(hours.values(), default=0),
    }


def by_hand(tables: Tables, policy: Policy, result: Tables) -> Counter[str]:
    """R7, R7.1: by number, the cases of resolved records that nothing but a person resolves."""
    data = read(deepcopy(tables))
    resolved = {
        (table_of(data, record), record["number"]): resolved_when(data, record) for record in records(data, policy)
    }
    return Counter(
        str(case["incident_number"])
        for case in result["cases"]
        if resolved[case["source"], case["incident_number"]] and (case["state"] != "6" or case["kind"] == "major")
    )


def most(tables: Tables, policy: Policy) -> int:
    """The most customers that can count in one incident: those with a case, where nothing is ever major."""
    result = simulate(deepcopy(tables), at(policy, 99))
    if policy.get("flow") == "alerts" or policy.get("choices", {}).get("late_customers", "known") in ("known", "first"):
        return max((row["counted"] for row in result["decisions"]), default=0)
    with_customers = (case for case in result["cases"] if case["account"] or case["consumer"])
    return max(Counter((case["source"], case["incident"]) for case in with_customers).values(), default=0)
