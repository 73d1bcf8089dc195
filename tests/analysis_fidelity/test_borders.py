"""Fidelity at its borders: every reason, duplicates, moments, absent tables, and what does not depend on order."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.analysis.fidelity import OUTCOMES, Fidelity, fidelity
from casesim.analysis.real_cases import WORDS
from tests.analysis_fidelity.test_fidelity import ONE, compared, of, real
from tests.engine.running import engine_result
from tests.examples.example import DAY, accounts, choices, incident, items, listed, threshold
from tests.reference import Policy, Tables

CHANGE = {"number": "CHG1", "opened_at": f"{DAY} 10:00:00"}
ALERTS = {"flow": "alerts"}
MAJOR = {"account": None, "major_case_state": "accepted"}


def with_cases(*cases: dict[str, object]) -> Tables:
    return {**ONE, "sn_customerservice_case": list(cases)}


BORDERS: dict[str, tuple[Tables, Policy]] = {
    "second_major": (with_cases(real("CS0", **MAJOR, clock="09:00"), real("CS1", **MAJOR)), threshold(2)),
    "not_authorized": (
        {**ONE, "change_request": [{**CHANGE, "state": "-5"}]}
        | {"sn_customerservice_case": [real("CS1", "a1", incident="CHG1")]},
        {"sources": ["incident", "change_request"]},
    ),
    "no_customers": ({**with_cases(real("CS1", **MAJOR)), "affected_account": []}, {}),
    "not_present": (
        with_cases(real("CS1", "a1")) | {"affected_account": listed("a1", added_at=f"{DAY} 11:00:00")},
        choices(late_customers="first"),
    ),
    "no_head": (with_cases(real("CS1", "a1")), ALERTS),
    "no_real_major": (with_cases(real("CS1", "a1"), real("CS2", "a2")), threshold(2)),
    "kind": (with_cases(real("CS1", "a1", parent="CS9")), {}),
    "end": (with_cases(real("CS1", "a1", state="3")), {}),
    "kind_and_end": (with_cases(real("CS1", "a1", parent="CS9", state="3")), {}),
}


@pytest.mark.parametrize("reason", BORDERS)
def test_each_reason(reason):
    tables, policy = BORDERS[reason]
    found = compared(tables, policy)
    assert (reason, WORDS[reason]) in of(found, "reason", "words")


def test_a_case_made_major_for_an_incident_that_gets_none():
    found = compared(with_cases(real("CS1", **MAJOR)), {"trigger": {"category": "network"}})
    assert found.outcomes.select("outcome_real", "outcome_simulated", "words").rows() == [
        ("major", "none", OUTCOMES["alone"])
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"clock": "10:01"}, {"clock": "10:00"}),  # the earlier one, wherever it stands
        ({"opened_at": None}, {"clock": "23:59"}),  # one without a time is last
        ({"proactive": False}, {"clock": "10:00"}),  # one that the customer opened is none of them
    ],
)
def test_of_two_cases_of_one_customer_the_earlier_is_matched(first, second):
    found = compared(with_cases(real("CS1", "a1", **first), real("CS2", "a1", **second)))
    assert [row[0] for row in of(found, "real", "status") if row[1] == "matched"] == ["CS2"]


def test_of_two_cases_opened_at_once_the_upper_row_is_matched():
    found = compared(with_cases(real("CS2", "a1"), real("CS1", "a1")))
    assert of(found, "real", "reason") == [("CS2", "as_predicted"), (None, "left_out"), ("CS1", "second_case")]


@pytest.mark.parametrize("proactive", [None, True])
def test_a_case_that_does_not_say_is_proactive(proactive):
    assert compared(with_cases(real("CS1", "a1", proactive=proactive))).totals["matched"] == 1


def test_an_incident_whose_real_cases_are_all_the_customers_own_has_none():
    found = compared(with_cases(real("CS1", "a1", proactive=False)))
    assert (found.agreement, found.totals["incidents_with_cases"]) == (None, 0)
    assert of(found, "reason") == [("no_real_case",), ("no_real_case",)]


@pytest.mark.parametrize("state", ["accepted", "proposed", "rejected", None])
def test_what_makes_a_real_case_a_major_one(state):
    found = compared(with_cases(real("CS1", major_case_state=state)), threshold(2))
    expected = "major" if state in ("accepted", "proposed") else "individual"
    kind, reason = next((row[0], row[1]) for row in of(found, "kind_real", "reason", "real") if row[2] == "CS1")
    assert (kind, reason) == (expected, "as_predicted" if expected == "major" else "no_customer")


def test_a_parent_by_sys_id_is_a_major_case_and_its_child_no_single_one():
    cases = [real("CS1", sys_id="f00d"), real("CS2", "a1", parent="f00d")]
    found = compared(with_cases(*cases), threshold(2))
    assert {row[0]: row[1] for row in of(found, "real", "kind_real") if row[0]} == {"CS1": "major", "CS2": "child"}


@pytest.mark.parametrize(
    ("state", "resolved_at", "end"),
    [
        ("6", None, "resolved"),
        ("3", None, "resolved"),
        ("7", None, "cancelled"),
        ("1", f"{DAY} 11:00:00", "open"),  # what its state says counts
        (None, f"{DAY} 11:00:00", "resolved"),
        (None, None, None),  # not told: no end that could differ
    ],
)
def test_how_a_real_case_ended(state, resolved_at, end):
    # The incident is open, so is its simulated case.
    found = compared(with_cases(real("CS1", "a1", state=state, resolved_at=resolved_at)))
    assert of(found, "end_real", "end_simulated", "reason")[0] == (
        end,
        "open",
        "end" if end not in ("open", None) else "as_predicted",
    )


OPENED = datetime(2026, 3, 5, 10)


@pytest.mark.parametrize(
    ("since", "matched"),
    [
        (OPENED, 1),
        (OPENED - timedelta(seconds=1), 1),
        (OPENED + timedelta(microseconds=1), 0),
        (OPENED.replace(tzinfo=UTC), 1),
        (OPENED.replace(hour=12, tzinfo=timezone(timedelta(hours=2))), 1),
        (OPENED.replace(hour=11, tzinfo=timezone(timedelta(hours=2))), 1),
        (OPENED.replace(hour=13, tzinfo=timezone(timedelta(hours=2))), 0),
    ],
)
def test_since_has_the_moment_itself_and_takes_a_zone(since, matched):
    # The real case was opened a day later: it goes by its incident.
    tables = with_cases(real("CS1", "a1", opened_at="2026-03-06 10:00:00"))
    found = fidelity(engine_result(tables, {}).run, since=since)
    assert (found.totals["matched"], found.totals["incidents"]) == (matched, matched)


@pytest.mark.parametrize(("clock", "counted"), [("09:59", 0), ("10:00", 1)])
def test_since_takes_a_case_of_no_known_incident_by_its_own_time(clock, counted):
    tables = with_cases(real("CS1", "a1", clock, incident="INC7"))
    assert fidelity(engine_result(tables, {}).run, since=OPENED).totals["missing"] == counted


def test_a_case_of_no_known_incident_and_without_a_time_is_never_left_out():
    tables = with_cases(real("CS1", "a1", incident="INC7", opened_at=None))
    assert fidelity(engine_result(tables, {}).run, since=OPENED + timedelta(days=9)).totals["missing"] == 1


def test_an_incident_from_before_1970_is_compared():
    opened = {"opened_at": "1969-12-31 10:00:00"}
    tables = {"incident": [incident(**opened)], "affected_account": listed("a1")}
    found = compared({**tables, "sn_customerservice_case": [real("CS1", "a1", **opened)]})
    assert (found.totals["matched"], found.totals["incidents"]) == (1, 1)


def test_an_empty_table_is_the_same_as_none():
    without, empty = compared(ONE), compared(with_cases())
    assert without.cases.equals(empty.cases)
    assert (
        without.totals
        == empty.totals
        == {**dict.fromkeys(without.totals, 0)}
        | {
            "incidents": 1,
            "surplus_elsewhere": 2,
        }
    )


@pytest.mark.parametrize(
    ("minutes", "row"),
    [
        ([], (0, None, None, None)),
        ([12], (1, 12.0, 12.0, 12.0)),
        ([0, 10], (2, 1.0, 5.0, 9.0)),  # between the two by proportion
        ([-10, 0, 40], (3, -8.0, 0.0, 32.0)),
    ],
)
def test_times_of_few_cases(minutes, row):
    base = datetime(2026, 3, 5, 10)
    cases = [real(f"CS{n}", f"a{n}", opened_at=str(base + timedelta(minutes=late))) for n, late in enumerate(minutes)]
    tables = {"incident": [incident()], "affected_account": listed("a0", "a1", "a2")}
    found = compared({**tables, "sn_customerservice_case": cases})
    assert found.times.row(0) == ("opened", *row)
    assert found.times.row(1) == ("resolved", 0, None, None, None)


@pytest.mark.parametrize(("days", "a_week"), [((1,), 1.0), ((1, 2), 2.0), ((1, 8), 2.0), ((1, 15), 1.0)])
def test_a_period_shorter_than_a_week_counts_as_one(days, a_week):
    def opened(*when: int) -> Tables:
        rows = [incident(f"INC{n}", opened_at=f"2026-03-{n:02} 10:00:00", cmdb_ci="ci") for n in when]
        return {"incident": rows, "sn_install_base_item": items("ci", "a1")}

    rates = compared(opened(*days)).followed_by(engine_result(opened(20), {}).data).rates
    assert rates.row(0) == ("incidents", a_week, 1.0, 1.0, 1.0 - a_week)
    assert rates["actual"].to_list() == [1.0, 0.0, 0.0, 0.0]


def test_a_follow_up_counts_from_the_change_on():
    later = {
        "incident": [incident("INC1"), incident("INC2", opened_at="2026-03-07 10:00:00")],
        "affected_account": [*listed("a1"), *listed("a1", incident="INC2")],
        "sn_customerservice_case": [real("CS1", "a1"), real("CS2", "a1", incident="INC2")],
    }
    follow = compared(ONE).followed_by(engine_result(later, {}).data, since=datetime(2026, 3, 6))
    assert follow.rates.row(3) == ("customer_cases", 2.0, 1.0, 1.0, -1.0)
    assert follow.after.totals["matched"] == 1


MANY = {
    "incident": [incident("INC1"), incident("INC2"), incident("INC3")],
    "affected_account": [*listed("a1", "a2"), *listed("a1", "a3", incident="INC2"), *listed("a2", incident="INC3")],
    "customer_account": accounts("a1", "a2", "a3"),
}
CASES = st.lists(
    st.fixed_dictionaries(
        {
            "incident": st.sampled_from(["INC1", "INC2", "INC3", "INC9", None]),
            "account": st.sampled_from(["a1", "a2", "a3", None]),
            "state": st.sampled_from(["1", "3", "7"]),
            "proactive": st.sampled_from([None, True, False]),
            "major_case_state": st.sampled_from([None, None, "accepted"]),
        }
    ),
    max_size=8,
)


@settings(max_examples=20, deadline=None)
@given(CASES, st.randoms(use_true_random=False), st.sampled_from([1, 2, 5]))
def test_the_order_of_the_rows_changes_nothing_and_a_plain_count_agrees(cases, random, t):
    clocks = (f"10:{minute:02}" for minute in range(60))
    rows = [real(f"CS{n}", clock=next(clocks)) | case for n, case in enumerate(cases)]
    shuffled = random.sample(rows, len(rows))
    found = compared({**MANY, "sn_customerservice_case": rows}, threshold(t))
    other = compared({**MANY, "sn_customerservice_case": shuffled}, threshold(t))
    assert of(found, *found.cases.columns) == of(other, *found.cases.columns)
    assert found.totals == plain(rows, t)


def plain(rows: list[dict], t: int) -> dict[str, int]:
    """The totals by plain loops over MANY."""
    affected: dict[str, set[str]] = {}
    for row in MANY["affected_account"]:
        affected.setdefault(row["incident"], set()).add(row["account"])
    simulated = {
        (number, who): kind
        for number, accounts_ in affected.items()
        for kind, whom in (
            [("major", [None]), ("child", accounts_)] if len(accounts_) >= t else [("individual", accounts_)]
        )
        for who in whom
    }
    proactive = [row for row in rows if row["proactive"] is not False]
    first: dict[tuple, str] = {}
    for row in proactive:
        major = row["major_case_state"] == "accepted"
        if row["incident"] in affected and (major or row["account"]):
            first.setdefault((row["incident"], None if major else row["account"]), "major" if major else "individual")
    there = {row["incident"] for row in proactive if row["incident"] in affected}
    matched = first.keys() & simulated.keys()
    outcome_real = {number: "major" if (number, None) in first else "individual" for number in there}
    outcome_simulated = {number: "major" if len(whom) >= t else "individual" for number, whom in affected.items()}
    surplus = [key for key in simulated if key not in matched]
    return {
        "real_cases": len(rows),
        "proactive": len(proactive),
        "incidents": len(MANY["incident"]),
        "incidents_with_cases": len(there),
        "matched": len(matched),
        "missing": len(proactive) - len(matched),
        "surplus": sum(key[0] in there for key in surplus),
        "surplus_elsewhere": sum(key[0] not in there for key in surplus),
        "same_kind": sum(first[key] == simulated[key] for key in matched),
        "same_outcome": sum(outcome_real[number] == outcome_simulated[number] for number in there),
    }


def test_every_reason_has_its_example():
    from tests.analysis_fidelity import test_fidelity as first

    marks = [m for m in first.test_why_a_real_case_has_no_simulated_one.pytestmark if m.name == "parametrize"]
    there = {*BORDERS, *(reason for _, reason in marks[0].args[1])}
    # These have tests of their own beside it.
    there |= {"trigger", "as_predicted", "left_out", "no_real_case", "reactive_case"}
    assert there == set(WORDS)


def test_a_result_and_its_dataset_say_the_same():
    result = engine_result(with_cases(real("CS1", "a1")), {})
    assert isinstance(found := fidelity(result.data), Fidelity)
    assert found.cases.equals(fidelity(result.run).cases)
