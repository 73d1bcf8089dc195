"""R2: which outcome."""

from tests.examples.example import Example, accounts, at, choices, decision, incident, listed, numbers, threshold

THREE = {"incident": [incident()], "affected_account": listed("a1", "a2", "a3")}
MIXED = {
    "incident": [incident()],
    "affected_account": [*listed("a1", "a2"), *({"incident": "INC1", "consumer": f"c{n}"} for n in (1, 2, 3))],
}
NOTHING = {"counted": 0, "first_count": 0, "final_count": 0, "peak_count": 0, "contract_value": 0, "decided_at": None}

EXAMPLES = [
    Example(
        "r2_nobody_affected_is_none",
        "R2",
        {"incident": [incident()], "affected_account": []},
        decision(outcome="none", reason="no_customers", threshold=5, opened_at=at("10:00"), **NOTHING)
        | {"cases": [], "notifications": [], "journal": []},
    ),
    Example(
        "r2_below_the_threshold_is_individual",
        "R2",
        THREE,
        # 0 < 3 < 4
        decision(outcome="individual", reason="below_threshold", counted=3, threshold=4),
        threshold(4),
    ),
    Example(
        "r2_at_the_threshold_is_major",
        "R2",
        THREE,
        # 3 >= 3
        decision(outcome="major", reason="at_or_above_threshold", counted=3, threshold=3),
        threshold(3),
    ),
    Example(
        "r2_five_affected_customers_make_one_major_and_five_children",
        "R2",
        {"incident": [incident()], "affected_account": listed("a1", "a2", "a3", "a4", "a5")},
        # The documentation's own example.
        {"cases": numbers("INC1-0001", "INC1-0002", "INC1-0003", "INC1-0004", "INC1-0005", "INC1-M")},
        threshold(5),
    ),
    *(
        Example(
            f"r2_1_the_property_as_{name.replace('.', '_').replace('-', '_')}",
            "R2.1",
            THREE,
            decision(threshold=3, outcome="major"),
            {"properties": {name: 3}},
        )
        for name in (
            "sn_ind_tsm_core.major_case_affected_account_threshold",
            "major_case_affected_account_threshold",
            "major_case_affected_threshold",
        )
    ),
    Example(
        "r2_1_the_property_with_a_hyphen",
        "R2.1",
        THREE,
        decision(threshold=3, outcome="major"),
        {"properties": {"sn_ind_tsm_core.major_case-affected_account_threshold": 3}},
    ),
    Example(
        "r2_1_two_spellings_of_one_value",
        "R2.1",
        THREE,
        decision(threshold=2, outcome="major"),
        {"properties": {"major_case_affected_account_threshold": 2, "major_case_affected_threshold": "2"}},
    ),
    Example("r2_1_five_if_nothing_gives_a_threshold", "R2.1", THREE, decision(threshold=5, outcome="individual")),
    Example(
        "r2_2_one_is_the_least_threshold_and_text_will_do",
        "R2.2",
        {"incident": [incident(), incident("INC2")], "affected_account": listed("a1")},
        # k = 1 is major at once; k = 0 stays none.
        {"decisions": [{"threshold": 1, "outcome": "major"}, {"threshold": 1, "outcome": "none"}]},
        threshold("1"),
    ),
    Example(
        "r2_3_accounts_alone_count_by_default",
        "R2.3",
        MIXED,
        decision(affected_accounts=2, affected_consumers=3, counted=2, outcome="individual"),
        threshold(3),
    ),
    Example(
        "r2_3_consumers_alone",
        "R2.3",
        {**MIXED, "customer_account": accounts("a1", "a2", contract_value="100")},
        # No account is counted, so the contract value is 0.
        decision(affected_accounts=2, counted=3, outcome="major", contract_value=0)
        | {"cases": [{"consumer": "c1", "account": None}, {"consumer": "c2"}, {"consumer": "c3"}, {"kind": "major"}]},
        threshold(3) | choices(customers="consumers"),
    ),
    Example(
        "r2_3_both_count_together_accounts_first",
        "R2.3",
        MIXED,
        # 2 + 3 = 5
        decision(counted=5, outcome="major")
        | {
            "cases": [
                *({"account": f"a{n}"} for n in (1, 2)),
                *({"consumer": f"c{n}"} for n in (1, 2, 3)),
                {"kind": "major"},
            ]
        },
        threshold(5) | choices(customers="both"),
    ),
    Example(
        "r2_5_first_override_wins",
        "R2.5",
        {
            "incident": [
                incident("INC1", priority="1", category="network"),
                incident("INC2", category="network"),
                incident("INC3"),
            ],
            "affected_account": [row for n in "123" for row in listed("a1", "a2", incident=f"INC{n}")],
        },
        # INC1 fulfils both, and the first says 3; INC2 the second alone; INC3 none. k = 2 each.
        {
            "decisions": [
                {"threshold": 3, "outcome": "individual"},
                {"threshold": 2, "outcome": "major"},
                {"threshold": 9, "outcome": "individual"},
            ]
        },
        threshold(9)
        | {
            "overrides": [
                {"when": {"priority": ["1"]}, "threshold": 3},
                {"when": {"category": "network"}, "threshold": 2},
            ]
        },
    ),
    Example(
        "r2_5_an_override_shows_on_outcome_none_too",
        "R2.5",
        {"incident": [incident(priority="1")], "affected_account": []},
        decision(outcome="none", threshold=3),
        {"overrides": [{"when": {"priority": "1"}, "threshold": 3}]},
    ),
    Example(
        "r2_5_contract_value_makes_an_incident_major_below_t",
        "R2.5",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1", "a2", "ghost") + listed("a1", incident="INC2"),
            "customer_account": accounts("a1", contract_value="100000") + accounts("a2", contract_value="150000"),
        },
        # INC1: 100000 + 150000 + unknown 0 = 250000, just enough. INC2: 100000.
        {
            "decisions": [
                {"outcome": "major", "reason": "also_major:contract_value_at_least", "contract_value": 250000},
                {"outcome": "individual", "reason": "below_threshold", "contract_value": 100000},
            ]
        },
        {"also_major_when": {"contract_value_at_least": 250000}},
    ),
    Example(
        "r2_5_critical_services_make_an_incident_major_below_t",
        "R2.5",
        {
            "incident": [
                incident("INC1", business_service="s1", cmdb_ci="ci1"),
                incident("INC2", business_service="s1"),
                incident("INC3", business_service="s3"),
            ],
            "svc_ci_assoc": [{"service_id": "Voice", "ci_id": "ci1"}, {"service_id": "s1", "ci_id": "ci1"}],
            "task_cmdb_ci_service": [{"task": "INC3", "cmdb_ci_service": "s4", "added_at": "2027-01-01 00:00:00"}],
            "cmdb_ci_service": [
                {"sys_id": "s1", "busines_criticality": "1"},
                {"sys_id": "s2", "name": "Voice", "busines_criticality": "1 - most critical"},
                {"sys_id": "s3", "busines_criticality": "10"},
                {"sys_id": "s4", "busines_criticality": "1"},
            ],
            "affected_account": [row for n in "123" for row in listed("a1", incident=f"INC{n}")],
        },
        # INC1: s1 (twice, counted once) and s2 around ci1: 2. INC2: s1: 1.
        # INC3: s3 with 10 is not critical, s4 is, however late it was added: 1.
        {
            "decisions": [
                {"outcome": "major", "reason": "also_major:critical_services_at_least"},
                {"outcome": "individual"},
                {"outcome": "individual"},
            ]
        },
        {"also_major_when": {"critical_services_at_least": 2}},
    ),
    Example(
        "r2_5_conditions_make_an_incident_major_below_t",
        "R2.5",
        {"incident": [incident(priority="1"), incident("INC2", priority="1")], "affected_account": listed("a1")},
        # INC2 has k = 0 and stays none.
        {
            "decisions": [
                {"outcome": "major", "reason": "also_major:when"},
                {"outcome": "none", "reason": "no_customers"},
            ]
        },
        {"also_major_when": {"when": {"priority": "1"}}},
    ),
    Example(
        "r2_5_the_keys_are_asked_in_the_order_of_the_rule",
        "R2.5",
        {
            "incident": [incident(priority="1", business_service="s1")],
            "cmdb_ci_service": [{"sys_id": "s1", "busines_criticality": "1"}],
            "affected_account": listed("a1"),
        },
        # The contract value, 0, is not enough; critical services come before `when`, however the policy is written.
        decision(reason="also_major:critical_services_at_least"),
        {"also_major_when": {"when": {"priority": "1"}, "critical_services_at_least": 1, "contract_value_at_least": 1}},
    ),
    Example(
        "r2_5_the_threshold_is_named_before_the_other_methods",
        "R2.5",
        {"incident": [incident(priority="1")], "affected_account": listed("a1")},
        decision(reason="at_or_above_threshold"),
        threshold(1) | {"also_major_when": {"when": {"priority": "1"}}},
    ),
]
