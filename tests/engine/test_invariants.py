"""What holds for every dataset and every policy, whatever the rules' details."""

from collections import Counter, defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.running import engine_rows
from tests.examples.example import threshold
from tests.reference import Policy, Row, Tables
from tests.reference.busy import busy
from tests.strategies import scenarios

RULE = "Update case worknote for comments change"
some = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def at(policy: Policy, number: int) -> Policy:
    """The same policy with another threshold (R2.1)."""
    return {**policy, **threshold(number)}


def by_incident(result: Tables) -> dict[str, dict[str, list[Row]]]:
    """What comes of each incident, by its number: the rows of every table but `rejects`, in their order."""
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    incident_of = {case["number"]: case["incident_number"] for case in result["cases"]}
    for table in ("decisions", "cases", "notifications"):
        for row in result[table]:
            found[row["incident_number"]][table].append(row)
    for row in result["journal"]:
        owner = row["record"] if row["table"] == "incident" else incident_of[row["record"]]
        found[owner]["journal"].append(row)
    return found


@some
@given(scenarios())
def test_r3_cases_add_up_and_nobody_has_two(scenario):
    tables, policy = scenario
    result = engine_rows(tables, policy)
    assert len({case["number"] for case in result["cases"]}) == len(result["cases"])
    for rows in by_incident(result).values():
        [decision] = rows["decisions"]
        kinds = Counter(case["kind"] for case in rows["cases"])
        k = decision["counted"]
        # Invariant 1: 0, k or k + 1 cases.
        expected = {"none": {}, "individual": {"individual": k}, "major": {"major": 1, "child": k}}
        assert kinds == expected[decision["outcome"]]
        assert (k == 0) == (decision["outcome"] == "none")
        # Invariant 3: one case a customer, one parent a child.
        customers = [(case["account"], case["consumer"]) for case in rows["cases"] if case["kind"] != "major"]
        assert len(set(customers)) == len(customers)
        majors = {case["number"] for case in rows["cases"] if case["kind"] == "major"}
        for case in rows["cases"]:
            assert {case["parent"]} == (majors if case["kind"] == "child" else {None})


@some
@given(scenarios())
def test_r5_every_customer_case_is_told_once_or_the_reason_is_kept(scenario):
    tables, policy = scenario
    result = engine_rows(tables, policy)
    events = {
        "case_created": [case for case in result["cases"] if case["kind"] != "major"],
        "resolved": [case for case in result["cases"] if case["kind"] != "major" and case["state"] == "6"],
    }
    for event, cases in events.items():
        told = [row for row in result["notifications"] if row["event"] == event]
        enabled = policy.get("notifications", {}).get(event, {}).get("enabled", True)
        # Invariant 4, and the same for `resolved` (R5.2).
        expected = sorted(case["number"] for case in cases) if enabled else []
        assert sorted(row["case_number"] for row in told) == expected
        assert all((row["status"] == "sent") == (row["reason"] is None) for row in told)
        assert all((row["status"] == "sent") == (row["email"] is not None) for row in told)


@some
@given(scenarios(whole=True))
def test_r3_nobody_has_two_cases_and_every_child_one_parent_whatever_the_flow(scenario):
    tables, policy = scenario
    for rows in by_incident(engine_rows(tables, policy)).values():
        customers = [(case["account"], case["consumer"]) for case in rows["cases"]]
        own = [customer for customer in customers if customer != (None, None)]
        assert len(set(own)) == len(own)
        parents = {case["number"] for case in rows["cases"] if case["kind"] == "major"}
        for case in rows["cases"]:
            assert {case["parent"]} == (parents if case["kind"] == "child" else {None})


@some
@given(scenarios(whole=True))
def test_r5_3_every_opening_is_told_once_whatever_becomes_of_the_mail(scenario):
    tables, policy = scenario
    result = engine_rows(tables, policy)
    told = [row for row in result["notifications"] if row["event"] == "case_created"]
    enabled = policy.get("notifications", {}).get("case_created", {}).get("enabled", True)
    customer_cases = [case for case in result["cases"] if case["account"] or case["consumer"]]
    # Invariant 4: sent, suppressed and digested together.
    assert {row["status"] for row in told} <= {"sent", "suppressed", "digested"}
    assert sorted(row["case_number"] for row in told) == sorted(c["number"] for c in customer_cases if enabled)


@some
@given(busy())
def test_r6_nothing_crosses_with_both_switches_off(scenario):
    tables, policy = scenario
    properties = {name: value for name, value in policy.get("properties", {}).items() if "comments_sync" not in name}
    off = {**policy, "properties": properties, "business_rules": {RULE: False}}
    result = engine_rows(tables, off)
    # Invariant 6: no entry crosses, the work notes of resolution aside.
    assert {row["origin"] for row in result["journal"]} <= {"input", "reply", "resolution"}
    assert all(row["copied_from"] is None for row in result["journal"])


@some
@given(scenarios(), st.integers(1, 6), st.integers(1, 6))
def test_r2_only_incidents_between_two_thresholds_change(scenario, one, other):
    tables, policy = scenario
    low, high = sorted((one, other))
    before = by_incident(engine_rows(tables, at(policy, low)))
    after = by_incident(engine_rows(tables, at(policy, high)))
    assert before.keys() == after.keys()
    for number, was in before.items():
        [old], [new] = was["decisions"], after[number]["decisions"]
        # Invariant 2: raising T never makes an individual outcome major.
        assert (old["outcome"], new["outcome"]) != ("individual", "major")
        if not old["threshold"] <= old["counted"] < new["threshold"]:
            assert untouched(after[number]) == untouched(was)


def untouched(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """An incident's rows without `threshold`."""
    decisions = [{name: value for name, value in row.items() if name != "threshold"} for row in rows["decisions"]]
    return {**rows, "decisions": decisions}


@settings(some, max_examples=10)
@given(scenarios())
def test_r2_outcomes_at_every_threshold_follow_from_the_histogram_of_k(scenario):
    tables, policy = scenario
    plain = {name: value for name, value in policy.items() if name not in ("overrides", "also_major_when")}
    ks = Counter(row["counted"] for row in engine_rows(tables, plain)["decisions"])
    # Invariant 7, as far as outcomes go: up to one more than the largest k.
    for number in range(1, max(ks, default=0) + 2):
        found = Counter(row["outcome"] for row in engine_rows(tables, at(plain, number))["decisions"])
        expected = Counter()
        for k, incidents in ks.items():
            expected["none" if k == 0 else "individual" if k < number else "major"] += incidents
        assert found == expected
