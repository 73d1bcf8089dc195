"""R5.3: quiet hours, in every zone and across the change of the clocks."""

from tests.examples.example import Example, at, incident, listed
from tests.examples.writing import comment, people
from tests.reference import Policy, Row, Tables

BERLIN = "Europe/Berlin"


def quiet(begin: str, end: str, zone: str | None = None, **more: object) -> Policy:
    flood: dict[str, object] = {"quiet_hours": [begin, end], **more}
    return {"flood": flood | ({"timezone": zone} if zone else {})}


def opened(*times: str) -> Tables:
    """INC1, INC2, … opened at these UTC times (`"2026-03-05 10:00"`), each with an account of its own."""
    marks = range(1, len(times) + 1)
    return {
        "incident": [
            incident(f"INC{n}", opened_at=f"{one}:00" if len(one) == 16 else one)
            for n, one in zip(marks, times, strict=True)
        ],
        "affected_account": [row for n in marks for row in listed(f"a{n}", incident=f"INC{n}")],
        **people(*marks),
    }


def sent(created: str, delivered: str, **fields: object) -> Row:
    """A notification of `created` that goes out at `delivered`: both UTC, day and clock."""
    made, out = (at(clock, day) for day, clock in (created.split(), delivered.split()))
    return {"status": "sent", "created_at": made, "deliver_at": out, **fields}


def moved(name: str, policy: Policy, *pairs: tuple[str, str]) -> Example:
    """Notifications of these times, and when each goes out; the same time means at once."""
    return Example(
        name,
        "R5.3",
        opened(*(created for created, _ in pairs)),
        {"notifications": [sent(created, delivered) for created, delivered in pairs]},
        policy,
    )


EXAMPLES = [
    moved(
        "r5_3_the_begin_of_quiet_hours_is_included_their_end_is_not",
        quiet("22:00", "06:00"),
        ("2026-03-05 05:59:59", "2026-03-05 06:00"),
        ("2026-03-05 06:00", "2026-03-05 06:00"),
        ("2026-03-05 21:59:59", "2026-03-05 21:59:59"),
        ("2026-03-05 22:00", "2026-03-06 06:00"),
        ("2026-03-06 00:00", "2026-03-06 06:00"),
    ),
    moved(
        "r5_3_quiet_hours_within_a_day",
        quiet("12:00", "14:00"),
        ("2026-03-05 11:59:59", "2026-03-05 11:59:59"),
        ("2026-03-05 12:00", "2026-03-05 14:00"),
        ("2026-03-05 13:30", "2026-03-05 14:00"),
        ("2026-03-05 14:00", "2026-03-05 14:00"),
    ),
    moved(
        "r5_3_quiet_hours_until_midnight",
        quiet("20:00", "00:00"),
        ("2026-03-05 19:59", "2026-03-05 19:59"),
        ("2026-03-05 23:59:59.5", "2026-03-06 00:00"),
        ("2026-03-06 00:00", "2026-03-06 00:00"),
    ),
    moved(
        "r5_3_quiet_hours_in_the_zone_of_the_policy",
        # In March Berlin is an hour ahead: 21:00 to 05:00 UTC.
        quiet("22:00", "06:00", BERLIN),
        ("2026-03-05 20:59:59", "2026-03-05 20:59:59"),
        ("2026-03-05 21:00", "2026-03-06 05:00"),
        ("2026-03-06 04:59", "2026-03-06 05:00"),
        ("2026-03-06 05:00", "2026-03-06 05:00"),
    ),
    moved(
        "r5_3_a_zone_that_is_half_an_hour_off",
        # Kolkata is 5:30 ahead: 16:30 to 00:30 UTC.
        quiet("22:00", "06:00", "Asia/Kolkata"),
        ("2026-03-05 16:29", "2026-03-05 16:29"),
        ("2026-03-05 16:30", "2026-03-06 00:30"),
        ("2026-03-06 00:29", "2026-03-06 00:30"),
        ("2026-03-06 00:30", "2026-03-06 00:30"),
    ),
    moved(
        "r5_3_a_zone_behind_utc",
        # New York in winter is 5 hours behind: 03:00 to 11:00 UTC.
        quiet("22:00", "06:00", "America/New_York"),
        ("2026-03-05 02:59", "2026-03-05 02:59"),
        ("2026-03-05 03:00", "2026-03-05 11:00"),
        ("2026-03-05 10:59", "2026-03-05 11:00"),
    ),
    moved(
        "r5_3_the_short_night_in_spring",
        # On 29 March the clocks of Berlin go from 02:00 to 03:00, at 01:00 UTC: 06:00 is 04:00 UTC from then on.
        quiet("22:00", "06:00", BERLIN),
        ("2026-03-27 22:00", "2026-03-28 05:00"),
        ("2026-03-28 22:00", "2026-03-29 04:00"),
        ("2026-03-29 01:30", "2026-03-29 04:00"),
        ("2026-03-29 04:00", "2026-03-29 04:00"),
        ("2026-03-29 20:00", "2026-03-30 04:00"),
    ),
    moved(
        "r5_3_the_long_night_in_autumn",
        # On 25 October they go from 03:00 back to 02:00, at 01:00 UTC: 06:00 is 05:00 UTC from then on.
        quiet("22:00", "06:00", BERLIN),
        ("2026-10-23 21:00", "2026-10-24 04:00"),
        ("2026-10-24 20:00", "2026-10-25 05:00"),
        ("2026-10-25 00:30", "2026-10-25 05:00"),
        ("2026-10-25 01:30", "2026-10-25 05:00"),
        ("2026-10-25 04:59", "2026-10-25 05:00"),
        ("2026-10-25 05:00", "2026-10-25 05:00"),
        ("2026-10-25 20:59", "2026-10-25 20:59"),
        ("2026-10-25 21:00", "2026-10-26 05:00"),
    ),
    moved(
        "r5_3_quiet_hours_that_are_skipped_in_spring",
        quiet("02:00", "03:00", BERLIN),
        # 02:30 on the 28th; on the 29th 01:59:59 is followed by 03:00.
        ("2026-03-28 01:30", "2026-03-28 02:00"),
        ("2026-03-29 00:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 01:00", "2026-03-29 01:00"),
    ),
    moved(
        "r5_3_quiet_hours_that_come_twice_in_autumn",
        quiet("02:00", "03:00", BERLIN),
        # 02:00 and 02:59 in summer time, 02:30 in winter time: 03:00 comes once, at 02:00 UTC.
        ("2026-10-24 23:59", "2026-10-24 23:59"),
        ("2026-10-25 00:00", "2026-10-25 02:00"),
        ("2026-10-25 00:59", "2026-10-25 02:00"),
        ("2026-10-25 01:30", "2026-10-25 02:00"),
        ("2026-10-25 02:00", "2026-10-25 02:00"),
    ),
    moved(
        "r5_3_an_end_that_is_skipped_in_spring",
        # There is no 02:30 on the 29th: they are over when the clock jumps from 02:00 to 03:00, at 01:00 UTC.
        quiet("22:00", "02:30", BERLIN),
        ("2026-03-27 23:00", "2026-03-28 01:30"),
        ("2026-03-28 23:00", "2026-03-29 01:00"),
        ("2026-03-29 01:00", "2026-03-29 01:00"),
    ),
    moved(
        "r5_3_an_end_that_comes_twice_in_autumn",
        # Over at the first 02:30 (00:30 UTC), quiet again when it is 02:00 once more (01:00 UTC), until 01:30 UTC.
        quiet("22:00", "02:30", BERLIN),
        ("2026-10-24 22:00", "2026-10-25 00:30"),
        ("2026-10-25 00:45", "2026-10-25 00:45"),
        ("2026-10-25 01:10", "2026-10-25 01:30"),
        ("2026-10-25 01:30", "2026-10-25 01:30"),
    ),
    Example(
        "r5_3_quiet_hours_hold_for_every_event",
        "R5.3",
        {
            "incident": [incident(resolved_at="2026-03-05 23:00:00")],
            "affected_account": listed("a1"),
            **people(1),
            "sys_journal_field": [comment("x", "22:30")],
        },
        {
            "notifications": [
                sent("2026-03-05 10:00", "2026-03-05 10:00", event="case_created"),
                sent("2026-03-05 22:30", "2026-03-06 06:00", event="comment"),
                sent("2026-03-05 23:00", "2026-03-06 06:00", event="resolved"),
            ]
        },
        quiet("22:00", "06:00"),
    ),
    Example(
        "r5_3_what_is_not_sent_is_not_moved",
        "R5.3",
        {"incident": [incident(opened_at="2026-03-05 23:00:00")], "affected_account": listed("ghost")},
        {"notifications": [{"status": "suppressed", "reason": "no_contact", "deliver_at": None}]},
        quiet("22:00", "06:00"),
    ),
    Example(
        "r5_3_a_window_begins_when_the_first_one_goes_out",
        "R5.3",
        {
            "incident": [
                incident(f"INC{n}", opened_at=f"2026-03-0{opened}:00")
                for n, opened in enumerate(["5 22:30", "6 01:00", "6 04:00", "6 06:59", "6 07:00"], start=1)
            ],
            "affected_account": [row for n in range(1, 6) for row in listed("a1", incident=f"INC{n}")],
            **people(1),
        },
        # Three would go out at 06:00, when the window begins: two do, and the one of 06:59 is within it.
        {
            "notifications": [
                sent("2026-03-05 22:30", "2026-03-06 06:00"),
                sent("2026-03-06 01:00", "2026-03-06 06:00"),
                {"reason": "flood", "created_at": at("04:00", "2026-03-06")},
                {"reason": "flood", "created_at": at("06:59", "2026-03-06")},
                sent("2026-03-06 07:00", "2026-03-06 07:00"),
            ]
        },
        quiet("22:00", "06:00", max_per_contact=2, window="1h"),
    ),
    Example(
        "r5_3_what_goes_out_at_one_time_is_in_the_order_of_its_creation",
        "R5.3",
        {
            "incident": [
                incident("INC1", opened_at="2026-03-06 01:00:00"),
                incident("INC2", opened_at="2026-03-05 23:00:00"),
            ],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            **people(1),
        },
        # Both would go out at 06:00; INC2 was first.
        {
            "notifications": [
                sent("2026-03-05 23:00", "2026-03-06 06:00", case_number="INC2-0001"),
                {"case_number": "INC1-0001", "status": "suppressed", "reason": "flood"},
            ]
        },
        quiet("22:00", "06:00", max_per_contact=1, window="1h"),
    ),
    Example(
        "r5_3_a_digest_waits_for_the_end_of_the_quiet_hours",
        "R5.3",
        {
            "incident": [
                incident(f"INC{n}", opened_at=f"2026-03-05 {clock}:00")
                for n, clock in enumerate(["20:30", "20:40", "21:30", "21:40", "22:10"], start=1)
            ],
            "affected_account": [row for n in range(1, 6) for row in listed("a1", incident=f"INC{n}")],
            **people(1),
        },
        # 20:30 to 21:30: its digest goes out at 21:30. 21:30 to 22:30: at 22:30 it is quiet. The last one, moved to
        # 06:00, is outside that window and begins one of its own.
        {
            "notifications": [
                sent("2026-03-05 20:30", "2026-03-05 20:30"),
                {"status": "digested", "reason": "flood", "deliver_at": at("21:30")},
                sent("2026-03-05 21:30", "2026-03-05 21:30"),
                {"status": "digested", "reason": "flood", "deliver_at": at("06:00", "2026-03-06")},
                sent("2026-03-05 22:10", "2026-03-06 06:00"),
            ]
        },
        quiet("22:00", "06:00", max_per_contact=1, window="1h", digest=True),
    ),
    Example(
        "r5_3_a_digest_at_the_very_begin_of_the_quiet_hours_in_the_long_night",
        "R5.3",
        {
            "incident": [
                incident(f"INC{n}", opened_at=f"2026-10-24 {clock}:00")
                for n, clock in enumerate(["19:00", "19:30"], start=1)
            ],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            **people(1),
        },
        # The window ends at 20:00 UTC, 22:00 in Berlin; the quiet hours end at 06:00 winter time.
        {
            "notifications": [
                sent("2026-10-24 19:00", "2026-10-24 19:00"),
                {"status": "digested", "deliver_at": at("05:00", "2026-10-25")},
            ]
        },
        quiet("22:00", "06:00", BERLIN, max_per_contact=1, window="1h", digest=True),
    ),
]
