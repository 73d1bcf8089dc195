"""What is not there: optional tables and columns, and what a run does without them."""

from collections.abc import Iterable, Mapping, Sequence

from casesim.analysis.check.values import Finding, Severity
from casesim.analysis.wording import many
from casesim.dataset import Dataset
from casesim.policy import Policy

# What the absence does, the rule, and how much it matters. An empty sentence depends on what else there is (`_left`).
Effect = tuple[str, str, Severity]

TABLES: Mapping[str, Effect] = {
    "task_ci": ("", "R1", "note"),
    "task_cmdb_ci_service": ("", "R1", "note"),
    "svc_ci_assoc": ("No service is found through a CI.", "R1", "note"),
    "cmdb_ci_service": ("Services are compared as text, and none is critical.", "R2.5", "note"),
    "sn_install_base_item": ("Customers come from the affected list alone.", "R1.2", "note"),
    "affected_account": ("Customers come from install base items alone.", "R1", "note"),
    "customer_account": (
        "Accounts are known by the text that names them; every mail to one is suppressed, no_contact.",
        "R1.6",
        "warning",
    ),
    "customer_contact": ("Every mail to an account is suppressed, no_contact.", "R5.1", "warning"),
    "csm_consumer": ("Consumers are known by the text that names them; mail to one is suppressed.", "R1.6", "note"),
}

COLUMNS: Mapping[str, Mapping[str, Effect]] = {
    "incident": {
        "state": ("No incident counts as cancelled, and none is resolved by its closing time.", "R7", "warning"),
        "resolved_at": ("The closing time of Resolved and Closed incidents is used.", "R7", "note"),
        "closed_at": ("An incident without resolution time is not resolved.", "R7", "note"),
        "cmdb_ci": ("", "R1", "note"),
        "business_service": ("", "R1", "note"),
        "short_description": ("Cases have none.", "R3.2", "note"),
        "description": ("Cases have none.", "R3.2", "note"),
        "contact_type": ("Cases have no channel.", "R3.4", "note"),
        "close_notes": ("Cases get no resolution notes.", "R7", "note"),
        "close_code": ("Cases get no resolution code.", "R7", "note"),
        "cause": ("Cases get no probable cause.", "R7", "note"),
    },
    "task_ci": {
        "task": ("No row says which incident it is about: the table has no effect.", "R1", "warning"),
        "ci_item": ("No row names a CI: the table has no effect.", "R1", "warning"),
    },
    "task_cmdb_ci_service": {
        "task": ("No row says which incident it is about: the table has no effect.", "R1", "warning"),
        "cmdb_ci_service": ("No row names a service: the table has no effect.", "R1", "warning"),
    },
    "svc_ci_assoc": {
        "service_id": ("No row names a service: the table has no effect.", "R1", "warning"),
        "ci_id": ("No row names a CI: the table has no effect.", "R1", "warning"),
    },
    "affected_account": {
        "incident": ("No row says which incident it is about: the table has no effect.", "R1.2", "warning"),
    },
    "cmdb_ci_service": {
        "busines_criticality": ("No service is critical.", "R2.5", "note"),
    },
    "sn_install_base_item": {
        "configuration_item": ("No item is of a CI or service: the table has no effect.", "R1", "warning"),
        "product": ("No item selects a case type by its product.", "R4", "note"),
    },
    "customer_account": {
        "active": ("Every account is active.", "R1.4", "note"),
        "account_parent": ("No account has a parent.", "R1.5", "note"),
        "primary_contact": ("Every mail to an account is suppressed, no_contact.", "R5.1", "warning"),
        "contract_value": ("Every contract value is 0.", "R2.5", "note"),
    },
    "customer_contact": {
        "email": ("Every mail to an account is suppressed, no_email.", "R5.1", "warning"),
        "active": ("Every contact is active.", "R5.1", "note"),
        "notification": ("No contact has opted out.", "R5.1", "note"),
    },
    "csm_consumer": {
        "email": ("Every mail to a consumer is suppressed, no_email.", "R5.1", "warning"),
        "active": ("Every consumer is active.", "R1.4", "note"),
        "notification": ("No consumer has opted out.", "R5.1", "note"),
    },
}
TIMED = ("affected_account", "task_ci", "task_cmdb_ci_service")


def absent(data: Dataset, policy: Policy) -> Iterable[Finding]:
    """Optional tables and columns that the dataset lacks, a finding each; and what a policy leaves out."""
    changes = data.height("change_request")
    if changes and "change_request" not in policy.sources:
        yield Finding(
            severity="note",
            table="change_request",
            what=many(changes, "change request"),
            count=changes,
            effect="They get no cases: the policy's sources has incident alone.",
            rule="R12",
        )
    left = _left(data)
    for table, (effect, rule, severity) in TABLES.items():
        if not data.has(table):
            does = left.get((table, None), effect)
            yield Finding(severity=severity, table=table, what="there is no such table", effect=does, rule=rule)
    if not policy.case_types and not data.height("service_definition"):
        yield Finding(
            severity="note",
            table="service_definition",
            what="there are no service definitions",
            effect="Every case is a sn_customerservice_case.",
            rule="R4",
        )
    for table, columns in COLUMNS.items():
        there = data.columns(table)
        for column, (effect, rule, severity) in columns.items():
            # A table without any column is an empty file: its rows are missing, not a column.
            if there and column not in there:
                does = left.get((table, column), effect)
                yield Finding(
                    severity=severity, table=table, column=column, what="no such column", effect=does, rule=rule
                )
    yield from _retirement(data)
    yield from _customers_of(data)
    yield from _times(data)


def _left(data: Dataset) -> dict[tuple[str, str | None], str]:
    """What is left where one of several sources of the same thing is absent: that depends on the others."""
    own = {*data.columns("incident"), *data.columns("change_request")}
    cis = [("the incident itself", "cmdb_ci" in own), ("task_ci", data.has("task_ci"))]
    around = data.has("svc_ci_assoc") and any(there for _, there in cis)
    services = [
        ("the incident itself", "business_service" in own),
        ("task_cmdb_ci_service", data.has("task_cmdb_ci_service")),
        ("around its CIs", around),
    ]
    from_cis = _alone("Affected CIs come", cis, "No incident has an affected CI.")
    from_services = _alone("Services come", services, "No incident has an impacted service.")
    ends = {"resolved_at": "resolved_at" in own, "closed_at": {"closed_at", "state"} <= own}
    found: dict[tuple[str, str | None], str] = {
        ("task_ci", None): from_cis,
        ("incident", "cmdb_ci"): from_cis,
        ("task_cmdb_ci_service", None): from_services,
        ("incident", "business_service"): from_services,
    }
    if not any(ends.values()):
        found |= {("incident", name): "No incident is resolved." for name in ends}
    return found


def _alone(said: str, sources: Sequence[tuple[str, bool]], none: str) -> str:
    there = [name for name, is_there in sources if is_there]
    return f"{said} from {' and '.join(there)} alone." if there else none


def _times(data: Dataset) -> Iterable[Finding]:
    """Nothing says when customers are added or removed."""
    there = [table for table in TIMED if data.columns(table)]
    if there and not any({"added_at", "removed_at"} & {*data.columns(table)} for table in there):
        yield Finding(
            severity="note",
            table=there[0],
            column="added_at",
            what=f"no times at which customers are added or removed in {', '.join(there)}",
            effect="Everybody is there from the start to the end.",
            rule="R8",
        )


def _retirement(data: Dataset) -> Iterable[Finding]:
    there = data.columns("sn_install_base_item")
    if there and not {"install_status", "state", "active"} & {*there}:
        yield Finding(
            severity="note",
            table="sn_install_base_item",
            column="install_status",
            what="none of install_status, state and active says which items are retired",
            effect="Every item counts.",
            rule="R1.3",
        )


def _customers_of(data: Dataset) -> Iterable[Finding]:
    """Tables of customers' belongings that name no customer."""
    for table, rule in (("sn_install_base_item", "R1"), ("affected_account", "R1.2")):
        there = data.columns(table)
        if there and not {"account", "consumer"} & {*there}:
            yield Finding(
                severity="warning",
                table=table,
                what="no column names an account or a consumer",
                effect="The table has no effect.",
                rule=rule,
            )
