"""R7: what the end of an incident does to its cases."""

from datetime import datetime

from tests.reference.cases import existing
from tests.reference.keys import Dataset
from tests.reference.policy import Policy, chosen
from tests.reference.records import is_canceled, resolved_when
from tests.reference.sync import CASE_CANCELLED, CASE_RESOLVED, resolve_major
from tests.reference.values import Row

MAJOR_NOTE = "There is a major case associated with this incident."


def resolve_cases(data: Dataset, policy: Policy, incident: Row, decision: Row, cases: list[Row]) -> list[Row]:
    """R7, R7.1, R7.2, R7.3: changes the cases that exist then, and returns the work notes (R7.4).

    The note of R7.1 is written only where there is a case that exists at r.
    """
    if is_canceled(data, incident) and chosen(policy, "cancel_cases_with_incident"):
        for case in existing(cases, incident["closed_at"]):
            case["state"] = CASE_CANCELLED
    moment = resolved_when(data, incident)
    touched = existing(cases, moment)
    for case in touched:
        case["close_notes"] = incident["close_notes"]
        case["resolution_code"] = incident["close_code"]
        case["cause"] = incident["cause"]
    if not touched or moment is None:
        return []
    if is_major_at(decision, moment):
        resolve_major(policy, cases, moment)
        return [work_note("incident", incident["number"], MAJOR_NOTE, moment)]
    for case in touched:
        case["state"] = CASE_RESOLVED
        case["resolved_at"] = moment
    return [work_note("case", case["number"], resolution_note(incident), moment) for case in touched]


def is_major_at(decision: Row, moment: datetime) -> bool:
    """R7, R8.1: the outcome as it stands then: a promoted incident is individual before its promotion."""
    promoted_at = decision["promoted_at"]
    return decision["outcome"] == "major" and (promoted_at is None or promoted_at <= moment)


def resolution_note(incident: Row) -> str:
    notes = incident["close_notes"]
    return f"{incident['number']} resolved" if notes is None else f"{incident['number']} resolved: {notes}"


def work_note(table: str, record: object, value: str, moment: object) -> Row:
    """R7.4: a journal entry of the resolution."""
    return {
        "id": f"{record}-R",
        "table": table,
        "record": record,
        "element": "work_notes",
        "value": value,
        "created_at": moment,
        "created_by": "system",
        "origin": "resolution",
        "copied_from": None,
        "unintended": False,
        "duplicate": False,
    }
