"""R6: what agents send to chosen customers."""

from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.writing import ONLY_COMMENTS, action, blocked, comment, entry, mail, people, switched

TWO = {"incident": [incident()], "affected_account": listed("a1", "a2")}
P_ON = switched(p=True, b=False)
MAJOR = switched(t=2, p=True, b=False)

EXAMPLES = [
    Example(
        "r6_an_action_writes_on_the_incident_and_on_the_chosen_case",
        "R6",
        TWO | {"notify_customers": action("Ring cut", "11:00", "a2")},
        {
            "journal": [
                {
                    "id": "INC1-J0001",
                    "table": "incident",
                    "record": "INC1",
                    "element": "comments",
                    "value": "Ring cut",
                    "created_at": at("11:00"),
                    "created_by": "agent",
                    "origin": "notify",
                    "copied_from": None,
                    "unintended": False,
                    "duplicate": False,
                },
                {
                    "id": "INC1-J0001:INC1-0002",
                    "table": "case",
                    "record": "INC1-0002",
                    "element": "comments",
                    "value": "Ring cut",
                    "created_at": at("11:00"),
                    "created_by": "agent",
                    "origin": "notify",
                    "copied_from": "INC1-J0001",
                    "unintended": False,
                    "duplicate": False,
                },
            ]
        },
        P_ON,
    ),
    Example(
        "r6_a_blocked_action_writes_nothing_and_leaves_a_row_for_each_chosen_case",
        "R6",
        TWO | people(1, 2) | {"notify_customers": action("Ring cut", "11:00", "a1", "a2")},
        {
            "journal": [],
            "notifications": [
                {
                    "case_number": f"INC1-000{n}",
                    "incident_number": "INC1",
                    "account": f"a{n}",
                    "consumer": None,
                    "contact": f"p{n}",
                    "email": None,
                    "event": "comment",
                    "status": "blocked",
                    "reason": "sync_off",
                    "unintended": False,
                    "created_at": at("11:00"),
                    "deliver_at": None,
                    "journal_id": "INC1-J0001",
                }
                for n in (1, 2)
            ],
        },
        switched(p=False, b=True) | ONLY_COMMENTS,
    ),
    Example(
        "r6_p_is_off_by_default",
        "R6",
        TWO | {"notify_customers": action("Ring cut", "11:00", "a1")},
        {"journal": [], "notifications": [blocked("INC1-0001", "INC1-J0001", "sync_off")]},
        ONLY_COMMENTS,
    ),
    Example(
        "r6_a_row_without_customer_chooses_every_customer_case_and_no_major_case",
        "R6",
        TWO | {"notify_customers": action("Ring cut", "11:00")},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
            ]
        },
        MAJOR,
    ),
    Example(
        "r6_2_an_action_for_everybody_chose_no_major_case",
        "R6.2",
        TWO | {"notify_customers": action("Ring cut", "11:00")},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", "unintended"),
            ]
        },
        switched(t=2, p=True, b=True),
    ),
    Example(
        "r6_rows_alike_are_one_action_by_the_first_author_in_text_order",
        "R6",
        TWO
        | {
            "notify_customers": [
                *action("Ring cut", "11:00", "a2", by="zoe"),
                *action("Ring cut", "11:00", "a1", by="Zoe"),
                # Once more the same customer: it is chosen once.
                *action("Ring cut", "11:00", "a1", by="bob"),
            ]
        },
        # Capitals come first.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", created_by="Zoe"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify", created_by="Zoe"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify", created_by="Zoe"),
            ]
        },
        P_ON,
    ),
    Example(
        "r6_another_message_time_or_incident_is_another_action",
        "R6",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            "notify_customers": [
                *action("Ring cut", "11:00", "a1"),
                *action("Ring cut", "11:01", "a1"),
                *action("Ring Cut", "11:00", "a1"),
                *action("Ring cut", "11:00", "a1", on="INC2"),
            ],
        },
        # "Ring Cut" comes before "Ring cut".
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", value="Ring Cut", created_at=at("11:00")),
                entry("INC1-J0002", "INC1", "notify", value="Ring cut", created_at=at("11:00")),
                entry("INC1-J0003", "INC1", "notify", value="Ring cut", created_at=at("11:01")),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0002:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0003:INC1-0001", "INC1-0001", "notify"),
                entry("INC2-J0001", "INC2", "notify"),
                entry("INC2-J0001:INC2-0001", "INC2-0001", "notify"),
            ]
        },
        P_ON,
    ),
    Example(
        "r6_one_row_without_customer_among_others_chooses_everybody",
        "R6",
        TWO | {"notify_customers": [*action("Ring cut", "11:00", "a1"), *action("Ring cut", "11:00")]},
        {"journal": [{"record": "INC1"}, {"record": "INC1-0001"}, {"record": "INC1-0002"}]},
        P_ON,
    ),
    Example(
        "r6_a_row_with_account_and_consumer_chooses_both_cases",
        "R6",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "account": "a1", "consumer": "c1"}],
            "notify_customers": action("Ring cut", "11:00", "a1", consumer="c1"),
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
            ]
        },
        P_ON | choices(customers="both"),
    ),
    Example(
        "r6_incident_and_account_by_any_of_their_keys",
        "R6",
        {
            "incident": [incident(sys_id="i1")],
            "affected_account": listed("a1", "a2"),
            "customer_account": [{"sys_id": "a1", "number": "ACCT1", "name": "Acme"}],
            # i1 and INC1 are one incident, so these are one action; ACCT1 and Acme are one account.
            "notify_customers": [
                *action("Ring cut", "11:00", "ACCT1", on="i1"),
                *action("Ring cut", "11:00", "Acme", on="INC1"),
            ],
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
            ],
            "rejects": [],
        },
        P_ON,
    ),
    Example(
        "r6_a_chosen_case_that_does_not_exist_yet_is_not_told",
        "R6",
        TWO | people(1, 2) | {"notify_customers": action("Ring cut", "10:29:59", "a1", "a2")},
        # Both cases open at 10:30. The incident has the comment all the same.
        {
            "journal": [entry("INC1-J0001", "INC1", "notify", created_at=at("10:29:59"))],
            "notifications": [
                blocked("INC1-0001", "INC1-J0001", "no_case_yet", created_at=at("10:29:59"), contact="p1"),
                blocked("INC1-0002", "INC1-J0001", "no_case_yet"),
            ],
        },
        switched(p=True, b=True) | choices(generation_delay="30m") | ONLY_COMMENTS,
    ),
    Example(
        "r6_5_a_case_exists_at_the_very_time_it_is_opened",
        "R6.5",
        TWO | {"notify_customers": action("Ring cut", "10:30", "a1")},
        {"journal": [{"record": "INC1"}, entry("INC1-J0001:INC1-0001", "INC1-0001", "notify")]},
        P_ON | choices(generation_delay="30m"),
    ),
    Example(
        "r6_p_off_is_said_before_no_case_yet",
        "R6",
        TWO | {"notify_customers": action("Ring cut", "10:15", "a1")},
        {"journal": [], "notifications": [blocked("INC1-0001", "INC1-J0001", "sync_off")]},
        switched(p=False) | choices(generation_delay="30m") | ONLY_COMMENTS,
    ),
    Example(
        "r6_6_an_action_takes_a_number_with_p_off_too",
        "R6.6",
        TWO
        | {
            "notify_customers": action("Ring cut", "11:00", "a1"),
            "sys_journal_field": [comment("x", "10:59"), comment("y", "11:01")],
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", value="x"),
                entry("INC1-J0003", "INC1", "input", value="y"),
            ],
            "notifications": [blocked("INC1-0001", "INC1-J0002", "sync_off")],
        },
        switched(p=False, b=False) | ONLY_COMMENTS,
    ),
    Example(
        "r6_an_action_that_chooses_no_case_is_none",
        "R6",
        TWO
        | {
            "notify_customers": action("Ring cut", "11:00", "a9"),
            "sys_journal_field": [comment("x", "11:01")],
        },
        # No entry on the incident, no row, no number.
        {
            "journal": [entry("INC1-J0001", "INC1", "input")],
            "notifications": [],
            "rejects": [{"table": "notify_customers", "row": 1, "reason": "no_case"}],
        },
        P_ON | ONLY_COMMENTS,
    ),
    Example(
        "r6_an_action_without_some_of_its_customers_goes_to_the_others",
        "R6",
        TWO | {"notify_customers": action("Ring cut", "11:00", "a9", "a2")},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify"),
            ],
            "notifications": [mail("INC1-0002", "INC1-J0001:INC1-0002", "suppressed", reason="no_contact")],
            "rejects": [{"row": 1, "column": "account", "value": "a9", "reason": "no_case"}],
        },
        P_ON | ONLY_COMMENTS,
    ),
]
