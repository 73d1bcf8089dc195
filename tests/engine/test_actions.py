"""R6: notify actions, given and planned: which rows are one, by whom, and whom they choose."""

import polars as pl

from casesim.dataset import load
from casesim.engine.keys import ROW
from casesim.engine.prepare import prepare
from casesim.engine.records import references
from casesim.engine.roots import roots
from casesim.policy import Policy
from tests.engine.said import CASES, MINUTE, NOON, OPENED, PEOPLE, acted, found, listed_roots, rejected, wrote
from tests.examples.example import incident
from tests.frames import frames


def test_r6_rows_alike_in_incident_message_and_time_are_one_action():
    rows = [
        acted("x", "a2", created_by="zoe"),
        acted("x", "a1", created_by="bob"),
        acted("x", "a1", created_by="bob"),
        acted("x", "a1", "12:01"),
        acted("y", "a1", consumer="c1"),
        acted("x", "a1", on="INC2", created_by=None),
    ]
    result = found({"notify_customers": rows})
    assert listed_roots(result, "incident", "number", "value", "author", "everyone") == [
        (0, 1, "x", "bob", False),
        (0, 2, "y", "agent", False),
        (0, 3, "x", "agent", False),
        (1, 1, "x", None, False),
    ]
    assert result.frame["case"].to_list() == [None] * 4
    assert sorted(result.chosen.rows()) == [(0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (3, 3)]


def test_r6_a_row_of_nobody_chooses_everybody():
    rows = [acted("x", "a1"), acted("x", None), acted("x", "a2", on="INC2")]
    result = found({"notify_customers": rows}, [*CASES, ("INC2", None)])
    assert listed_roots(result, "incident", "value", "everyone") == [(0, "x", True)]
    # Those it names besides are among them.
    assert result.chosen.height == 0
    assert rejected(result) == [("notify_customers", 3, "account", "a2", "no_case")]


def test_r6_a_rejected_row_still_says_whose_its_action_is():
    rows = [acted("x", "a3", created_by="ann"), acted("x", "a1", created_by="bob"), acted("y", "a3")]
    result = found({"notify_customers": rows})
    assert listed_roots(result, "number", "value", "author") == [(1, "x", "ann")]
    assert [row[1] for row in rejected(result)] == [1, 3]


def test_r6_rows_of_actions_that_find_nothing():
    rows = [
        acted("x", "a1", on="INC9"),
        acted("x", None, on="INC2"),
        acted("x", "a9", consumer="c9"),
        acted("x", None, consumer="c9"),
        acted("x", "a9", consumer="c1"),
    ]
    result = found({"notify_customers": rows}, CASES[:3])
    assert rejected(result) == [
        ("notify_customers", 1, "incident", "INC9", "no_case"),
        ("notify_customers", 2, "incident", "INC2", "no_case"),
        ("notify_customers", 3, "account", "a9", "no_case"),
        ("notify_customers", 4, "consumer", "c9", "no_case"),
    ]
    assert result.chosen.rows() == [(0, 2)]


def test_r6_actions_choose_cases_that_are_opened_later_too():
    result = found({"notify_customers": [acted("x", "a1", "08:00", on="INC2")]})
    assert (result.chosen.rows(), rejected(result)) == ([(0, 3)], [])


def test_r6_planned_actions():
    tables = {
        "incident": [incident("INC1", sys_id="s1", category="net"), incident("INC2", sys_id="s2"), incident("INC3")]
    }
    plans = [
        {"message": "{number}: {category}", "after": "30m", "when": {"outcome": "individual", "category": "net"}},
        {"message": "{category}", "when": {"outcome": "individual"}},
        {"message": "never", "when": {"outcome": "major"}},
    ]
    # The second message is empty for INC2; INC3 has no cases.
    result = found(tables, notify=plans)
    assert listed_roots(result, "incident", "number", "created_at", "value", "author", "everyone") == [
        (0, 1, NOON - 120 * MINUTE, "net", "system", True),
        (0, 2, NOON - 90 * MINUTE, "INC1: net", "system", True),
    ]
    assert listed_roots(found(tables, notify=[{"message": "x"}]), "incident", "value") == [(0, "x"), (1, "x")]


def test_r6_planned_rows_and_given_ones_alike_are_one_action():
    rows = [acted("x", "a1", "10:00", created_by="agent"), acted("x", "a9", "10:00", created_by=None)]
    result = found({"notify_customers": rows}, CASES[:3], notify=[{"message": "x"}])
    assert listed_roots(result, "incident", "value", "author", "everyone") == [(0, "x", None, True)]


def test_r6_where_nothing_was_decided_nothing_is_planned():
    tables = {"change_request": [{"number": "CHG1", "sys_id": "ch1", "opened_at": OPENED}]}
    result = found(tables, notify=[{"message": "x"}], sources=["incident", "change_request"])
    assert listed_roots(result, "incident") == [(0,), (1,)]


def test_records_by_number_have_other_codes_than_rows():
    tables = {
        "incident": [incident("INC2", sys_id="s2", category="two"), incident("INC1", sys_id="s1", category="one")],
        "sys_journal_field": [wrote("on INC1"), wrote("on INC2", on="INC2")],
    }
    data = load(frames(PEOPLE | tables))
    policy = Policy(notify=[{"message": "{category}"}])
    prepared = prepare(data, policy)
    code = pl.Series([1, 0], dtype=ROW)
    decided = pl.DataFrame({"outcome": ["individual"] * 2, "decided_at": [0, 0]})
    customer = prepared.customers.frame["id"].to_list().index("a1")
    cases = pl.DataFrame(
        [(0, 0, customer, 0), (1, 1, customer, 0)],
        {"case": ROW, "incident": ROW, "customer": ROW, "opened_at": pl.Int64},
        orient="row",
    )
    result = roots(prepared, policy, references(data), code, decided, cases)
    assert listed_roots(result, "incident", "value") == [(0, "one"), (0, "on INC1"), (1, "two"), (1, "on INC2")]
