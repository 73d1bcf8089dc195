"""The reference against the examples, which were worked by hand, and against what holds for every dataset.

Each example is a test of its own, named after its rule: `test_example[r2_5_first_override_wins]`.
"""

import random
import re
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import EXAMPLES, Example
from tests.frames import frames, rows
from tests.reference import Policy, Row, Tables, simulate
from tests.reference.policy import THRESHOLD_NAMES
from tests.reference.values import as_text, read_duration, read_flag, read_number, read_time
from tests.strategies import scenarios

RULES = [
    "R1",
    "R1.1",
    "R1.2",
    "R1.3",
    "R1.4",
    "R1.5",
    "R1.6",
    "R2",
    "R2.1",
    "R2.2",
    "R2.3",
    "R2.4",
    "R2.5",
    "R3",
    "R3.1",
    "R3.2",
    "R3.3",
    "R3.4",
    "R3.5",
    "R3.6",
    "R4",
    "R4.1",
    "R5",
    "R5.1",
    "R5.2",
    "R7",
    "R7.1",
    "R7.3",
    "R7.4",
    "R8",
    "R8.1",
    "R8.2",
]

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example):
    assert example.faults(simulate(deepcopy(example.tables), example.policy)) == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_an_example_of_its_name(rule: str):
    start = rule.lower().replace(".", "_")
    named = re.compile(rf"(reading|{start})_")
    assert any(example.rule == rule and named.match(example.name) for example in EXAMPLES)


def test_names_of_examples_are_distinct():
    assert [name for name, count in Counter(example.name for example in EXAMPLES).items() if count > 1] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_reads_the_same_from_frames(example: Example):
    again = {table: rows(frame) for table, frame in frames(example.tables).items()}
    assert example.faults(simulate(again, example.policy)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (250000.0, "250000"),
        (2.5, "2.5"),
        (3, "3"),
        (True, "true"),
        ("", None),
        (" ", " "),
        (read_time("2026-03-05T10:15:00.5"), "2026-03-05 10:15:00.500000"),
    ],
)
def test_values_as_text(value: object, text: str | None):
    assert as_text(value) == text


def test_what_cannot_be_read_is_none():
    assert [read_time(text) for text in ("", "soon", "2026-02-30 10:00:00", "2026-03-05")] == [None] * 4
    assert [read_number(text) for text in ("", "1,000", "12 EUR", "nan", "1_0", "١")] == [None] * 6
    assert [read_number(text) for text in ("1e3", "-.5", "+2.")] == [1000, -0.5, 2]
    assert [read_flag(text, missing=True) for text in ("No", "0", "FALSE", "nein", "")] == [False] * 3 + [True] * 2
    assert read_duration("PT1H30M") == read_duration("90m")


# What holds for every dataset and policy.


@few
@given(scenarios())
def test_columns_are_those_of_the_result(scenario: tuple[Tables, Policy]):
    result = simulate(*scenario)
    for table, found in result.items():
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
@given(scenarios())
def test_no_customer_has_two_cases_and_every_child_one_parent(scenario: tuple[Tables, Policy]):
    cases = simulate(*scenario)["cases"]
    majors = {case["number"]: case for case in cases if case["kind"] == "major"}
    customers = [(case["incident"], case["account"], case["consumer"]) for case in cases if case["kind"] != "major"]
    assert len(set(customers)) == len(customers)
    assert len({case["number"] for case in cases}) == len(cases)
    for case in cases:
        assert (case["parent"] is not None) == (case["kind"] == "child")
        assert case["parent"] is None or majors[case["parent"]]["incident"] == case["incident"]


@few
@given(scenarios())
def test_every_customer_case_is_told_or_suppressed(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    result = simulate(tables, policy)
    created = [row["case_number"] for row in result["notifications"] if row["event"] == "case_created"]
    enabled = policy.get("notifications", {}).get("case_created", {}).get("enabled", True)
    told = [case["number"] for case in result["cases"] if case["kind"] != "major"]
    assert sorted(created) == (sorted(told) if enabled else [])
    for row in result["notifications"]:
        assert (row["status"] == "sent") == (row["reason"] is None) == (row["email"] is not None)


@few
@given(scenarios(), st.integers(1, 5), st.integers(1, 5))
def test_only_counts_between_two_thresholds_change(scenario: tuple[Tables, Policy], one: int, other: int):
    tables, policy = scenario
    policy.pop("overrides", None)
    low, high = sorted((one, other))
    before, after = (by_incident(simulate(deepcopy(tables), with_threshold(policy, t))) for t in (low, high))
    for incident, found in before.items():
        k = found["decisions"][0]["counted"]
        outcomes = (found["decisions"][0]["outcome"], after[incident]["decisions"][0]["outcome"])
        assert outcomes != ("individual", "major")
        if not low <= k < high:
            del found["decisions"][0]["threshold"], after[incident]["decisions"][0]["threshold"]
            assert found == after[incident]


def with_threshold(policy: Policy, threshold: int) -> Policy:
    return {**policy, "properties": {THRESHOLD_NAMES[0]: threshold}}


def by_incident(result: Tables) -> dict[str, Any]:
    """All rows by incident, but for the journal, whose records do not say which incident they are of."""
    found: dict[str, Any] = {}
    for table in ("decisions", "cases", "notifications"):
        for row in result[table]:
            found.setdefault(row["incident_number"], {}).setdefault(table, []).append(row)
    return found


@few
@given(scenarios(), st.randoms(use_true_random=False))
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
@given(scenarios())
def test_frames_lose_nothing(scenario: tuple[Tables, Policy]):
    tables, policy = scenario
    again = {table: rows(frame) for table, frame in frames(tables).items()}
    assert simulate(again, policy) == simulate(tables, policy)


def test_simulate_leaves_its_input_alone():
    tables: Tables = {"incident": [Row(sys_id="i1", opened_at="2026-03-05 10:00:00")], "affected_account": []}
    before = deepcopy(tables)
    simulate(tables, {})
    assert tables == before
