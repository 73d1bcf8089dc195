"""A comparison finds exactly what a plain diff of two whole results finds."""

from collections import defaultdict
from copy import deepcopy

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from casesim.analysis.compare import Comparison, compare
from casesim.dataset import load
from casesim.policy import Policy
from tests.analysis_sweep.plain import at, by_hand, figures
from tests.engine.running import engine_rows, with_a_way
from tests.frames import frames
from tests.reference import Row, Tables
from tests.reference.values import as_text as spelt
from tests.strategies import known_fields, scenarios
from tests.strategies.policies import policies, whole_policies

many = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])

COUNTED = ("cases", "notifications")


def compared(tables: Tables, a: dict, b: dict) -> Comparison:
    data = load(with_a_way(frames(deepcopy(tables))))
    return compare(data, Policy.from_dict(a), Policy.from_dict(b))


def by_record(result: Tables) -> dict[object, dict[str, dict[object, Row]]]:
    """What comes of each record, by its number: its rows by table and key."""
    found: dict = defaultdict(lambda: defaultdict(dict))
    owner = {}
    for decision in result["decisions"]:
        found[decision["incident_number"]]["decisions"][0] = decision
    for case in result["cases"]:
        owner[case["number"]] = case["incident_number"]
        found[case["incident_number"]]["cases"][case["number"]] = case
    for note in result["notifications"]:
        found[note["incident_number"]]["notifications"][note["case_number"], note["event"], note["journal_id"]] = note
    for entry in result["journal"]:
        number = entry["record"] if entry["table"] == "incident" else owner[entry["record"]]
        found[number]["journal"][entry["id"], entry["table"], entry["record"]] = entry
    return found


def differing_fields(a: dict[object, Row], b: dict[object, Row]) -> list[tuple[object, str, object, object]]:
    """Case number, field and both values as text, of the cases that both have."""
    return [
        (number, name, spelt(a[number].get(name)), spelt(b[number].get(name)))
        for number in sorted(a.keys() & b.keys(), key=str)
        for name in {**a[number], **b[number]}
        if spelt(a[number].get(name)) != spelt(b[number].get(name))
    ]


def plain_diff(tables: Tables, a: dict, b: dict) -> tuple[list[Row], list[tuple]]:
    """The records that differ in outcome, a case, a notification or a journal entry; and the values that differ."""
    was, now = engine_rows(deepcopy(tables), a), engine_rows(deepcopy(tables), b)
    for result in (was, now):
        numbers = [row["incident_number"] for row in result["decisions"]]
        assume(len(numbers) == len(set(numbers)))
    hands = [by_hand(tables, policy, result) for policy, result in ((a, was), (b, now))]
    before, after = by_record(was), by_record(now)
    found, values = [], []
    for number in {**before, **after}:
        parts = before[number], after[number]
        decisions = [part["decisions"].get(0) for part in parts]
        outcomes = [decision and decision["outcome"] for decision in decisions]
        fields = differing_fields(*(part["cases"] for part in parts))
        same = (outcomes[0] or "none") == (outcomes[1] or "none") and not fields
        same = same and parts[0]["cases"].keys() == parts[1]["cases"].keys()
        if same and all(parts[0][table] == parts[1][table] for table in ("notifications", "journal")):
            continue
        values += [(number, *field) for field in fields]
        found.append(
            {
                "incident_number": number,
                **{name: (decisions[1] or decisions[0])[name] for name in ("affected_accounts", "affected_consumers")},
                **{
                    f"counted_{side}": decision and decision["counted"]
                    for side, decision in zip("ab", decisions, strict=True)
                },
                "outcome_a": outcomes[0],
                "outcome_b": outcomes[1],
                **{
                    f"{table}_{side}": len(part[table])
                    for table in COUNTED
                    for side, part in zip("ab", parts, strict=True)
                },
                **{f"manual_closures_{side}": hand[number] for side, hand in zip("ab", hands, strict=True)},
                "fields": sorted({field for _, field, _, _ in fields}),
            }
        )
    return sorted(found, key=lambda row: row["incident_number"]), sorted(values, key=str)


def told(result: Tables) -> set[tuple[object, object]]:
    """Who gets a notification: contact and consumer."""
    rows = [row for row in result["notifications"] if row["status"] in ("sent", "digested")]
    return {(row["contact"], None if row["contact"] else row["consumer"]) for row in rows}


def assert_same_as_plain(tables: Tables, a: dict, b: dict) -> None:
    found = compared(tables, a, b)
    incidents, values = plain_diff(tables, a, b)
    rows = [{**row, "fields": sorted(row["fields"])} for row in found.incidents.drop("reason").to_dicts()]
    assert sorted(rows, key=lambda row: row["incident_number"]) == incidents
    assert all(found.incidents["reason"])
    assert sorted(found.fields.rows(), key=str) == values
    assert repr(found)
    was, now = (told(engine_rows(deepcopy(tables), policy)) for policy in (a, b))
    by_change = {"new": now - was, "lost": was - now}
    for change, people in by_change.items():
        rows = found.recipients.filter(found.recipients["change"] == change)
        assert {(contact, consumer) for contact, consumer in rows.select("contact", "consumer").rows()} == people
    for side, policy in (("a", a), ("b", b)):
        own = dict(found.totals.select("metric", side).iter_rows())
        if "flood" not in policy:
            expected = figures(tables, policy)
            assert {name: own[name] for name in expected} == expected


@many
@given(scenarios(whole=True), st.integers(1, 5), st.integers(1, 5))
def test_two_thresholds(scenario, one, other):
    tables, policy = scenario
    assert_same_as_plain(tables, at(policy, one), at(policy, other))


@many
@given(scenarios(), st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_two_thresholds_of_the_core_rules(scenario, one, other, everything):
    tables, policy = scenario
    rest = {name: value for name, value in policy.items() if name not in ("trigger", "overrides", "also_major_when")}
    # Nobody writes: what changes follows from the decisions, or is compared in a dataset of its own.
    assert_same_as_plain(tables, at(policy, one), at(policy if everything else rest, other))


@many
@given(scenarios(), st.data())
def test_any_two_policies_of_the_core_rules(scenario, data):
    tables, policy = scenario
    assert_same_as_plain(tables, policy, data.draw(policies(known_fields(tables))))


@many
@given(scenarios(whole=True), st.data())
def test_any_two_policies(scenario, data):
    tables, policy = scenario
    other = data.draw(whole_policies(known_fields(tables)))
    both = {**other, "sources": policy["sources"]} if "sources" in policy else other
    assert_same_as_plain(
        tables, policy, data.draw(st.sampled_from([both, {**policy, "mapping": other.get("mapping", {})}]))
    )


@many
@given(scenarios(whole=True))
def test_the_same_policy_twice_changes_nothing(scenario):
    tables, policy = scenario
    found = compared(tables, policy, policy)
    assert found.incidents.height == found.fields.height == found.recipients.height == 0
    assert set(found.totals["change"]) == {0}
    assert ("Nothing changes" if found.height else "No incident was read") in repr(found)
