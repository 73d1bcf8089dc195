"""R2: which outcome an incident leads to, and the row of `decisions` that says so."""

from tests.reference.affected import Customer, affected_customers, impacted_services
from tests.reference.conditions import all_hold
from tests.reference.keys import Dataset, by_key, key_of
from tests.reference.late import final_count, first_count, peak_count
from tests.reference.policy import Policy, base_threshold, choice, generation_delay
from tests.reference.values import Row


def decide(data: Dataset, policy: Policy, incident: Row) -> tuple[Row, list[Customer]]:
    """The decision on one incident and the customers that count (R2.3)."""
    customers = affected_customers(data, policy, incident)
    counted = [customer for customer in customers if counts(policy, customer)]
    matches = all_hold(policy.get("trigger", {}), incident)
    if not matches:
        counted = []
    start = incident["opened_at"] + generation_delay(policy)
    threshold = threshold_for(policy, incident)
    also = also_major(data, policy, incident, counted)
    k = len(counted)
    if not matches:
        outcome, reason = "none", "trigger"
    elif k == 0:
        outcome, reason = "none", "no_customers"
    elif k >= threshold:
        outcome, reason = "major", "at_or_above_threshold"
    elif also is not None:
        outcome, reason = "major", f"also_major:{also}"
    else:
        outcome, reason = "individual", "below_threshold"
    decision: Row = {
        "source": "incident",
        "incident": key_of("incident", incident),
        "incident_number": incident["number"],
        "affected_accounts": sum(customer.kind == "account" for customer in customers),
        "affected_consumers": sum(customer.kind == "consumer" for customer in customers),
        "counted": k,
        "threshold": threshold,
        "outcome": outcome,
        "reason": reason,
        "contract_value": contract_value(counted),
        "opened_at": incident["opened_at"],
        "decided_at": start if k else None,
        "promoted_at": None,
        "first_count": first_count(counted, start),
        "final_count": final_count(counted),
        "peak_count": peak_count(counted, start),
    }
    return decision, counted


def counts(policy: Policy, customer: Customer) -> bool:
    """R2.3: whom k counts and who gets cases."""
    kinds = {"accounts": ["account"], "consumers": ["consumer"], "both": ["account", "consumer"]}
    return customer.kind in kinds[str(choice(policy, "customers"))]


def threshold_for(policy: Policy, incident: Row) -> int:
    """R2.5: the first override whose conditions hold, else T."""
    for override in policy.get("overrides", []):
        if all_hold(override.get("when", {}), incident):
            return int(override["threshold"])
    return base_threshold(policy)


def also_major(data: Dataset, policy: Policy, incident: Row, counted: list[Customer]) -> str | None:
    """R2.5: the first key of `[also_major_when]` that holds, in the order of the rule."""
    asked = policy.get("also_major_when", {})
    if "contract_value_at_least" in asked and contract_value(counted) >= asked["contract_value_at_least"]:
        return "contract_value_at_least"
    if "critical_services_at_least" in asked:
        services = {service for service, _, _ in impacted_services(data, incident)}
        if sum(is_critical(data, service) for service in services) >= asked["critical_services_at_least"]:
            return "critical_services_at_least"
    if "when" in asked and all_hold(asked["when"], incident):
        return "when"
    return None


def is_critical(data: Dataset, service: object) -> bool:
    row = by_key(data, "cmdb_ci_service", service)
    criticality = str(row["busines_criticality"] or "") if row else ""
    return criticality == "1" or criticality.startswith("1 -")


def contract_value(counted: list[Customer]) -> float:
    """R2.5: the sum over counted accounts; an unknown account or value is 0."""
    accounts = [customer.row for customer in counted if customer.kind == "account" and customer.row]
    return sum((float(account["contract_value"] or 0) for account in accounts), 0.0)
