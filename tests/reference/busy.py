"""Scenarios in which much happens: drawn ones of all kinds seldom have people who write on cases that exist."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.reference import Policy, Row, Tables
from tests.reference.policy import CHILD_SYNC, COMMENTS_SYNC, COPY_RULE, THRESHOLD_NAMES

CLOCKS = ["10:00", "10:30", "11:00", "11:30", "12:00", "13:00", "22:30"]


@st.composite
def busy(draw: st.DrawFn) -> tuple[Tables, Policy]:
    """Two incidents with the same three customers, who come and go, and much that is written. Two share a contact."""

    def moment(*, missing: bool = False) -> str | None:
        clock = draw(st.sampled_from([None, *CLOCKS] if missing else CLOCKS))
        return clock and f"2026-03-05 {clock}:00"

    def one(*values: object) -> Any:
        return draw(st.sampled_from(values))

    def some(most: int, row: Callable[[], Row]) -> list[Row]:
        return [row() for _ in range(draw(st.integers(0, most)))]

    def customer() -> Row:
        return {"incident": one("INC1", "INC1", "INC2"), "account": one("a1", "a2", "a3", None)}

    people = {"a1": "p1", "a2": "p2", "a3": "p1"}
    tables: Tables = {
        "incident": [
            {"number": "INC1", "opened_at": "2026-03-05 10:00:00", "resolved_at": moment(missing=True)},
            {"number": "INC2", "opened_at": moment(), "state": one("8", None), "closed_at": moment(missing=True)},
        ],
        "affected_account": [
            {
                "incident": incident,
                "account": account,
                "added_at": moment(missing=True),
                "removed_at": one(None, moment()),
            }
            for incident in ("INC1", "INC2")
            for account in people
        ],
        "customer_account": [{"sys_id": account, "primary_contact": contact} for account, contact in people.items()],
        "customer_contact": [{"sys_id": contact, "email": f"{contact}@example.com"} for contact in ("p1", "p2")],
        "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "account": "a2"}],
        "sys_journal_field": some(
            4,
            lambda: {
                "element_id": one("INC1", "INC2", "r1"),
                "element": one("comments", "comments", "work_notes"),
                "value": one("x", "y"),
                "sys_created_on": moment(),
                "sys_created_by": one("P2", "agent"),
            },
        ),
        "notify_customers": some(4, lambda: customer() | {"message": one("x", "y"), "created_at": moment()}),
        "customer_reply": some(3, lambda: customer() | {"value": one("x", "y"), "created_at": moment()}),
    }
    policy: Policy = {
        "flow": one("incident", "incident", "alerts"),
        "major_case_status": "accepted",
        "properties": {
            THRESHOLD_NAMES[0]: one(1, 2, 3),
            COMMENTS_SYNC: one(True, False),
            CHILD_SYNC: one(True, False),
        },
        "business_rules": {COPY_RULE: one(True, False)},
        "choices": {
            "late_customers": one("known", "first", "add", "promote"),
            "comment_copy_target": one("comments", "work_notes"),
            "cancel_cases_with_incident": one(True, False),
        },
        "flood": {"max_per_contact": one(1, 2), "window": one("30m", "2h"), "digest": one(True, False)},
    }
    if one(True, False):
        policy["choices"]["major_resolution_delay"] = one("0s", "1h")
    if one(True, False):
        policy["flood"] |= {"quiet_hours": one(["22:00", "06:00"], ["11:00", "12:00"])}
    return tables, policy
