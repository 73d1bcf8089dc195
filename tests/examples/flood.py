"""R5.3: not too many notifications for one contact."""

from tests.examples.example import Example, at, incident, listed
from tests.examples.writing import action, comment, people, reply, switched, time
from tests.reference import Policy, Row, Tables


def flood(number: int, window: str, **more: object) -> Policy:
    return {"flood": {"max_per_contact": number, "window": window, **more}}


def opened(*clocks: str) -> Tables:
    """INC1, INC2, … opened at these times, each with the one account a1."""
    numbers = [f"INC{n}" for n in range(1, len(clocks) + 1)]
    return {
        "incident": [incident(n, opened_at=time(clock)) for n, clock in zip(numbers, clocks, strict=True)],
        "affected_account": [row for n in numbers for row in listed("a1", incident=n)],
        **people(1),
    }


def sent(clock: str, **fields: object) -> Row:
    return {"status": "sent", "reason": None, "email": "p1@example.com", "deliver_at": at(clock), **fields}


def held(**fields: object) -> Row:
    """One too many."""
    return {"status": "suppressed", "reason": "flood", "email": None, "deliver_at": None, **fields}


def digested(clock: str, **fields: object) -> Row:
    return {
        "status": "digested",
        "reason": "flood",
        "email": "p1@example.com",
        "deliver_at": at(clock),
        **fields,
    }


EXAMPLES = [
    Example(
        "r5_3_off_by_default",
        "R5.3",
        opened("10:00", "10:00", "10:00", "10:00"),
        {"notifications": [sent("10:00")] * 4},
    ),
    Example(
        "r5_3_the_first_n_of_a_window_go_out",
        "R5.3",
        opened("10:00", "10:10", "10:59:59", "11:00", "11:05"),
        # 10:00 to 11:00, its end excluded: two go out and the third does not. The next window begins at 11:00.
        {
            "notifications": [
                sent("10:00"),
                sent("10:10"),
                held(created_at=at("10:59:59")),
                sent("11:00"),
                sent("11:05"),
            ]
        },
        flood(2, "1h"),
    ),
    Example(
        "r5_3_a_window_begins_with_the_first_one_after_the_window_before",
        "R5.3",
        opened("10:00", "11:30", "12:29", "12:30", "13:29"),
        # 10:00 to 11:00; 11:30 to 12:30; 12:30 to 13:30.
        {"notifications": [sent("10:00"), sent("11:30"), held(), sent("12:30"), held()]},
        flood(1, "1h"),
    ),
    Example(
        "r5_3_with_digest_one_mail_at_the_end_of_the_window_stands_for_the_rest",
        "R5.3",
        opened("10:00", "10:10", "10:20", "11:00"),
        # The digest mail itself is no row and fills no place in the window from 11:00.
        {"notifications": [sent("10:00"), digested("11:00"), digested("11:00"), sent("11:00")]},
        flood(1, "1h", digest=True),
    ),
    Example(
        "r5_3_at_one_time_by_case_number",
        "R5.3",
        {
            "incident": [incident("INC2"), incident("INC10")],
            "affected_account": listed("a1", incident="INC2") + listed("a1", incident="INC10"),
            **people(1),
        },
        # As text INC10-0001 comes first.
        {"notifications": [sent("10:00", case_number="INC10-0001"), held(case_number="INC2-0001")]},
        flood(1, "1h"),
    ),
    Example(
        "r5_3_at_one_time_by_case_number_before_event",
        "R5.3",
        {
            "incident": [
                incident("INC1", opened_at=time("08:00"), resolved_at=time("10:00")),
                incident("INC2", opened_at=time("10:00")),
            ],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            **people(1),
        },
        {
            "notifications": [
                sent("08:00", case_number="INC1-0001", event="case_created"),
                sent("10:00", case_number="INC1-0001", event="resolved"),
                held(case_number="INC2-0001", event="case_created"),
            ]
        },
        flood(1, "1h"),
    ),
    Example(
        "r5_3_at_one_time_and_case_by_event_and_journal_id",
        "R5.3",
        {
            "incident": [incident(resolved_at=time("10:00"))],
            "affected_account": listed("a1"),
            **people(1),
            "sys_journal_field": [comment("b", "10:00"), comment("a", "10:00")],
        },
        {
            "notifications": [
                sent("10:00", event="case_created"),
                sent("10:00", event="comment", journal_id="INC1-J0001+INC1-0001"),
                held(event="comment", journal_id="INC1-J0002+INC1-0001"),
                held(event="resolved"),
            ]
        },
        flood(2, "1h"),
    ),
    Example(
        "r5_3_every_event_of_every_incident_counts",
        "R5.3",
        {
            "incident": [incident("INC1", resolved_at=time("10:30")), incident("INC2", opened_at=time("10:20"))],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            **people(1),
            "sys_journal_field": [comment("x", "10:10")],
        },
        {
            "notifications": [
                sent("10:00", case_number="INC1-0001", event="case_created"),
                sent("10:10", case_number="INC1-0001", event="comment"),
                sent("10:20", case_number="INC2-0001", event="case_created"),
                held(case_number="INC1-0001", event="resolved", created_at=at("10:30")),
            ]
        },
        flood(3, "1h"),
    ),
    Example(
        "r5_3_each_contact_for_itself_whatever_the_account",
        "R5.3",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "a2", "a3"),
            # a1 and a3 have one contact.
            "customer_account": [
                {"sys_id": "a1", "primary_contact": "p1"},
                {"sys_id": "a2", "primary_contact": "p2"},
                {"sys_id": "a3", "primary_contact": "p1"},
            ],
            "customer_contact": people(1, 2)["customer_contact"],
        },
        {
            "notifications": [
                {"account": "a1", "contact": "p1", "status": "sent"},
                {"account": "a2", "contact": "p2", "status": "sent"},
                {"account": "a3", "contact": "p1", "status": "suppressed", "reason": "flood"},
            ]
        },
        flood(1, "1d"),
    ),
    Example(
        "r5_3_a_consumer_and_a_contact_of_one_id_are_two",
        "R5.3",
        {
            "incident": [incident("INC1"), incident("INC2", opened_at=time("10:10"))],
            "affected_account": [
                {"incident": number, "account": "a1", "consumer": "p1"} for number in ("INC1", "INC2")
            ],
            **people(1),
            "csm_consumer": [{"sys_id": "p1", "email": "bob@example.com"}],
        },
        {
            "notifications": [
                {"contact": "p1", "consumer": None, "status": "sent"},
                {"contact": None, "consumer": "p1", "status": "sent"},
                {"contact": "p1", "consumer": None, "reason": "flood"},
                {"contact": None, "consumer": "p1", "reason": "flood"},
            ]
        },
        flood(1, "1h") | {"choices": {"customers": "both"}},
    ),
    Example(
        "r5_3_only_what_would_be_sent_is_counted",
        "R5.3",
        opened("10:00", "10:20")
        | {"notify_customers": [*action("x", "10:10", "a1"), *action("y", "10:15", "a1", on="INC1")]},
        # P is off: the two actions are blocked, stay so, and fill no place.
        {
            "notifications": [
                sent("10:00"),
                {"status": "blocked", "reason": "sync_off", "created_at": at("10:10")},
                {"status": "blocked", "reason": "sync_off", "created_at": at("10:15")},
                sent("10:20"),
            ]
        },
        flood(2, "1h", digest=True),
    ),
    Example(
        "r5_3_what_is_suppressed_already_keeps_its_reason",
        "R5.3",
        opened("10:00", "10:10") | {"customer_contact": [{"sys_id": "p1", "email": "ann@example.com", "active": "no"}]},
        {"notifications": [{"status": "suppressed", "reason": "inactive_contact", "deliver_at": None}] * 2},
        flood(1, "1h", digest=True),
    ),
    Example(
        "r5_3_unintended_copies_fill_the_window_too",
        "R5.3",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "a2"),
            **people(1, 2),
            "customer_reply": [reply("Down", "10:10", "a2")],
            "notify_customers": action("Ring cut", "10:20", "a1"),
        },
        # a1: case, a reply of a2 that it should not see, and then no room for what was meant for it. Of the action a1
        # has its own entry and a copy, a2 a copy.
        {
            "notifications": [
                {"contact": "p1", "event": "case_created", "status": "sent"},
                {"contact": "p2", "event": "case_created", "status": "sent"},
                {"contact": "p1", "event": "comment", "status": "sent", "unintended": True},
                {"contact": "p2", "event": "comment", "status": "sent", "unintended": False},
                {"journal_id": "INC1-J0002+INC1-0001", "reason": "flood", "unintended": False},
                {"journal_id": "INC1-J0002:INC1-0001", "reason": "flood", "unintended": False},
                {"journal_id": "INC1-J0002+INC1-0002", "reason": "flood", "unintended": True},
            ]
        },
        switched(p=True, b=True) | flood(2, "1h"),
    ),
]
