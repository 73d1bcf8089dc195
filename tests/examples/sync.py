"""R7.2: when a manager resolves a major case, and its children with it."""

from tests.examples.example import Example, at, choices, incident, items, listed, threshold
from tests.examples.writing import people, synced, time

NOON = time("12:00")
NOTES = {"close_notes": "Spliced", "close_code": "Fixed", "cause": "Digger"}
COPIED = {"close_notes": "Spliced", "resolution_code": "Fixed", "cause": "Digger"}
RESOLVED = {"incident": [incident(resolved_at=NOON, **NOTES)], "affected_account": listed("a1", "a2")}
FIBRE = {
    "incident": [incident(cmdb_ci="ci1")],
    "sn_install_base_item": items("ci1", "a1", product="Fibre"),
    "affected_account": listed("a2", "a3"),
}
FIBRE_TYPE = {"case_types": [{"product": "Fibre", "table": "sn_fibre_case"}]}
OPEN = {"state": "1", "resolved_at": None}

EXAMPLES = [
    Example(
        "r7_2_without_a_delay_major_cases_stay_open",
        "R7.2",
        RESOLVED,
        {"cases": [OPEN | COPIED, OPEN | COPIED, OPEN | COPIED], "notifications": [{"event": "case_created"}] * 2},
        synced(),
    ),
    Example(
        "r7_2_a_manager_resolves_the_major_case_alone_without_sync",
        "R7.2",
        RESOLVED,
        {
            "cases": [OPEN, OPEN, {"kind": "major", "state": "6", "resolved_at": at("14:00"), **COPIED}],
            # No note but that of the resolution, and nobody is told of a major case.
            "journal": [{"id": "INC1-R"}],
            "notifications": [{"event": "case_created"}] * 2,
        },
        threshold(2) | choices(major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_with_sync_of_state_the_children_are_resolved_at_that_moment_too",
        "R7.2",
        RESOLVED | people(1, 2),
        {
            "cases": [{"state": "6", "resolved_at": at("14:00"), **COPIED}] * 3,
            "journal": [{"id": "INC1-R"}],
            "notifications": [
                {"event": "case_created", "case_number": "INC1-0001"},
                {"event": "case_created", "case_number": "INC1-0002"},
                {"event": "resolved", "case_number": "INC1-0001", "created_at": at("14:00"), "status": "sent"},
                {"event": "resolved", "case_number": "INC1-0002", "created_at": at("14:00"), "status": "sent"},
            ],
        },
        synced(major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_a_delay_of_nothing_is_the_resolution_itself",
        "R7.2",
        RESOLVED,
        {"cases": [{"state": "6", "resolved_at": at("12:00")}] * 3},
        synced(major_resolution_delay="0s"),
    ),
    Example(
        "r7_2_state_that_is_not_listed_is_not_passed",
        "R7.2",
        RESOLVED,
        {"cases": [OPEN, OPEN, {"state": "6", "resolved_at": at("14:00")}]},
        synced(fields="priority, comments", major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_children_of_another_table_stay_open",
        "R7.2",
        {**FIBRE, "incident": [incident(cmdb_ci="ci1", resolved_at=NOON)]},
        {"cases": [OPEN, {"state": "6"}, {"state": "6"}, {"state": "6"}]},
        synced(t=3, major_resolution_delay="1h") | FIBRE_TYPE,
    ),
    Example(
        "r7_2_a_major_case_that_got_no_values_is_not_resolved",
        "R7.2",
        {"incident": [incident(resolved_at=time("10:30"))], "affected_account": listed("a1")},
        # The cases open at 11:00, after the resolution.
        {"cases": [OPEN, OPEN], "journal": []},
        synced(t=1, generation_delay="1h", major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_individual_cases_have_no_manager",
        "R7.2",
        {"incident": [incident(resolved_at=NOON)], "affected_account": listed("a1")},
        {"cases": [{"kind": "individual", "state": "6", "resolved_at": at("12:00")}]},
        synced(t=2, major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_a_cancelled_incident_has_no_resolution_to_pass_on",
        "R7.2",
        {"incident": [incident(state="8", resolved_at=NOON, closed_at=NOON)], "affected_account": listed("a1")},
        {"cases": [OPEN, OPEN]},
        synced(t=1, major_resolution_delay="2h"),
    ),
]
