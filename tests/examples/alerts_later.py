"""R2.6: comments and resolution in the alert flow."""

from tests.examples.alerts import COPIED, NOTES, alerts, box
from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.writing import (
    CHILD_SYNC,
    COMMENTS_SYNC,
    ONLY_COMMENTS,
    action,
    comment,
    entry,
    mail,
    people,
    reply,
    switched,
    time,
)

ONE = {"incident": [incident()], "affected_account": listed("a1"), **people(1)}
TWO = {"incident": [incident()], "affected_account": listed("a1", "a2"), **people(1, 2)}
RESOLVED = {"incident": [incident(resolved_at=time("12:00"), **NOTES)], "affected_account": listed("a1", "a2")}
P_ON = switched(p=True, b=True)

EXAMPLES = [
    *(
        Example(
            f"r2_6_and_r7_1_{status}_values_are_copied_and_nothing_is_resolved",
            "R7.1",
            RESOLVED,
            {
                "cases": [{"state": "1", "resolved_at": None, **COPIED}] * cases,
                "journal": [{"id": "INC1-R", "value": "There is a major case associated with this incident."}],
            },
            alerts(status),
        )
        for status, cases in (("proposed", 1), ("accepted", 3))
    ),
    Example(
        "r2_6_and_r7_2_a_manager_resolves_what_is_major_by_kind",
        "R7.2",
        RESOLVED,
        {"cases": [{"state": "1"}, {"state": "1"}, {"number": "INC1-A", "state": "6", "resolved_at": at("13:00")}]},
        alerts("accepted") | choices(major_resolution_delay="1h"),
    ),
    Example(
        "r2_6_and_r7_2_what_is_only_proposed_has_no_manager",
        "R7.2",
        RESOLVED,
        {"cases": [{"kind": "proactive", "state": "1", "resolved_at": None, **COPIED}]},
        alerts("proposed") | choices(major_resolution_delay="1h"),
    ),
    Example(
        "r2_6_and_r7_2_state_and_comments_pass_from_the_proactive_case",
        "R7.2",
        RESOLVED | {"sys_journal_field": [comment("x", "11:00"), comment("y", "14:00")]},
        {
            "cases": [{"state": "6", "resolved_at": at("13:00"), **COPIED}] * 3,
            "journal": [
                {"id": "INC1-J0001"},
                {"id": "INC1-R"},
                {"id": "INC1-J0002"},
                *(
                    {"id": f"INC1-{key}{case}", "record": case}
                    for case in ("INC1-0001", "INC1-0002")
                    for key in ("J0001++", "J0001+", "J0002+")
                ),
                {"id": "INC1-J0001+INC1-A"},
                {"id": "INC1-J0002+INC1-A"},
            ],
        },
        alerts("accepted") | {"properties": {CHILD_SYNC: True}} | choices(major_resolution_delay="1h"),
    ),
    Example(
        "r2_6_and_r7_3_the_proactive_case_is_cancelled_with_its_incident",
        "R7.3",
        {"incident": [incident(state="8", closed_at=time("12:00"))], "affected_account": []},
        {"cases": [{"number": "INC1-A", "state": "7"}], "journal": []},
        alerts() | choices(cancel_cases_with_incident=True),
    ),
    Example(
        "r2_6_and_r6_2_the_proactive_case_gets_copies_and_tells_nobody",
        "R6.2",
        TWO | {"sys_journal_field": [comment("x", "11:00")]},
        {
            "journal": [entry("INC1-J0001", "INC1", "input"), entry("INC1-J0001+INC1-A", "INC1-A", "copy")],
            "notifications": [],
        },
        alerts(),
    ),
    Example(
        "r2_6_and_r6_2_the_single_account_is_told_of_comments",
        "R6.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        {"notifications": [mail("INC1-A", "INC1-J0001+INC1-A", account="a1", contact="p1")]},
        box() | ONLY_COMMENTS,
    ),
    Example(
        "r2_6_and_r6_no_customer_case_nobody_to_choose_and_nobody_to_reply",
        "R6",
        TWO
        | {
            "notify_customers": [*action("x", "11:00"), *action("x", "11:00", "a1")],
            "customer_reply": [reply("y", "11:30", "a1")],
        },
        {
            "journal": [],
            "notifications": [],
            "rejects": [
                {"table": "customer_reply", "row": 1, "column": "account", "value": "a1", "reason": "no_case"},
                {"table": "notify_customers", "row": 1, "column": "incident", "value": "INC1", "reason": "no_case"},
                {"table": "notify_customers", "row": 2, "column": "account", "value": "a1", "reason": "no_case"},
            ],
        },
        alerts("proposed") | P_ON,
    ),
    Example(
        "r2_6_and_r6_action_and_reply_of_the_single_account",
        "R6",
        ONE | {"notify_customers": action("x", "11:00"), "customer_reply": [reply("y", "11:30", "a1")]},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0002:INC1", "INC1", "copy"),
                entry("INC1-J0001+INC1-A", "INC1-A", "copy", "duplicate"),
                entry("INC1-J0001:INC1-A", "INC1-A", "notify"),
                entry("INC1-J0002", "INC1-A", "reply"),
                entry("INC1-J0002+INC1-A", "INC1-A", "copy", "duplicate"),
            ],
            "rejects": [],
        },
        box() | P_ON,
    ),
    Example(
        "r2_6_and_r6_2_with_children_the_proactive_case_is_none_that_was_chosen",
        "R6.2",
        TWO | {"notify_customers": action("x", "11:00")},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
                entry("INC1-J0001+INC1-A", "INC1-A", "copy", "unintended"),
            ]
        },
        alerts("accepted") | P_ON,
    ),
    Example(
        "r2_6_and_r6_planned_for_what_becomes_major",
        "R6",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1", "a2") + listed("a1", incident="INC2"),
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", created_by="system"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
            ]
        },
        alerts("accepted")
        | {"properties": {COMMENTS_SYNC: True}, "notify": [{"when": {"outcome": "major"}, "message": "m"}]}
        | {"business_rules": switched(b=False)["business_rules"]},
    ),
    Example(
        "r2_6_and_r6_planned_where_no_customer_case_is_found_is_none",
        "R6",
        TWO,
        # A plan that chooses nobody is no reject: it stands in no file.
        {"journal": [], "notifications": [], "rejects": []},
        alerts() | P_ON | {"notify": [{"message": "m"}]},
    ),
]
