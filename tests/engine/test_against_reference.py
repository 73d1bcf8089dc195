"""The engine against the rules in plain Python: every example, and whatever Hypothesis draws."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.running import engine_rows
from tests.examples import EXAMPLES, Example
from tests.reference import simulate as reference
from tests.strategies import scenarios

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example):
    assert example.faults(engine_rows(deepcopy(example.tables), example.policy)) == []


@many
@given(scenarios())
def test_the_engine_does_what_the_reference_does(scenario):
    tables, policy = scenario
    expected, got = reference(deepcopy(tables), policy), engine_rows(tables, policy)
    for name, rows in expected.items():
        assert got[name] == rows, name
