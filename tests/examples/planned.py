"""R6: notify actions that the policy plans."""

from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.writing import ONLY_COMMENTS, action, blocked, comment, entry, switched

TWO = {"incident": [incident(short_description="no light")], "affected_account": listed("a1", "a2")}
P_ON = switched(p=True, b=False)


def planned(*actions: dict[str, object]) -> dict[str, object]:
    return {"notify": list(actions)}


EXAMPLES = [
    Example(
        "r6_a_planned_action_is_a_row_without_customer_by_system",
        "R6",
        TWO,
        {
            "journal": [
                entry(key, record, "notify", value="Working on no light.", created_at=at("10:30"), created_by="system")
                for key, record in (
                    ("INC1-J0001", "INC1"),
                    ("INC1-J0001:INC1-0001", "INC1-0001"),
                    ("INC1-J0001:INC1-0002", "INC1-0002"),
                )
            ]
        },
        P_ON | planned({"message": "Working on {short_description}.", "after": "30m"}),
    ),
    Example(
        "r6_without_after_at_the_decision_itself",
        "R6",
        TWO,
        # Decided at 10:00 + 1h, when the cases open, so that they exist.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", created_at=at("11:00")),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify", created_at=at("11:00")),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify", created_at=at("11:00")),
            ]
        },
        P_ON | planned({"message": "x"}) | choices(generation_delay="1h"),
    ),
    Example(
        "r6_planned_for_an_outcome",
        "R6",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1") + listed("a1", "a2", incident="INC2"),
        },
        {
            "journal": [
                entry("INC2-J0001", "INC2", "notify", value="m"),
                entry("INC2-J0001:INC2-0001", "INC2-0001", "notify"),
                entry("INC2-J0001:INC2-0002", "INC2-0002", "notify"),
            ]
        },
        switched(t=2, p=True, b=False) | planned({"when": {"outcome": "major"}, "message": "m"}),
    ),
    Example(
        "r6_planned_for_fields_and_outcome_all_of_which_must_hold",
        "R6",
        {
            "incident": [incident(f"INC{n}", priority=p) for n, p in ((1, "1"), (2, "2"), (3, "1"))],
            "affected_account": listed("a1")
            + listed("a1", incident="INC2")
            + listed("a1", "a2", incident="INC3")
            + listed("a1", "a2", incident="INC2"),
        },
        # INC1: individual; INC2: major of priority 2; INC3: major of priority 1.
        {"journal": [{"record": "INC3"}, {"record": "INC3-0001"}, {"record": "INC3-0002"}]},
        switched(t=2, p=True, b=False)
        | planned({"when": {"outcome": ["major"], "priority": {"at_most": 1}}, "message": "m"}),
    ),
    Example(
        "r6_nothing_is_planned_where_nothing_is_decided",
        "R6",
        {
            "incident": [incident("INC1"), incident("INC2", category="voice")],
            "affected_account": listed("a1", incident="INC2"),
        },
        # INC1 has no customer, INC2 is outside the trigger.
        {"journal": [], "notifications": [], "rejects": []},
        P_ON | planned({"message": "m"}) | {"trigger": {"category": {"set": False}}},
    ),
    Example(
        "r6_an_empty_message_is_no_action",
        "R6",
        {
            "incident": [incident("INC1", cause="digger"), incident("INC2")],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
        },
        {"journal": [entry("INC1-J0001", "INC1", "notify", value="digger"), {"record": "INC1-0001"}], "rejects": []},
        P_ON | planned({"message": "{cause}"}),
    ),
    Example(
        "r6_planned_and_real_rows_alike_are_one_action",
        "R6",
        TWO | {"notify_customers": action("m", "10:30", "a1", by="zoe")},
        # "system" comes before "zoe"; the planned row chooses everybody.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", created_by="system"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify", created_by="system"),
                entry("INC1-J0001:INC1-0002", "INC1-0002", "notify", created_by="system"),
            ]
        },
        P_ON | planned({"message": "m", "after": "30m"}),
    ),
    Example(
        "r6_several_are_planned_each_for_itself",
        "R6",
        TWO,
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify", value="soon", created_at=at("10:00")),
                entry("INC1-J0002", "INC1", "notify", value="later", created_at=at("12:00")),
                {"id": "INC1-J0001:INC1-0001"},
                {"id": "INC1-J0002:INC1-0001"},
                {"id": "INC1-J0001:INC1-0002"},
                {"id": "INC1-J0002:INC1-0002"},
            ]
        },
        P_ON | planned({"message": "later", "after": "PT2H"}, {"message": "soon"}),
    ),
    Example(
        "r6_planned_actions_are_blocked_with_p_off",
        "R6",
        TWO | {"sys_journal_field": [comment("x", "11:00")]},
        {
            "journal": [entry("INC1-J0002", "INC1", "input")],
            "notifications": [
                blocked("INC1-0001", "INC1-J0001", "sync_off", created_at=at("10:00")),
                blocked("INC1-0002", "INC1-J0001", "sync_off", created_at=at("10:00")),
            ],
        },
        switched(p=False, b=False) | planned({"message": "m"}) | ONLY_COMMENTS,
    ),
    Example(
        "r6_2_a_planned_action_is_copied_as_any_other",
        "R6.2",
        {"incident": [incident()], "affected_account": listed("a1")},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate", created_by="system"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", "unintended"),
            ]
        },
        switched(t=1, p=True, b=True) | planned({"message": "m"}),
    ),
]
