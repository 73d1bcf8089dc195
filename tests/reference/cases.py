"""R3: which cases an incident gets, and what is on them."""

from datetime import date, datetime

from tests.reference.affected import Customer
from tests.reference.case_type import BASE_TABLE, Definition, case_type, major_table
from tests.reference.keys import Dataset, by_key, identity, type_of_value
from tests.reference.policy import Policy
from tests.reference.records import sources
from tests.reference.template import lone_source, named, render, render_text
from tests.reference.values import Row, as_text, read_time

# R3.2, R3.4: what these three are where the mapping says nothing. They are text, whatever is mapped to them.
ALWAYS_MAPPED = {
    "short_description": "{short_description}",
    "description": "{description}",
    "contact_type": "{contact_type}",
}
SOURCE_TABLES = {"account": "customer_account", "contact": "customer_contact"}


def cases_of(
    data: Dataset, policy: Policy, incident: Row, decision: Row, arrivals: list[tuple[Customer, datetime]]
) -> list[Row]:
    """R3, R3.1, R8.1: none; or one per customer; or the major case and one child per customer.

    After a promotion all cases are children, those from before it too.
    """
    if decision["outcome"] == "none":
        return []
    kind = "individual" if decision["outcome"] == "individual" else "child"
    cases = []
    for position, (customer, opened_at) in enumerate(arrivals, start=1):
        number = f"{incident['number']}-{position:04d}"
        cases.append(customer_case(data, policy, incident, decision, customer, kind, number, opened_at))
    if kind == "child":
        tables = [str(case["sys_class_name"]) for case in cases]
        major = major_case(data, policy, incident, decision, major_table(data, policy, tables))
        for case in cases:
            case["parent"] = major["number"]
        cases.insert(0, major)
    return cases


def major_case(data: Dataset, policy: Policy, incident: Row, decision: Row, table: str) -> Row:
    """R3.2: the case of the whole issue, without account, contact and consumer; R4.1: without defaults."""
    opened_at = decision["promoted_at"] or decision["decided_at"]
    case = new_case("major", f"{incident['number']}-M", decision, opened_at)
    case["sys_class_name"] = table
    case["major_case_state"] = "accepted"
    put_fields(data, policy, case, "major", incident, {})
    return case


def customer_case(
    data: Dataset,
    policy: Policy,
    incident: Row,
    decision: Row,
    customer: Customer,
    kind: str,
    number: str,
    opened_at: datetime,
) -> Row:
    """R3.2: the case of one account (with its primary contact) or one consumer."""
    case = new_case(kind, number, decision, opened_at)
    definition: Definition = case_type(data, policy, customer)
    case["sys_class_name"] = definition.table
    put_customer(data, case, customer)
    put_fields(data, policy, case, kind, incident, definition.defaults)
    return case


def put_customer(data: Dataset, case: Row, customer: Customer) -> None:
    case[customer.kind] = customer.id
    if customer.kind == "account" and customer.row:
        case["contact"] = identity(data, "customer_contact", customer.row["primary_contact"])


def customer_cases(cases: list[Row]) -> list[Row]:
    """Those with an account or a consumer on them."""
    return [case for case in cases if case["account"] is not None or case["consumer"] is not None]


def existing(cases: list[Row], moment: object) -> list[Row]:
    """The cases opened by that time; none without a time."""
    return [case for case in cases if isinstance(moment, datetime) and opened(case) <= moment]


def new_case(kind: str, number: str, decision: Row, opened_at: datetime) -> Row:
    return {
        "number": number,
        "correlation_id": number,
        "kind": kind,
        "parent": None,
        "source": decision["source"],
        "incident": decision["incident"],
        "incident_number": decision["incident_number"],
        "account": None,
        "consumer": None,
        "contact": None,
        "sys_class_name": BASE_TABLE,
        "major_case_state": None,
        "proactive": True,
        "contact_type": None,
        "state": "1",  # R3.5: New
        "short_description": None,
        "description": None,
        "opened_at": opened_at,  # R3.6, R8.1
        "resolved_at": None,
        "close_notes": None,
        "resolution_code": None,
        "cause": None,
    }


def put_fields(data: Dataset, policy: Policy, case: Row, kind: str, incident: Row, defaults: Row) -> None:
    """R3.3, R4: the mapping of that kind, then the case type's defaults where that leaves a value missing."""
    fields = incident | people(data, case)
    mapping = policy.get("mapping", {}).get(kind, {})
    for target, template in ALWAYS_MAPPED.items():
        text = render_text(mapping.get(target, template), fields)
        case[target] = as_text(defaults.get(target)) if text is None else text
    for target, kind in mapped_types(data, policy).items():
        value = render(mapping[target], fields) if target in mapping else None
        if value is None:
            value = constant(defaults.get(target))
        case[target] = as_text(value) if kind == "text" else value


def people(data: Dataset, case: Row) -> Row:
    """`account.*` and `contact.*` of a case: missing on cases that have none or one the dataset lacks."""
    return named("account", by_key(data, "customer_account", case["account"])) | named(
        "contact", by_key(data, "customer_contact", case["contact"])
    )


def constant(value: object) -> object:
    """A default's constant; a time without a zone is UTC."""
    return read_time(value) if isinstance(value, date) else value


def mapped_types(data: Dataset, policy: Policy) -> dict[str, str]:
    """The fields of every mapping and case-type default, by name: the type all agree on, else text."""
    types: dict[str, set[str]] = {}
    for mapping in policy.get("mapping", {}).values():
        for target, template in mapping.items():
            types.setdefault(target, set()).add(template_type(data, policy, template))
    for definition in policy.get("case_types", []):
        for target, value in definition.get("defaults", {}).items():
            types.setdefault(target, set()).add(type_of_value(value))
    return {
        target: types[target].pop() if len(types[target]) == 1 else "text"
        for target in sorted(types)
        if target not in ALWAYS_MAPPED
    }


def template_type(data: Dataset, policy: Policy, template: str) -> str:
    """The type of a lone placeholder's source; everything else is text.

    R12: a field of incidents and changes has the type that all tables of the sources agree on that have it, else text.
    """
    source = lone_source(template)
    if source is None:
        return "text"
    prefix, _, field = source.rpartition(".")
    tables = [SOURCE_TABLES[prefix]] if prefix else sources(policy)
    types = {data.types[table][field] for table in tables if field in data.types[table]}
    return types.pop() if len(types) == 1 else "text"


def opened(case: Row) -> datetime:
    """When a case begins to exist."""
    moment = case["opened_at"]
    assert isinstance(moment, datetime)
    return moment
