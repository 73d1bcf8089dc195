"""R8.1: late_customers = "promote", when late customers make an incident major."""

from tests.examples.example import Example, accounts, at, choices, decision, incident, items, threshold
from tests.examples.late_add import late
from tests.examples.writing import time
from tests.reference import Policy

NOTES = {"close_notes": "Spliced", "close_code": "Fixed", "cause": "Digger"}
COPIED = {"close_notes": "Spliced", "resolution_code": "Fixed", "cause": "Digger"}
NONE = {"close_notes": None, "resolution_code": None, "cause": None}
# a1 is there at 10:00, a2 comes at 11:00.
SECOND = [late("a1"), late("a2", "11:00")]


def promotes(number: int, **chosen: object) -> Policy:
    return threshold(number) | choices(late_customers="promote", **chosen)


EXAMPLES = [
    Example(
        "r8_1_promoted_when_the_number_of_customers_with_a_case_reaches_the_threshold",
        "R8.1",
        {"incident": [incident(sys_id="i1", short_description="cut")], "affected_account": SECOND},
        decision(
            outcome="major",
            reason="promoted",
            threshold=2,
            counted=2,
            first_count=1,
            final_count=2,
            peak_count=2,
            decided_at=at("10:00"),
            promoted_at=at("11:00"),
        )
        | {
            "cases": [
                {"kind": "child", "account": "a1", "parent": "INC1-M", "opened_at": at("10:00"), "state": "1"},
                {"kind": "child", "account": "a2", "parent": "INC1-M", "opened_at": at("11:00")},
                {
                    "number": "INC1-M",
                    "kind": "major",
                    "parent": None,
                    "account": None,
                    "major_case_state": "accepted",
                    "incident": "i1",
                    "short_description": "cut",
                    "opened_at": at("11:00"),
                },
            ],
            # The first one was told as an individual case; of the major case nobody is told.
            "notifications": [
                {"case_number": "INC1-0001", "created_at": at("10:00")},
                {"case_number": "INC1-0002", "created_at": at("11:00")},
            ],
        },
        promotes(2),
    ),
    Example(
        "r8_1_several_at_the_moment_of_promotion_are_counted_and_later_ones_are_children",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [*SECOND, late("a3", "11:00"), late("a4", "11:00:01"), late("a5", "12:00", "12:30")],
        },
        # At 11:00 there are 3 with a case; 5 in the end, of whom one goes again.
        decision(reason="promoted", counted=3, promoted_at=at("11:00"), final_count=4, peak_count=5)
        | {
            "cases": [
                *({"kind": "child", "account": f"a{n}", "parent": "INC1-M"} for n in range(1, 6)),
                {"kind": "major", "opened_at": at("11:00")},
            ]
        },
        promotes(2),
    ),
    Example(
        "r8_1_a_removed_customer_counts_towards_promotion",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1", None, "10:30"), late("a2", "11:00")]},
        # Never two at once, but two with a case.
        decision(reason="promoted", counted=2, peak_count=1, first_count=1, final_count=1, promoted_at=at("11:00")),
        promotes(2),
    ),
    Example(
        "r8_1_below_the_threshold_promote_is_add",
        "R8.1",
        {"incident": [incident()], "affected_account": SECOND},
        decision(outcome="individual", reason="below_threshold", counted=1, promoted_at=None)
        | {"cases": [{"kind": "individual", "parent": None}, {"kind": "individual", "opened_at": at("11:00")}]},
        promotes(3),
    ),
    Example(
        "r8_1_what_is_major_at_the_decision_is_not_promoted",
        "R8.1",
        {"incident": [incident()], "affected_account": [*SECOND, late("a3")]},
        decision(outcome="major", reason="at_or_above_threshold", counted=2, promoted_at=None)
        | {"cases": [{}, {}, {"account": "a2", "kind": "child"}, {"kind": "major", "opened_at": at("10:00")}]},
        promotes(2),
    ),
    Example(
        "r8_1_nobody_at_the_start_and_enough_at_the_first_moment_is_no_promotion",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1", "11:00"), late("a2", "11:00")]},
        decision(outcome="major", reason="at_or_above_threshold", counted=2, decided_at=at("11:00"), promoted_at=None),
        promotes(2),
    ),
    Example(
        "r8_1_nobody_at_the_start_one_at_first_and_then_enough",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1", "11:00"), late("a2", "12:00")]},
        decision(
            outcome="major",
            reason="promoted",
            counted=2,
            first_count=0,
            decided_at=at("11:00"),
            promoted_at=at("12:00"),
        ),
        promotes(2),
    ),
    Example(
        "r8_1_also_major_when_is_asked_at_the_decision_only",
        "R8.1",
        {
            "incident": [incident("INC1"), incident("INC2", priority="1")],
            "affected_account": [
                *SECOND,
                late("a1", on="INC2"),
                late("a2", "11:00", on="INC2"),
                late("a3", "12:00", on="INC2"),
            ],
            "customer_account": accounts("a1", contract_value="100") + accounts("a2", contract_value="1000"),
        },
        # INC1: 1100 at 11:00 would be enough, but is not asked. INC2: major by its priority, and three customers with
        # a case later on change nothing.
        {
            "decisions": [
                {"outcome": "individual", "reason": "below_threshold", "contract_value": 100, "promoted_at": None},
                {"outcome": "major", "reason": "also_major:when", "counted": 1, "promoted_at": None},
            ]
        },
        promotes(3) | {"also_major_when": {"contract_value_at_least": 500, "when": {"priority": "1"}}},
    ),
    Example(
        "r8_2_at_the_promotion_the_contract_value_is_that_of_all_with_a_case",
        "R8.2",
        {
            "incident": [incident()],
            "affected_account": [late("a1", None, "10:30"), late("a2", "11:00"), late("a3", "12:00")],
            "customer_account": [
                {"sys_id": f"a{n}", "contract_value": value} for n, value in ((1, "1"), (2, "10"), (3, "100"))
            ],
        },
        # a1 and a2, not a3.
        decision(reason="promoted", counted=2, contract_value=11),
        promotes(2),
    ),
    Example(
        "r8_1_the_first_override_that_holds_says_when",
        "R8.1",
        {
            "incident": [incident(priority="1")],
            "affected_account": [*SECOND, late("a3", "12:00"), late("a4", "13:00")],
        },
        decision(threshold=3, counted=3, reason="promoted", promoted_at=at("12:00")),
        promotes(4) | {"overrides": [{"when": {"priority": "1"}, "threshold": 3}]},
    ),
    Example(
        "r8_1_a_promoted_case_is_mapped_as_a_child",
        "R8.1",
        {"incident": [incident(short_description="cut")], "affected_account": SECOND},
        {
            "cases": [
                {"account": "a1", "short_description": "child of cut", "u_kind": None, "u_child": "yes"},
                {"account": "a2", "short_description": "child of cut", "u_kind": None, "u_child": "yes"},
                {"kind": "major", "short_description": "major cut", "u_kind": None, "u_child": None},
            ],
            # The mail of 10:00 shows the case as it ends.
            "notifications": [{"subject": "child of cut"}, {"subject": "child of cut"}],
        },
        promotes(2)
        | {
            "mapping": {
                "individual": {"short_description": "only {short_description}", "u_kind": "individual"},
                "child": {"short_description": "child of {short_description}", "u_child": "yes"},
                "major": {"short_description": "major {short_description}"},
            },
            "notifications": {"case_created": {"subject": "{case.short_description}"}},
        },
    ),
    Example(
        "r8_1_promotion_leaves_state_and_notes_as_they_are",
        "R8.1",
        {"incident": [incident(resolved_at=time("10:30"), **NOTES)], "affected_account": SECOND},
        # Resolved at 10:30, when it was individual: a1's case is resolved and stays so as a child; the others come
        # later and are left alone, and the incident gets no note of a major case.
        {
            "cases": [
                {"kind": "child", "parent": "INC1-M", "state": "6", "resolved_at": at("10:30"), **COPIED},
                {"kind": "child", "state": "1", "resolved_at": None, **NONE},
                {"kind": "major", "state": "1", **NONE},
            ],
            "journal": [{"id": "INC1-0001-R", "value": "INC1 resolved: Spliced"}],
            "notifications": [
                {"event": "case_created", "created_at": at("10:00")},
                {"event": "resolved", "created_at": at("10:30")},
                {"event": "case_created", "created_at": at("11:00")},
            ],
        },
        promotes(2, major_resolution_delay="2h"),
    ),
    Example(
        "r8_1_resolved_after_the_promotion_it_is_major",
        "R8.1",
        {
            "incident": [incident(resolved_at=time("11:30"), **NOTES)],
            "affected_account": [*SECOND, late("a3", "12:00")],
        },
        {
            "cases": [
                {"kind": "child", "state": "1", **COPIED},
                {"kind": "child", "state": "1", **COPIED},
                {"account": "a3", "kind": "child", "state": "1", **NONE},
                {"kind": "major", "state": "1", **COPIED},
            ],
            "journal": [{"id": "INC1-R", "record": "INC1", "created_at": at("11:30")}],
        },
        promotes(2),
    ),
    Example(
        "r8_1_resolved_at_the_very_moment_of_promotion_it_is_major",
        "R8.1",
        {"incident": [incident(resolved_at=time("11:00"), **NOTES)], "affected_account": SECOND},
        {
            "cases": [{"state": "1", **COPIED}, {"state": "1", **COPIED}, {"kind": "major", "state": "1", **COPIED}],
            "journal": [{"id": "INC1-R"}],
        },
        promotes(2),
    ),
    Example(
        "r8_1_the_major_case_has_the_table_of_most_children_late_ones_too",
        "R8.1",
        {
            "incident": [incident()],
            "task_ci": [
                {"task": "INC1", "ci_item": "ci1"},
                {"task": "INC1", "ci_item": "ci2", "added_at": time("12:00")},
            ],
            "sn_install_base_item": items("ci1", "a1", "a2") + items("ci2", "a3", "a4", "a5", product="Fibre"),
        },
        # Two of the common table at the decision, three fibre customers later.
        {
            "cases": [
                *[{"sys_class_name": "sn_customerservice_case"}] * 2,
                *[{"sys_class_name": "sn_fibre_case"}] * 3,
                {"kind": "major", "opened_at": at("10:00"), "sys_class_name": "sn_fibre_case"},
            ]
        },
        promotes(2) | {"case_types": [{"product": "Fibre", "table": "sn_fibre_case"}]},
    ),
    Example(
        "r4_and_r8_1_a_product_reached_later_chooses_the_table_from_the_start",
        "R4",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "task_ci": [{"task": "INC1", "ci_item": "ci2", "added_at": time("12:00")}],
            "sn_install_base_item": items("ci1", "a1") + items("ci2", "a1", product="Fibre"),
        },
        {"cases": [{"account": "a1", "opened_at": at("10:00"), "sys_class_name": "sn_fibre_case"}]},
        promotes(2) | {"case_types": [{"product": "Fibre", "table": "sn_fibre_case"}]},
    ),
]
