"""Fidelity: simulated beside real cases, against comparisons by hand and from the tables."""

import json
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from casesim.analysis.fidelity import Fidelity, fidelity
from casesim.analysis.real_cases import WORDS
from tests.engine.running import engine_result
from tests.examples.example import DAY, accounts, incident, items, listed, threshold
from tests.reference import Policy, Row, Tables
from tests.strategies import scenarios


def real(number: str, account: str | None = None, clock: str = "10:00", **fields: object) -> Row:
    """A real case of INC1, opened on the day of the examples."""
    return {
        "number": number,
        "account": account,
        "incident": "INC1",
        "opened_at": f"{DAY} {clock}:00",
        "state": "1",
        **fields,
    }


def compared(tables: Tables, policy: Policy | None = None) -> Fidelity:
    return fidelity(engine_result(tables, policy or {}))


def of(found: Fidelity, *columns: str) -> list[tuple]:
    return found.cases.select(columns).rows()


ONE = {"incident": [incident()], "affected_account": listed("a1", "a2")}


def test_matched_missing_and_surplus_by_incident_and_customer():
    # a1 has both, a2 a simulated one alone, a9 a real one that nothing explains.
    found = compared({**ONE, "sn_customerservice_case": [real("CS1", "a1", "10:15"), real("CS2", "a9")]} | extra("a9"))
    assert of(found, "status", "reason", "real", "simulated") == [
        ("matched", "as_predicted", "CS1", "INC1-0001"),
        ("surplus", "left_out", None, "INC1-0002"),
        ("missing", "not_affected", "CS2", None),
    ]
    assert found.agreement == 1 / 3
    assert found.times.row(0) == ("opened", 1, 15.0, 15.0, 15.0)
    assert found.cases["opened_after"].to_list() == [15.0, None, None]


def extra(*ids: str) -> Tables:
    return {"customer_account": accounts("a1", "a2", *ids)}


def test_a_major_case_is_matched_by_incident():
    # Two affected, T = 2: simulated as INC1-M with two children. CS1 is a parent, hence a major case.
    cases = [real("CS1"), real("CS2", "a1", parent="CS1"), real("CS3", "a2")]
    found = compared({**ONE, "sn_customerservice_case": cases}, threshold(2))
    assert of(found, "status", "reason", "kind_real", "kind_simulated", "real") == [
        ("matched", "as_predicted", "child", "child", "CS2"),
        ("matched", "kind", "individual", "child", "CS3"),
        ("matched", "as_predicted", "major", "major", "CS1"),
    ]
    assert found.outcomes.row(0)[:3] == ("major", "major", "same")


@pytest.mark.parametrize(
    ("t", "cases", "expected"),
    [
        (5, [real("CS1", major_case_state="accepted")], ("major", "individual", "major_below")),
        (2, [real("CS1", "a1")], ("individual", "major", "no_major")),
        (5, [real("CS1", "a1")], ("individual", "individual", "same")),
    ],
)
def test_outcomes_that_differ_say_why(t, cases, expected):
    found = compared({**ONE, "sn_customerservice_case": cases}, threshold(t))
    assert found.outcomes.select("outcome_real", "outcome_simulated", "reason").rows() == [expected]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"incident": None}, "no_incident"),
        ({"incident": "INC7"}, "unknown_incident"),
        ({"incident": "CHG1"}, "no_source"),
        ({"account": None}, "no_customer"),
        ({"account": "nobody"}, "unknown_customer"),
        ({"account": None, "consumer": "c1"}, "not_counted"),
        ({"account": "a3"}, "excluded"),
        ({"account": "a4"}, "not_affected"),
        ({"account": "a1", "clock": "10:30"}, "second_case"),
        ({"account": None, "major_case_state": "accepted"}, "below_threshold"),
    ],
)
def test_why_a_real_case_has_no_simulated_one(fields, reason):
    tables = {
        "incident": [incident()],
        "change_request": [incident("CHG1")],
        "affected_account": [*listed("a1", "a2", "a3"), {"incident": "INC1", "consumer": "c1"}],
        "customer_account": [*accounts("a1", "a2", "a4"), *accounts("a3", active=False)],
        "csm_consumer": [{"sys_id": "c1"}],
        "sn_customerservice_case": [real("CS1", "a1"), real("CS2", **{"account": "a2"} | fields)],
    }
    found = compared(tables, {"choices": {"count_inactive_accounts": False}})
    [(words, why)] = [row[1:] for row in of(found, "real", "words", "reason") if row[0] == "CS2"]
    assert (why, words) == (reason, WORDS[reason])


def test_r2_4_a_trigger_that_does_not_match_is_the_reason():
    tables = {**ONE, "sn_customerservice_case": [real("CS1", "a1")]}
    assert of(compared(tables, {"trigger": {"category": "network"}}), "status", "reason") == [("missing", "trigger")]


def test_a_case_that_the_customer_opened_is_no_proactive_case():
    cases = [real("CS1", "a1"), real("CS2", "a2", proactive=False)]
    found = compared({**ONE, "sn_customerservice_case": cases})
    assert of(found, "status", "reason") == [("matched", "as_predicted"), ("surplus", "reactive_case")]
    assert (found.totals["real_cases"], found.totals["proactive"]) == (2, 1)


def test_r7_1_a_case_left_for_people_to_close_may_be_open_or_closed_but_not_cancelled():
    tables = {
        "incident": [incident(state="6", resolved_at=f"{DAY} 12:00:00")],
        "affected_account": listed("a1", "a2", "a3"),
        "sn_customerservice_case": [
            real("CS1", "a1", state="3", parent="CS9"),
            real("CS2", "a2", state="10", parent="CS9"),
            real("CS3", "a3", state="7", parent="CS9"),
            real("CS9", major_case_state="accepted"),
        ],
    }
    found = compared(tables, threshold(3))
    ends = ("real", "end_real", "end_simulated", "reason")
    assert of(found, *ends) == [
        ("CS1", "resolved", "by_hand", "as_predicted"),
        ("CS2", "open", "by_hand", "as_predicted"),
        ("CS3", "cancelled", "by_hand", "end"),
        ("CS9", "open", "by_hand", "as_predicted"),
    ]


def test_incidents_without_any_real_case_are_counted_apart():
    tables = {
        "incident": [incident(), incident("INC2")],
        "affected_account": [*listed("a1"), *listed("a1", incident="INC2")],
        "sn_customerservice_case": [real("CS1", "a1")],
    }
    found = compared(tables)
    assert (found.totals["surplus"], found.totals["surplus_elsewhere"], found.agreement) == (0, 1, 1.0)
    assert of(found, "incident_number", "reason") == [("INC1", "as_predicted"), ("INC2", "no_real_case")]


def test_only_incidents_since_a_moment():
    tables = {**ONE, "sn_customerservice_case": [real("CS1", "a1")]}
    run = engine_result(tables, {}).run
    assert fidelity(run, since=datetime(2026, 3, 6)).cases.height == 0
    assert fidelity(run, since=datetime(2026, 3, 5)).totals["matched"] == 1


def test_a_prediction_beside_a_later_export():
    # Two weeks before the change with two incidents a week; a week after it with one, which really got one case.
    def opened(*days: int) -> Tables:
        rows = [incident(f"INC{n}", opened_at=f"2026-03-{n:02} 10:00:00", cmdb_ci="ci") for n in days]
        return {"incident": rows, "sn_install_base_item": items("ci", "a1", "a2")}

    later = {**opened(20), "sn_customerservice_case": [real("CS1", "a1", incident="INC20")]}
    before = compared(opened(1, 5, 10, 15))
    follow = before.followed_by(engine_result(later, {}).data)
    assert follow.rates.rows() == [
        ("incidents", 2.0, 1.0, 1.0, -1.0),
        ("major_incidents", 0.0, 0.0, 0.0, 0.0),
        ("major_cases", 0.0, 0.0, 0.0, 0.0),
        ("customer_cases", 4.0, 2.0, 1.0, -3.0),
    ]
    assert max(len(line) for line in repr(follow).splitlines()) <= 80
    json.dumps(follow.to_dict())


def test_no_real_case_at_all():
    found = compared(ONE)
    assert found.agreement is None
    assert "Nothing to compare" in repr(found)
    assert set(found.reasons["reason"]) == {"no_real_case"}


def test_shown_in_80_columns_and_escaped():
    hostile = "<script>\x1b[31m"
    found = compared({**ONE, "sn_customerservice_case": [real(hostile, "a1")]}, threshold(2))
    assert max(len(line) for line in repr(found).splitlines()) <= 80
    html = found._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "\x1b" not in html + repr(found)
    json.dumps(found.to_dict())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(whole=True))
def test_every_case_is_accounted_for_once(scenario):
    tables, policy = scenario
    result = engine_result(tables, policy)
    found = fidelity(result.run)
    rows = found.cases.to_dicts()
    assert {row["reason"] for row in rows} <= set(WORDS)
    # Every simulated case stands once, and every real proactive one.
    simulated = [row["simulated"] for row in rows if row["simulated"] is not None]
    assert sorted(simulated) == sorted(result.cases["number"].to_list())
    proactive = result.data.frame("sn_customerservice_case", ["proactive"]).collect()["proactive"]
    assert sum(row["status"] != "surplus" for row in rows) == proactive.sum()
    assert Counter(row["status"] for row in rows) == Counter(
        matched=found.totals["matched"],
        missing=found.totals["missing"],
        surplus=found.totals["surplus"] + found.totals["surplus_elsewhere"],
    )
    # What is matched is of one incident and one customer, and so is nothing that is not.
    by_number = {case["number"]: case for case in result.cases.to_dicts()}
    for row in rows:
        if row["simulated"] is not None:
            case = by_number[row["simulated"]]
            own = (row["incident_number"], row["account"], row["consumer"])
            assert own == (case["incident_number"], case["account"], case["consumer"])
    left = {(r["incident_number"], r["account"], r["consumer"]) for r in rows if r["status"] == "surplus"}
    for row in rows:
        if row["status"] == "missing" and (row["account"] or row["consumer"]):
            assert (row["incident_number"], row["account"], row["consumer"]) not in left
    assert found.reasons["cases"].sum() == len(rows)
