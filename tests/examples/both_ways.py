"""R6: five customers, a notify action for two of them and a reply of a third, under the four settings of P and B."""

from tests.examples.example import Example, at, incident, listed
from tests.examples.writing import ONLY_COMMENTS, action, blocked, entry, mail, people, reply, switched
from tests.reference import Tables

# k = 5 = T: five children, INC1-0001 of a1 to INC1-0005 of a5, and INC1-M.
TABLES: Tables = {
    "incident": [incident()],
    "affected_account": listed("a1", "a2", "a3", "a4", "a5"),
    "notify_customers": action("Ring cut", "11:00", "a2", "a4"),
    "customer_reply": [reply("Still down", "11:30", "a3", by="p3")],
    **people(1, 2, 3, 4, 5),
}
CUT = {"element": "comments", "value": "Ring cut", "created_at": at("11:00"), "created_by": "agent"}
DOWN = {"element": "comments", "value": "Still down", "created_at": at("11:30"), "created_by": "p3"}

ACTION_ON_INCIDENT = entry("INC1-J0001", "INC1", "notify", table="incident", **CUT)
ACTION_ON_A2 = entry("INC1-J0001:INC1-0002", "INC1-0002", "notify", table="case", **CUT)
ACTION_ON_A4 = entry("INC1-J0001:INC1-0004", "INC1-0004", "notify", table="case", **CUT)
REPLY = entry("INC1-J0002", "INC1-0003", "reply", table="case", **DOWN)
REPLY_ON_INCIDENT = entry("INC1-J0002:INC1", "INC1", "copy", table="incident", **DOWN)

NOTHING_WRITTEN = {
    "journal": [REPLY],
    "notifications": [
        blocked("INC1-0002", "INC1-J0001", "sync_off", account="a2", contact="p2", created_at=at("11:00")),
        blocked("INC1-0004", "INC1-J0001", "sync_off", account="a4", contact="p4", created_at=at("11:00")),
    ],
}

EXAMPLES = [
    Example(
        "r6_p_off_b_off_the_action_is_blocked_and_the_reply_stays",
        "R6",
        TABLES,
        # The action keeps its number, so that the reply is the second root.
        NOTHING_WRITTEN,
        switched(p=False, b=False) | ONLY_COMMENTS,
    ),
    Example(
        "r6_2_p_off_b_on_no_comment_appears_on_the_incident_so_none_is_copied",
        "R6.2",
        TABLES,
        NOTHING_WRITTEN,
        switched(p=False, b=True) | ONLY_COMMENTS,
    ),
    Example(
        "r6_p_on_b_off_as_intended",
        "R6",
        TABLES,
        {
            "journal": [ACTION_ON_INCIDENT, REPLY_ON_INCIDENT, ACTION_ON_A2, REPLY, ACTION_ON_A4],
            # The two that were chosen; a reply is nobody's news.
            "notifications": [
                mail("INC1-0002", "INC1-J0001:INC1-0002", contact="p2", email="p2@example.com", deliver_at=at("11:00")),
                mail("INC1-0004", "INC1-J0001:INC1-0004", contact="p4", email="p4@example.com", deliver_at=at("11:00")),
            ],
        },
        switched(p=True, b=False) | ONLY_COMMENTS,
    ),
    Example(
        "r6_2_p_on_b_on_everything_reaches_everybody",
        "R6.2",
        TABLES,
        # Both comments on the incident go to all six cases: 1 + 2 + 6 entries of the action, 1 + 1 + 6 of the reply.
        # By id, "+" comes before ":".
        {
            "journal": [
                ACTION_ON_INCIDENT,
                REPLY_ON_INCIDENT,
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "unintended", table="case", **CUT),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy", "unintended", table="case", **DOWN),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "duplicate", table="case", **CUT),
                ACTION_ON_A2,
                entry("INC1-J0002+INC1-0002", "INC1-0002", "copy", "unintended", table="case", **DOWN),
                entry("INC1-J0001+INC1-0003", "INC1-0003", "copy", "unintended", table="case", **CUT),
                REPLY,
                entry("INC1-J0002+INC1-0003", "INC1-0003", "copy", "duplicate", table="case", **DOWN),
                entry("INC1-J0001+INC1-0004", "INC1-0004", "copy", "duplicate", table="case", **CUT),
                ACTION_ON_A4,
                entry("INC1-J0002+INC1-0004", "INC1-0004", "copy", "unintended", table="case", **DOWN),
                entry("INC1-J0001+INC1-0005", "INC1-0005", "copy", "unintended", table="case", **CUT),
                entry("INC1-J0002+INC1-0005", "INC1-0005", "copy", "unintended", table="case", **DOWN),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", "unintended", table="case", **CUT),
                entry("INC1-J0002+INC1-M", "INC1-M", "copy", "unintended", table="case", **DOWN),
            ],
            # Every entry on a child but the reply itself: 7 + 5. The author's own copy was meant for that case.
            "notifications": [
                mail("INC1-0001", "INC1-J0001+INC1-0001", unintended=True, created_at=at("11:00")),
                mail("INC1-0002", "INC1-J0001+INC1-0002"),
                mail("INC1-0002", "INC1-J0001:INC1-0002"),
                mail("INC1-0003", "INC1-J0001+INC1-0003", unintended=True),
                mail("INC1-0004", "INC1-J0001+INC1-0004"),
                mail("INC1-0004", "INC1-J0001:INC1-0004"),
                mail("INC1-0005", "INC1-J0001+INC1-0005", unintended=True),
                mail("INC1-0001", "INC1-J0002+INC1-0001", unintended=True, created_at=at("11:30")),
                mail("INC1-0002", "INC1-J0002+INC1-0002", unintended=True),
                mail("INC1-0003", "INC1-J0002+INC1-0003"),
                mail("INC1-0004", "INC1-J0002+INC1-0004", unintended=True),
                mail("INC1-0005", "INC1-J0002+INC1-0005", unintended=True),
            ],
        },
        switched(p=True, b=True) | ONLY_COMMENTS,
    ),
]
