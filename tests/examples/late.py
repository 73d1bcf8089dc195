"""R8: the counts over time, with late_customers = "known"."""

from tests.examples.example import Example, at, choices, decision, incident, items, listed, threshold

EXAMPLES = [
    Example(
        "r8_2_without_times_all_counts_are_k",
        "R8.2",
        {"incident": [incident()], "affected_account": listed("a1", "a2", "a3")},
        decision(counted=3, first_count=3, final_count=3, peak_count=3, decided_at=at("10:00"), promoted_at=None),
    ),
    Example(
        "r8_2_first_final_and_peak_count",
        "R8.2",
        {
            "incident": [incident()],
            "affected_account": listed("a1")
            + listed("a2", added_at="2026-03-05 10:00:00", removed_at="2026-03-05 11:00:00")
            + listed("a3", added_at="2026-03-05 10:30:00", removed_at="2026-03-05 12:00:00")
            + listed("a4", added_at="2026-03-05 11:00:00"),
        },
        # 10:00 a1 a2; 10:30 a1 a2 a3; 11:00 a1 a3 a4 (a2 leaves as a4 comes); 12:00 a1 a4.
        decision(counted=4, first_count=2, final_count=2, peak_count=3),
    ),
    Example(
        "r8_1_known_decides_on_everyone_ever_affected",
        "R8.1",
        {
            "incident": [incident()],
            # a1 is gone before the start, a2 comes a day later.
            "affected_account": listed("a1", removed_at="2026-03-05 10:00:00")
            + listed("a2", added_at="2026-03-06 10:00:00"),
        },
        decision(outcome="major", counted=2, first_count=0, final_count=1, peak_count=1)
        | {"cases": [{"opened_at": at("10:00")}] * 3},
        threshold(2) | choices(late_customers="known"),
    ),
    Example(
        "r8_a_customer_has_the_times_of_all_its_routes",
        "R8",
        {
            "incident": [incident(cmdb_ci="ci0")],
            "task_ci": [
                {
                    "task": "INC1",
                    "ci_item": "ci1",
                    "added_at": "2026-03-05 11:00:00",
                    "removed_at": "2026-03-05 12:00:00",
                },
                {
                    "task": "INC1",
                    "ci_item": "ci2",
                    "added_at": "2026-03-05 13:00:00",
                    "removed_at": "2026-03-05 14:00:00",
                },
                {"task": "INC1", "ci_item": "ci3", "added_at": "2026-03-05 13:00:00"},
            ],
            "sn_install_base_item": items("ci1", "a1") + items("ci2", "a1", "a2") + items("ci3", "a2"),
        },
        # a1: 11:00 to 14:00, the gap between its CIs included. a2: from 13:00, and for good by ci3.
        decision(counted=2, first_count=0, final_count=1, peak_count=2),
    ),
    Example(
        "r8_an_own_ci_is_there_from_the_start_whatever_task_ci_says",
        "R8",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "task_ci": [{"task": "INC1", "ci_item": "ci1", "added_at": "2026-03-05 11:00:00"}],
            "sn_install_base_item": items("ci1", "a1"),
        },
        decision(first_count=1, peak_count=1),
    ),
    Example(
        "r8_a_service_around_a_ci_has_the_times_of_the_ci",
        "R8",
        {
            "incident": [incident()],
            "task_ci": [{"task": "INC1", "ci_item": "ci1", "removed_at": "2026-03-05 11:00:00"}],
            "svc_ci_assoc": [{"service_id": "s1", "ci_id": "ci1"}],
            "sn_install_base_item": items("s1", "a1"),
        },
        decision(first_count=1, final_count=0, peak_count=1),
    ),
    Example(
        "r8_sys_created_on_is_read_as_added_at",
        "R8",
        {"incident": [incident()], "affected_account": listed("a1", sys_created_on="2026-03-05 10:00:01")},
        decision(counted=1, first_count=0, final_count=1, peak_count=1),
    ),
    Example(
        "r8_sys_created_on_stands_only_for_a_missing_column",
        "R8",
        {
            "incident": [incident()],
            "affected_account": listed("a1", added_at="", sys_created_on="2026-03-05 10:00:01"),
        },
        # The column added_at is there, and empty: from the start.
        decision(counted=1, first_count=1, final_count=1, peak_count=1),
    ),
    Example(
        "r8_2_the_counts_begin_at_the_delayed_start",
        "R8.2",
        {
            "incident": [incident()],
            "affected_account": listed("a1", removed_at="2026-03-05 10:30:00")
            + listed("a2", added_at="2026-03-05 10:30:00"),
        },
        # t0 = 10:30: a1 has just left, a2 has just come.
        decision(counted=2, first_count=1, final_count=1, peak_count=1, decided_at=at("10:30")),
        choices(generation_delay="30m"),
    ),
]
