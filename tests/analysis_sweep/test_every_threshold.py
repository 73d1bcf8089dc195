"""The sweep's row at T is what a full run at T comes to, for every T (invariant 7)."""

from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casesim.analysis.sweep import Sweep, sweep
from casesim.dataset import load
from casesim.policy import Policy
from tests.analysis_sweep.plain import at, figures, most
from tests.engine.running import with_a_way
from tests.frames import frames
from tests.reference import Tables
from tests.strategies import scenarios

many = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def swept(tables: Tables, policy: dict) -> Sweep:
    return sweep(load(with_a_way(frames(deepcopy(tables)))), Policy.from_dict(policy))


def assert_every_row_is_a_run(tables: Tables, policy: dict) -> None:
    table = swept(tables, policy).table
    assert table["threshold"].to_list() == list(range(1, most(tables, policy) + 2))
    for row in table.to_dicts():
        assert row == {"threshold": row["threshold"], **figures(tables, at(policy, row["threshold"]))}


@many
@given(scenarios())
def test_core_rules(scenario):
    assert_every_row_is_a_run(*scenario)


@many
@given(scenarios(whole=True))
def test_all_rules(scenario):
    assert_every_row_is_a_run(*scenario)


@many
@given(scenarios(whole=True), st.sampled_from(["first", "add", "promote"]))
def test_late_customers(scenario, mode):
    tables, policy = scenario
    plain = {name: value for name, value in policy.items() if name != "flow"}
    assert_every_row_is_a_run(tables, {**plain, "choices": {**policy.get("choices", {}), "late_customers": mode}})


@settings(many, max_examples=6)
@given(scenarios(whole=True), st.sampled_from(["priority", "category", "month", "hour"]))
def test_by_a_field_of_incidents_the_segments_add_up(scenario, segment):
    found = swept(*scenario)
    by = found.by(segment)
    names = [name for name in found.table.columns if name not in ("threshold", "notifications_peak_hour")]
    for row in found.table.iter_rows(named=True):
        parts = by.filter(by["threshold"] == row["threshold"])
        assert {name: parts[name].sum() for name in names} == {name: row[name] for name in names}
        assert (parts["notifications_peak_hour"].max() or 0) <= row["notifications_peak_hour"]


def test_the_figures_at_a_threshold_beyond_the_last_are_the_last_ones():
    tables = {"incident": [{"number": "INC1", "opened_at": "2026-03-05 10:00:00"}], "affected_account": []}
    found = swept(tables, {})
    assert found.table.height == 1
    assert found.row(7) == {**found.table.row(0, named=True), "threshold": 7}
