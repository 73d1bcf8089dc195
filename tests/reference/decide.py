"""R2: which outcome an incident leads to, and the row of `decisions` that says so."""

from datetime import datetime

from tests.reference.affected import Customer, affected_customers, impacted_services
from tests.reference.alerts import alert_outcome, alert_threshold
from tests.reference.conditions import all_hold
from tests.reference.keys import Dataset, by_key, key_of
from tests.reference.late import final_count, first_count, peak_count, reaches, served
from tests.reference.policy import Policy, alert_flow, base_threshold, choice
from tests.reference.records import is_authorized, start_of, table_of
from tests.reference.values import Row


def decide(data: Dataset, policy: Policy, incident: Row) -> tuple[Row, list[tuple[Customer, datetime]]]:
    """The decision on one incident, and who gets a case if there are cases, with the time it is opened (R8.1).

    In the alert flow nothing counts as decided (decided_at) where nobody is affected, though there is a case.
    """
    everyone = affected_customers(data, policy, incident)
    refused = refusal(data, policy, incident)
    customers = [] if refused else [customer for customer in everyone if counts(policy, customer)]
    start = start_of(data, policy, incident)
    mode = "known" if alert_flow(policy) else str(choice(policy, "late_customers"))
    arrivals = served(customers, mode, start)
    # R8.1: on those present at t0, else on those with whom the first one turns up.
    decided_at = arrivals[0][1] if arrivals else None
    counted = [customer for customer, moment in arrivals if moment == decided_at]
    threshold = threshold_for(policy, incident)
    outcome, reason = ("none", refused) if refused else outcome_of(data, policy, incident, counted, threshold)
    promoted_at = reaches(arrivals, threshold) if mode == "promote" and outcome == "individual" else None
    if promoted_at is not None:
        outcome, reason = "major", "promoted"
        counted = [customer for customer, moment in arrivals if moment <= promoted_at]
    decision: Row = {
        "source": table_of(data, incident),
        "incident": key_of(table_of(data, incident), incident),
        "incident_number": incident["number"],
        "affected_accounts": sum(customer.kind == "account" for customer in everyone),
        "affected_consumers": sum(customer.kind == "consumer" for customer in everyone),
        "counted": len(counted),
        "threshold": threshold,
        "outcome": outcome,
        "reason": reason,
        "contract_value": contract_value(counted),
        "opened_at": incident["opened_at"],
        "decided_at": decided_at,
        "promoted_at": promoted_at,
        "first_count": first_count(customers, start),
        "final_count": final_count(customers),
        "peak_count": peak_count(customers, start),
    }
    return decision, arrivals


def refusal(data: Dataset, policy: Policy, incident: Row) -> str | None:
    """R2.4, R12.1: why nothing comes of an incident, whoever is affected."""
    if not all_hold(policy.get("trigger", {}), incident):
        return "trigger"
    return None if is_authorized(data, incident) else "not_authorized"


def outcome_of(
    data: Dataset, policy: Policy, incident: Row, counted: list[Customer], threshold: int
) -> tuple[str, str]:
    """R2, R2.5: outcome and reason at the decision."""
    if alert_flow(policy):
        return alert_outcome(policy, len(counted))
    if not counted:
        return "none", "no_customers"
    if len(counted) >= threshold:
        return "major", "at_or_above_threshold"
    also = also_major(data, policy, incident, counted)
    return ("individual", "below_threshold") if also is None else ("major", f"also_major:{also}")


def counts(policy: Policy, customer: Customer) -> bool:
    """R2.3: whom k counts and who gets cases."""
    kinds = {"accounts": ["account"], "consumers": ["consumer"], "both": ["account", "consumer"]}
    return customer.kind in kinds[str(choice(policy, "customers"))]


def threshold_for(policy: Policy, incident: Row) -> int:
    """R2.5: the first override whose conditions hold, else T. R2.6 has a threshold of its own, and no overrides."""
    if alert_flow(policy):
        return alert_threshold(policy)
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
