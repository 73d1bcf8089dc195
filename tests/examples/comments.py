"""R6, R6.2 to R6.6: comments written on the incident, and where the business rule copies them."""

from tests.examples.example import Example, at, choices, incident, items, listed, threshold
from tests.examples.writing import ONLY_COMMENTS, action, comment, entry, reply, switched, time

ONE = {"incident": [incident()], "affected_account": listed("a1")}
TWO = {"incident": [incident()], "affected_account": listed("a1", "a2")}
B_OFF = switched(b=False)
WORK_NOTES = choices(comment_copy_target="work_notes")

EXAMPLES = [
    Example(
        "r6_a_comment_on_the_incident_is_carried_to_the_journal",
        "R6",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        {
            "journal": [
                entry(
                    "INC1-J0001",
                    "INC1",
                    "input",
                    table="incident",
                    element="comments",
                    value="Ring cut",
                    created_at=at("11:00"),
                    created_by="agent",
                )
            ]
        },
        B_OFF,
    ),
    Example(
        "r6_work_notes_are_carried_and_never_copied",
        "R6",
        ONE | {"sys_journal_field": [comment("Check port", "11:00", element="work_notes")]},
        {"journal": [entry("INC1-J0001", "INC1", "input", element="work_notes", value="Check port")]},
        switched(p=True, b=True),
    ),
    Example(
        "r6_other_elements_are_left_out",
        "R6",
        ONE
        | {
            "sys_journal_field": [
                comment("Spliced", "10:30", element="close_notes"),
                comment("Spliced", "10:31", element=""),
                comment("Spliced", "11:00"),
            ]
        },
        # Nor do they take a number.
        {"journal": [entry("INC1-J0001", "INC1", "input", element="comments", created_at=at("11:00"))]},
        B_OFF,
    ),
    Example(
        "r6_case_customer_and_trigger_play_no_part_in_comments_on_the_incident",
        "R6",
        {
            "incident": [incident("INC1"), incident("INC2", category="network")],
            "affected_account": listed("a1"),
            # INC1 is outside the trigger, INC2 has no customer; one comment is from before its incident.
            "sys_journal_field": [comment("x", "11:00"), comment("y", "09:00", on="INC2")],
        },
        {"cases": [], "journal": [entry("INC1-J0001", "INC1", "input"), entry("INC2-J0001", "INC2", "input")]},
        switched(p=True) | {"trigger": {"category": "network"}},
    ),
    Example(
        "r6_the_incident_by_its_sys_id_or_its_number",
        "R6",
        {
            "incident": [incident(sys_id="i1")],
            "affected_account": [],
            "sys_journal_field": [comment("x", "11:00", on="i1", name="incident"), comment("y", "11:01")],
        },
        # The record is called by its number.
        {"journal": [entry("INC1-J0001", "INC1", "input", value="x"), entry("INC1-J0002", "INC1", "input", value="y")]},
    ),
    Example(
        "r6_2_a_comment_on_the_incident_is_copied_to_major_and_children",
        "R6.2",
        TWO | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        # P is off and plays no part. An incident comment chose everybody: nothing is unintended.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", table="incident"),
                *(
                    entry(
                        f"INC1-J0001+{case}",
                        case,
                        "copy",
                        table="case",
                        element="comments",
                        value="Ring cut",
                        created_at=at("11:00"),
                        created_by="agent",
                    )
                    for case in ("INC1-0001", "INC1-0002", "INC1-M")
                ),
            ]
        },
        switched(t=2, p=False, b=True),
    ),
    Example(
        "r6_2_the_business_rule_is_active_by_default",
        "R6.2",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")]},
        {"journal": [entry("INC1-J0001", "INC1", "input"), entry("INC1-J0001+INC1-0001", "INC1-0001", "copy")]},
    ),
    Example(
        "r6_2_copies_do_not_cross_to_another_incident",
        "R6.2",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": listed("a1") + listed("a1", incident="INC2"),
            "sys_journal_field": [comment("x", "11:00", on="INC2")],
        },
        {"journal": [entry("INC2-J0001", "INC2", "input"), entry("INC2-J0001+INC2-0001", "INC2-0001", "copy")]},
    ),
    Example(
        "r6_2_the_state_of_a_case_plays_no_part",
        "R6.2",
        {
            "incident": [incident(resolved_at=time("10:30"))],
            "affected_account": listed("a1"),
            "sys_journal_field": [comment("Back again?", "11:00")],
        },
        {
            "cases": [{"state": "6"}],
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                {"id": "INC1-0001-R"},
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
            ],
        },
    ),
    Example(
        "r6_3_copies_as_work_notes_are_nobodys_mail",
        "R6.3",
        ONE | {"sys_journal_field": [comment("Ring cut", "11:00")], "notify_customers": action("Soon", "11:30", "a1")},
        # Only what R6.2 copies becomes a note: the action's own entries stay comments, and the chosen case is told.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", element="comments"),
                entry("INC1-J0002", "INC1", "notify", element="comments"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", element="work_notes", value="Ring cut"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy", "duplicate", element="work_notes"),
                entry("INC1-J0002:INC1-0001", "INC1-0001", "notify", element="comments"),
            ],
            "notifications": [{"event": "comment", "journal_id": "INC1-J0002:INC1-0001"}],
        },
        switched(p=True) | WORK_NOTES | ONLY_COMMENTS,
    ),
    Example(
        "r6_3_the_copy_of_a_reply_on_the_incident_stays_a_comment",
        "R6.3",
        TWO | {"customer_reply": [reply("Down", "11:00", "a1")]},
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy", element="comments"),
                entry("INC1-J0001", "INC1-0001", "reply", element="comments"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate", element="work_notes"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "unintended", element="work_notes"),
            ],
            "notifications": [],
        },
        switched(p=True) | WORK_NOTES | ONLY_COMMENTS,
    ),
    Example(
        "r6_4_a_copy_never_returns_to_the_incident",
        "R6.4",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        # P is on, and still the copy on the case does not go back as a reply would.
        {"journal": [entry("INC1-J0001", "INC1", "input"), entry("INC1-J0001+INC1-0001", "INC1-0001", "copy")]},
        switched(p=True),
    ),
    Example(
        "r6_5_only_entries_at_or_after_it_reach_a_case",
        "R6.5",
        ONE | {"sys_journal_field": [comment("early", "10:29:59"), comment("just", "10:30")]},
        # The case opens at 10:00 + 30m.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", value="early"),
                entry("INC1-J0002", "INC1", "input", value="just"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy", value="just", created_at=at("10:30")),
            ]
        },
        choices(generation_delay="30m"),
    ),
    Example(
        "r6_6_roots_of_one_time_are_numbered_by_kind",
        "R6.6",
        ONE
        | {
            "sys_journal_field": [
                comment("a", "11:00", on="case1"),
                comment("a", "11:00", element="work_notes"),
                comment("z", "11:00"),
                comment("z", "11:01"),
            ],
            "notify_customers": action("a", "11:00", "a1"),
            "customer_reply": [reply("a", "11:00", "a1"), reply("z", "10:59:59", "a1")],
            "sn_customerservice_case": [{"sys_id": "case1", "incident": "INC1", "account": "a1"}],
        },
        # 10:59:59 the reply z; 11:00 incident comment, work note, action, reply, agent comment; 11:01 the comment.
        {
            "journal": [
                entry("INC1-J0001:INC1", "INC1", "copy", value="z"),
                entry("INC1-J0002", "INC1", "input", element="comments", value="z"),
                entry("INC1-J0003", "INC1", "input", element="work_notes", value="a"),
                entry("INC1-J0004", "INC1", "notify", value="a"),
                entry("INC1-J0005:INC1", "INC1", "copy", value="a"),
                entry("INC1-J0007", "INC1", "input", value="z"),
                entry("INC1-J0001", "INC1-0001", "reply", value="z"),
                entry("INC1-J0004:INC1-0001", "INC1-0001", "notify", value="a"),
                entry("INC1-J0005", "INC1-0001", "reply", value="a"),
                entry("INC1-J0006", "INC1-0001", "input", element="comments", value="a"),
            ]
        },
        switched(p=True, b=False),
    ),
    Example(
        "r6_6_then_by_value_author_and_customer",
        "R6.6",
        TWO
        | {
            "sys_journal_field": [
                comment("b", "11:00", by="ann"),
                comment("b", "11:00", by=None),
                comment("b", "11:00", by="Zoe"),
                comment("B", "11:00", by="zoe"),
            ],
            "customer_reply": [reply("b", "11:00", "a2"), reply("b", "11:00", "a1")],
        },
        # By code point, missing first: B before b; nobody, Zoe, ann; a1 before a2.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", value="B"),
                entry("INC1-J0002", "INC1", "input", created_by=None),
                entry("INC1-J0003", "INC1", "input", created_by="Zoe"),
                entry("INC1-J0004", "INC1", "input", created_by="ann"),
                entry("INC1-J0005", "INC1-0001", "reply"),
                entry("INC1-J0006", "INC1-0002", "reply"),
            ]
        },
        B_OFF,
    ),
    Example(
        "r6_6_each_incident_numbers_its_own_roots_and_equal_rows_are_two",
        "R6.6",
        {
            "incident": [incident("INC1"), incident("INC2")],
            "affected_account": [],
            "sys_journal_field": [
                comment("x", "11:00", on="INC2"),
                comment("x", "11:00"),
                comment("x", "11:00", on="INC2"),
            ],
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                entry("INC2-J0001", "INC2", "input"),
                entry("INC2-J0002", "INC2", "input"),
            ]
        },
    ),
    Example(
        "r6_6_more_than_nine_roots_are_in_order",
        "R6.6",
        {
            "incident": [incident()],
            "affected_account": [],
            "sys_journal_field": [comment(str(n), f"11:{n:02}") for n in range(10, -1, -1)],
        },
        {"journal": [entry(f"INC1-J{n + 1:04}", "INC1", "input", value=str(n)) for n in range(11)]},
    ),
    Example(
        "r6_2_a_case_of_another_table_gets_its_copy_too",
        "R6.2",
        {
            "incident": [incident(cmdb_ci="ci1")],
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
            "sys_journal_field": [comment("x", "11:00")],
        },
        {
            "cases": [{"kind": "child", "sys_class_name": "sn_fibre_case"}, {"kind": "major"}],
            "journal": [{"record": "INC1"}, {"record": "INC1-0001"}, {"record": "INC1-M"}],
        },
        threshold(1) | {"case_types": [{"product": "Fibre", "table": "sn_fibre_case"}]},
    ),
]
