"""Rules that meet where people write, customers come late, or mails are held back."""

from tests.examples.example import Example, accounts, at, choices, incident, listed, threshold
from tests.examples.late_add import late
from tests.examples.writing import (
    ONLY_COMMENTS,
    action,
    blocked,
    comment,
    entry,
    mail,
    people,
    reply,
    switched,
    synced,
    time,
)

# a1 is there at 10:00, a2 comes at 11:00.
SECOND = [late("a1"), late("a2", "11:00")]
BOTH = [{"incident": "INC1", "account": "a1", "consumer": "c1"}]

EXAMPLES = [
    Example(
        "r6_5_and_r8_1_a_comment_before_the_promotion_and_one_at_it",
        "R6.5",
        {
            "incident": [incident()],
            "affected_account": SECOND,
            "sys_journal_field": [comment("a", "10:30"), comment("b", "11:00")],
        },
        # The first reaches a1 alone; at 11:00 the case of a2 and the major case are there.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                entry("INC1-J0002", "INC1", "input"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0002+INC1-0002", "INC1-0002", "copy"),
                entry("INC1-J0002+INC1-M", "INC1-M", "copy"),
            ]
        },
        threshold(2) | choices(late_customers="promote"),
    ),
    Example(
        "r7_2_and_r8_1_a_child_that_was_resolved_before_the_promotion_is_passed_nothing",
        "R7.2",
        {
            "incident": [incident(resolved_at=time("10:30"))],
            "affected_account": SECOND,
            "sys_journal_field": [comment("x", "12:00")],
        },
        {
            "cases": [{"state": "6"}, {"state": "1"}, {"state": "1"}],
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                {"id": "INC1-0001-R"},
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0001++INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy"),
            ],
        },
        synced(t=2, late_customers="promote"),
    ),
    Example(
        "r7_2_and_r8_1_children_that_come_before_the_manager_are_resolved_with_the_others",
        "R7.2",
        {
            "incident": [incident(resolved_at=time("12:00"), close_notes="Spliced")],
            "affected_account": [late("a1"), late("a2", "13:00"), late("a3", "14:00"), late("a4", "14:00:01")],
        },
        # The manager comes at 14:00; a2 and a3 are there by then, without the values of 12:00; a4 is not.
        {
            "cases": [
                {"account": "a1", "state": "6", "resolved_at": at("14:00"), "close_notes": "Spliced"},
                {"account": "a2", "state": "6", "resolved_at": at("14:00"), "close_notes": None},
                {"account": "a3", "state": "6", "resolved_at": at("14:00"), "close_notes": None},
                {"account": "a4", "state": "1", "resolved_at": None, "close_notes": None},
                {"kind": "major", "state": "6", "resolved_at": at("14:00"), "close_notes": "Spliced"},
            ]
        },
        synced(t=1, late_customers="add", major_resolution_delay="2h"),
    ),
    Example(
        "r7_and_r8_1_a_resolution_between_two_arrivals",
        "R7",
        {
            "incident": [incident(resolved_at=time("11:00"), close_notes="Spliced")],
            "affected_account": [*SECOND, late("a3", "11:00:01")],
        },
        # a2's case is opened at the very time of the resolution and so exists; a3's is left alone.
        {
            "cases": [
                {"account": "a1", "state": "6", "resolved_at": at("11:00")},
                {"account": "a2", "state": "6", "resolved_at": at("11:00")},
                {"account": "a3", "state": "1", "resolved_at": None, "close_notes": None},
            ],
            "journal": [{"id": "INC1-0001-R"}, {"id": "INC1-0002-R"}],
            "notifications": [
                {"case_number": "INC1-0001", "event": "case_created"},
                {"case_number": "INC1-0001", "event": "resolved"},
                {"case_number": "INC1-0002", "event": "case_created"},
                {"case_number": "INC1-0002", "event": "resolved"},
                {"case_number": "INC1-0003", "event": "case_created"},
            ],
        },
        choices(late_customers="add"),
    ),
    Example(
        "r7_1_and_r8_1_a_resolution_between_two_children",
        "R7.1",
        {
            "incident": [incident(resolved_at=time("10:30"), close_notes="Spliced")],
            "affected_account": SECOND,
        },
        {
            "cases": [{"close_notes": "Spliced"}, {"close_notes": None}, {"kind": "major", "close_notes": "Spliced"}],
            "journal": [{"id": "INC1-R"}],
        },
        threshold(1) | choices(late_customers="add"),
    ),
    Example(
        "r7_and_r8_1_a_resolution_before_anything_is_decided",
        "R7",
        {"incident": [incident(resolved_at=time("10:30"))], "affected_account": [late("a1", "11:00")]},
        {"cases": [{"kind": "child", "state": "1"}, {"kind": "major", "state": "1"}], "journal": []},
        threshold(1) | choices(late_customers="add"),
    ),
    Example(
        "r7_3_and_r8_1_only_cases_that_exist_are_cancelled",
        "R7.3",
        {"incident": [incident(state="8", closed_at=time("10:30"))], "affected_account": SECOND},
        {"cases": [{"account": "a1", "state": "7"}, {"account": "a2", "state": "1"}]},
        choices(late_customers="add", cancel_cases_with_incident=True),
    ),
    Example(
        "r6_and_r8_1_an_action_for_everybody_and_the_one_who_comes_later",
        "R6",
        {
            "incident": [incident()],
            "affected_account": SECOND,
            **people(1, 2),
            "notify_customers": action("x", "10:30"),
        },
        {
            "journal": [entry("INC1-J0001", "INC1", "notify"), entry("INC1-J0001:INC1-0001", "INC1-0001", "notify")],
            "notifications": [
                mail("INC1-0001", "INC1-J0001:INC1-0001"),
                blocked("INC1-0002", "INC1-J0001", "no_case_yet", created_at=at("10:30")),
            ],
        },
        switched(p=True, b=False) | choices(late_customers="add") | ONLY_COMMENTS,
    ),
    Example(
        "r6_and_r8_1_planned_for_what_is_major_in_the_end",
        "R6",
        {"incident": [incident()], "affected_account": SECOND},
        # The outcome is that of 11:00, the time counts from the decision at 10:00.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", created_at=at("10:30")),
                entry("INC1-J0002", "INC1", "notify", created_at=at("11:30")),
                {"id": "INC1-J0001:INC1-0001"},
                {"id": "INC1-J0002:INC1-0001"},
                {"id": "INC1-J0002:INC1-0002"},
            ],
            "notifications": [
                mail("INC1-0001", "INC1-J0001:INC1-0001", "suppressed"),
                blocked("INC1-0002", "INC1-J0001", "no_case_yet"),
                mail("INC1-0001", "INC1-J0002:INC1-0001", "suppressed"),
                mail("INC1-0002", "INC1-J0002:INC1-0002", "suppressed"),
            ],
        },
        switched(t=2, p=True, b=False)
        | choices(late_customers="promote")
        | ONLY_COMMENTS
        | {
            "notify": [
                {"when": {"outcome": "major"}, "message": "m", "after": "30m"},
                {"when": {"outcome": "major"}, "message": "n", "after": "90m"},
                {"when": {"outcome": "individual"}, "message": "o"},
            ]
        },
    ),
    Example(
        "r6_1_and_r8_1_a_removed_customer_still_replies_and_reads",
        "R6.1",
        {
            "incident": [incident()],
            "affected_account": [late("a1", None, "10:30"), late("a2", "11:00")],
            "customer_reply": [reply("Fine now", "12:00", "a1"), reply("Early", "10:59", "a2")],
            "sys_journal_field": [comment("x", "13:00")],
        },
        {
            "journal": [
                entry("INC1-J0002", "INC1", "input"),
                entry("INC1-J0001", "INC1-0001", "reply", value="Fine now"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0002+INC1-0002", "INC1-0002", "copy"),
            ],
            "rejects": [{"row": 2, "column": "account", "value": "a2", "reason": "no_case_yet"}],
        },
        choices(late_customers="add"),
    ),
    Example(
        "r6_and_r1_5_a_sub_account_writes_on_the_case_of_its_top_account",
        "R1.5",
        {
            "incident": [incident()],
            "affected_account": listed("a2"),
            "customer_account": accounts("a1")
            + accounts("a2", account_parent="a1")
            + accounts("a3", account_parent="a2"),
            "customer_reply": [reply("x", "11:00", "a3"), reply("y", "11:01", "a1")],
            "notify_customers": action("z", "11:02", "a2", "a3"),
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "account": "a3"}],
            "sys_journal_field": [comment("w", "11:03", on="r1")],
        },
        {
            "cases": [{"account": "a1"}],
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy"),
                entry("INC1-J0002:INC1", "INC1", "copy"),
                entry("INC1-J0003", "INC1", "notify"),
                entry("INC1-J0001", "INC1-0001", "reply", value="x"),
                entry("INC1-J0002", "INC1-0001", "reply", value="y"),
                entry("INC1-J0003:INC1-0001", "INC1-0001", "notify", value="z"),
                entry("INC1-J0004", "INC1-0001", "input", value="w"),
            ],
            "rejects": [],
        },
        switched(p=True, b=False) | choices(roll_up_to_parent_account=True),
    ),
    Example(
        "r6_and_r1_5_without_roll_up_a_sub_account_has_no_case",
        "R1.5",
        {
            "incident": [incident()],
            "affected_account": listed("a1"),
            "customer_account": accounts("a1") + accounts("a2", account_parent="a1"),
            "customer_reply": [reply("x", "11:00", "a2")],
        },
        {"journal": [], "rejects": [{"column": "account", "value": "a2", "reason": "no_case"}]},
    ),
    Example(
        "r6_2_and_r2_3_accounts_and_consumers_read_each_other",
        "R6.2",
        {
            "incident": [incident()],
            "affected_account": BOTH,
            **people(1),
            "csm_consumer": [{"sys_id": "c1", "email": "bob@example.com"}],
            "customer_reply": [reply("x", "11:00", None, consumer="c1")],
        },
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "unintended"),
                entry("INC1-J0001", "INC1-0002", "reply"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", "unintended"),
            ],
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001", unintended=True, account="a1", contact="p1"),
                mail("INC1-0002", "INC1-J0001+INC1-0002", consumer="c1", contact=None, email="bob@example.com"),
            ],
        },
        switched(t=2, p=True, b=True) | choices(customers="both") | ONLY_COMMENTS,
    ),
    Example(
        "r3_1_and_r8_1_numbers_go_by_time_before_accounts_and_consumers",
        "R3.1",
        {
            "incident": [incident()],
            "affected_account": [
                late("z2", "11:00"),
                {"incident": "INC1", "consumer": "c2", "added_at": time("11:00")},
                {"incident": "INC1", "consumer": "c1", "added_at": None},
                late("a1", "11:00"),
            ],
        },
        {
            "cases": [
                {"number": "INC1-0001", "consumer": "c1"},
                {"number": "INC1-0002", "account": "a1"},
                {"number": "INC1-0003", "account": "z2"},
                {"number": "INC1-0004", "consumer": "c2"},
            ]
        },
        choices(late_customers="add", customers="both"),
    ),
]
