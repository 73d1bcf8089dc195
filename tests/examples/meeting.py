"""Two rules that meet."""

from tests.examples.example import Example, accounts, at, choices, decision, incident, items, listed, threshold

EXAMPLES = [
    Example(
        "r1_4_is_asked_after_r1_5",
        "R1.4",
        {
            "incident": [incident()],
            "affected_account": listed("a2", "a4"),
            "customer_account": accounts("a1", active="true")
            + accounts("a2", active="false", account_parent="a1")
            + accounts("a3", active="false")
            + accounts("a4", active="true", account_parent="a3"),
        },
        # a2 is inactive but counts as a1, which is active; a4 is active but counts as a3, which is not.
        decision(affected_accounts=1) | {"cases": [{"account": "a1"}]},
        choices(count_inactive_accounts=False, roll_up_to_parent_account=True),
    ),
    Example(
        "r1_5_and_r2_5_the_contract_value_is_the_top_accounts_once",
        "R2.5",
        {
            "incident": [incident()],
            "affected_account": listed("a2", "a3"),
            "customer_account": accounts("a1", contract_value="10", primary_contact="p1")
            + accounts("a2", "a3", contract_value="100", account_parent="a1", primary_contact="p2"),
        },
        # Both count as a1: 10, not 200 or 210; and the contact is that of a1.
        decision(counted=1, contract_value=10) | {"cases": [{"account": "a1", "contact": "p1"}]},
        choices(roll_up_to_parent_account=True),
    ),
    Example(
        "r1_3_and_r2_fewer_items_fewer_customers",
        "R2",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "sn_install_base_item": items("ci1", "a1", install_status="7") + items("ci1", "a2"),
        },
        # Two owners, one retired: k = 1 < 2.
        decision(counted=1, outcome="individual"),
        threshold(2),
    ),
    Example(
        "r1_6_and_r2_unknown_accounts_reach_the_threshold",
        "R2",
        {"incident": [incident()], "affected_account": listed("ghost1", "ghost2")},
        decision(outcome="major", contract_value=0) | {"notifications": [{"reason": "no_contact"}] * 2},
        threshold(2),
    ),
    Example(
        "r2_3_and_r2_5_consumers_bring_no_contract_value",
        "R2.5",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "account": "a1", "consumer": "c1"}],
            "customer_account": accounts("a1", contract_value="500"),
        },
        decision(counted=1, outcome="individual", contract_value=0),
        choices(customers="consumers") | {"also_major_when": {"contract_value_at_least": 500}},
    ),
    Example(
        "r2_4_and_r2_5_an_incident_outside_the_trigger_is_never_major",
        "R2.4",
        {"incident": [incident(priority="1")], "affected_account": listed("a1")},
        decision(outcome="none", reason="trigger", threshold=1, contract_value=0),
        {
            "trigger": {"category": "network"},
            "overrides": [{"when": {"priority": "1"}, "threshold": 1}],
            "also_major_when": {"when": {"priority": "1"}},
        },
    ),
    Example(
        "r2_4_and_r2_an_incident_outside_the_trigger_says_so_before_no_customers",
        "R2.4",
        {"incident": [incident()], "affected_account": []},
        decision(reason="trigger"),
        {"trigger": {"category": "network"}},
    ),
    Example(
        "r3_6_and_r7_a_case_opened_after_the_resolution_is_left_alone",
        "R7",
        {
            "incident": [
                incident("INC1", resolved_at="2026-03-05 11:59:59", close_notes="x"),
                incident("INC2", resolved_at="2026-03-05 12:00:00", close_notes="x"),
            ],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
        },
        # The cases open at 10:00 + 2h = 12:00; one opened at the very time of the resolution exists then.
        {
            "cases": [
                {"state": "1", "close_notes": None},
                {"state": "6", "close_notes": "x", "resolved_at": at("12:00")},
            ],
            "journal": [{"record": "INC2-0001"}],
            "notifications": [{"event": "case_created"}, {"event": "case_created"}, {"event": "resolved"}],
        },
        choices(generation_delay="2h"),
    ),
    Example(
        "r3_6_and_r7_1_no_note_before_the_major_case",
        "R7.1",
        {"incident": [incident(resolved_at="2026-03-05 11:00:00", cause="x")], "affected_account": listed("a1")},
        # Resolved at 11:00, decided at 12:00: at 11:00 no outcome stands yet.
        {"cases": [{"cause": None}, {"cause": None}], "journal": []},
        threshold(1) | choices(generation_delay="2h"),
    ),
    Example(
        "r3_6_and_r7_3_a_case_opened_after_the_cancellation_stays_new",
        "R7.3",
        {"incident": [incident(state="8", closed_at="2026-03-05 11:00:00")], "affected_account": listed("a1")},
        {"cases": [{"state": "1"}]},
        choices(generation_delay="2h", cancel_cases_with_incident=True),
    ),
    Example(
        "r5_2_and_r7_3_no_resolved_mail_for_cancelled_cases",
        "R5.2",
        {
            "incident": [incident(state="8", closed_at="2026-03-05 11:00:00", resolved_at="2026-03-05 11:00:00")],
            "affected_account": listed("a1"),
        },
        {"cases": [{"state": "7", "resolved_at": None}], "notifications": [{"event": "case_created"}], "journal": []},
        choices(cancel_cases_with_incident=True),
    ),
    Example(
        "r7_4_journal_is_ordered_by_record_when_numbers_begin_alike",
        "R7.4",
        {
            "incident": [
                incident("INC1", resolved_at="2026-03-05 12:00:00"),
                incident("INC1-0001", resolved_at="2026-03-05 11:00:00"),
            ],
            "affected_account": listed("a1") + listed("a1", "a2", incident="INC1-0001"),
        },
        # INC1 is individual, so its case INC1-0001 gets a note; the incident INC1-0001 is major and gets one too.
        {
            "journal": [
                {"record": "INC1-0001", "table": "incident", "created_at": at("11:00")},
                {"record": "INC1-0001", "table": "case", "created_at": at("12:00")},
            ]
        },
        threshold(2),
    ),
    Example(
        "r3_3_and_r2_3_account_fields_are_missing_on_consumer_cases",
        "R3.3",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "account": "x", "consumer": "x"}],
            # One id for an account and a consumer: they share nothing.
            "customer_account": [{"sys_id": "x", "name": "Acme", "primary_contact": "x"}],
            "csm_consumer": [{"sys_id": "x", "name": "Bob"}],
            "customer_contact": [{"sys_id": "x", "name": "Ann"}],
        },
        {
            "cases": [
                {"account": "x", "consumer": None, "contact": "x", "u_a": "Acme", "u_b": "Ann"},
                {"account": None, "consumer": "x", "contact": None, "u_a": None, "u_b": None},
            ]
        },
        choices(customers="both") | {"mapping": {"individual": {"u_a": "{account.name}", "u_b": "{contact.name}"}}},
    ),
    Example(
        "r4_and_r2_3_consumers_have_products_too",
        "R4",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "sn_install_base_item": [{"configuration_item": "ci1", "consumer": "c1", "product": "Fibre"}],
        },
        {"cases": [{"consumer": "c1", "sys_class_name": "t_fibre", "u_line": 1}]},
        choices(customers="consumers")
        | {"case_types": [{"product": "Fibre", "table": "t_fibre", "defaults": {"u_line": 1}}]},
    ),
]
