"""R7.2: what a major case passes to its children."""

from datetime import datetime

from tests.reference.case_type import BASE_TABLE
from tests.reference.cases import existing
from tests.reference.policy import Policy, choice, chosen, synced_fields
from tests.reference.values import Row, read_duration

CASE_CLOSED, CASE_RESOLVED, CASE_CANCELLED = "3", "6", "7"  # R3.5


def resolve_major(policy: Policy, cases: list[Row], moment: datetime) -> None:
    """R7.2: a manager resolves the major case that got R7.1's values at `moment`, and with it the children it serves.

    Children that were opened after `moment`, up to the delay's end, are resolved with the others.
    """
    delay = choice(policy, "major_resolution_delay")
    if delay is None:
        return
    later = moment + read_duration(delay)
    for major in existing(cases, moment):
        if major["kind"] != "major":
            continue
        major["state"] = CASE_RESOLVED
        major["resolved_at"] = later
        if "state" in synced_fields(policy):
            for child in existing(served_children(policy, cases, major), later):
                if child["state"] not in (CASE_RESOLVED, CASE_CLOSED, CASE_CANCELLED):
                    child["state"] = CASE_RESOLVED
                    child["resolved_at"] = later


def served_children(policy: Policy, cases: list[Row], major: Row) -> list[Row]:
    """R7.2: the children that a major case can pass anything to, by the tables of both."""
    children = [case for case in cases if case["parent"] == major["number"]]
    if chosen(policy, "sync_extended_case_types"):
        return children
    return [child for child in children if child["sys_class_name"] == major["sys_class_name"] == BASE_TABLE]


def children_open_at(policy: Policy, incident: Row, cases: list[Row], major: Row, moment: datetime) -> list[Row]:
    """R7.2: the children that an entry of that time passes to: not one resolved or cancelled at that very time."""
    return [
        child for child in existing(served_children(policy, cases, major), moment) if is_open(incident, child, moment)
    ]


def is_open(incident: Row, case: Row, moment: datetime) -> bool:
    """Whether a case that exists is open at a time, by how it ends: resolved, or cancelled with its incident (R7.3)."""
    ended = incident["closed_at"] if case["state"] == CASE_CANCELLED else case["resolved_at"]
    return ended is None or moment < ended
