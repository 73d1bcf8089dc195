"""R7: what the end of an incident does to its cases."""

from datetime import datetime

from tests.reference.cases import opened
from tests.reference.policy import Policy, chosen
from tests.reference.values import Row

RESOLVED, CLOSED, CANCELED = "6", "7", "8"  # R3.5: incident states
CASE_RESOLVED, CASE_CANCELLED = "6", "7"
MAJOR_NOTE = "There is a major case associated with this incident."


def resolved_when(incident: Row) -> datetime | None:
    """The r of R7: resolved_at unless Canceled, else closed_at if Resolved or Closed."""
    if incident["state"] == CANCELED:
        return None
    moment = incident["resolved_at"]
    if moment is None and incident["state"] in (RESOLVED, CLOSED):
        moment = incident["closed_at"]
    assert moment is None or isinstance(moment, datetime)
    return moment


def resolve_cases(policy: Policy, incident: Row, decision: Row, cases: list[Row]) -> list[Row]:
    """R7, R7.1, R7.3: changes the cases that exist then, and returns the work notes (R7.4)."""
    if incident["state"] == CANCELED and chosen(policy, "cancel_cases_with_incident"):
        for case in existing(cases, incident["closed_at"]):
            case["state"] = CASE_CANCELLED
    moment = resolved_when(incident)
    touched = existing(cases, moment)
    for case in touched:
        case["close_notes"] = incident["close_notes"]
        case["resolution_code"] = incident["close_code"]
        case["cause"] = incident["cause"]
    if decision["outcome"] == "major":
        return [work_note("incident", incident["number"], MAJOR_NOTE, moment)] if touched else []
    for case in touched:
        case["state"] = CASE_RESOLVED
        case["resolved_at"] = moment
    return [work_note("case", case["number"], resolution_note(incident), moment) for case in touched]


def existing(cases: list[Row], moment: object) -> list[Row]:
    """The cases opened by that time; none without a time."""
    return [case for case in cases if isinstance(moment, datetime) and opened(case) <= moment]


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
