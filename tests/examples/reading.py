"""What is read: keys, required values, values that cannot be read, choice labels (the contract of the dataset)."""

from tests.examples.example import Example, at, decision, incident, listed, threshold

EXAMPLES = [
    Example(
        "reading_incidents_without_number_or_time_are_rejected",
        "R1",
        {
            "incident": [
                incident(""),
                incident("INC2", opened_at=""),
                incident("INC3", opened_at="soon"),
                incident("INC4", resolved_at="2026-02-30 10:00:00"),
            ],
            "affected_account": [],
        },
        {
            "decisions": [{"incident_number": "INC4"}],
            "rejects": [
                {"table": "incident", "row": 1, "column": "number", "value": None, "reason": "no_key"},
                {"table": "incident", "row": 2, "column": "opened_at", "value": None, "reason": "no_key"},
                {"table": "incident", "row": 3, "column": "opened_at", "value": "soon", "reason": "bad_time"},
                # There is no 30th of February: missing, and the row is used.
                {
                    "table": "incident",
                    "row": 4,
                    "column": "resolved_at",
                    "value": "2026-02-30 10:00:00",
                    "reason": "bad_time",
                },
            ],
        },
    ),
    Example(
        "reading_a_second_row_with_a_key_or_a_number_is_not_used",
        "R1",
        {
            "incident": [
                incident(sys_id="i1", category="first"),
                incident("INC2", sys_id="i1"),
                incident(sys_id="i3"),
                incident("INC2", sys_id="i4"),
                incident("INC5", opened_at="never", sys_id="i5"),
                incident("INC6", sys_id="i5"),
            ],
            "affected_account": [],
        },
        # Row 2 has the key of row 1; row 3 its number; row 4 the number of row 2, used or not. Row 5 lacks its time,
        # so that row 6 is the first with that key.
        {
            "decisions": [{"incident": "i1", "incident_number": "INC1"}, {"incident": "i5", "incident_number": "INC6"}],
            "rejects": [
                {"row": 2, "column": "sys_id", "value": "i1", "reason": "duplicate_key"},
                {"row": 3, "column": "number", "value": "INC1", "reason": "duplicate_key"},
                {"row": 4, "column": "number", "value": "INC2", "reason": "duplicate_key"},
                {"row": 5, "column": "opened_at", "value": "never", "reason": "bad_time"},
            ],
        },
    ),
    Example(
        "reading_a_row_that_cannot_be_used_has_one_reject",
        "R1",
        {
            "incident": [
                incident(closed_at="soon"),
                incident(closed_at="soon"),
                incident("", closed_at="soon", opened_at="never"),
            ],
            "affected_account": [],
        },
        # Row 1 is used and its time missing; of the others only why they are not used.
        {
            "rejects": [
                {"row": 1, "column": "closed_at", "reason": "bad_time"},
                {"row": 2, "column": "number", "reason": "duplicate_key"},
                {"row": 3, "column": "number", "reason": "no_key"},
            ]
        },
    ),
    Example(
        "reading_an_incident_without_number_goes_by_its_sys_id",
        "R3.1",
        {
            "incident": [{"sys_id": "i1", "opened_at": "2026-03-05 10:00:00"}],
            "affected_account": listed("a1", incident="i1"),
        },
        {"decisions": [{"incident": "i1", "incident_number": "i1"}], "cases": [{"number": "i1-0001"}]},
    ),
    Example(
        "reading_numbers_that_are_none_count_as_missing",
        "R2.5",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "a2"),
            "customer_account": [
                {"sys_id": "a1", "contract_value": "1500.5"},
                {"sys_id": "a2", "contract_value": "lots"},
            ],
        },
        decision(contract_value=1500.5)
        | {
            "rejects": [
                {
                    "table": "customer_account",
                    "row": 2,
                    "column": "contract_value",
                    "value": "lots",
                    "reason": "bad_number",
                }
            ]
        },
    ),
    Example(
        "reading_rows_without_key_values_are_kept_and_names_may_repeat",
        "R5",
        {
            "incident": [incident()],
            "affected_account": listed("Acme", "Solo"),
            # Two of a name with their own sys_ids are two accounts; without sys_id and number the name is the key.
            "customer_account": [
                {"sys_id": "a1", "name": "Acme"},
                {"sys_id": "a2", "name": "Acme"},
                {"name": "Solo"},
                {"name": "Solo"},
                {"customer_tier": "gold"},
                {"customer_tier": "gold"},
            ],
        },
        {
            "cases": [{"account": "Solo"}, {"account": "a1"}],
            "rejects": [
                {"table": "customer_account", "row": 4, "column": "name", "value": "Solo", "reason": "duplicate_key"}
            ],
        },
    ),
    Example(
        "reading_choice_labels_become_stored_values",
        "R3.5",
        {
            "incident": [
                incident(
                    state="Resolved", closed_at="2026-03-05 12:00:00", priority="1 - Critical", contact_type="Phone"
                )
            ],
            "affected_account": listed("a1"),
        },
        # Resolved is 6, so closed_at alone is the time of resolution.
        {
            "decisions": [{"threshold": 1}],
            "cases": [
                {"kind": "child", "u_was": None, "contact_type": "phone"},
                {"kind": "major", "u_was": "6", "contact_type": "phone"},
            ],
            "journal": [{"record": "INC1", "created_at": at("12:00")}],
        },
        {
            "overrides": [{"when": {"priority": "1"}, "threshold": 1}],
            "mapping": {"major": {"u_was": "{state}"}},
        },
    ),
    Example(
        "reading_a_time_is_cut_to_microseconds",
        "R3.6",
        {"incident": [incident(opened_at="2026-03-05 10:00:00.1234569")], "affected_account": listed("a1")},
        {"cases": [{"opened_at": at("10:00:00.123456"), "u_at": "at 2026-03-05 10:00:00.123456"}]},
        threshold(5) | {"mapping": {"individual": {"u_at": "at {opened_at}"}}},
    ),
    Example(
        "reading_a_sys_id_is_looked_up_before_a_number",
        "R1.2",
        {
            # The number of the first is the sys_id of the second: the sys_id wins.
            "incident": [incident("X", sys_id="i1"), incident("INC2", sys_id="X")],
            "affected_account": listed("a1", incident="X"),
        },
        {"decisions": [{"incident": "X", "counted": 1}, {"incident": "i1", "counted": 0}]},
    ),
]
