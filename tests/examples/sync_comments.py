"""R7.2: comments that a major case passes to its children."""

from tests.examples.example import Example, at, incident, items, listed, threshold
from tests.examples.writing import (
    CHILD_SYNC,
    ONLY_COMMENTS,
    action,
    comment,
    entry,
    mail,
    people,
    reply,
    switched,
    synced,
    time,
)

NOON = time("12:00")
TWO = {"incident": [incident()], "affected_account": listed("a1", "a2")}
# T = 1: one child, INC1-0001, and INC1-M.
ONE = {"incident": [incident()], "affected_account": listed("a1")}
FIBRE = {
    "incident": [incident(cmdb_ci="ci1")],
    "sn_install_base_item": items("ci1", "a1", product="Fibre"),
    "affected_account": listed("a2", "a3"),
}
FIBRE_TYPE = {"case_types": [{"product": "Fibre", "table": "sn_fibre_case"}]}
OPEN = {"state": "1", "resolved_at": None}

EXAMPLES = [
    Example(
        "r7_2_the_sync_is_off_by_default",
        "R7.2",
        TWO | {"sys_journal_field": [comment("x", "11:00")]},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy"),
            ]
        },
        threshold(2),
    ),
    Example(
        "r7_2_comments_on_the_major_case_pass_to_its_children_once_more",
        "R7.2",
        TWO | people(1, 2) | {"sys_journal_field": [comment("x", "11:00", by="zoe")]},
        # By id, "++" comes before "+" and a letter. The children hold the entry already.
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input"),
                *(
                    entry(
                        f"INC1-J0001{sign}{case}",
                        case,
                        "copy",
                        *flags,
                        table="case",
                        element="comments",
                        value="x",
                        created_at=at("11:00"),
                        created_by="zoe",
                    )
                    for case, sign, flags in (
                        ("INC1-0001", "++", ["duplicate"]),
                        ("INC1-0001", "+", []),
                        ("INC1-0002", "++", ["duplicate"]),
                        ("INC1-0002", "+", []),
                        ("INC1-M", "+", []),
                    )
                ),
            ],
            "notifications": [
                mail("INC1-0001", "INC1-J0001++INC1-0001"),
                mail("INC1-0001", "INC1-J0001+INC1-0001"),
                mail("INC1-0002", "INC1-J0001++INC1-0002"),
                mail("INC1-0002", "INC1-J0001+INC1-0002"),
            ],
        },
        synced() | ONLY_COMMENTS,
    ),
    Example(
        "r7_2_comments_that_are_not_listed_do_not_pass",
        "R7.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        {"journal": [{"id": "INC1-J0001"}, {"id": "INC1-J0001+INC1-0001"}, {"id": "INC1-J0001+INC1-M"}]},
        synced(t=1, fields="state,work_notes"),
    ),
    Example(
        "r7_2_without_the_business_rule_nothing_comes_to_the_major_case_that_could_pass",
        "R7.2",
        ONE | {"notify_customers": action("x", "11:00", "a1")},
        {"journal": [{"id": "INC1-J0001"}, {"id": "INC1-J0001:INC1-0001"}]},
        synced(t=1, p=True, b=False),
    ),
    Example(
        "r7_2_an_action_and_a_reply_are_unintended_as_by_r6_2",
        "R7.2",
        TWO
        | {
            "notify_customers": action("x", "11:00", "a1"),
            "customer_reply": [reply("y", "11:30", "a2")],
        },
        {
            "journal": [
                entry("INC1-J0001", "INC1", "notify"),
                entry("INC1-J0002:INC1", "INC1", "copy"),
                entry("INC1-J0001++INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001:INC1-0001", "INC1-0001", "notify"),
                entry("INC1-J0002++INC1-0001", "INC1-0001", "copy", "unintended", "duplicate"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy", "unintended"),
                entry("INC1-J0001++INC1-0002", "INC1-0002", "copy", "unintended", "duplicate"),
                entry("INC1-J0001+INC1-0002", "INC1-0002", "copy", "unintended"),
                entry("INC1-J0002", "INC1-0002", "reply"),
                entry("INC1-J0002++INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0002+INC1-0002", "INC1-0002", "copy", "duplicate"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", "unintended"),
                entry("INC1-J0002+INC1-M", "INC1-M", "copy", "unintended"),
            ]
        },
        synced(p=True, b=True),
    ),
    Example(
        "r7_2_copies_as_work_notes_pass_where_work_notes_are_listed",
        "R7.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        {
            "journal": [
                entry("INC1-J0001", "INC1", "input", element="comments"),
                entry("INC1-J0001++INC1-0001", "INC1-0001", "copy", "duplicate", element="work_notes"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy", element="work_notes"),
                entry("INC1-J0001+INC1-M", "INC1-M", "copy", element="work_notes"),
            ],
            "notifications": [],
        },
        synced(t=1, fields=" state , work_notes ", comment_copy_target="work_notes") | ONLY_COMMENTS,
    ),
    Example(
        "r7_2_copies_as_work_notes_are_no_comments_that_are_listed",
        "R7.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        {"journal": [{"id": "INC1-J0001"}, {"id": "INC1-J0001+INC1-0001"}, {"id": "INC1-J0001+INC1-M"}]},
        synced(t=1, fields="state,comments", comment_copy_target="work_notes"),
    ),
    Example(
        "r7_2_the_incidents_own_work_notes_never_pass",
        "R7.2",
        ONE | {"sys_journal_field": [comment("x", "11:00", element="work_notes")]},
        {"journal": [{"id": "INC1-J0001"}]},
        synced(t=1),
    ),
    Example(
        "r7_2_a_child_that_was_just_resolved_gets_its_copy_but_nothing_passed_on",
        "R7.2",
        {
            "incident": [incident(resolved_at=NOON)],
            "affected_account": listed("a1"),
            "sys_journal_field": [comment("a", "13:59:59"), comment("b", "14:00"), comment("c", "15:00")],
        },
        # Resolved at 14:00; a comment of that very time comes too late to pass.
        {
            "journal": [
                {"id": "INC1-R"},
                {"id": "INC1-J0001"},
                {"id": "INC1-J0002"},
                {"id": "INC1-J0003"},
                entry("INC1-J0001++INC1-0001", "INC1-0001", "copy", "duplicate"),
                entry("INC1-J0001+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0002+INC1-0001", "INC1-0001", "copy"),
                entry("INC1-J0003+INC1-0001", "INC1-0001", "copy"),
                {"id": "INC1-J0001+INC1-M"},
                {"id": "INC1-J0002+INC1-M"},
                {"id": "INC1-J0003+INC1-M"},
            ]
        },
        synced(t=1, major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_a_major_case_that_a_manager_resolved_still_passes_on",
        "R7.2",
        {
            "incident": [incident(resolved_at=NOON)],
            "affected_account": listed("a1"),
            "sys_journal_field": [comment("a", "15:00")],
        },
        # State is not passed: the child is open, and only the state of the child is asked.
        {
            "cases": [OPEN, {"state": "6"}],
            "journal": [
                {"id": "INC1-R"},
                {"id": "INC1-J0001"},
                {"id": "INC1-J0001++INC1-0001"},
                {"id": "INC1-J0001+INC1-0001"},
                {"id": "INC1-J0001+INC1-M"},
            ],
        },
        synced(t=1, fields="comments", major_resolution_delay="2h"),
    ),
    Example(
        "r7_2_children_of_another_table_are_not_served",
        "R7.2",
        FIBRE | {"sys_journal_field": [comment("x", "11:00")]},
        # Two of three children are of the common table, and so is the major case.
        {
            "cases": [
                {"account": "a1", "sys_class_name": "sn_fibre_case"},
                {"account": "a2"},
                {"account": "a3"},
                {"kind": "major", "sys_class_name": "sn_customerservice_case"},
            ],
            "journal": [
                {"id": "INC1-J0001"},
                {"id": "INC1-J0001+INC1-0001"},
                {"id": "INC1-J0001++INC1-0002"},
                {"id": "INC1-J0001+INC1-0002"},
                {"id": "INC1-J0001++INC1-0003"},
                {"id": "INC1-J0001+INC1-0003"},
                {"id": "INC1-J0001+INC1-M"},
            ],
        },
        synced(t=3) | FIBRE_TYPE,
    ),
    Example(
        "r7_2_a_major_case_of_another_table_serves_nobody",
        "R7.2",
        {
            "incident": [incident(cmdb_ci="ci1", resolved_at=NOON)],
            "sn_install_base_item": items("ci1", "a1", "a2", product="Fibre"),
            "affected_account": listed("a3"),
            "sys_journal_field": [comment("x", "11:00")],
        },
        # It is resolved itself all the same.
        {
            "cases": [OPEN, OPEN, OPEN, {"sys_class_name": "sn_fibre_case", "state": "6", "resolved_at": at("13:00")}],
            "journal": [{"id": "INC1-J0001"}, {"id": "INC1-R"}]
            + [{"id": f"INC1-J0001+{case}"} for case in ("INC1-0001", "INC1-0002", "INC1-0003", "INC1-M")],
        },
        synced(t=3, major_resolution_delay="1h") | FIBRE_TYPE,
    ),
    Example(
        "r7_2_types_that_extend_the_case_are_served_if_configured",
        "R7.2",
        {
            "incident": [incident(cmdb_ci="ci1", resolved_at=NOON)],
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
            "sys_journal_field": [comment("x", "11:00")],
        },
        {
            "cases": [{"sys_class_name": "sn_fibre_case", "state": "6", "resolved_at": at("13:00")}] * 2,
            "journal": [
                {"id": "INC1-J0001"},
                {"id": "INC1-R"},
                {"id": "INC1-J0001++INC1-0001"},
                {"id": "INC1-J0001+INC1-0001"},
                {"id": "INC1-J0001+INC1-M"},
            ],
        },
        synced(t=1, major_resolution_delay="1h", sync_extended_case_types=True) | FIBRE_TYPE,
    ),
    Example(
        "r7_2_the_property_as_text",
        "R7.2",
        ONE | {"sys_journal_field": [comment("x", "11:00")]},
        {"journal": [{"record": "INC1"}, {"record": "INC1-0001"}, {"record": "INC1-0001"}, {"record": "INC1-M"}]},
        {"properties": {**switched(t=1)["properties"], CHILD_SYNC: "true"}},
    ),
]
