"""What holds for every dataset and policy, tried on drawn scenarios; where only the core rules have it, on theirs."""

import random
from collections import Counter
from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casesim.tables import OUTPUT
from tests.frames import frames, rows
from tests.reference import Policy, Row, Tables, simulate
from tests.reference.busy import busy
from tests.reference.flood import is_quiet
from tests.reference.policy import COMMENTS_SYNC, COPY_RULE, THRESHOLD_NAMES
from tests.strategies import scenarios

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
all_scenarios = st.one_of(scenarios(whole=True), busy())


@few
@given(all_scenarios)
def test_columns_are_those_of_the_result(scenario: tuple[Tables, Policy]):
    result = simulate(*scenario)
    for table, found in result.items():
        columns = list(OUTPUT[table])
        assert {tuple(row)[: len(columns)] for row in found} <= {tuple(columns)}, table
        assert len({tuple(row) for row in found}) <= 1, table
        assert all(value != "" for row in found for value in row.values()), "an empty text is a missing value"


@few
@given(scenarios())
def test_cases_of_an_incident_are_0_k_or_k_plus_1(scenario: tuple[Tables, Policy]):
    result = simulate(*scenario)
    cases = Counter(case["incident_number"] for case in result["cases"])
    for decision in result["decisions"]:
        k = decision["counted"]
        expected = {"none": 0, "individual": k, "major": k + 1}[decision["outcome"]]
        assert cases[decision["incident_number"]] == expected
        assert decision["peak_count"] >= max(decision["first_count"], decision["final_count"])


@few
@given(all_scenarios)
def test_no_customer_has_two_cases_and_every_child_one_parent(scenario: tuple[Tables, Policy]):
    cases = simulate(*scenario)["cases"]
    majors = {case["number"]: case for case in cases if case["kind"] == "major"}
    of = [(case["source"], case["incident"], case["account"], case["consumer"]) for case in customer_cases(cases)]
    assert len(set(of)) == len(of)
    assert len({case["number"] for case in cases}) == len(cases)
    for case in cases:
        assert (case["parent"] is not None) == (case["kind"] == "child")
        assert case["parent"] is None or majors[case["parent"]]["incident_number"] == case["incident_number"]


@few
@given(all_scenarios)
def test_every_customer_case_is_told_or_it_is_said_why_not(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    result = simulate(tables, policy)
    created = [row["case_number"] for row in result["notifications"] if row["event"] == "case_created"]
    enabled = policy.get("notifications", {}).get("case_created", {}).get("enabled", True)
    told = [case["number"] for case in customer_cases(result["cases"])]
    assert sorted(created) == (sorted(told) if enabled else [])
    for row in result["notifications"]:
        assert (row["status"] == "sent") == (row["reason"] is None)
        assert (row["status"] in ("sent", "digested")) == (row["email"] is not None) == (row["deliver_at"] is not None)
        assert (row["event"] == "comment") == (row["journal_id"] is not None)
        assert row["status"] != "blocked" or row["event"] == "comment"


@few
@given(all_scenarios, st.integers(1, 5), st.integers(1, 5))
def test_only_counts_between_two_thresholds_change(scenario: tuple[Tables, Policy], one: int, other: int):
    tables, policy = scenario
    policy = {key: value for key, value in policy.items() if key not in ("flow", "overrides", "flood")}
    policy = with_late(policy, "known")
    low, high = sorted((one, other))
    before, after = (by_incident(simulate(deepcopy(tables), with_threshold(policy, t))) for t in (low, high))
    for incident, found in before.items():
        k = found["decisions"][0]["counted"]
        outcomes = (found["decisions"][0]["outcome"], after[incident]["decisions"][0]["outcome"])
        assert outcomes != ("individual", "major")
        if not low <= k < high:
            del found["decisions"][0]["threshold"], after[incident]["decisions"][0]["threshold"]
            assert found == after[incident]


def customer_cases(cases: list[Row]) -> list[Row]:
    return [case for case in cases if case["account"] is not None or case["consumer"] is not None]


def with_threshold(policy: Policy, threshold: int) -> Policy:
    others = {name: value for name, value in policy.get("properties", {}).items() if name not in THRESHOLD_NAMES}
    return {**policy, "properties": {**others, THRESHOLD_NAMES[0]: threshold}}


def with_late(policy: Policy, mode: str) -> Policy:
    return {**policy, "choices": {**policy.get("choices", {}), "late_customers": mode}}


def by_incident(result: Tables) -> dict[str, Any]:
    """All rows but the rejects, by incident."""
    found: dict[str, Any] = {}
    incident_of = {case["number"]: case["incident_number"] for case in result["cases"]}
    for table in ("decisions", "cases", "notifications", "journal"):
        for row in result[table]:
            if table != "journal":
                incident = row["incident_number"]
            else:
                incident = row["record"] if row["table"] == "incident" else incident_of[row["record"]]
            found.setdefault(incident, {}).setdefault(table, []).append(row)
    return found


@few
@given(all_scenarios)
def test_entries_repeat_their_root_on_cases_that_exist(scenario: tuple[Tables, Policy]):
    result = simulate(*scenario)
    cases = {case["number"]: case for case in result["cases"]}
    # An incident may be numbered as another's case is.
    roots = {row["id"]: row for row in result["journal"] if row["copied_from"] is None}
    assert len({(row["table"], row["record"], row["id"]) for row in result["journal"]}) == len(result["journal"])
    for row in result["journal"]:
        assert row["table"] == "incident" or cases[row["record"]]["opened_at"] <= row["created_at"]
        assert (row["copied_from"] is not None) == (":" in row["id"] or "+" in row["id"])
        if row["copied_from"] is not None:
            root = roots[row["copied_from"]]
            assert all(row[name] == root[name] for name in ("value", "created_at", "created_by"))
        assert row["origin"] == "copy" or not (row["unintended"] or row["duplicate"])


@few
@given(all_scenarios)
def test_with_both_switches_off_nothing_crosses(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    properties = {**policy.get("properties", {}), COMMENTS_SYNC: False}
    result = simulate(tables, {**policy, "properties": properties, "business_rules": {COPY_RULE: False}})
    assert {row["origin"] for row in result["journal"]} <= {"input", "reply", "resolution"}
    assert all(row["copied_from"] is None for row in result["journal"])


@few
@given(all_scenarios)
def test_every_comment_on_an_incident_reaches_all_its_cases_once(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    result = simulate(tables, {**policy, "business_rules": {COPY_RULE: True}})
    keys = Counter(row["id"] for row in result["journal"])
    for row in result["journal"]:
        if row["table"] == "incident" and row["element"] == "comments":
            root = row["copied_from"] or row["id"]
            for case in result["cases"]:
                there = case["incident_number"] == row["record"] and case["opened_at"] <= row["created_at"]
                assert keys[f"{root}+{case['number']}"] == there


@few
@given(all_scenarios)
def test_flood_control_holds_back_and_changes_nothing_else(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    flood = policy.get("flood", {"max_per_contact": 1, "window": "1h", "quiet_hours": ["22:00", "06:00"]})
    calm = simulate(tables, {key: value for key, value in policy.items() if key != "flood"})
    result = simulate(tables, {**policy, "flood": flood})
    assert {**result, "notifications": []} == {**calm, "notifications": []}
    for row, free in zip(result["notifications"], calm["notifications"], strict=True):
        assert row == free or free["status"] == "sent"
        assert row["status"] == free["status"] or row["reason"] == "flood"
        if row["deliver_at"] is not None:
            assert row["created_at"] <= row["deliver_at"]
            assert "quiet_hours" not in flood or not is_quiet(flood, row["deliver_at"])
            # Quiet hours last less than a day and, where clocks go back, an hour more.
            assert row["status"] == "digested" or row["deliver_at"] - row["created_at"] < timedelta(hours=25)


@few
@given(all_scenarios)
def test_without_times_late_customers_are_as_all_others(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    times = ("added_at", "removed_at", "sys_created_on")
    for table in ("affected_account", "task_ci", "task_cmdb_ci_service"):
        rows = tables.get(table, [])
        tables = {**tables, table: [{name: row[name] for name in row if name not in times} for row in rows]}
    results = [simulate(tables, with_late(policy, mode)) for mode in ("known", "first", "add", "promote")]
    assert all(result == results[0] for result in results)
    for row in results[0]["decisions"]:
        assert {row[name] for name in ("first_count", "final_count", "peak_count")} == {row["counted"]}


@few
@given(all_scenarios)
def test_those_who_come_later_are_added_and_take_nothing_away(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    first, add, promote = (simulate(tables, with_late(policy, mode)) for mode in ("first", "add", "promote"))
    cases = {case["number"]: case for case in add["cases"]}
    for case in first["cases"]:
        assert cases[case["number"]]["opened_at"] == case["opened_at"]
        assert cases[case["number"]]["account"] == case["account"]
    for before, after in zip(add["decisions"], promote["decisions"], strict=True):
        assert before == after or (before["outcome"], after["reason"]) == ("individual", "promoted")
    assert customers_of(add) == customers_of(promote)


def customers_of(result: Tables) -> list[tuple[object, ...]]:
    columns = ("number", "account", "consumer", "contact", "opened_at", "sys_class_name")
    return [tuple(case[column] for column in columns) for case in customer_cases(result["cases"])]


@few
@given(all_scenarios, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(scenario: tuple[Tables, Policy], chance: random.Random):
    tables, policy = scenario
    result = simulate(tables, policy)
    if any(reject["reason"] == "duplicate_key" for reject in result["rejects"]):
        return  # which of two rows is the second does depend on the order
    shuffled = {table: chance.sample(found, len(found)) for table, found in tables.items()}
    again = simulate(shuffled, policy)
    assert {**again, "rejects": unplaced(again)} == {**result, "rejects": unplaced(result)}


def unplaced(result: Tables) -> Counter[tuple[object, ...]]:
    """Rejects without the number of their row."""
    return Counter(tuple(value for name, value in row.items() if name != "row") for row in result["rejects"])


@few
@given(all_scenarios)
def test_frames_lose_nothing(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    again = {table: rows(frame) for table, frame in frames(tables).items()}
    assert simulate(again, policy) == simulate(tables, policy)
