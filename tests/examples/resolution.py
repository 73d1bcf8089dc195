"""R7: what the end of an incident does to its cases."""

from tests.examples.example import Example, at, choices, incident, listed, threshold

NOTES = {"close_notes": "Spliced", "close_code": "Fixed", "cause": "Digger"}
COPIED = {"close_notes": "Spliced", "resolution_code": "Fixed", "cause": "Digger"}
NONE = {"close_notes": None, "resolution_code": None, "cause": None}
NOON = "2026-03-05 12:00:00"
SYSTEM = {"element": "work_notes", "created_by": "system", "origin": "resolution", "copied_from": None}


EXAMPLES = [
    Example(
        "r7_individual_cases_are_resolved_with_notes",
        "R7",
        {"incident": [incident(resolved_at=NOON, **NOTES)], "affected_account": listed("a1", "a2")},
        {
            "cases": [{"state": "6", "resolved_at": at("12:00"), **COPIED}] * 2,
            "journal": [{"record": "INC1-0001"}, {"record": "INC1-0002"}],
        },
    ),
    Example(
        "r7_unresolved_incidents_touch_nothing",
        "R7",
        # Closed at some time, but neither Resolved nor Closed by state.
        {"incident": [incident(state="2", closed_at=NOON, **NOTES)], "affected_account": listed("a1")},
        {"cases": [{"state": "1", "resolved_at": None, **NONE}], "journal": []},
    ),
    Example(
        "r7_closed_at_stands_in_for_a_missing_resolved_at",
        "R7",
        {
            "incident": [
                incident("INC1", state="6", closed_at=NOON),
                incident("INC2", state="Closed", closed_at=NOON),
                incident("INC3", state="7", closed_at=NOON, resolved_at="2026-03-05 11:00:00"),
            ],
            "affected_account": [row for n in "123" for row in listed("a1", incident=f"INC{n}")],
        },
        {"cases": [{"resolved_at": at("12:00")}, {"resolved_at": at("12:00")}, {"resolved_at": at("11:00")}]},
    ),
    Example(
        "r7_a_resolved_time_counts_in_any_state_but_canceled",
        "R7",
        {
            "incident": [
                incident("INC1", resolved_at=NOON),
                incident("INC2", state="2", resolved_at=NOON),
                incident("INC3", state="Canceled", resolved_at=NOON),
            ],
            "affected_account": [row for n in "123" for row in listed("a1", incident=f"INC{n}")],
        },
        {"cases": [{"state": "6"}, {"state": "6"}, {"state": "1", "resolved_at": None}]},
    ),
    Example(
        "r7_a_resolved_time_that_cannot_be_read_is_missing",
        "R7",
        {"incident": [incident(state="6", resolved_at="noon", closed_at=NOON)], "affected_account": listed("a1")},
        {"cases": [{"resolved_at": at("12:00")}], "rejects": [{"column": "resolved_at", "reason": "bad_time"}]},
    ),
    Example(
        "r7_1_major_copies_values_and_resolves_nothing",
        "R7.1",
        {"incident": [incident(resolved_at=NOON, **NOTES)], "affected_account": listed("a1")},
        {
            "cases": [
                {"kind": "child", "state": "1", "resolved_at": None, **COPIED},
                {"kind": "major", "state": "1", "resolved_at": None, **COPIED},
            ],
            "journal": [
                {
                    "id": "INC1-R",
                    "table": "incident",
                    "record": "INC1",
                    "value": "There is a major case associated with this incident.",
                    "created_at": at("12:00"),
                    **SYSTEM,
                }
            ],
        },
        threshold(1),
    ),
    Example(
        "r7_3_canceled_incidents_keep_their_cases_as_they_are",
        "R7.3",
        {"incident": [incident(state="8", closed_at=NOON, **NOTES)], "affected_account": listed("a1")},
        {"cases": [{"state": "1", **NONE}], "journal": [], "notifications": [{"event": "case_created"}]},
    ),
    Example(
        "r7_3_cases_are_cancelled_with_the_incident_if_chosen",
        "R7.3",
        {
            "incident": [
                incident("INC1", state="Canceled", closed_at=NOON, **NOTES),
                incident("INC2", state="8", resolved_at=NOON),
                incident("INC3", state="7", closed_at=NOON),
            ],
            "affected_account": listed("a1", "a2") + listed("a1", incident="INC2") + listed("a1", incident="INC3"),
        },
        # INC1 is major and all three cases go; INC2 has no closed_at; INC3 is closed, not cancelled.
        {
            "cases": [
                *[{"state": "7", "resolved_at": None, **NONE}] * 3,
                {"state": "1"},
                {"state": "6"},
            ],
            "journal": [{"record": "INC3-0001"}],
            "notifications": [{"event": "case_created"}] * 4 + [{"event": "resolved"}],
        },
        threshold(2) | choices(cancel_cases_with_incident=True),
    ),
    Example(
        "r7_4_the_work_note_says_which_incident_and_how",
        "R7.4",
        {
            "incident": [incident("INC1", resolved_at=NOON, close_notes="Spliced"), incident("INC2", resolved_at=NOON)],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
        },
        {
            "journal": [
                {
                    "id": "INC1-0001-R",
                    "table": "case",
                    "record": "INC1-0001",
                    "value": "INC1 resolved: Spliced",
                    "created_at": at("12:00"),
                    "unintended": False,
                    "duplicate": False,
                    **SYSTEM,
                },
                {"id": "INC2-0001-R", "value": "INC2 resolved", **SYSTEM},
            ]
        },
    ),
]
