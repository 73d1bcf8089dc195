"""Short words for examples in which somebody writes: the rows that go in, and the entries and mails that come out."""

import re

from tests.examples.example import DAY
from tests.reference import Policy, Row, Tables

THRESHOLD = "sn_ind_tsm_core.major_case_affected_account_threshold"
COMMENTS_SYNC = "proactive_workflows_for_providers.additional_comments_sync"
CHILD_SYNC = "sn_customerservice.parent_child_case_sync"
SYNC_FIELDS = "sn_customerservice.case_fields_to_sync"
RULE = "Update case worknote for comments change"

# No notification but those of comments.
ONLY_COMMENTS: Policy = {"notifications": {"case_created": {"enabled": False}, "resolved": {"enabled": False}}}


def time(clock: str, day: str = DAY) -> str:
    """A time on the day of the examples as a file has it: `time("10:15")`, `time("10:15:30")`."""
    return f"{day} {clock}:00" if len(clock) == 5 else f"{day} {clock}"


def comment(value: str, clock: str, *, on: str = "INC1", by: str | None = "agent", **fields: object) -> Row:
    """A row of sys_journal_field: an additional comment, on an incident unless told otherwise."""
    return {
        "element_id": on,
        "element": "comments",
        "value": value,
        "sys_created_on": time(clock),
        "sys_created_by": by,
        **fields,
    }


def action(
    message: str, clock: str, *accounts: str, on: str = "INC1", by: str | None = "agent", **fields: object
) -> list[Row]:
    """Rows of one notify action for these accounts; without any, the one row that chooses every customer case."""
    return [
        {
            "incident": on,
            "account": account,
            "message": message,
            "created_at": time(clock),
            "created_by": by,
            **fields,
        }
        for account in accounts or (None,)
    ]


def reply(
    value: str, clock: str, account: str | None, *, on: str = "INC1", by: str | None = "ann", **fields: object
) -> Row:
    """A row of customer_reply."""
    return {
        "incident": on,
        "account": account,
        "value": value,
        "created_at": time(clock),
        "created_by": by,
        **fields,
    }


def people(*marks: object) -> Tables:
    """Accounts a1, a2, … with their primary contacts p1, p2, …, all of whom can be told."""
    return {
        "customer_account": [
            {"sys_id": f"a{mark}", "name": f"Acme {mark}", "primary_contact": f"p{mark}"} for mark in marks
        ],
        "customer_contact": [
            {"sys_id": f"p{mark}", "name": f"Ann {mark}", "email": f"p{mark}@example.com"} for mark in marks
        ],
    }


def switched(*, t: int = 5, p: bool = False, b: bool = True) -> Policy:
    """T, and the two switches of comments: the property P and the business rule B."""
    return {"properties": {THRESHOLD: t, COMMENTS_SYNC: p}, "business_rules": {RULE: b}}


def synced(*, t: int = 2, fields: str | None = None, p: bool = False, b: bool = True, **chosen: object) -> Policy:
    """The same with the sync from a major case to its children on, and choices."""
    policy = switched(t=t, p=p, b=b) | {"choices": chosen}
    policy["properties"][CHILD_SYNC] = True
    if fields is not None:
        policy["properties"][SYNC_FIELDS] = fields
    return policy


def entry(key: str, record: str, origin: str, *flags: str, **fields: object) -> Row:
    """Expect a journal entry. `flags`: which of `unintended` and `duplicate` are true.

    `INC1-J0001:INC1-0001` and the like are made from the root `INC1-J0001`; roots are made from nothing.
    """
    root = re.split("[:+]", key)[0]
    return {
        "id": key,
        "record": record,
        "origin": origin,
        "copied_from": None if key == root else root,
        "unintended": "unintended" in flags,
        "duplicate": "duplicate" in flags,
        **fields,
    }


def mail(case: str, key: str, status: str = "sent", *, unintended: bool = False, **fields: object) -> Row:
    """Expect a notification of a comment; `key` is its journal_id."""
    return {
        "case_number": case,
        "event": "comment",
        "status": status,
        "journal_id": key,
        "unintended": unintended,
        **fields,
    }


def blocked(case: str, root: str, reason: str, **fields: object) -> Row:
    """Expect a notification that was never sent."""
    return mail(case, root, "blocked", reason=reason, email=None, deliver_at=None, **fields)
