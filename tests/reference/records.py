"""R12: the records that generate cases, incidents and change requests, and where the two differ.

Everywhere else in the reference `incident` is a record of either table.
"""

from datetime import datetime

from tests.reference.keys import Dataset, key_of
from tests.reference.policy import Policy, generation_delay
from tests.reference.values import Row

TABLES = ("incident", "change_request")

# R3.5, R12.1: states of incidents and of change requests.
RESOLVED, CLOSED, CANCELED = "6", "7", "8"
REACHED_AUTHORIZE = ("-3", "-2", "-1", "0", "3")
CHANGE_CLOSED, CHANGE_CANCELED = "3", "4"


def sources(policy: Policy) -> list[str]:
    """R12: the tables whose records generate cases."""
    return list(policy.get("sources", ["incident"]))


def records(data: Dataset, policy: Policy) -> list[Row]:
    """Every record of the sources."""
    return [row for table in TABLES if table in sources(policy) for row in data.rows[table]]


def table_of(data: Dataset, incident: Row) -> str:
    """`incident` or `change_request`. A key says nothing here: the two tables may have the same ones."""
    return "change_request" if any(row is incident for row in data.rows["change_request"]) else "incident"


def find_record(data: Dataset, reference: object) -> Row | None:
    """The incident or change request that a reference means, None if it is unknown.

    Asked in turn: the incidents' sys_id, the changes' sys_id, the incidents' number, the changes' number, in both
    tables whatever the sources are.
    """
    if reference is None:
        return None
    for column in ("sys_id", "number"):
        for table in TABLES:
            found = [row for row in data.rows[table] if row[column] == reference]
            if found:
                return min(found, key=lambda row: key_of(table, row) or "")
    return None


def is_source(data: Dataset, policy: Policy, incident: Row) -> bool:
    """Whether a known record is of a table that generates cases."""
    return table_of(data, incident) in sources(policy)


def is_authorized(data: Dataset, incident: Row) -> bool:
    """R12.1: a change must have reached Authorize, by its time or its state. Incidents need not."""
    if table_of(data, incident) == "incident":
        return True
    return incident["authorized_at"] is not None or incident["state"] in REACHED_AUTHORIZE


def start_of(data: Dataset, policy: Policy, incident: Row) -> datetime:
    """t0. R3.6: opened_at plus the delay; R12.1: a change's authorized_at, else start_date, else opened_at."""
    moment = incident["opened_at"]
    if table_of(data, incident) == "change_request":
        moment = incident["authorized_at"] or incident["start_date"] or incident["opened_at"]
    assert isinstance(moment, datetime)
    return moment + generation_delay(policy)


def is_canceled(data: Dataset, incident: Row) -> bool:
    """R7.3, R12.1: state 8 of an incident, 4 of a change."""
    canceled = CANCELED if table_of(data, incident) == "incident" else CHANGE_CANCELED
    return bool(incident["state"] == canceled)


def resolved_when(data: Dataset, incident: Row) -> datetime | None:
    """The r of R7: resolved_at unless Canceled, else closed_at if Resolved or Closed.

    R12.1: of a change closed_at in state Closed; what it has in resolved_at plays no part.
    """
    if table_of(data, incident) == "change_request":
        moment = incident["closed_at"] if incident["state"] == CHANGE_CLOSED else None
    elif is_canceled(data, incident):
        moment = None
    elif incident["resolved_at"] is None and incident["state"] in (RESOLVED, CLOSED):
        moment = incident["closed_at"]
    else:
        moment = incident["resolved_at"]
    assert moment is None or isinstance(moment, datetime)
    return moment
