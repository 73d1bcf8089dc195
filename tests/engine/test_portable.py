"""The rules give the same rows on Polars and on DuckDB, with nulls, ties and repeated rows."""

from collections.abc import Callable
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest

from casesim.engine.affected import merged, through
from casesim.engine.case_type import Definition, of_majors, typed
from casesim.engine.cases import cases, due
from casesim.engine.codes import FROM_START, NEVER, NO_TYPE
from casesim.engine.decide import decide, on_all, outcome
from casesim.engine.journal import resolution_notes
from casesim.engine.late import at_decision, presence, promoted, served
from casesim.engine.notify import notifications, reachable
from casesim.engine.records import begun
from casesim.engine.resolve import ends, passed_on, resolve
from casesim.policy import Policy
from casesim.tables import Frame
from tests.examples.example import threshold

Make = Callable[..., Frame]
TYPES = {
    **dict.fromkeys(["added", "removed", "customer", "resolved", "cancelled", "decided_at", "resolved_at"], pl.Int64),
    **dict.fromkeys(["promoted_at", "head_at", "opened_at", "authorized_at", "start_date", "closed_at"], pl.Int64),
    "case": pl.UInt32,
    "place": pl.Int32,
}


@pytest.fixture(params=["polars", "duckdb"])
def make(request) -> Make:
    """A frame from columns, on either engine. Columns that may be empty have their type."""

    def made(**columns: list[Any]) -> Frame:
        frame = pl.DataFrame(columns, schema_overrides={name: TYPES[name] for name in columns if name in TYPES})
        return nw.from_native(frame.lazy() if request.param == "polars" else duckdb.from_arrow(frame.to_arrow()))

    return made


def rows(frame: Frame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of some columns in an order of their own, missing values first."""
    found = frame.select(*columns).collect(backend="polars").to_native().rows()
    return sorted(found, key=lambda row: [(value is not None, value) for value in row])


def test_r1_1_each_combination_once(make):
    seen = make(
        incident=[1, 1, 1, 2],
        customer=[7, 7, 8, 7],
        type=[NO_TYPE, 3, 2, 1],
        added=[5, FROM_START, 4, 4],
        removed=[9, 8, NEVER, 3],
    )
    # Earliest added, latest removed, best type of the two rows of (1, 7).
    expected = [(1, 7, 3, FROM_START, 9), (1, 8, 2, 4, NEVER), (2, 7, 1, 4, 3)]
    assert rows(merged(seen, "incident", "customer"), "incident", "customer", "type", "added", "removed") == expected
    alone = make(incident=[1, 1, 2], customer=[7, 7, 7])
    assert rows(merged(alone, "incident", "customer"), "incident", "customer") == [(1, 7), (2, 7)]


def test_r1_a_row_for_every_route(make):
    links = make(incident=[1, 1, 2, 3], node=[10, 11, 10, 12])
    members = make(node=[10, 10, 11], customer=[7, 8, 7], type=[0, 1, 2])
    expected = [(1, 7, 0), (1, 7, 2), (1, 8, 1), (2, 7, 0), (2, 8, 1)]
    assert rows(through(links, members), "incident", "customer", "type") == expected


def test_r2_at_the_threshold_is_major(make):
    seen = make(row=[0, 1, 2, 3], counted=[0, 4, 5, 6], threshold=[5, 5, 5, 5])
    assert rows(outcome(seen), "row", "outcome") == [(0, "none"), (1, "individual"), (2, "major"), (3, "major")]


def test_r2_5_decisions_with_conditions(make):
    policy = Policy.from_dict(
        {
            **threshold(5),
            "trigger": {"category": ["network", "sd-wan"]},
            "overrides": [{"when": {"priority": ["1"]}, "threshold": 2}],
            "also_major_when": {
                "contract_value_at_least": 100,
                "critical_services_at_least": 2,
                "when": {"priority": {"at_least": 4}},
            },
            "choices": {"customers": "both"},
        }
    )
    records = make(
        incident=[0, 1, 2, 3, 4, 5, 6, 7],
        authorized=[True] * 8,
        start=[1_000_000] * 8,
        accounts=[3, 0, 5, 2, 1, 1, 1, 1],
        consumers=[0, 0, 0, 0, 0, 0, 0, 1],
        value=[0, 0, 0, 0, 1_000_000, 999_999, 0, 0],
        critical=[0, 0, 0, 0, 2, 2, 0, 1],
        **{
            "text.incident.category": ["voice", "network", "network", "sd-wan", "network", "network", "network", None],
            "text.incident.priority": [None, "1", None, "1", None, "3", "4", "1"],
        },
    )
    expected = [
        (0, 0, 5, "none", "trigger", 0.0, None),
        (1, 0, 2, "none", "no_customers", 0.0, None),
        (2, 5, 5, "major", "at_or_above_threshold", 0.0, 1_000_000),
        (3, 2, 2, "major", "at_or_above_threshold", 0.0, 1_000_000),
        (4, 1, 5, "major", "also_major:contract_value_at_least", 100.0, 1_000_000),
        (5, 1, 5, "major", "also_major:critical_services_at_least", 99.9999, 1_000_000),
        (6, 1, 5, "major", "also_major:when", 0.0, 1_000_000),
        (7, 0, 2, "none", "trigger", 0.0, None),
    ]
    columns = ("incident", "counted", "threshold", "outcome", "reason", "contract_value", "decided_at")
    assert rows(decide(on_all(records, policy), policy), *columns) == expected


@pytest.mark.parametrize(
    ("status", "outcomes"),
    [("none", ["individual"] * 3), ("proposed", ["individual", "major", "major"])],
)
def test_r2_6_alerts_have_a_threshold_and_a_status_of_their_own(make, status, outcomes):
    policy = Policy.from_dict({"flow": "alerts", "major_case_status": status, "affected_account_threshold": 2})
    records = make(
        incident=[0, 1, 2, 3], authorized=[True, True, True, False], k=[1, 2, 9, 9], k_value=[0] * 4, moment=[7] * 4
    )
    reasons = ["below_threshold", "at_or_above_threshold", "at_or_above_threshold"]
    expected = [(place, *pair) for place, pair in enumerate(zip(outcomes, reasons, strict=True))]
    assert rows(decide(records, policy), "incident", "outcome", "reason") == [*expected, (3, "none", "not_authorized")]


def test_r12_1_when_a_change_begins_and_whether_it_may(make):
    records = make(
        record=[0, 1, 2, 3, 4],
        change=[False, True, True, True, True],
        state=["1", "-5", "-4", "-3", "3"],
        opened_at=[10] * 5,
        authorized_at=[99, 30, None, None, None],
        start_date=[98, 20, 20, 20, None],
    )
    expected = [(0, 11, True), (1, 31, True), (2, 21, False), (3, 21, True), (4, 11, True)]
    assert rows(begun(records, 1), "record", "start", "authorized") == expected


def test_r3_kinds_and_times(make):
    seen = make(
        row=[0, 1, 2, 3, 4],
        place=[1, 2, 1, 2, 0],
        opened_at=[None, 55, None, 61, None],
        outcome=["individual", "individual", "major", "major", "major"],
        decided_at=[50, 50, 60, 60, 60],
        head_at=[None, None, 61, 61, 61],
    )
    expected = [
        (0, "individual", 50),
        (1, "individual", 55),
        (2, "child", 60),
        (3, "child", 61),
        (4, "major", 61),
    ]
    assert rows(cases(seen, Policy()), "row", "kind", "opened_at") == expected


def test_r2_6_which_records_have_which_cases(make):
    policy = Policy.from_dict(
        {"flow": "alerts", "major_case_status": "accepted", "process_case_for_single_account": True}
    )
    seen = make(
        record=[0, 1, 2, 3],
        asked=[True, True, True, False],
        outcome=["individual", "individual", "major", "none"],
        counted=[0, 1, 2, 0],
        start=[5] * 4,
        decided_at=[None, 5, 5, None],
        promoted_at=[None] * 4,
    )
    expected = [(0, True, False, False), (1, True, False, True), (2, True, True, False), (3, False, False, False)]
    assert rows(due(seen, policy), "record", "head", "each", "lone") == expected


TRIED = (Definition("Fibre", False, "fibre_case"), Definition("Voice", False, "voice_case"))


@pytest.mark.parametrize(("everyone", "untyped"), [(False, (2, 2)), (True, (2, 0))])
def test_r4_definition_and_table(make, everyone, untyped):
    tried = (*TRIED, Definition(None, True, "fibre_case")) if everyone else TRIED
    seen = make(case=[0, 1, 2, 3], type=[0, 1, NO_TYPE, NO_TYPE], place=[1, 2, 3, 0])
    # A major case has no definition: the place after the last, and the base table.
    expected = [(0, 0, 0), (1, 1, 1), (2, *untyped), (3, len(tried), 2)]
    assert rows(typed(seen, tried), "case", "type", "table") == expected


def test_r4_1_most_children_and_ties(make):
    children = make(incident=[1, 1, 1, 2, 2, 3, 3, 4], table=[2, 2, 0, 1, 0, 2, 1, 2])
    assert rows(of_majors(children, TRIED), "incident", "major_table") == [(1, 2), (2, 0), (3, 1), (4, 2)]


def test_r5_1_the_first_reason_that_applies(make):
    seen = make(
        person=[0, 1, 2, 3, 4, 5],
        known=[False, True, True, True, True, True],
        person_active=[None, False, True, True, True, True],
        notification=[None, "1", "DISABLED", "2", None, "Disable"],
        email=[None, None, None, None, "a@example.com", "a@example.com"],
    )
    expected = [
        (0, "suppressed", "no_contact"),
        (1, "suppressed", "inactive_contact"),
        (2, "suppressed", "opted_out"),
        (3, "suppressed", "no_email"),
        (4, "sent", None),
        (5, "suppressed", "opted_out"),
    ]
    assert rows(reachable(seen), "person", "status", "reason") == expected


@pytest.mark.parametrize("created", [True, False])
@pytest.mark.parametrize("resolved", [True, False])
def test_r5_2_a_row_per_event(make, created, resolved):
    seen = make(
        case=[0, 1, 2],
        incident=[1, 1, 1],
        place=[1, 2, 0],
        customer=[7, 8, None],
        opened_at=[5, 5, 5],
        resolved_at=[9, None, None],
        state=["6", "1", "6"],
    )
    policy = Policy.from_dict(
        {"notifications": {"case_created": {"enabled": created}, "resolved": {"enabled": resolved}}}
    )
    expected = [(0, "case_created", 5), (1, "case_created", 5)] * created + [(0, "resolved", 9)] * resolved
    assert rows(notifications(seen, policy), "case", "event", "created_at") == sorted(expected)


def test_r7_ends_of_incidents(make):
    seen = make(
        incident=[0, 1, 2, 3, 4, 5, 6],
        change=[False] * 7,
        state=["6", "7", "8", None, "2", "6", "8"],
        resolved_at=[5, None, 5, 5, None, None, None],
        closed_at=[6, 7, 8, 9, 9, None, None],
    )
    # Canceled is never resolved; only Resolved and Closed take closed_at for it.
    expected = [(0, 5, None), (1, 7, None), (2, None, 8), (3, 5, None), (4, None, None), (5, None, None)]
    assert rows(ends(seen), "incident", "resolved", "cancelled") == [*expected, (6, None, None)]


def test_r12_1_ends_of_changes(make):
    seen = make(incident=[0, 1, 2], change=[True] * 3, state=["3", "4", "0"], resolved_at=[1] * 3, closed_at=[6, 7, 8])
    assert rows(ends(seen), "incident", "resolved", "cancelled") == [(0, 6, None), (1, None, 7), (2, None, None)]


@pytest.mark.parametrize("cancels", [True, False])
def test_r7_3_states_of_cases(make, cancels):
    seen = make(
        case=[0, 1, 2, 3, 4, 5],
        kind=["individual", "individual", "major", "child", "individual", "individual"],
        outcome=["individual", "individual", "major", "major", "individual", "individual"],
        opened_at=[5, 9, 5, 5, 5, 9],
        promoted_at=[None] * 6,
        head_at=[5, 9, 5, 5, 5, 9],
        resolved=[5, 8, 8, 8, None, None],
        cancelled=[None, None, None, None, 5, 8],
    )
    expected = [
        (0, "6", 5, True, False),
        (1, "1", None, False, True),
        (2, "1", None, True, True),
        (3, "1", None, True, True),
        (4, "7" if cancels else "1", None, False, False),
        (5, "1", None, False, False),
    ]
    policy = Policy.from_dict({"choices": {"cancel_cases_with_incident": cancels}})
    assert rows(resolve(seen, policy), "case", "state", "resolved_at", "informed", "by_hand") == expected


def test_r7_4_notes(make):
    seen = make(
        case=[0, 1, 2], incident=[0, 0, 1], place=[1, 2, 0], closes=[True, False, False], resolved_at=[9, None, None]
    )
    decisions = make(
        incident=[0, 1, 2, 3],
        outcome=["individual", "major", "major", "major"],
        decided_at=[1, 1, 9, 1],
        promoted_at=[None] * 4,
        resolved=[9, 1, 8, None],
    )
    # A case that is resolved, and an incident whose major case stood when it was resolved.
    expected = [(0, 0, 1, 9), (1, None, None, 1)]
    notes = resolution_notes(seen, decisions, head_first=False)
    assert rows(notes, "incident", "case", "place", "created_at") == expected


def test_r7_2_children_resolved_with_their_major_case(make):
    seen = make(
        case=[0, 1, 2, 3, 4],
        kind=["child", "child", "child", "child", "major"],
        state=["1", "6", "1", "1", "6"],
        opened_at=[5, 5, 9, 5, 5],
        resolved_at=[None, 4, None, None, 8],
        managed=[8] * 5,
        table=[1, 1, 1, 0, 1],
        major_table=[1] * 5,
        by_hand=[True] * 5,
    )
    policy = Policy.from_dict(
        {
            "properties": {"sn_customerservice.parent_child_case_sync": True},
            "choices": {"major_resolution_delay": "1h"},
        }
    )
    # 1 is resolved already, 2 opens later, 3 is of a type that has to be configured.
    expected = [(0, "6", 8, False), (1, "6", 4, True), (2, "1", None, True), (3, "1", None, True), (4, "6", 8, True)]
    assert rows(passed_on(seen, policy, 1), "case", "state", "resolved_at", "by_hand") == expected


def test_r8_2_first_final_and_peak(make):
    pairs = make(
        incident=[0, 0, 0, 1, 1, 2, 3],
        customer=[1, 2, 3, 1, 2, 1, 1],
        added=[FROM_START, 12, 15, FROM_START, 10, FROM_START, FROM_START],
        removed=[15, NEVER, NEVER, 10, 11, 9, NEVER],
    )
    decisions = make(incident=[0, 1, 2, 3], start=[10, 10, 10, 10], asked=[True, True, True, False])
    # 0: one at first; when it goes at 15 another comes. 1: one gone at the very time, one there until 11. 2: gone
    # before. 3: not asked.
    expected = [(0, 1, 2, 2), (1, 1, 0, 1), (2, 0, 0, 0)]
    assert rows(presence(pairs, decisions), "incident", "first_count", "final_count", "peak_count") == expected


def test_r8_1_who_is_served_and_when_it_is_decided(make):
    pairs = make(
        incident=[0, 0, 0, 0, 1, 1],
        customer=[1, 2, 3, 4, 1, 2],
        added=[FROM_START, 12, 5, 20, 30, 30],
        removed=[NEVER, NEVER, 9, NEVER, NEVER, 30],
        value=[100, 200, 400, 800, 7, 9],
    )
    records = make(incident=[0, 1], start=[10, 10])
    assert rows(served(pairs, records, "first"), "incident", "customer", "opened_at") == [(0, 1, 10)]
    added = served(pairs, records, "add")
    assert rows(added, "incident", "customer", "opened_at") == [(0, 1, 10), (0, 2, 12), (0, 4, 20), (1, 1, 30)]
    assert rows(at_decision(added), "incident", "moment", "k", "k_value") == [(0, 10, 1, 100), (1, 30, 1, 7)]
    decisions = make(incident=[0, 1], outcome=["individual", "individual"], threshold=[2, 2])
    columns = ("incident", "promoted_at", "promoted_count", "promoted_value")
    assert rows(promoted(added, decisions), *columns) == [(0, 12, 2, 300)]
