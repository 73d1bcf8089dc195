"""What is set on the screen is what the policy says, and what no control shows stays in force and is named."""

import polars as pl
import pytest

import casesim as cs
from casesim.policy import effective_mapping
from casesim.workbench import Workbench
from tests.analysis_sweep.test_by_hand import TABLES
from tests.workbench.test_workbench import words

IMPORTED = """
[properties]
"sn_ind_tsm_core.major_case_affected_account_threshold" = 2
[trigger]
priority = { at_least = 2, at_most = 3 }
[also_major_when]
contract_value_at_least = 250000
[choices]
comment_copy_target = "work_notes"
[[overrides]]
threshold = 9
when = { priority = "1", category = "network" }
[[overrides]]
threshold = 4
when = { priority = "2" }
[[overrides]]
threshold = 5
when = { impact = { at_least = 1, at_most = 2 } }
"""


@pytest.fixture
def bench():
    incidents = TABLES["incident"].with_columns(short_description=pl.lit("A line is down"))
    return Workbench(cs.load({**TABLES, "incident": incidents}, name="three"), cs.Policy(threshold=3))


def add(bench, field: str, operator: str, value: str) -> None:
    region = bench.conditions
    region._add("trigger")
    row = region.trigger[-1]
    row.field.value, row.operator.value, row.value.value = field, operator, value


def test_an_edit_touches_its_own_setting_alone(bench):
    bench.hand_over.take(IMPORTED, ".toml")
    imported = cs.Policy.from_toml(IMPORTED)
    assert bench.policy == imported
    bench.threshold.set(6)
    assert bench.policy == imported.with_(threshold=6)
    first = bench.conditions.trigger[0]
    assert (first.field.value, first.operator.value, first.value.value) == ("priority", "at_least", "2")
    first.value.value = "1"
    expected = IMPORTED.replace("at_least = 2,", "at_least = 1,").replace("= 2\n[trigger]", "= 6\n[trigger]")
    assert bench.policy == cs.Policy.from_toml(expected)
    bench.choices.sync.value = True
    assert bench.policy == cs.Policy.from_toml(expected).with_(additional_comments_sync=True)
    # Overrides keep their order, the first that holds counts (R2.5).
    bench.conditions.overrides[0].threshold.value = "3"
    assert [each["threshold"] for each in bench.policy.to_dict()["overrides"]] == [9, 3, 5]
    bench.load(bench.current)
    assert bench.policy == bench.current


def test_what_no_control_shows_is_named(bench):
    assert "Also in force" not in words(bench.made.value)
    bench.hand_over.take(IMPORTED, ".toml")
    also = "also_major_when.contract_value_at_least, choices.comment_copy_target, 2 overrides with several conditions"
    assert f"Also in force: {also}" in words(bench.made.value)


def test_r2_4_two_lines_on_one_field_must_both_hold(bench):
    add(bench, "priority", "at_least", "2")
    add(bench, "priority", "at_most", "3")
    assert bench.policy.to_dict()["trigger"] == {"priority": {"at_least": 2, "at_most": 3}}
    add(bench, "priority", "at_least", "1")
    assert '"priority" stands in two conditions' in words(bench.conditions.error.value)
    # What was in force before stays, and an edit that mends it is taken.
    assert bench.policy.to_dict()["trigger"] == {"priority": {"at_least": 2, "at_most": 3}}
    bench.conditions._remove(bench.conditions.trigger[-1])
    assert bench.conditions.error.value == ""


def test_a_line_that_is_not_complete_changes_nothing(bench):
    add(bench, "priority", "any_of", "")
    assert bench.policy == bench.current
    add(bench, "", "any_of", "1")
    assert bench.policy == bench.current
    bench.conditions.trigger[0].operator.value = "set"
    assert bench.policy.to_dict()["trigger"] == {"priority": {"set": True}}


def test_r3_4_a_default_field_that_is_taken_away_stays_empty(bench):
    line = next(line for line in bench.mapping.lines["individual"] if line.field.value == "short_description")
    bench.mapping.remove(line)
    assert effective_mapping(bench.policy, "individual")["short_description"].text == ""
    assert effective_mapping(bench.policy, "child")["short_description"].text != ""
    assert "1 change" in words(bench.made.value)
    cases = cs.simulate(bench._prepared.data, bench.policy).cases
    assert cases["short_description"].null_count() == (cases["kind"] == "individual").sum() > 0
    bench.threshold.set(4)
    bench.load(bench.policy)
    assert "short_description" not in [line.field.value for line in bench.mapping.lines["individual"]]
    bench.load(bench.current)
    assert "short_description" in [line.field.value for line in bench.mapping.lines["individual"]]
