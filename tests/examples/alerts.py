"""R2.6: the alert flow, one proactive case for each record."""

from tests.examples.example import Example, at, choices, decision, incident, items, listed, threshold
from tests.examples.writing import people, time
from tests.reference import Policy, Row

NOTES = {"close_notes": "Spliced", "close_code": "Fixed", "cause": "Digger"}
COPIED = {"close_notes": "Spliced", "resolution_code": "Fixed", "cause": "Digger"}
NOBODY = {"account": None, "consumer": None, "contact": None}


def alerts(status: str | None = None, **more: object) -> Policy:
    """The alert flow; T is 2 unless told otherwise."""
    return {"flow": "alerts", **({"major_case_status": status} if status else {}), **more}


def box(**more: object) -> Policy:
    """The single-account box on."""
    return alerts(process_case_for_single_account=True, **more)


def proactive(**fields: object) -> Row:
    return {"number": "INC1-A", "kind": "proactive", "parent": None, **fields}


EXAMPLES = [
    Example(
        "r2_6_one_case_for_a_record_without_customers",
        "R2.6",
        {"incident": [incident()], "affected_account": []},
        decision(outcome="individual", reason="no_customers", counted=0, threshold=2)
        | {"cases": [proactive(major_case_state=None, opened_at=at("10:00"), **NOBODY)], "notifications": []},
        alerts(),
    ),
    Example(
        "r2_6_one_case_below_the_threshold_that_notifies_nobody",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1"), **people(1)},
        decision(outcome="individual", reason="below_threshold", counted=1, decided_at=at("10:00"))
        | {"cases": [proactive(major_case_state=None, **NOBODY)], "notifications": []},
        alerts("accepted"),
    ),
    Example(
        "r2_6_status_none_is_the_default_and_never_major",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1", "a2", "a3"), **people(1, 2, 3)},
        decision(outcome="individual", reason="at_or_above_threshold", counted=3, threshold=2)
        | {"cases": [proactive(major_case_state=None, **NOBODY)], "notifications": []},
        alerts(),
    ),
    Example(
        "r2_6_proposed_is_major_without_further_cases",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1", "a2"), **people(1, 2)},
        decision(outcome="major", reason="at_or_above_threshold", counted=2)
        | {"cases": [proactive(major_case_state="proposed", **NOBODY)], "notifications": []},
        alerts("proposed"),
    ),
    Example(
        "r2_6_proposed_below_the_threshold",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1")},
        decision(outcome="individual", reason="below_threshold") | {"cases": [proactive(major_case_state=None)]},
        alerts("proposed"),
    ),
    Example(
        "r2_6_accepted_has_children",
        "R2.6",
        {"incident": [incident(short_description="cut")], "affected_account": listed("a2", "a1"), **people(1, 2)},
        decision(outcome="major", reason="at_or_above_threshold", counted=2)
        | {
            "cases": [
                {"number": "INC1-0001", "kind": "child", "parent": "INC1-A", "account": "a1", "contact": "p1"},
                {"number": "INC1-0002", "kind": "child", "parent": "INC1-A", "account": "a2", "contact": "p2"},
                {
                    "number": "INC1-A",
                    "correlation_id": "INC1-A",
                    "kind": "major",
                    "parent": None,
                    "major_case_state": "accepted",
                    "short_description": "cut",
                    "state": "1",
                    **NOBODY,
                },
            ],
            "notifications": [
                {"case_number": "INC1-0001", "event": "case_created", "status": "sent"},
                {"case_number": "INC1-0002", "event": "case_created", "status": "sent"},
            ],
        },
        alerts("accepted"),
    ),
    Example(
        "r2_6_its_own_threshold_and_no_other",
        "R2.6",
        {
            "incident": [incident(priority="1"), incident("INC2")],
            "affected_account": listed("a1", "a2") + listed("a1", "a2", "a3", incident="INC2"),
        },
        # Neither the property, nor an override, nor what makes others major.
        {
            "decisions": [
                {"threshold": 3, "outcome": "individual", "reason": "below_threshold"},
                {"threshold": 3, "outcome": "major", "reason": "at_or_above_threshold"},
            ]
        },
        alerts("proposed", affected_account_threshold=3)
        | threshold(1)
        | {
            "overrides": [{"when": {"priority": {"set": False}}, "threshold": 9}],
            "also_major_when": {"when": {"priority": "1"}},
        },
    ),
    Example(
        "r2_6_of_two_accounts_none_is_put_on_the_case",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1", "a2"), **people(1, 2)},
        {"cases": [proactive(**NOBODY)], "notifications": []},
        box(),
    ),
    Example(
        "r2_6_fields_by_the_mapping_of_proactive_cases",
        "R2.6",
        {
            "incident": [incident(short_description="cut", description="Fibre cut", contact_type="phone")],
            "affected_account": listed("a1", "a2"),
        },
        # The mapping of major cases says nothing about -A, whatever its kind.
        {
            "cases": [
                {"kind": "child", "short_description": "c cut", "u_p": None},
                {"kind": "child", "short_description": "c cut", "u_p": None},
                {
                    "number": "INC1-A",
                    "kind": "major",
                    "short_description": "p cut",
                    "description": "Fibre cut",
                    "contact_type": "phone",
                    "proactive": True,
                    "u_p": "INC1",
                },
            ]
        },
        alerts("accepted")
        | {
            "mapping": {
                "proactive": {"short_description": "p {short_description}", "u_p": "{number}"},
                "major": {"short_description": "m {short_description}"},
                "child": {"short_description": "c {short_description}"},
            }
        },
    ),
    Example(
        "r2_6_account_fields_on_the_case_where_it_has_one",
        "R2.6",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1") + listed("a1", "a2", incident="INC2"),
            **people(1, 2),
        },
        {
            "cases": [
                {"number": "INC1-A", "u_who": "Acme 1", "u_told": "Ann 1!"},
                {"number": "INC2-A", "u_who": None, "u_told": "!"},
            ]
        },
        box() | {"mapping": {"proactive": {"u_who": "{account.name}", "u_told": "{contact.name}!"}}},
    ),
    Example(
        "r4_and_r2_6_the_case_is_of_the_common_table_whatever_its_children_are",
        "R4",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "sn_install_base_item": items("ci1", "a1", "a2", product="Fibre"),
        },
        {
            "cases": [
                {"kind": "child", "sys_class_name": "sn_fibre_case", "u_line": "fibre"},
                {"kind": "child", "sys_class_name": "sn_fibre_case", "u_line": "fibre"},
                {"number": "INC1-A", "sys_class_name": "sn_customerservice_case", "u_line": None},
            ]
        },
        alerts("accepted")
        | {"case_types": [{"product": "Fibre", "table": "sn_fibre_case", "defaults": {"u_line": "fibre"}}]},
    ),
    Example(
        "r2_6_opened_at_the_delayed_start",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1", "a2")},
        {"cases": [{"opened_at": at("10:30")}] * 3},
        alerts("accepted") | choices(generation_delay="30m"),
    ),
    Example(
        "r2_6_no_case_outside_the_trigger",
        "R2.6",
        {"incident": [incident(), incident("INC2", category="network")], "affected_account": listed("a1", "a2")},
        {
            "decisions": [{"outcome": "none", "reason": "trigger", "threshold": 2}, {"outcome": "individual"}],
            "cases": [{"number": "INC2-A"}],
        },
        alerts() | {"trigger": {"category": "network"}},
    ),
    Example(
        "r2_6_and_r12_1_no_case_for_a_change_that_is_not_authorized",
        "R2.6",
        {
            "change_request": [
                {"number": "CHG1", "opened_at": time("08:00"), "state": "-4"},
                {"number": "CHG2", "opened_at": time("08:00"), "state": "-3"},
            ],
            "affected_account": [],
        },
        {
            "decisions": [{"outcome": "none", "reason": "not_authorized"}, {"outcome": "individual"}],
            "cases": [{"number": "CHG2-A", "source": "change_request", "opened_at": at("08:00")}],
        },
        alerts(sources=["change_request"]),
    ),
    Example(
        "r2_6_late_customers_are_known_whatever_is_chosen",
        "R2.6",
        {
            "incident": [incident()],
            "affected_account": listed("a1", removed_at=time("09:00")) + listed("a2", added_at=time("12:00")),
        },
        decision(outcome="major", counted=2, first_count=0, final_count=1, peak_count=1, decided_at=at("10:00"))
        | {"cases": [{"opened_at": at("10:00")}] * 3},
        alerts("accepted") | choices(late_customers="promote"),
    ),
    Example(
        "r2_6_an_individual_outcome_resolves_the_case",
        "R2.6",
        {"incident": [incident(resolved_at=time("12:00"), **NOTES)], "affected_account": listed("a1", "a2")},
        # There is nobody on it who could be told.
        {
            "cases": [proactive(state="6", resolved_at=at("12:00"), **COPIED)],
            "journal": [{"id": "INC1-A-R", "record": "INC1-A", "value": "INC1 resolved: Spliced"}],
            "notifications": [],
        },
        alerts(),
    ),
    Example(
        "r2_6_a_case_without_customers_is_resolved_too",
        "R2.6",
        {"incident": [incident(resolved_at=time("12:00"))], "affected_account": []},
        {"cases": [proactive(state="6", resolved_at=at("12:00"))], "journal": [{"id": "INC1-A-R"}]},
        alerts("accepted"),
    ),
    Example(
        "r2_6_the_settings_play_no_part_in_the_incident_flow",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1", "a2")},
        decision(outcome="individual", threshold=5) | {"cases": [{"kind": "individual"}, {"kind": "individual"}]},
        {"affected_account_threshold": 1, "major_case_status": "accepted", "process_case_for_single_account": True},
    ),
]
