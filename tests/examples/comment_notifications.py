"""R5.2: who is told of a comment."""

from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.writing import ONLY_COMMENTS, action, blocked, comment, mail, people, reply, switched, time

ONE = {"incident": [incident()], "affected_account": listed("a1"), **people(1)}
TWO = {"incident": [incident()], "affected_account": listed("a1", "a2"), **people(1, 2)}


def told(**texts: object) -> dict[str, object]:
    """Only comments are told, in these words."""
    return {"notifications": {**ONLY_COMMENTS["notifications"], "comment": texts}}


EXAMPLES = [
    Example(
        "r5_2_a_comment_on_a_customer_case_is_told_at_its_time",
        "R5.2",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        {
            "notifications": [
                {
                    "case_number": "INC1-0001",
                    "incident_number": "INC1",
                    "account": "a1",
                    "consumer": None,
                    "contact": "p1",
                    "email": "p1@example.com",
                    "event": "comment",
                    "status": "sent",
                    "reason": None,
                    "unintended": False,
                    "created_at": at("11:00"),
                    "deliver_at": at("11:00"),
                    "subject": None,
                    "body": None,
                    "journal_id": "INC1-J0001+INC1-0001",
                }
            ]
        },
        ONLY_COMMENTS,
    ),
    Example(
        "r5_2_a_comment_on_a_major_case_or_on_the_incident_is_told_to_nobody",
        "R5.2",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        # Entries on INC1, INC1-0001 and INC1-M, one mail.
        {
            "journal": [{"record": "INC1"}, {"record": "INC1-0001"}, {"record": "INC1-M"}],
            "notifications": [mail("INC1-0001", "INC1-J0001+INC1-0001")],
        },
        switched(t=1) | ONLY_COMMENTS,
    ),
    Example(
        "r5_2_work_notes_are_told_to_nobody",
        "R5.2",
        ONE | {"sys_journal_field": [comment("Check port", "11:00", element="work_notes")]},
        {"notifications": []},
        ONLY_COMMENTS,
    ),
    Example(
        "r5_2_one_for_each_entry_even_of_one_root",
        "R5.2",
        ONE | {"notify_customers": action("Ring cut", "11:00", "a1")},
        # The action's own entry and the copy from the incident: the customer reads it twice.
        {
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001"),
                mail("INC1-0001", "INC1-J0001:INC1-0001"),
            ]
        },
        switched(p=True, b=True) | ONLY_COMMENTS,
    ),
    Example(
        "r5_2_a_reply_is_not_told_but_its_copy_that_comes_back_is",
        "R5.2",
        TWO | {"customer_reply": [reply("Down", "11:00", "a1")]},
        {
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001"),
                mail("INC1-0002", "INC1-J0001+INC1-0002", unintended=True),
            ]
        },
        switched(p=True, b=True) | ONLY_COMMENTS,
    ),
    Example(
        "r5_2_an_agents_comment_on_a_case_is_told",
        "R5.2",
        ONE
        | {
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "account": "a1"}],
            "sys_journal_field": [comment("Seen", "11:00", on="r1")],
        },
        {"notifications": [mail("INC1-0001", "INC1-J0001", email="p1@example.com")]},
        ONLY_COMMENTS,
    ),
    Example(
        "r5_2_subject_and_body_with_the_comment",
        "R5.2",
        {
            "incident": [incident(short_description="No light", resolved_at=time("12:00"))],
            "affected_account": listed("a1"),
            **people(1),
            "sys_journal_field": [comment("Ring {cut}", "11:00")],
        },
        # The case as it ends (state 6); what is put in is never read as a template.
        {
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001", subject="INC1-0001 (6): Ring {cut}", body="Ann 1 of Acme 1"),
            ]
        },
        told(subject="{case.number} ({case.state}): {comment.value}", body="{contact.name} of {account.name}"),
    ),
    Example(
        "r5_2_a_text_that_is_the_comment_alone",
        "R5.2",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        {"notifications": [{"subject": "Ring cut", "body": None}]},
        told(subject="{comment.value}", body="{incident.short_description}"),
    ),
    Example(
        "r5_2_blocked_rows_have_their_words_too",
        "R5.2",
        ONE | {"notify_customers": action("Ring cut", "11:00", "a1")},
        {
            "notifications": [
                blocked("INC1-0001", "INC1-J0001", "sync_off", subject="Ring cut for Acme 1", contact="p1")
            ]
        },
        told(subject="{comment.value} for {account.name}"),
    ),
    Example(
        "r5_2_switched_off_no_row_is_left_not_even_a_blocked_one",
        "R5.2",
        ONE
        | {
            "notify_customers": action("Ring cut", "11:00", "a1"),
            "sys_journal_field": [comment("x", "11:30")],
        },
        # The journal is written all the same.
        {
            "notifications": [{"event": "case_created"}],
            "journal": [{"id": "INC1-J0002"}, {"id": "INC1-J0002+INC1-0001"}],
        },
        switched(p=False) | {"notifications": {"comment": {"enabled": False}}},
    ),
    Example(
        "r5_2_switched_off_with_p_on",
        "R5.2",
        ONE | {"notify_customers": [*action("a", "09:00", "a1"), *action("b", "11:00", "a1")]},
        # The first action is from before the case: no blocked row either.
        {
            "notifications": [{"event": "case_created"}],
            "journal": [
                {"id": "INC1-J0001"},
                {"id": "INC1-J0002"},
                {"id": "INC1-J0002:INC1-0001"},
            ],
        },
        switched(p=True, b=False) | {"notifications": {"comment": {"enabled": False}}},
    ),
    Example(
        "r5_1_comments_are_suppressed_as_all_notifications",
        "R5.1",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "a2"),
            "customer_account": [{"sys_id": "a1", "primary_contact": "p1"}],
            "customer_contact": [{"sys_id": "p1", "email": "ann@example.com", "notification": "1"}],
            "sys_journal_field": [comment("x", "11:00")],
        },
        {
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001", "suppressed", reason="opted_out", deliver_at=None),
                mail("INC1-0002", "INC1-J0001+INC1-0002", "suppressed", reason="no_contact", email=None),
            ]
        },
        ONLY_COMMENTS,
    ),
    Example(
        "r6_what_is_blocked_is_blocked_whoever_the_contact_is",
        "R6",
        {
            "incident": [incident()],
            "affected_account": listed("a1"),
            "notify_customers": action("x", "11:00", "a1"),
        },
        # The account has no contact; R5.1 asks about what would be sent.
        {"notifications": [blocked("INC1-0001", "INC1-J0001", "sync_off", contact=None)]},
        ONLY_COMMENTS,
    ),
    Example(
        "r5_2_a_consumer_is_told_of_comments_itself",
        "R5.2",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "consumer": "c1"}],
            "csm_consumer": [{"sys_id": "c1", "email": "bob@example.com"}],
            "sys_journal_field": [comment("x", "11:00")],
        },
        {"notifications": [mail("INC1-0001", "INC1-J0001+INC1-0001", consumer="c1", email="bob@example.com")]},
        choices(customers="consumers") | ONLY_COMMENTS,
    ),
    Example(
        "r5_2_events_of_one_time_in_order_of_case_event_and_journal_id",
        "R5.2",
        {
            "incident": [incident(resolved_at=time("10:00"))],
            "affected_account": listed("a1", "a2"),
            "sys_journal_field": [comment("b", "10:00"), comment("a", "10:00")],
        },
        {
            "notifications": [
                {"case_number": case, "event": event, "journal_id": key and f"{key}+{case}"}
                for case in ("INC1-0001", "INC1-0002")
                for event, key in (
                    ("case_created", None),
                    ("comment", "INC1-J0001"),
                    ("comment", "INC1-J0002"),
                    ("resolved", None),
                )
            ]
        },
    ),
]
