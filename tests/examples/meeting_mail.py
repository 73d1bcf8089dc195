"""Rules that meet in cancelled incidents and in what goes out in the end."""

from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.late_add import late
from tests.examples.writing import (
    ONLY_COMMENTS,
    action,
    blocked,
    comment,
    entry,
    mail,
    people,
    reply,
    switched,
    synced,
    time,
)

ONE = {"incident": [incident()], "affected_account": listed("a1"), **people(1)}
CANCELLED = {
    "incident": [incident(state="8", closed_at=time("12:00"))],
    "affected_account": listed("a1"),
    **people(1),
}
NIGHT = {"quiet_hours": ["22:00", "06:00"]}

EXAMPLES = [
    Example(
        "r6_and_r7_3_people_go_on_writing_on_a_cancelled_incident",
        "R7.3",
        CANCELLED
        | {
            "customer_reply": [reply("And now?", "13:00", "a1")],
            "notify_customers": action("Sorry", "13:30", "a1"),
        },
        {
            "cases": [{"state": "7", "resolved_at": None}],
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy"),
                entry("INC1-J0002", "INC1", "notify"),
                entry("INC1-J0001", "INC1-0001", "reply"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0002:INC1-0001", "INC1-0001", "notify"),
            ],
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001"),
                mail("INC1-0001", "INC1-J0002+INC1-0001"),
                mail("INC1-0001", "INC1-J0002:INC1-0001"),
            ],
        },
        switched(p=True, b=True) | choices(cancel_cases_with_incident=True) | ONLY_COMMENTS,
    ),
    Example(
        "r7_2_and_r7_3_nothing_is_passed_to_a_cancelled_child",
        "R7.2",
        CANCELLED | {"sys_journal_field": [comment("a", "11:59:59"), comment("b", "12:30")]},
        {
            "cases": [{"state": "7"}, {"state": "7"}],
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                entry("INC1-J0002", "INC1", "input"),
                entry("INC1-J0001++INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy"),
                entry("INC1-J0002+INC1-M", "INC1-M", "copy"),
            ],
        },
        synced(t=1, cancel_cases_with_incident=True),
    ),
    Example(
        "r7_2_and_r7_3_a_child_of_a_cancelled_incident_that_stays_new_is_passed_everything",
        "R7.2",
        CANCELLED | {"sys_journal_field": [comment("b", "12:30")]},
        {
            "cases": [{"state": "1"}, {"state": "1"}],
            "journal": [
                {"id": "INC1-J0001"},
                {"id": "INC1-J0001++INC1-0001"},
                {"id": "INC1-J0001+INC1-0001"},
                {"id": "INC1-J0001+INC1-M"},
            ],
        },
        synced(t=1),
    ),
    Example(
        "r5_2_and_r7_2_passed_comments_are_told_once_more",
        "R5.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")], "notify_customers": action("y", "11:30", "a1")},
        # The comment comes twice, the action three times.
        {
            "notifications": [
                mail("INC1-0001", "INC1-J0001++INC1-0001", created_at=at("11:00")),
                mail("INC1-0001", "INC1-J0001+INC1-0001", created_at=at("11:00")),
                mail("INC1-0001", "INC1-J0002++INC1-0001", created_at=at("11:30")),
                mail("INC1-0001", "INC1-J0002+INC1-0001", created_at=at("11:30")),
                mail("INC1-0001", "INC1-J0002:INC1-0001", created_at=at("11:30")),
            ]
        },
        synced(t=1, p=True) | ONLY_COMMENTS,
    ),
    Example(
        "r5_3_and_r7_2_a_resolution_in_the_quiet_hours_of_a_digest",
        "R5.3",
        {
            "incident": [incident(resolved_at=time("21:00"))],
            "affected_account": listed("a1"),
            **people(1),
            "sys_journal_field": [comment("x", "21:30"), comment("y", "22:30")],
        },
        # 10:00 the case; 21:30 both copies of x: the window 21:30 to 22:30 has room for one, and its digest waits for
        # 06:00. At 22:30 the copies of y, and at 23:00 the resolution, are moved to 06:00: a window of its own.
        {
            "notifications": [
                {"event": "case_created", "status": "sent", "deliver_at": at("10:00")},
                mail("INC1-0001", "INC1-J0001++INC1-0001", deliver_at=at("21:30")),
                mail(
                    "INC1-0001",
                    "INC1-J0001+INC1-0001",
                    "digested",
                    reason="flood",
                    deliver_at=at("06:00", "2026-03-06"),
                ),
                mail("INC1-0001", "INC1-J0002++INC1-0001", deliver_at=at("06:00", "2026-03-06")),
                mail("INC1-0001", "INC1-J0002+INC1-0001", "digested", deliver_at=at("07:00", "2026-03-06")),
                {
                    "event": "resolved",
                    "created_at": at("23:00"),
                    "status": "digested",
                    "deliver_at": at("07:00", "2026-03-06"),
                },
            ]
        },
        synced(t=1, major_resolution_delay="2h")
        | {"flood": {"max_per_contact": 1, "window": "1h", "digest": True, **NIGHT}},
    ),
    Example(
        "r5_3_and_r6_what_is_blocked_has_no_delivery_that_could_be_moved",
        "R5.3",
        ONE | {"notify_customers": action("x", "23:00", "a1")},
        {"notifications": [blocked("INC1-0001", "INC1-J0001", "sync_off", created_at=at("23:00"))]},
        {"flood": NIGHT} | ONLY_COMMENTS,
    ),
    Example(
        "r5_3_and_r8_1_late_cases_are_told_after_the_night",
        "R5.3",
        {"incident": [incident()], "affected_account": [late("a1"), late("a2", "23:00")], **people(1, 2)},
        {
            "cases": [{"opened_at": at("10:00")}, {"opened_at": at("23:00")}],
            "notifications": [
                {"created_at": at("10:00"), "deliver_at": at("10:00")},
                {"created_at": at("23:00"), "deliver_at": at("06:00", "2026-03-06")},
            ],
        },
        choices(late_customers="add") | {"flood": NIGHT},
    ),
    Example(
        "r5_3_and_r12_incidents_and_changes_share_a_window",
        "R5.3",
        {
            "incident": [incident("INC1", opened_at=time("10:10"))],
            "change_request": [
                {"number": "CHG1", "opened_at": time("08:00"), "authorized_at": time("10:00")},
                {"number": "CHG2", "opened_at": time("08:00"), "authorized_at": time("10:20")},
            ],
            "affected_account": [row for n in ("INC1", "CHG1", "CHG2") for row in listed("a1", incident=n)],
            **people(1),
        },
        {
            "notifications": [
                {"case_number": "CHG1-0001", "status": "sent"},
                {"case_number": "INC1-0001", "status": "sent"},
                {"case_number": "CHG2-0001", "status": "suppressed", "reason": "flood"},
            ]
        },
        {"sources": ["incident", "change_request"], "flood": {"max_per_contact": 2, "window": "1h"}},
    ),
    Example(
        "r5_2_and_r5_3_a_switched_off_event_fills_no_window",
        "R5.2",
        ONE | {"sys_journal_field": [comment("x", "10:10")]} | {"incident": [incident(resolved_at=time("10:20"))]},
        {
            "notifications": [
                {"event": "case_created", "status": "sent"},
                {"event": "resolved", "status": "sent"},
            ]
        },
        {"flood": {"max_per_contact": 2, "window": "1h"}, "notifications": {"comment": {"enabled": False}}},
    ),
    Example(
        "r6_3_and_r7_2_nothing_is_told_where_all_copies_are_work_notes",
        "R6.3",
        ONE | {"notify_customers": action("y", "11:30", "a1")},
        {
            "journal": [
                {"id": "INC1-J0001", "element": "comments"},
                {"id": "INC1-J0001++INC1-0001", "element": "work_notes"},
                {"id": "INC1-J0001+INC1-0001", "element": "work_notes"},
                {"id": "INC1-J0001:INC1-0001", "element": "comments"},
                {"id": "INC1-J0001+INC1-M", "element": "work_notes"},
            ],
            # But for what the agent meant to say.
            "notifications": [mail("INC1-0001", "INC1-J0001:INC1-0001")],
        },
        synced(t=1, p=True, comment_copy_target="work_notes") | ONLY_COMMENTS,
    ),
]
