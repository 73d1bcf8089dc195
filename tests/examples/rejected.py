"""R6: replies, actions and journal rows that find nothing. Rejects come by table, row and column."""

from tests.examples.example import Example, choices, incident, listed
from tests.examples.writing import action, comment, entry, reply, switched
from tests.reference import Row

ONE = {"incident": [incident()], "affected_account": listed("a1")}
PAIR = [{"incident": "INC1", "account": "a1", "consumer": "c1"}]


def reject(table: str, row: int, column: str, value: str | None, reason: str) -> Row:
    return {"table": table, "row": row, "column": column, "value": value, "reason": reason}


EXAMPLES = [
    Example(
        "r6_replies_that_find_no_incident_or_no_case",
        "R6",
        ONE
        | {
            "customer_reply": [
                reply("x", "11:00", "a1", on="INC9"),
                reply("x", "11:00", "a1"),
                reply("x", "11:00", "Ghost Ltd"),
                reply("x", "11:00", None, consumer="c1"),
            ]
        },
        # Row 2 finds its case. The value is the text of the row.
        {
            "rejects": [
                reject("customer_reply", 1, "incident", "INC9", "no_case"),
                reject("customer_reply", 3, "account", "Ghost Ltd", "no_case"),
                reject("customer_reply", 4, "consumer", "c1", "no_case"),
            ],
            "journal": [entry("INC1-J0001", "INC1-0001", "reply")],
        },
    ),
    Example(
        "r6_a_reply_of_nobody",
        "R6",
        ONE | {"customer_reply": [reply("x", "11:00", None)]},
        {"rejects": [{"table": "customer_reply", "row": 1, "reason": "no_case"}], "journal": []},
    ),
    Example(
        "r6_a_reply_means_the_account_even_where_only_the_consumer_has_a_case",
        "R6",
        {
            "incident": [incident()],
            "affected_account": PAIR,
            "customer_reply": [reply("x", "11:00", "a1", consumer="c1")],
        },
        {"rejects": [reject("customer_reply", 1, "account", "a1", "no_case")], "journal": []},
        choices(customers="consumers"),
    ),
    Example(
        "r6_replies_from_before_the_case",
        "R6",
        ONE
        | {
            "customer_account": [{"sys_id": "a1", "name": "Acme"}],
            "customer_reply": [reply("x", "10:29:59", "Acme"), reply("y", "10:30", "Acme")],
            "sn_customerservice_case": [{"sys_id": "r1", "number": "CS1", "incident": "INC1", "account": "a1"}],
            "sys_journal_field": [comment("x", "10:29:59", on="CS1")],
        },
        # None of them is a root: the one that comes in time is the first.
        {
            "rejects": [
                reject("customer_reply", 1, "account", "Acme", "no_case_yet"),
                reject("sys_journal_field", 1, "element_id", "CS1", "no_case_yet"),
            ],
            "journal": [entry("INC1-J0001", "INC1-0001", "reply", value="y")],
        },
        choices(generation_delay="30m"),
    ),
    Example(
        "r6_rows_of_actions_that_find_no_incident_or_no_case",
        "R6",
        {
            "incident": [incident(), incident("INC2")],
            "affected_account": listed("a1"),
            "notify_customers": [
                *action("x", "11:00", "a1", on="INC9"),
                *action("x", "11:00", on="INC2"),
                *action("x", "11:00", "a9"),
                *action("x", "11:00", None, consumer="c9"),
                *action("x", "11:00", "a1"),
            ],
        },
        # INC2 has no cases, so that everybody is nobody there.
        {
            "rejects": [
                reject("notify_customers", 1, "incident", "INC9", "no_case"),
                reject("notify_customers", 2, "incident", "INC2", "no_case"),
                reject("notify_customers", 3, "account", "a9", "no_case"),
                reject("notify_customers", 4, "consumer", "c9", "no_case"),
            ],
            "journal": [entry("INC1-J0001", "INC1", "notify"), entry("INC1-J0001:INC1-0001", "INC1-0001", "notify")],
        },
        switched(p=True, b=False),
    ),
    Example(
        "r6_rows_of_actions_are_rejected_with_p_off_too",
        "R6",
        ONE | {"notify_customers": action("x", "11:00", "a9")},
        {"rejects": [reject("notify_customers", 1, "account", "a9", "no_case")], "journal": []},
        switched(p=False),
    ),
    Example(
        "r6_an_action_from_before_the_cases_is_no_reject",
        "R6",
        ONE | {"notify_customers": [*action("x", "09:00", "a1"), *action("x", "09:00")]},
        # The case is found; that it does not exist yet is told by the notification.
        {"rejects": [], "journal": [entry("INC1-J0001", "INC1", "notify")]},
        switched(p=True),
    ),
    Example(
        "r6_journal_rows_on_unknown_records",
        "R6",
        ONE
        | {
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "account": "a1"}],
            "sys_journal_field": [
                comment("x", "11:00", on="INC9"),
                comment("x", "11:00", on="r1", name="incident"),
                comment("x", "11:00", on="INC1", name="sn_customerservice_case"),
                comment("x", "11:00", element="work_notes", on="INC9"),
                comment("x", "11:00", on="INC1", name="incident"),
            ],
        },
        {
            "rejects": [
                reject("sys_journal_field", 1, "element_id", "INC9", "unknown_record"),
                reject("sys_journal_field", 2, "element_id", "r1", "unknown_record"),
                reject("sys_journal_field", 3, "element_id", "INC1", "unknown_record"),
                reject("sys_journal_field", 4, "element_id", "INC9", "unknown_record"),
            ],
            "journal": [entry("INC1-J0001", "INC1", "input")],
        },
        switched(b=False),
    ),
    Example(
        "r6_comments_on_real_cases_that_have_no_simulated_case",
        "R6",
        ONE
        | {
            "sn_customerservice_case": [
                {"sys_id": "r1", "incident": "INC1", "account": "a9"},
                {"sys_id": "r2", "incident": "INC9", "account": "a1"},
                {"sys_id": "r3", "incident": None, "account": "a1"},
                {"sys_id": "r4", "incident": "INC1", "account": None},
            ],
            "sys_journal_field": [comment("x", "11:00", on=f"r{n}") for n in (1, 2, 3, 4)],
        },
        {
            "rejects": [reject("sys_journal_field", n, "element_id", f"r{n}", "no_case") for n in (1, 2, 3, 4)],
            "journal": [],
        },
    ),
    Example(
        "r6_work_notes_on_such_cases_are_left_out_before_anything_is_looked_up",
        "R6",
        ONE
        | {
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC9", "account": "a1"}],
            "sys_journal_field": [comment("x", "11:00", on="r1", element="work_notes")],
        },
        {"rejects": [], "journal": []},
    ),
    Example(
        "r6_no_case_outside_the_trigger_and_none_for_whom_does_not_count",
        "R6",
        {
            "incident": [incident(), incident("INC2", category="voice")],
            "affected_account": listed("a1", "a2") + listed("a1", incident="INC2"),
            "customer_account": [{"sys_id": "a2", "active": "no"}],
            "customer_reply": [
                reply("x", "11:00", "a1", on="INC2"),
                reply("x", "11:00", "a2"),
                reply("x", "11:00", "a1"),
            ],
        },
        {
            "rejects": [
                reject("customer_reply", 1, "account", "a1", "no_case"),
                reject("customer_reply", 2, "account", "a2", "no_case"),
            ],
            "journal": [{"record": "INC1-0001"}],
        },
        choices(count_inactive_accounts=False) | {"trigger": {"category": {"set": False}}},
    ),
    Example(
        "r6_rows_without_record_text_or_time_are_not_used",
        "R6",
        ONE
        | {
            "customer_reply": [reply("", "11:00", "a1"), reply("x", "11:00", "a1", created_at="soon")],
            "notify_customers": [*action("x", "11:00", "a1", created_at=""), *action("x", "11:00", "a1", on="")],
            "sys_journal_field": [comment("", "11:00"), comment("x", "11:00", sys_created_on="2026-02-30 11:00:00")],
        },
        {
            "rejects": [
                reject("customer_reply", 1, "value", None, "no_key"),
                reject("customer_reply", 2, "created_at", "soon", "bad_time"),
                reject("notify_customers", 1, "created_at", None, "no_key"),
                reject("notify_customers", 2, "incident", None, "no_key"),
                reject("sys_journal_field", 1, "value", None, "no_key"),
                reject("sys_journal_field", 2, "sys_created_on", "2026-02-30 11:00:00", "bad_time"),
            ],
            "journal": [],
            "notifications": [{"event": "case_created"}],
        },
        switched(p=True),
    ),
]
