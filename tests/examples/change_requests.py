"""R12: change requests generate cases by the same rules."""

from tests.examples.example import DAY, Example, at, decision, incident, listed
from tests.examples.writing import THRESHOLD, action, comment, entry, reply, switched, time
from tests.reference import Policy, Row

CHANGES: Policy = {"sources": ["change_request"]}
BOTH: Policy = {"sources": ["incident", "change_request"]}


def change(number: str = "CHG1", **fields: object) -> Row:
    """A change request, opened at 08:00 and authorized at 10:00 unless told otherwise."""
    return {
        "number": number,
        "opened_at": f"{DAY} 08:00:00",
        "state": "-2",
        "authorized_at": f"{DAY} 10:00:00",
        **fields,
    }


def one(**fields: object) -> dict[str, list[Row]]:
    """CHG1 and its one account a1."""
    return {"change_request": [change(**fields)], "affected_account": listed("a1", incident="CHG1")}


EXAMPLES = [
    Example(
        "r12_an_authorized_change_generates_cases",
        "R12",
        {
            "change_request": [change(sys_id="c1", short_description="Upgrade", contact_type="phone")],
            "affected_account": listed("a1", incident="c1"),
        },
        decision(
            source="change_request",
            incident="c1",
            incident_number="CHG1",
            affected_accounts=1,
            counted=1,
            outcome="individual",
            reason="below_threshold",
        )
        | {
            "cases": [
                {
                    "number": "CHG1-0001",
                    "correlation_id": "CHG1-0001",
                    "source": "change_request",
                    "incident": "c1",
                    "incident_number": "CHG1",
                    "short_description": "Upgrade",
                    "contact_type": "phone",
                }
            ],
            "notifications": [{"case_number": "CHG1-0001", "incident_number": "CHG1", "created_at": at("10:00")}],
        },
        CHANGES,
    ),
    Example(
        "r12_all_ways_to_customers_serve_changes_too",
        "R12",
        {
            "change_request": [change(sys_id="c1", cmdb_ci="ci1", business_service="s1")],
            "task_ci": [{"task": "CHG1", "ci_item": "ci2"}],
            "task_cmdb_ci_service": [{"task": "c1", "cmdb_ci_service": "s2"}],
            "sn_install_base_item": [
                {"configuration_item": one, "account": f"a{n}"} for n, one in enumerate(["ci1", "s1", "ci2", "s2"])
            ],
        },
        decision(counted=4, outcome="major") | {"cases": [{"kind": "child"}] * 4 + [{"number": "CHG1-M"}]},
        CHANGES | {"properties": {THRESHOLD: 4}},
    ),
    Example(
        "r12_on_closure_the_cases_are_resolved_with_the_values",
        "R12",
        one(state="3", closed_at=time("12:00"), close_notes="Done", close_code="successful", cause="Plan"),
        {
            "cases": [
                {
                    "state": "6",
                    "resolved_at": at("12:00"),
                    "close_notes": "Done",
                    "resolution_code": "successful",
                    "cause": "Plan",
                }
            ],
            "journal": [{"id": "CHG1-0001-R", "value": "CHG1 resolved: Done", "created_at": at("12:00")}],
        },
        CHANGES,
    ),
    Example(
        "r12_on_closure_of_a_major_one_the_values_are_copied",
        "R12",
        one(state="Closed", closed_at=time("12:00"), close_notes="Done"),
        {
            "cases": [{"state": "1", "close_notes": "Done"}, {"number": "CHG1-M", "close_notes": "Done"}],
            "journal": [
                {
                    "id": "CHG1-R",
                    "table": "incident",
                    "record": "CHG1",
                    "value": "There is a major case associated with this incident.",
                }
            ],
        },
        CHANGES | {"properties": {THRESHOLD: 1}},
    ),
    Example(
        "r12_incidents_alone_by_default",
        "R12",
        one() | {"incident": [incident()]},
        decision(incident_number="INC1", source="incident") | {"cases": []},
    ),
    Example(
        "r12_changes_alone_if_chosen",
        "R12",
        {
            "incident": [incident()],
            "change_request": [change()],
            "affected_account": listed("a1") + listed("a1", incident="CHG1"),
        },
        decision(incident_number="CHG1", source="change_request") | {"cases": [{"number": "CHG1-0001"}]},
        CHANGES,
    ),
    Example(
        "r12_both_in_one_order_of_numbers",
        "R12",
        {
            "incident": [incident("INC1"), incident("A1")],
            "change_request": [change("CHG1"), change("INC0")],
            "affected_account": [row for n in ("INC1", "A1", "CHG1", "INC0") for row in listed("a1", incident=n)],
        },
        {
            "decisions": [
                {"incident_number": "A1", "source": "incident"},
                {"incident_number": "CHG1", "source": "change_request"},
                {"incident_number": "INC0", "source": "change_request"},
                {"incident_number": "INC1", "source": "incident"},
            ],
            "cases": [{"number": f"{n}-0001"} for n in ("A1", "CHG1", "INC0", "INC1")],
        },
        BOTH,
    ),
    Example(
        "r12_mapped_fields_that_only_changes_have",
        "R12",
        {
            "incident": [incident()],
            "change_request": [change(start_date=time("22:00"), u_risk="high")],
            "affected_account": listed("a1") + listed("a1", incident="CHG1"),
        },
        {
            "cases": [
                {"number": "CHG1-0001", "u_text": "high from 2026-03-05 22:00:00"},
                {"number": "INC1-0001", "u_text": " from "},
            ]
        },
        BOTH | {"mapping": {"individual": {"u_text": "{u_risk} from {start_date}"}}},
    ),
    Example(
        "r12_comments_actions_and_replies_of_a_change",
        "R12",
        one(sys_id="c1")
        | {
            "sys_journal_field": [comment("Tonight", "10:30", on="CHG1", name="change_request")],
            "notify_customers": action("Soon", "11:00", "a1", on="c1"),
            "customer_reply": [reply("Not now", "11:30", "a1", on="CHG1")],
        },
        # The change's journal has the table "incident": it plays an incident's part.
        {
            "journal": [
                entry("CHG1-J0001", "CHG1", "input", table="incident"),
                entry("CHG1-J0002", "CHG1", "notify", table="incident"),
                entry("CHG1-J0003:CHG1", "CHG1", "copy", table="incident"),
                entry("CHG1-J0001+CHG1-0001", "CHG1-0001", "copy"),
                entry("CHG1-J0002+CHG1-0001", "CHG1-0001", "copy", "duplicate"),
                entry("CHG1-J0002:CHG1-0001", "CHG1-0001", "notify"),
                entry("CHG1-J0003", "CHG1-0001", "reply"),
                entry("CHG1-J0003+CHG1-0001", "CHG1-0001", "copy", "duplicate"),
            ],
            "rejects": [],
        },
        CHANGES | switched(p=True, b=True),
    ),
    Example(
        "r12_comments_of_a_change_that_is_not_authorized_are_carried",
        "R12",
        one(state="-4", authorized_at="")
        | {
            "sys_journal_field": [comment("Tonight", "10:30", on="CHG1")],
            "customer_reply": [reply("Not now", "11:30", "a1", on="CHG1")],
        },
        {
            "journal": [entry("CHG1-J0001", "CHG1", "input")],
            "rejects": [{"table": "customer_reply", "column": "account", "value": "a1", "reason": "no_case"}],
        },
        CHANGES,
    ),
    Example(
        "r12_what_is_written_on_a_record_that_is_no_source_is_left_out_in_silence",
        "R12",
        one()
        | {
            "incident": [incident()],
            "sys_journal_field": [comment("x", "11:00", on="CHG1")],
            "notify_customers": action("x", "11:00", "a1", on="CHG1"),
            "customer_reply": [reply("x", "11:00", "a1", on="CHG1")],
        },
        {"journal": [], "rejects": []},
    ),
]
