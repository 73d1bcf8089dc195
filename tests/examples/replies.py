"""R6, R6.1: what customers write, by customer_reply or on their real case, and what agents write there."""

from tests.examples.example import Example, at, choices, incident, listed
from tests.examples.writing import ONLY_COMMENTS, comment, entry, mail, reply, switched, time
from tests.reference import Row

ONE = {"incident": [incident()], "affected_account": listed("a1")}
TWO = {"incident": [incident()], "affected_account": listed("a1", "a2")}
REAL = [
    {"sys_id": "r1", "number": "CS1", "incident": "INC1", "account": "a1"},
    {"sys_id": "r2", "number": "CS2", "incident": "INC1", "account": "a2"},
]
ANN = [{"sys_id": "p1", "name": "Ann Lee", "user_name": "ann.lee", "email": "Ann@Example.com"}]


def on_case(value: str, clock: str, by: str | None, **fields: object) -> Row:
    """An additional comment on the real case r1 of a1."""
    return comment(value, clock, on="r1", by=by, **fields)


EXAMPLES = [
    Example(
        "r6_1_a_reply_is_an_entry_on_its_customers_case",
        "R6.1",
        TWO | {"customer_reply": [reply("Down", "11:00", "a2", by="Ann")]},
        {
            "journal": [
                {
                    "id": "INC1-J0001",
                    "table": "case",
                    "record": "INC1-0002",
                    "element": "comments",
                    "value": "Down",
                    "created_at": at("11:00"),
                    "created_by": "Ann",
                    "origin": "reply",
                    "copied_from": None,
                    "unintended": False,
                    "duplicate": False,
                }
            ],
            # B is active, but nothing appears on the incident. A reply tells nobody.
            "notifications": [],
        },
        ONLY_COMMENTS,
    ),
    Example(
        "r6_1_with_p_it_is_copied_to_the_incident_and_by_itself_no_further",
        "R6.1",
        TWO | {"customer_reply": [reply("Down", "11:00", "a2")]},
        {
            "journal": [
                {
                    "id": "INC1-J0001:INC1",
                    "table": "incident",
                    "record": "INC1",
                    "element": "comments",
                    "value": "Down",
                    "created_at": at("11:00"),
                    "created_by": "ann",
                    "origin": "copy",
                    "copied_from": "INC1-J0001",
                    "unintended": False,
                    "duplicate": False,
                },
                entry("INC1-J0001", "INC1-0002", "reply"),
            ]
        },
        switched(p=True, b=False),
    ),
    Example(
        "r6_2_a_reply_on_the_incident_is_copied_to_all_cases",
        "R6.2",
        TWO | {"customer_reply": [reply("Down", "11:00", "a2")]},
        # Meant for the case of a2 alone, which holds it already.
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "unintended", value="Down", created_by="ann"),
                entry("INC1-J0001", "INC1-0002", "reply"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "duplicate"),
            ]
        },
        switched(p=True, b=True),
    ),
    Example(
        "r6_4_copies_of_a_reply_do_not_come_back_again",
        "R6.4",
        ONE | {"customer_reply": [reply("Down", "11:00", "a1")]},
        # Case, incident, case: and no fourth entry.
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy"),
                entry("INC1-J0001", "INC1-0001", "reply"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate"),
            ]
        },
        switched(p=True, b=True),
    ),
    Example(
        "r6_1_consumers_reply_on_their_own_case",
        "R6.1",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "account": "a1", "consumer": "c1"}],
            "csm_consumer": [{"sys_id": "c1", "name": "Bob"}],
            "customer_reply": [reply("Down", "11:00", None, consumer="Bob")],
        },
        {"journal": [entry("INC1-J0001", "INC1-0002", "reply")], "rejects": []},
        choices(customers="both"),
    ),
    Example(
        "r6_a_reply_that_names_account_and_consumer_means_the_account",
        "R6",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "account": "a1", "consumer": "c1"}],
            "customer_reply": [reply("Down", "11:00", "a1", consumer="c1")],
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "account": "a1", "consumer": "c1"}],
            "sys_journal_field": [on_case("Seen", "11:05", "agent")],
        },
        {"journal": [entry("INC1-J0001", "INC1-0001", "reply"), entry("INC1-J0002", "INC1-0001", "input")]},
        choices(customers="both"),
    ),
    Example(
        "r6_a_comment_on_a_real_case_by_a_contact_is_a_reply",
        "R6",
        TWO
        | {
            "customer_contact": ANN,
            "sn_customerservice_case": REAL,
            # By sys_id, address, user name and name, in any case.
            "sys_journal_field": [
                on_case("1", "11:01", "P1"),
                on_case("2", "11:02", "ann@example.COM"),
                on_case("3", "11:03", "Ann.Lee"),
                comment("4", "11:04", on="CS2", by="ann lee", name="sn_customerservice_case"),
            ],
        },
        # The author keeps its spelling. The contact belongs to no account, and the case says whose it is.
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy", value="1", created_by="P1"),
                entry("INC1-J0002:INC1", "INC1", "copy", value="2"),
                entry("INC1-J0003:INC1", "INC1", "copy", value="3"),
                entry("INC1-J0004:INC1", "INC1", "copy", value="4"),
                entry("INC1-J0001", "INC1-0001", "reply", value="1", created_by="P1", created_at=at("11:01")),
                entry("INC1-J0002", "INC1-0001", "reply", value="2", created_by="ann@example.COM"),
                entry("INC1-J0003", "INC1-0001", "reply", value="3", created_by="Ann.Lee"),
                entry("INC1-J0004", "INC1-0002", "reply", value="4", created_by="ann lee"),
            ]
        },
        switched(p=True, b=False),
    ),
    Example(
        "r6_a_comment_on_a_real_case_by_a_consumer_is_a_reply",
        "R6",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "consumer": "c1"}],
            "csm_consumer": [{"sys_id": "c1", "name": "Bob", "email": "bob@example.com"}],
            "sn_customerservice_case": [{"sys_id": "r1", "incident": "INC1", "consumer": "Bob"}],
            "sys_journal_field": [on_case("1", "11:01", "BOB@example.com")],
        },
        {"journal": [entry("INC1-J0001", "INC1-0001", "reply")]},
        choices(customers="consumers"),
    ),
    Example(
        "r6_anyone_else_on_a_real_case_is_an_agent_whose_comment_stays_and_is_told",
        "R6",
        TWO
        | {
            "customer_contact": ANN,
            "sn_customerservice_case": REAL,
            "sys_journal_field": [on_case("x", "11:00", "ann"), on_case("y", "11:01", None)],
        },
        # "ann" is neither sys_id nor name of Ann Lee; nobody at all is nobody that is known.
        {
            "journal": [
                entry(
                    "INC1-J0001",
                    "INC1-0001",
                    "input",
                    table="case",
                    element="comments",
                    value="x",
                    created_at=at("11:00"),
                    created_by="ann",
                ),
                entry("INC1-J0002", "INC1-0001", "input", value="y", created_by=None),
            ],
            "notifications": [
                mail("INC1-0001", "INC1-J0001", "suppressed", created_at=at("11:00")),
                mail("INC1-0001", "INC1-J0002", "suppressed", created_at=at("11:01")),
            ],
        },
        switched(p=True, b=True) | ONLY_COMMENTS,
    ),
    Example(
        "r6_work_notes_and_other_elements_of_a_real_case_are_left_out",
        "R6",
        ONE
        | {
            "sn_customerservice_case": REAL[:1],
            "sys_journal_field": [
                on_case("x", "11:00", "agent", element="work_notes"),
                on_case("x", "11:00", "agent", element="close_notes"),
            ],
        },
        {"journal": [], "rejects": []},
        switched(p=True, b=True),
    ),
    Example(
        "r6_the_name_of_the_table_says_which_record_is_meant",
        "R6",
        {
            "incident": [incident(sys_id="x")],
            "affected_account": listed("a1"),
            "sn_customerservice_case": [{"sys_id": "x", "number": "CS1", "incident": "INC1", "account": "a1"}],
            "sys_journal_field": [
                comment("1", "11:01", on="x", name="sn_customerservice_case"),
                comment("2", "11:02", on="x", name="incident"),
                # Without a name incidents come first.
                comment("3", "11:03", on="x", name=None),
            ],
        },
        {
            "journal": [
                entry("INC1-J0002", "INC1", "input", value="2"),
                entry("INC1-J0003", "INC1", "input", value="3"),
                entry("INC1-J0001", "INC1-0001", "input", value="1"),
            ]
        },
        switched(b=False),
    ),
    Example(
        "r6_a_real_case_is_found_by_number_too_and_its_state_plays_no_part",
        "R6",
        ONE
        | {
            "sn_customerservice_case": [
                {"sys_id": "r1", "number": "CS1", "incident": "INC1", "account": "a1", "state": "3", "proactive": "no"}
            ],
            "sys_journal_field": [comment("x", "11:00", on="CS1")],
        },
        {"journal": [entry("INC1-J0001", "INC1-0001", "input")], "rejects": []},
        switched(b=False),
    ),
    Example(
        "r6_5_a_reply_at_the_very_time_its_case_opens",
        "R6.5",
        ONE | {"customer_reply": [reply("Down", "10:30", "a1")]},
        {"journal": [entry("INC1-J0001", "INC1-0001", "reply", created_at=at("10:30"))], "rejects": []},
        choices(generation_delay="30m"),
    ),
    Example(
        "r6_the_state_of_a_case_plays_no_part_for_replies",
        "R6",
        {
            "incident": [incident(resolved_at=time("10:30"))],
            "affected_account": listed("a1"),
            "customer_reply": [reply("Thanks", "11:00", "a1")],
        },
        # Nor does a reply open the case again.
        {
            "cases": [{"state": "6", "resolved_at": at("10:30")}],
            "journal": [{"id": "INC1-0001-R"}, entry("INC1-J0001", "INC1-0001", "reply")],
        },
    ),
]
