"""A story runs on the incident's own part of the dataset; it must come out as in the whole run."""

from copy import deepcopy
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from casesim.analysis.story import Route, Story, both_stories, story
from casesim.dataset import load
from casesim.engine import simulate as engine
from casesim.engine.flood import flooded
from casesim.policy import Policy
from casesim.results import Result, simulate
from tests.engine.running import engine_result
from tests.examples import EXAMPLES, Example
from tests.reference import Row, Tables
from tests.reference.affected import Route as ReferenceRoute
from tests.reference.affected import affected_customers, is_retired, routes_to
from tests.reference.keys import read
from tests.strategies import scenarios

TELECOM = Path(__file__).parents[2] / "datasets" / "telecom"

many = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_same_rows(told: Story, result: Result, number: str) -> None:
    """The story's tables are the incident's rows of the result, in their order."""
    own = pl.col("incident_number") == number
    assert_frame_equal(told.cases, result.cases.filter(own))
    assert_frame_equal(told.notifications, result.notifications.filter(own))
    case = pl.col("record").is_in(told.cases["number"].implode())
    of_it = pl.when(pl.col("table") == "case").then(case).otherwise(pl.col("record") == number)
    assert_frame_equal(told.journal, result.journal.filter(of_it))
    decided = result.decisions.filter(own).row(0, named=True)
    for name in ("outcome", "reason", "counted", "threshold", "affected_accounts", "contract_value", "peak_count"):
        assert getattr(told.decision, name) == decided[name], name


def assert_customers_fit(told: Story) -> None:
    """Whoever counts has a case if there are cases, in their order; nobody else has one."""
    numbers = told.cases.filter(pl.col("kind") != "major")["number"].to_list()
    counted = [customer for customer in told.customers if customer.counted]
    assert [customer.case.number for customer in counted if customer.case] == sorted(numbers)
    assert len(counted) == told.decision.counted
    assert all(customer.case is None and customer.because for customer in told.customers if not customer.counted)
    assert sum(len(customer.case.told) for customer in counted if customer.case) == told.notifications.height


@settings(many, max_examples=5)
@given(scenarios(), st.integers(1, 6), st.booleans())
def test_two_stories_at_once_are_two_stories(scenario, threshold, switch):
    tables, policy = scenario
    result = engine_result(deepcopy(tables), policy)
    a = result.policy
    b = a.with_(threshold=threshold, sync_comments=not a.sync_comments if switch else a.sync_comments)
    for number in result.decisions["incident_number"].head(2):
        for told, policy in zip(both_stories(result.data, a, b, number), (a, b), strict=True):
            alone = story(result.data, policy, number)
            assert repr(told) == repr(alone)
            assert told.to_dict() == alone.to_dict()


@many
@given(scenarios())
def test_a_story_is_its_part_of_the_whole_run(scenario):
    tables, policy = scenario
    result = engine_result(deepcopy(tables), policy)
    for number in result.decisions["incident_number"]:
        told = result.explain(number)
        assert_same_rows(told, result, number)
        assert_customers_fit(told)
        assert repr(told)
        assert told.to_dict()["decision"]["counted"] == told.decision.counted


@settings(many, max_examples=8)
@given(scenarios(whole=True))
def test_with_every_rule_a_story_is_its_part_of_the_whole_run(scenario):
    """Comments, late customers, floods, changes, alerts: cases, mails with their fate and journal are the run's."""
    tables, policy = scenario
    result = engine_result(deepcopy(tables), policy)
    numbers = result.decisions["incident_number"]
    for number in numbers.filter(numbers.is_unique()):
        told = result.explain(number)
        assert_same_rows(told, result, number)
        assert max(len(line) for line in repr(told).splitlines()) <= 80
        assert told.to_dict()["decision"]["outcome"] == told.decision.outcome
        # Without a run to go by the story makes its own.
        assert_same_rows(story(result.data, result.policy, number), result, number)


def test_r5_3_a_result_is_explained_by_its_own_run(monkeypatch):
    accounts = pl.DataFrame({"incident": ["INC1", "INC1", "INC2"], "account": ["a1", "a2", "a1"]})
    incidents = pl.DataFrame({"number": ["INC1", "INC2"], "opened_at": ["2026-03-05 10:00:00"] * 2})
    customers = pl.DataFrame({"sys_id": ["a1", "a2"], "primary_contact": ["p1", "p1"]})
    contacts = pl.DataFrame({"sys_id": ["p1"], "email": ["p1@x.example"]})
    tables = {"incident": incidents, "affected_account": accounts}
    tables |= {"customer_account": customers, "customer_contact": contacts}
    policy = Policy(threshold=2, flood={"max_per_contact": 1, "window": "1h"})
    result, alone = simulate(load(tables), policy), simulate(load(tables), policy)
    assert result.notifications["status"].to_list() == ["sent", "suppressed", "suppressed"]
    held = []
    monkeypatch.setattr(engine, "flooded", lambda told, flood: held.append(told.height) or flooded(told, flood))
    told = result.explain("INC2")
    assert told.notifications["status"].to_list() == ["suppressed"]
    # The record's own mail at most, never all three again.
    assert max(held, default=0) <= 1
    assert_same_rows(alone.explain("INC2"), result, "INC2")


@many
@given(scenarios())
def test_the_routes_are_those_of_the_reference(scenario):
    tables, policy = scenario
    assert_reference_routes(tables, policy)


# Every sixth: a story takes its time, and the rules have many examples each.
@pytest.mark.parametrize("example", EXAMPLES[::6], ids=str)
def test_the_examples_can_be_told(example: Example):
    assert_reference_routes(deepcopy(example.tables), example.policy)


def assert_reference_routes(tables: Tables, policy: Row) -> None:
    """Same customers, and to each the same routes, as the rules in plain Python find."""
    data = read(deepcopy(tables))
    result = engine_result(tables, policy)
    for incident in data.rows["incident"] if "incident" in policy.get("sources", ["incident"]) else []:
        told = result.explain(incident["number"])
        assert {live(route) for customer in told.customers for route in routes(customer)} == {
            expected(route) for route in routes_to(data, policy, incident)
        }
        met = {(customer.kind, customer.id) for customer in affected_customers(data, policy, incident)}
        not_dropped = [customer for customer in told.customers if routes(customer) and not dropped(customer)]
        assert {(customer.kind, customer.id) for customer in not_dropped} == met
        ignored = sum(route.ignored is not None for customer in told.customers for route in customer.routes)
        assert not ignored or any(is_retired(data, item) for item in data.rows["sn_install_base_item"])


def routes(customer) -> list[Route]:
    return [route for route in customer.routes if route.ignored is None]


def dropped(customer) -> bool:
    return customer.because is not None and "R1.4" in customer.because


def live(route: Route) -> tuple[object, ...]:
    return route.named, route.via, route.product, route.added_at, route.removed_at


def expected(route: ReferenceRoute) -> tuple[object, ...]:
    return route.customer, route.via, route.product, route.added_at, route.removed_at


def test_on_the_shipped_dataset():
    data = load(TELECOM)
    result = simulate(data)
    largest = result.decisions.sort("counted", descending=True).head(2)
    some = result.decisions.sample(12, seed=1)
    for number in [*largest["incident_number"], *some["incident_number"]]:
        told = story(data, data.policy, number)
        assert_same_rows(told, result, number)
        assert_customers_fit(told)


def test_mapped_fields_are_those_of_the_whole_run():
    data = load(TELECOM)
    policy = Policy(threshold=3, mapping={"individual": {"u_region": "{u_region}"}, "child": {"u_n": "{opened_at}"}})
    result = simulate(data, policy)
    for number in result.decisions["incident_number"].head(4):
        assert_same_rows(result.explain(number), result, number)
