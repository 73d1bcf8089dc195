"""R2.6: the alert flow, one proactive case per record."""

from datetime import datetime

from tests.reference.affected import Customer
from tests.reference.cases import customer_case, new_case, put_customer, put_fields
from tests.reference.keys import Dataset
from tests.reference.policy import Policy
from tests.reference.values import Row, read_flag


def status(policy: Policy) -> str:
    return str(policy.get("major_case_status", "none"))


def alert_threshold(policy: Policy) -> int:
    return int(policy.get("affected_account_threshold", 2))


def alert_outcome(policy: Policy, k: int) -> tuple[str, str]:
    """R2.6: outcome and reason of a record that passes the trigger and is authorized.

    The reason says how k compares with T, whatever the status; of no customers it says `no_customers`, as ever, though
    the outcome is `individual`.
    """
    reached = k >= alert_threshold(policy)
    reason = "no_customers" if k == 0 else "at_or_above_threshold" if reached else "below_threshold"
    return ("major" if reached and status(policy) != "none" else "individual", reason)


def alert_cases(
    data: Dataset,
    policy: Policy,
    incident: Row,
    decision: Row,
    arrivals: list[tuple[Customer, datetime]],
    start: datetime,
) -> list[Row]:
    """R2.6: the `-A` case, opened at t0 even if nobody is affected, and a child per customer if it is accepted.

    `-A` is filled by `[mapping.proactive]` whatever its kind, is of the base table, and takes no case type's defaults.
    With the single-account box its one customer may be a consumer too, if those count.
    """
    case = new_case("proactive", f"{incident['number']}-A", decision, start)
    if decision["outcome"] == "major":
        case["major_case_state"] = status(policy)
        if status(policy) == "accepted":
            case["kind"] = "major"
    elif len(arrivals) == 1 and read_flag(policy.get("process_case_for_single_account"), missing=False):
        put_customer(data, case, arrivals[0][0])
    put_fields(data, policy, case, "proactive", incident, {})
    children = []
    if case["kind"] == "major":
        for position, (customer, opened_at) in enumerate(arrivals, start=1):
            number = f"{incident['number']}-{position:04d}"
            child = customer_case(data, policy, incident, decision, customer, "child", number, opened_at)
            children.append(child | {"parent": case["number"]})
    return [case, *children]
