"""R6 to R6.5, R7.2: where a root is written, copied and passed on, by small frames worked by hand, on two engines."""

from collections.abc import Callable
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest

from casesim.engine.comments import blocked, entries, notices
from casesim.policy import Policy
from casesim.tables import Frame

ROOTS = {
    "root": pl.UInt32,
    "incident": pl.UInt32,
    "kind": pl.String,
    "created_at": pl.Int64,
    "case": pl.UInt32,
    "everyone": pl.Boolean,
}
CHOSEN = {"root": pl.UInt32, "case": pl.UInt32}
CASES = {
    "case": pl.UInt32,
    "incident": pl.UInt32,
    "customer": pl.UInt32,
    "kind": pl.String,
    "place": pl.Int32,
    "table": pl.Int32,
    "opened_at": pl.Int64,
    "ended_at": pl.Int64,
}
BASE = 1

# Incident 0: children 0, 1, 2 (which opens at 20), and their major case 3. Incident 1: an individual case.
MAJOR = [
    (0, 0, 7, "child", 1, BASE, 10, None),
    (1, 0, 8, "child", 2, BASE, 10, None),
    (2, 0, 9, "child", 3, BASE, 20, None),
    (3, 0, None, "major", 0, BASE, 10, None),
]
INDIVIDUAL = [(4, 1, 7, "individual", 1, BASE, 10, 12)]

Rows = list[tuple[Any, ...]]
Run = Callable[..., list[Rows]]


@pytest.fixture(params=["polars", "duckdb"])
def run(request) -> Run:
    """Entries, blocked notifications and notices of roots, as sorted rows; each row as far as its test needs it."""

    def made(rows: Rows, schema: dict[str, Any]) -> Frame:
        frame = pl.DataFrame(rows, schema, orient="row")
        return nw.from_native(frame.lazy() if request.param == "polars" else duckdb.from_arrow(frame.to_arrow()))

    def done(roots: Rows, cases: Rows, policy: Policy, chosen: Rows = ()) -> list[Rows]:
        frames = made(roots, ROOTS), made(list(chosen), CHOSEN), made(cases, CASES)
        found = entries(*frames, policy, BASE)
        return [
            listed(found, "root", "form", "case", "element", "origin", "unintended", "duplicate"),
            listed(blocked(*frames, policy), "root", "case", "reason"),
            listed(notices(found), "root", "form", "case", "unintended"),
        ]

    return done


def listed(frame: Frame, *columns: str) -> Rows:
    rows = frame.select(*columns).collect(backend="polars").to_native().rows()
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


def policy(p: bool, b: bool, **settings: Any) -> Policy:
    choices = {
        name: settings.pop(name) for name in ("comment_copy_target", "sync_extended_case_types") & settings.keys()
    }
    return Policy(
        additional_comments_sync=p,
        business_rules={"Update case worknote for comments change": b},
        choices=choices,
        **settings,
    )


COMMENTS_ONLY = {"parent_child_case_sync": True, "case_fields_to_sync": "comments"}


def root(number: int, kind: str, at: int = 15, *, incident: int = 0, case: int | None = None, everyone: bool = False):
    return (number, incident, kind, at, case, everyone)


def test_r6_incident_comments_and_work_notes_stand_on_the_record(run):
    # Work notes are never copied, whatever the switches say.
    found, missed, told = run([root(0, "comment"), root(1, "work_note")], MAJOR, policy(True, False))
    plain = [
        (0, 0, None, "comments", "input", False, False),
        (1, 0, None, "work_notes", "input", False, False),
    ]
    assert (found, missed, told) == (plain, [], [])
    assert run([root(1, "work_note")], MAJOR, policy(True, True))[0] == plain[1:]


def test_r6_a_comment_needs_no_case(run):
    expected = [(0, 0, None, "comments", "input", False, False)]
    assert run([root(0, "comment", incident=5)], MAJOR, policy(True, True)) == [expected, [], []]


def test_r6_an_action_with_p_is_on_the_incident_and_on_each_chosen_case_there_is(run):
    # Case 2 opens at 20: chosen by name, or as one of everybody, it is told nothing at 15.
    roots = [root(0, "notify"), root(1, "notify", everyone=True), root(2, "notify", at=20, everyone=True)]
    found, missed, told = run(roots, MAJOR, policy(True, False), [(0, 1), (0, 2)])
    on_case = ("comments", "notify", False, False)
    assert found == [
        (0, 0, None, *on_case),
        (0, 1, 1, *on_case),
        (1, 0, None, *on_case),
        (1, 1, 0, *on_case),
        (1, 1, 1, *on_case),
        (2, 0, None, *on_case),
        (2, 1, 0, *on_case),
        (2, 1, 1, *on_case),
        (2, 1, 2, *on_case),
    ]
    assert missed == [(0, 2, "no_case_yet"), (1, 2, "no_case_yet")]
    assert told == [(number, 1, case, False) for number, case in [(0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]]


@pytest.mark.parametrize("b", [True, False])
def test_r6_an_action_without_p_writes_nothing(run, b):
    # Every chosen case is blocked for the switch, those that do not exist yet too.
    roots = [root(0, "notify"), root(1, "notify", everyone=True)]
    found, missed, told = run(roots, MAJOR, policy(False, b), [(0, 2)])
    assert (found, told) == ([], [])
    assert missed == [(0, 2, "sync_off"), *((1, case, "sync_off") for case in (0, 1, 2))]


@pytest.mark.parametrize("p", [True, False])
def test_r6_1_a_reply_and_its_copy_on_the_incident(run, p):
    found, missed, told = run([root(0, "reply", case=1)], MAJOR, policy(p, False))
    copy = [(0, 1, None, "comments", "copy", False, False)] * p
    assert found == [(0, 0, 1, "comments", "reply", False, False), *copy]
    assert (missed, told) == ([], [])


@pytest.mark.parametrize("p", [True, False])
@pytest.mark.parametrize("b", [True, False])
def test_r6_an_agent_comment_stays_and_notifies(run, p, b):
    found, _, told = run([root(0, "agent", case=1)], MAJOR, policy(p, b))
    assert found == [(0, 0, 1, "comments", "input", False, False)]
    assert told == [(0, 0, 1, False)]


@pytest.mark.parametrize("p", [True, False])
def test_r6_2_an_incident_comment_is_copied_to_all_cases_that_exist(run, p):
    found, _, told = run([root(0, "comment")], MAJOR + INDIVIDUAL, policy(p, True))
    # It chose everybody: the major case, too, is meant. Case 2 opens later, case 4 is another incident's.
    assert found == [
        (0, 0, None, "comments", "input", False, False),
        *((0, 2, case, "comments", "copy", False, False) for case in (0, 1, 3)),
    ]
    # R5: a major case notifies nobody.
    assert told == [(0, 2, 0, False), (0, 2, 1, False)]


def test_r6_2_a_closed_case_gets_its_copy_too(run):
    found, _, _ = run([root(0, "comment", incident=1)], INDIVIDUAL, policy(False, True))
    assert found[1:] == [(0, 2, 4, "comments", "copy", False, False)]


def test_r6_2_an_action_is_copied_to_those_it_chose_and_to_others(run):
    found, _, told = run([root(0, "notify")], MAJOR, policy(True, True), [(0, 1), (0, 2)])
    assert [row for row in found if row[1] == 2] == [
        (0, 2, 0, "comments", "copy", True, False),
        (0, 2, 1, "comments", "copy", False, True),
        (0, 2, 3, "comments", "copy", True, False),
    ]
    assert told == [(0, 1, 1, False), (0, 2, 0, True), (0, 2, 1, False)]


def test_r6_2_an_action_for_everyone_does_not_choose_the_major_case(run):
    found, _, _ = run([root(0, "notify", at=20, everyone=True)], MAJOR, policy(True, True))
    assert [row for row in found if row[1] == 2] == [
        *((0, 2, case, "comments", "copy", False, True) for case in (0, 1, 2)),
        (0, 2, 3, "comments", "copy", True, False),
    ]


def test_r6_2_a_reply_goes_on_from_the_incident_and_comes_back(run):
    found, _, told = run([root(0, "reply", case=1)], MAJOR, policy(True, True))
    # R6.4: the copies end here, nothing is on the incident twice.
    assert found == [
        (0, 0, 1, "comments", "reply", False, False),
        (0, 1, None, "comments", "copy", False, False),
        (0, 2, 0, "comments", "copy", True, False),
        (0, 2, 1, "comments", "copy", False, True),
        (0, 2, 3, "comments", "copy", True, False),
    ]
    # R5.2: the reply itself notifies nobody, its copy on its own case does.
    assert told == [(0, 2, 0, True), (0, 2, 1, False)]


def test_r6_2_without_p_a_reply_never_reaches_the_incident(run):
    assert run([root(0, "reply", case=1)], MAJOR, policy(False, True))[0] == [
        (0, 0, 1, "comments", "reply", False, False)
    ]


def test_r6_3_copies_as_work_notes_notify_nobody(run):
    roots = [root(0, "comment"), root(1, "notify")]
    found, _, told = run(roots, MAJOR, policy(True, True, comment_copy_target="work_notes"), [(1, 0)])
    assert {row[3] for row in found if row[1] == 2} == {"work_notes"}
    assert {row[3] for row in found if row[1] < 2} == {"comments"}
    assert told == [(1, 1, 0, False)]


def test_r6_5_a_case_exists_from_its_very_opening(run):
    for at, cases in ((9, []), (10, [0, 1, 3]), (20, [0, 1, 2, 3])):
        found, _, _ = run([root(0, "comment", at=at)], MAJOR, policy(False, True))
        assert [row[2] for row in found if row[1] == 2] == cases


def test_r7_2_the_major_case_passes_its_copy_to_the_children_that_exist(run):
    found, _, told = run([root(0, "comment"), root(1, "reply", case=1)], MAJOR, policy(True, True, **COMMENTS_ONLY))
    assert [row for row in found if row[1] == 3] == [
        (0, 3, 0, "comments", "copy", False, True),
        (0, 3, 1, "comments", "copy", False, True),
        (1, 3, 0, "comments", "copy", True, True),
        (1, 3, 1, "comments", "copy", False, True),
    ]
    assert [row for row in told if row[1] == 3] == [
        (0, 3, 0, False),
        (0, 3, 1, False),
        (1, 3, 0, True),
        (1, 3, 1, False),
    ]


def test_r7_2_passed_on_is_meant_for_those_whom_an_action_chose(run):
    roots = [root(0, "notify"), root(1, "notify", everyone=True)]
    found, _, _ = run(roots, MAJOR, policy(True, True, **COMMENTS_ONLY), [(0, 1)])
    assert [row[:3] + row[5:] for row in found if row[1] == 3] == [
        (0, 3, 0, True, True),
        (0, 3, 1, False, True),
        (1, 3, 0, False, True),
        (1, 3, 1, False, True),
    ]


@pytest.mark.parametrize(
    ("p_and_b", "settings"),
    [
        ((True, False), COMMENTS_ONLY),
        ((True, True), {"parent_child_case_sync": False}),
        ((True, True), {"parent_child_case_sync": True, "case_fields_to_sync": "state,work_notes"}),
        ((True, True), {**COMMENTS_ONLY, "comment_copy_target": "work_notes"}),
    ],
    ids=["nothing on the major", "no sync", "element not listed", "copies of another element"],
)
def test_r7_2_nothing_is_passed(run, p_and_b, settings):
    found, _, _ = run([root(0, "comment")], MAJOR, policy(*p_and_b, **settings))
    assert [row for row in found if row[1] == 3] == []


def test_r7_2_work_notes_are_passed_if_listed(run):
    settings = {"parent_child_case_sync": True, "comment_copy_target": "work_notes"}
    found, _, told = run([root(0, "comment")], MAJOR, policy(False, True, **settings))
    assert [row[2:5] for row in found if row[1] == 3] == [(0, "work_notes", "copy"), (1, "work_notes", "copy")]
    assert told == []


def test_r7_2_a_child_must_be_open_and_its_major_case_exist(run):
    # Child 0 ends at the very time, child 1 after it; the major case opens at 15.
    cases = [
        (0, 0, 7, "child", 1, BASE, 10, 15),
        (1, 0, 8, "child", 2, BASE, 10, 16),
        (2, 0, None, "major", 0, BASE, 15, 15),
    ]
    for at, passed in ((14, []), (15, [1]), (16, [])):
        found, _, _ = run([root(0, "comment", at=at)], cases, policy(False, True, **COMMENTS_ONLY))
        assert [row[2] for row in found if row[1] == 3] == passed


@pytest.mark.parametrize(
    ("child", "major", "extended", "passes"),
    [
        (BASE, BASE, False, True),
        (0, BASE, False, False),
        (BASE, 0, False, False),
        (0, 0, False, False),
        (0, 2, True, True),
    ],
)
def test_r7_2_types_that_extend_the_case_have_to_be_configured(run, child, major, extended, passes):
    cases = [(0, 0, 7, "child", 1, child, 10, None), (1, 0, None, "major", 0, major, 10, None)]
    settings = policy(False, True, sync_extended_case_types=extended, **COMMENTS_ONLY)
    found, _, _ = run([root(0, "comment")], cases, settings)
    assert [row[2] for row in found if row[1] == 3] == [0] * passes


def test_r2_6_the_proactive_case_gets_copies_and_passes_nothing(run):
    lone = [(0, 0, 7, "proactive", 0, BASE, 10, None)]
    found, _, told = run([root(0, "comment")], lone, policy(False, True, **COMMENTS_ONLY))
    assert found[1:] == [(0, 2, 0, "comments", "copy", False, False)]
    # Its one customer is on it, so it is a customer case.
    assert told == [(0, 2, 0, False)]
    nobody = [(0, 0, None, "proactive", 0, BASE, 10, None)]
    found, missed, told = run([root(0, "notify", everyone=True)], nobody, policy(True, True))
    assert [row[1:3] for row in found] == [(0, None), (2, 0)]
    assert (missed, told) == ([], [])


def test_columns_besides_keys(run):
    frames = [
        nw.from_native(pl.DataFrame(rows, schema, orient="row").lazy())
        for rows, schema in (([root(0, "comment")], ROOTS), ([], CHOSEN), (MAJOR, CASES))
    ]
    found = entries(*frames, policy(False, True), BASE)
    assert listed(found, "case", "incident", "place", "customer", "created_at") == [
        (None, 0, None, None, 15),
        (0, 0, 1, 7, 15),
        (1, 0, 2, 8, 15),
        (3, 0, 0, None, 15),
    ]
    late = [nw.from_native(pl.DataFrame([root(0, "notify", everyone=True)], ROOTS, orient="row").lazy()), *frames[1:]]
    expected = [(0, 0, 0, 1, 7, 15), (0, 0, 1, 2, 8, 15), (0, 0, 2, 3, 9, 15)]
    columns = ("root", "incident", "case", "place", "customer", "created_at")
    assert listed(blocked(*late, policy(False, True)), *columns) == expected
