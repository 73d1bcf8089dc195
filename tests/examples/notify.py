"""R5: who is told."""

from tests.examples.example import Example, at, choices, incident, listed, threshold
from tests.reference import Row

ACME = [{"sys_id": "a1", "name": "Acme", "primary_contact": "p1"}]


def contact(**fields: object) -> list[Row]:
    return [{"sys_id": "p1", "name": "Ann", "email": "ann@example.com", **fields}]


def suppressed(name: str, reason: str, contacts: list[Row]) -> Example:
    """One account whose contact is not told: the row is kept, without address and delivery."""
    return Example(
        name,
        "R5.1",
        {
            "incident": [incident()],
            "affected_account": listed("a1"),
            "customer_account": ACME,
            "customer_contact": contacts,
        },
        {
            "notifications": [
                {
                    "status": "suppressed",
                    "reason": reason,
                    "contact": "p1",
                    "email": None,
                    "created_at": at("10:00"),
                    "deliver_at": None,
                }
            ]
        },
    )


EXAMPLES = [
    Example(
        "r5_one_notification_to_the_primary_contact",
        "R5",
        {
            "incident": [incident()],
            "affected_account": listed("a1"),
            "customer_account": ACME,
            "customer_contact": contact(),
        },
        {
            "notifications": [
                {
                    "case_number": "INC1-0001",
                    "incident_number": "INC1",
                    "account": "a1",
                    "consumer": None,
                    "contact": "p1",
                    "email": "ann@example.com",
                    "event": "case_created",
                    "status": "sent",
                    "reason": None,
                    "unintended": False,
                    "created_at": at("10:00"),
                    "deliver_at": at("10:00"),
                    "subject": None,
                    "body": None,
                    "journal_id": None,
                }
            ]
        },
    ),
    Example(
        "r5_a_major_case_notifies_nobody",
        "R5",
        {"incident": [incident()], "affected_account": listed("a1", "a2")},
        {"notifications": [{"case_number": "INC1-0001"}, {"case_number": "INC1-0002"}]},
        threshold(2),
    ),
    Example(
        "r5_a_consumer_is_told_itself",
        "R5",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "consumer": "Bob"}, {"incident": "INC1", "consumer": "ghost"}],
            "csm_consumer": [{"sys_id": "c1", "name": "Bob", "email": "bob@example.com"}],
        },
        {
            "cases": [{"consumer": "c1", "contact": None}, {"consumer": "ghost", "contact": None}],
            "notifications": [
                {"account": None, "consumer": "c1", "contact": None, "email": "bob@example.com", "status": "sent"},
                {"consumer": "ghost", "status": "suppressed", "reason": "no_contact"},
            ],
        },
        choices(customers="consumers"),
    ),
    suppressed("r5_1_no_contact_that_the_dataset_has", "no_contact", []),
    suppressed("r5_1_inactive_comes_before_opted_out", "inactive_contact", contact(active="false", notification="1")),
    suppressed("r5_1_opted_out_comes_before_no_email", "opted_out", contact(notification="DISABLED", email="")),
    suppressed("r5_1_opted_out_by_the_stored_value", "opted_out", contact(notification="1")),
    suppressed("r5_1_opted_out_by_the_label", "opted_out", contact(notification="Disable")),
    suppressed("r5_1_no_email", "no_email", contact(email="", notification="Enable")),
    Example(
        "r5_1_no_contact_at_all",
        "R5.1",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "ghost"),
            "customer_account": [{"sys_id": "a1", "primary_contact": ""}],
        },
        {"notifications": [{"account": "a1", "reason": "no_contact"}, {"account": "ghost", "reason": "no_contact"}]},
    ),
    Example(
        "r5_1_a_consumer_can_opt_out_too",
        "R5.1",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "consumer": "c1"}],
            "csm_consumer": [{"sys_id": "c1", "email": "bob@example.com", "notification": "disable"}],
        },
        {"notifications": [{"consumer": "c1", "status": "suppressed", "reason": "opted_out"}]},
        choices(customers="both"),
    ),
    Example(
        "r5_2_subject_and_body_are_templates_over_the_final_case",
        "R5.2",
        {
            "incident": [incident(short_description="cut", resolved_at="2026-03-05 12:00:00", u_count=3)],
            "affected_account": listed("a1"),
            "customer_account": ACME,
            "customer_contact": contact(),
        },
        # The final row of the case: state 6, although it was New when the first mail went out. Always text.
        {
            "notifications": [
                {
                    "event": "case_created",
                    "subject": "INC1-0001: cut (6)",
                    "body": "Dear Ann of Acme, case true 2026-03-05 10:00:00",
                },
                {"event": "resolved", "subject": "3", "body": None},
            ]
        },
        {
            "notifications": {
                "case_created": {
                    "subject": "{case.number}: {incident.short_description} ({case.state})",
                    "body": "Dear {contact.name} of {account.name}, case {case.proactive} {case.opened_at}",
                },
                "resolved": {"subject": "{case.u_n}", "body": "{incident.cause}"},
            },
            "mapping": {"individual": {"u_n": "{u_count}"}},
        },
    ),
    Example(
        "r5_2_a_suppressed_notification_has_its_words_too",
        "R5.2",
        {"incident": [incident()], "affected_account": listed("ghost")},
        {"notifications": [{"status": "suppressed", "subject": "For ghost (), {x}"}]},
        {"notifications": {"case_created": {"subject": "For {case.account} ({account.name}), {{x}}"}}},
    ),
    Example(
        "r5_2_a_switched_off_event_leaves_no_row",
        "R5.2",
        {"incident": [incident(resolved_at="2026-03-05 12:00:00")], "affected_account": listed("a1")},
        {"notifications": [{"event": "resolved", "created_at": at("12:00")}]},
        {"notifications": {"case_created": {"enabled": False}}},
    ),
    Example(
        "r5_2_resolved_is_told_when_an_individual_case_is_resolved",
        "R5.2",
        {
            "incident": [
                incident(resolved_at="2026-03-05 12:00:00"),
                incident("INC2", resolved_at="2026-03-05 11:00:00"),
            ],
            "affected_account": listed("a1") + listed("a1", "a2", incident="INC2"),
        },
        # INC2 is major (k = 2): none of its cases is resolved. Order: time, case, event.
        {
            "notifications": [
                {"case_number": "INC1-0001", "event": "case_created", "created_at": at("10:00")},
                {"case_number": "INC2-0001", "event": "case_created", "created_at": at("10:00")},
                {"case_number": "INC2-0002", "event": "case_created", "created_at": at("10:00")},
                {"case_number": "INC1-0001", "event": "resolved", "created_at": at("12:00")},
            ]
        },
        threshold(2),
    ),
    Example(
        "r5_2_two_events_at_one_time_are_ordered_by_name",
        "R5.2",
        {"incident": [incident(resolved_at="2026-03-05 10:00:00")], "affected_account": listed("a1")},
        {"notifications": [{"event": "case_created"}, {"event": "resolved"}]},
    ),
]
