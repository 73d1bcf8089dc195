"""What more there is to draw for all rules: change requests, real cases, what people write, times of arrival."""

from datetime import UTC, datetime, timedelta

from tests.reference import Row
from tests.reference.values import as_text
from tests.strategies import pools
from tests.strategies.pools import (
    ACCOUNTS,
    CIS,
    CONSUMERS,
    CONTACTS,
    CORE,
    INCIDENTS,
    MOMENTS,
    SERVICES,
    START,
    TIME_TEXTS,
    UNKNOWN,
    AsListed,
    Kit,
    Pool,
    to,
)

LATEST = START + timedelta(days=1)
# When people write: mostly when there are cases.
WRITTEN: Pool = [
    *(START + timedelta(minutes=minutes) for minutes in (60, 120, 60, 120)),
    LATEST,
    LATEST,
    *MOMENTS,
]
CHANGES = to("change_request")
REAL_CASES = to("sn_customerservice_case")
# Half of them the first incident, so that it has many customers.
RECORDS: Pool = [*INCIDENTS[:1] * 8, *INCIDENTS[1:6], *CHANGES[:3], UNKNOWN]
# Mostly about a customer who has a case.
OF_A_CUSTOMER: Pool = [*(AsListed(place) for place in range(16)), *INCIDENTS[:4], *CHANGES[:2], UNKNOWN]
# Addresses and user names that contacts and consumers have, in other letters; their keys; and people who are no
# customers.
AUTHORS = ["agent", "ANN@example.com", "Bob@EXAMPLE.com", "ann.LEE", None, *CONTACTS[:3], CONSUMERS[0], "Zoe", "agent"]
AGENTS = ["agent", "Zoe", "agent", "system", None]
# Few, so that actions are alike and roots tie.
WORDS: Pool = ["x", "y", "x", "X", "two\nlines", "{number}", " ", "Störung 🚧", "", None]

OFTEN: dict[str, dict[str, Pool]] = {
    **pools.OFTEN,
    "affected_account": {**pools.OFTEN["affected_account"], "incident": RECORDS},
    "task_ci": {"task": RECORDS, "ci_item": CIS},
    "task_cmdb_ci_service": {"task": RECORDS, "cmdb_ci_service": SERVICES},
    "change_request": {
        "cmdb_ci": CIS,
        "business_service": [None, *SERVICES[:4]],
        "state": ["-3", "3", "4", "-4", "Closed", "-2", "-5", None, "0", "-4", "Canceled", "Authorize", "8", "odd"],
    },
    "incident": {**pools.OFTEN["incident"], "state": [None, "6", "7", "8", "2", "Resolved", None, "Canceled"]},
    "sn_customerservice_case": {
        "incident": OF_A_CUSTOMER,
        "account": [*ACCOUNTS[:6], None],
        "consumer": [None, None, *CONSUMERS[:2]],
    },
    "sys_journal_field": {
        "element_id": [*INCIDENTS[:6], *CHANGES[:2], *REAL_CASES[:10], UNKNOWN],
        "name": [*[None] * 8, "incident", "change_request", "sn_customerservice_case", "sn_fibre_case"],
        "element": [*["comments"] * 6, "work_notes", "work_notes", "close_notes", "Comments", None],
        "value": WORDS,
        "sys_created_by": AUTHORS,
    },
    "notify_customers": {
        "incident": OF_A_CUSTOMER,
        "account": [*ACCOUNTS[:4], None, None],
        "consumer": [None, None, *CONSUMERS[:2]],
        "message": WORDS,
        "created_by": AGENTS,
    },
    "customer_reply": {
        "incident": OF_A_CUSTOMER,
        "account": [*ACCOUNTS[:6], None],
        "consumer": [None, None, *CONSUMERS[:2]],
        "value": WORDS,
        "created_by": AUTHORS,
    },
}

WHOLE = Kit(
    # Incidents, changes, or both.
    records=[("incident", "change_request")] * 4 + [("incident",)] * 2 + [("change_request",)],
    dealt={
        **pools.DEALT,
        # Numbers of incidents and changes never meet: their cases would have one key.
        "change_request": {
            "number": ["CHG1", "CHG10", None, "CHG1-0001", "chg1"],
            "sys_id": [None, "ch1", "CHG10", "ch2", None],
        },
        # A real case may have the sys_id of an incident.
        "sn_customerservice_case": {"sys_id": ["r1", "i1", None, "r2"], "number": ["CS1", "CS2", "r1", None]},
    },
    often=OFTEN,
    often_typed={
        **pools.OFTEN_TYPED,
        "affected_account": ("added_at", "removed_at"),
        "task_ci": ("added_at",),
        "change_request": ("opened_at", "authorized_at", "start_date", "closed_at"),
        "sys_journal_field": ("sys_created_on",),
        "notify_customers": ("created_at",),
        "customer_reply": ("created_at",),
    },
    times={
        "incident": {"opened_at": [*[START] * 6, *MOMENTS]},
        "affected_account": {"added_at": [*[None] * 6, *MOMENTS], "removed_at": [*[None] * 12, *MOMENTS]},
        "task_ci": {"added_at": [*[None] * 6, *MOMENTS]},
        "change_request": {
            "opened_at": [*[START] * 6, *MOMENTS],
            "authorized_at": [*[None] * 5, *MOMENTS],
            "start_date": [*[None] * 10, *MOMENTS],
            "closed_at": [None, *WRITTEN],
        },
        "sys_journal_field": {"sys_created_on": WRITTEN},
        "notify_customers": {"created_at": WRITTEN},
        "customer_reply": {"created_at": WRITTEN},
    },
    seldom={
        **pools.SELDOM,
        "change_request": pools.SELDOM["incident"],
        "customer_contact": {**pools.SELDOM["customer_contact"], "user_name": ["ann.lee", "Ann.Lee", "p2"]},
        "sn_customerservice_case": {"state": ["3", "Closed", "1"], "parent": REAL_CASES},
    },
    extra={
        **pools.EXTRA,
        # R8: read as added_at where that column is missing.
        **{table: {"sys_created_on": "time"} for table in ("affected_account", "task_ci", "task_cmdb_ci_service")},
    },
    least_rows={
        "incident": 1,
        "affected_account": 4,
        "customer_account": 3,
        "customer_contact": 1,
        "sn_customerservice_case": 1,
        "sys_journal_field": 1,
    },
    # Few rows of what the core rules alone are about.
    most_rows={
        **dict.fromkeys(CORE.may_miss, 2),
        "incident": 3,
        "change_request": 2,
        "sn_install_base_item": 4,
        "affected_account": 8,
        "customer_account": 5,
        "customer_contact": 3,
        "csm_consumer": 3,
        "sys_journal_field": 6,
    },
    most_extras={"incident": 3, "change_request": 4},
    never_dropped={
        **CORE.never_dropped,
        "change_request": ("number", "opened_at"),
        "sys_journal_field": ("element_id", "value", "sys_created_on"),
        "notify_customers": ("incident", "message", "created_at"),
        "customer_reply": ("incident", "value", "created_at"),
    },
    repeats=4,
    # Without accounts, contacts and real cases there is little to tell.
    may_miss=[
        *(table for table in CORE.may_miss if table not in ("customer_account", "customer_contact")),
        "sys_journal_field",
        "notify_customers",
        "customer_reply",
    ],
    most_missing=5,
)

# Where the moments begin: by day, before the night, and where the clocks of Berlin change.
STARTS = [
    START,
    datetime(2026, 3, 5, 21, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
]


def moved(rows: list[Row], start: datetime) -> list[Row]:
    """Rows whose moments, typed or in text, begin at `start`."""
    if start == START:
        return rows
    by = start - START
    texts = {text: str(as_text(moment + by)) for text, moment in zip(TIME_TEXTS, MOMENTS, strict=False)}

    def later(value: object) -> object:
        if isinstance(value, datetime):
            return value + by
        return texts.get(value, value) if isinstance(value, str) else value

    return [{column: later(value) for column, value in row.items()} for row in rows]
