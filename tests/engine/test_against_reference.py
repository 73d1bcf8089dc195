"""The engine against the rules in plain Python: every example, and whatever Hypothesis draws."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.running import engine_rows
from tests.examples import EXAMPLES, Example
from tests.reference import Policy, Tables
from tests.reference import simulate as reference
from tests.reference.busy import busy
from tests.strategies import scenarios

many = settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example):
    assert example.faults(engine_rows(deepcopy(example.tables), example.policy)) == []


@many
@given(scenarios())
def test_the_engine_does_what_the_reference_does(scenario):
    agree(*scenario)


@many
@given(scenarios(whole=True))
def test_the_engine_does_what_the_reference_does_with_every_rule(scenario):
    agree(*scenario)


@many
@given(busy())
def test_the_engine_does_what_the_reference_does_where_much_is_written(scenario):
    agree(*scenario)


def agree(tables: Tables, policy: Policy) -> None:
    """All five tables are alike, row by row and column by column."""
    expected, got = reference(deepcopy(tables), policy), engine_rows(tables, policy)
    for name, rows in expected.items():
        assert got[name] == rows, name
