"""R2.1 to R2.5, R3.3, R4.1, R5.2 and the choices: what a policy accepts, means, refuses, and how it varies."""

import copy
import pickle
from datetime import date
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casesim.policy import Choices, Event, Policy, effective_mapping, extra_case_fields, resolve_field, write
from casesim.policy.keywords import Settings
from casesim.policy.names import CHOICES, COPY_COMMENTS, PLACES, PROPERTIES, THRESHOLD_SPELLINGS, TOP_LEVEL
from casesim.policy.sections import SECTIONS
from casesim.policy.values import duration, duration_text
from casesim.tables import PolicyError
from tests.strategies.policies import whole_policies

SAMPLE = """
flow = "incident"
sources = ["incident"]

[properties]
"sn_ind_tsm_core.major_case_affected_account_threshold" = 5
"proactive_workflows_for_providers.additional_comments_sync" = true
"sn_customerservice.parent_child_case_sync" = false
"sn_customerservice.case_fields_to_sync" = "priority,state,comments"

[business_rules]
"Update case worknote for comments change" = true

[mapping.individual]
description = "Reported by network operations: {description}"
priority = "{priority}"
u_region = "EMEA"

[choices]
customers = "accounts"
count_retired_install_base = false
count_inactive_accounts = true
roll_up_to_parent_account = false
comment_copy_target = "comments"
late_customers = "known"
cancel_cases_with_incident = false
sync_extended_case_types = false
generation_delay = "0s"
major_resolution_delay = "2h"

[trigger]
category = ["network", "sd-wan"]

[[overrides]]
when = { priority = ["1"] }
threshold = 3

[also_major_when]
contract_value_at_least = 250000

[[case_types]]
product = "Fibre 1000"
table = "sn_ind_tmt_fibre_case"
defaults = { u_line = "fibre" }

[notifications.case_created]
enabled = true
subject = "{case.number}: {case.short_description}"
body = "{case.description}"

[[notify]]
when = { outcome = "major" }
message = "We are working on {short_description}."
after = "30m"

[flood]
max_per_contact = 3
window = "1h"
digest = true
quiet_hours = ["22:00", "06:00"]
timezone = "Europe/Berlin"
"""
HOUR = 3_600_000_000


def test_a_full_policy_reads_as_it_stands():
    policy = Policy.from_toml(SAMPLE)
    assert (policy.threshold, policy.threshold_given, policy.sync_comments, policy.sync_children) == (
        5,
        True,
        True,
        False,
    )
    assert policy.sync_fields == ("priority", "state", "comments")
    assert policy.mapping["individual"]["u_region"].constant == "EMEA"
    assert (policy.choices.generation_delay, policy.choices.major_resolution_delay) == (0, 2 * HOUR)
    assert policy.trigger.fields == ("category",)
    assert [override.threshold for override in policy.overrides] == [3]
    assert policy.also_major_when.contract_value_at_least == 250_000
    assert dict(policy.case_types[0].defaults) == {"u_line": "fibre"}
    assert policy.notifications["case_created"].subject.text == "{case.number}: {case.short_description}"
    assert policy.notifications["resolved"] == Event()
    assert policy.notify[0].after == HOUR // 2
    assert (policy.flood.window, policy.flood.quiet_hours, policy.flood.timezone) == (
        HOUR,
        (1320, 360),
        "Europe/Berlin",
    )


def test_an_empty_policy_assumes_five_and_says_so():
    policy = Policy.from_toml("")
    assert (policy.threshold, policy.threshold_given, policy.copy_comments) == (5, False, True)
    assert policy.choices == Choices()
    assert policy.with_(customers="both").threshold_given is False
    assert Policy(threshold=5).threshold_given is True
    assert policy == Policy(threshold=5)


@pytest.mark.parametrize("name", THRESHOLD_SPELLINGS)
@pytest.mark.parametrize("value", [7, "7", " 7 "])
def test_r2_1_every_spelling_gives_the_threshold(name, value):
    policy = Policy.from_dict({"properties": {name: value}})
    assert (policy.threshold, policy.threshold_given) == (7, True)
    assert policy == Policy(threshold=7)
    assert Policy(threshold=5).set(name, value) == policy
    assert Policy(threshold=5).with_(properties={name: value}) == policy


def test_r2_1_spellings_may_agree_but_not_differ():
    one, other = THRESHOLD_SPELLINGS[:2]
    assert Policy.from_properties({one: "5", other: "05"}).threshold == 5
    with pytest.raises(PolicyError, match=r"several spellings with different values \(R2.1\)"):
        Policy.from_properties({one: "5", other: "6"})


@pytest.mark.parametrize(
    "value", ["", " ", 0, -1, "0", "-3", "five", "5.5", 5.5, 5.0, 1e99, "1e99", True, None, [5], "٥", 2**31]
)
@pytest.mark.parametrize("name", THRESHOLD_SPELLINGS)
def test_r2_2_no_other_threshold_passes(name, value):
    with pytest.raises(PolicyError) as error:
        Policy.from_properties({name: value})
    assert f'"{name}"' in str(error.value) or f" {name}:" in str(error.value)
    assert "it must be a whole number of 1 or more, at most 2,147,483,647 (R2.2)." in str(error.value)
    with pytest.raises(PolicyError):
        Policy.from_dict({"overrides": [{"when": {}, "threshold": value}]})


def test_r2_2_the_largest_threshold_is_accepted_and_a_monstrous_one_refused():
    assert Policy(threshold=2**31 - 1).threshold == 2**31 - 1
    with pytest.raises(PolicyError, match="<int> is not accepted"):
        Policy(threshold=10**5000)


def test_properties_of_an_instance_that_play_no_part_are_left_out():
    policy = Policy.from_properties(
        {"glide.ui.list": "x", PROPERTIES[4]: "TRUE", PROPERTIES[6]: "state, ,priority,state"}
    )
    assert (policy.threshold_given, policy.sync_comments, policy.sync_fields) == (False, True, ("state", "priority"))


def test_r2_5_overrides_keep_their_order():
    policy = Policy(overrides=[{"when": {"priority": 1}, "threshold": 3}, {"when": {}, "threshold": 9}])
    assert [(override.when.fields, override.threshold) for override in policy.overrides] == [
        (("priority",), 3),
        ((), 9),
    ]


def test_r3_3_defaults_are_replaced_target_by_target():
    policy = Policy(mapping={"child": {"description": "", "u_n": 5, "u_b": True, "u_d": date(2026, 3, 5), "u_x": "{{"}})
    assert {field: template.text for field, template in effective_mapping(policy, "child").items()} == {
        "short_description": "{short_description}",
        "description": "",
        "contact_type": "{contact_type}",
        "u_n": "5",
        "u_b": "true",
        "u_d": "2026-03-05",
        "u_x": "{{",
    }
    assert set(effective_mapping(policy, "major")) == {"short_description", "description", "contact_type"}


def test_extra_case_fields_are_those_of_every_mapping_and_default_by_name():
    policy = Policy(
        mapping={"major": {"priority": "1", "description": "x"}, "proactive": {"u_a": "x"}},
        case_types=[{"all_products": True, "table": "t", "defaults": {"u_line": 1, "contact_type": "web"}}],
    )
    assert extra_case_fields(policy) == ("priority", "u_a", "u_line")


def test_r5_2_an_event_may_be_switched_off():
    policy = Policy(notifications={"resolved": {"enabled": False}, "comment": {"body": "{comment.value}"}})
    assert [policy.notifications[event].enabled for event in ("case_created", "comment", "resolved")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("0s", 0),
        ("90s", 90_000_000),
        ("30m", HOUR // 2),
        ("2h", 2 * HOUR),
        ("1d", 24 * HOUR),
        ("PT2H", 2 * HOUR),
        ("P1DT2H30M", 26 * HOUR + HOUR // 2),
        ("P1D", 24 * HOUR),
        ("PT90S", 90_000_000),
    ],
)
def test_r3_6_durations(text, microseconds):
    assert duration(text, "x") == microseconds


@pytest.mark.parametrize(
    "text", ["", "2", "-2h", "2 h", "1.5h", "2H", "P", "PT", "P1DT", "P1M", "P1Y", "36501d", 0, None]
)
def test_r3_6_what_is_no_duration(text):
    with pytest.raises(PolicyError, match=r'choices. generation_delay: .* a duration is written "90s"'):
        Policy.from_dict({"choices": {"generation_delay": text}})


@given(st.integers(0, 36_500 * 86_400))
def test_r3_6_a_duration_written_reads_back(seconds):
    assert duration(duration_text(seconds * 1_000_000), "x") == seconds * 1_000_000


def test_keyword_names_and_sections_are_listed_alike_everywhere():
    assert tuple(SECTIONS) == TOP_LEVEL
    assert tuple(Choices.__slots__) == CHOICES
    spellings = {*PROPERTIES, COPY_COMMENTS}
    assert set(get_type_hints(Settings)) == set(PLACES) - spellings


def test_a_name_is_known_as_written_or_as_the_platform_spells_it():
    assert resolve_field("Short description", ["short_description"]) == "short_description"
    assert resolve_field("Odd", ["Odd", "odd"]) == "Odd"
    assert resolve_field("priorty", ["priority"]) is None


def test_a_policy_never_changes_and_can_be_copied():
    policy = Policy.from_toml(SAMPLE)
    with pytest.raises(AttributeError):
        policy.threshold = 6
    with pytest.raises(TypeError):
        policy.mapping["individual"]["u_region"] = None
    for same in (pickle.loads(pickle.dumps(policy)), copy.deepcopy(policy)):
        assert (same, hash(same), same.threshold_given) == (policy, hash(policy), True)
    assert pickle.loads(pickle.dumps(Policy())).threshold_given is False
    changed = policy.set("threshold", 9, by="--set")
    assert pickle.loads(pickle.dumps(changed)).threshold_from == changed.threshold_from == "--set"


@given(whole_policies(frozenset()), st.integers(1, 10**9), st.sampled_from(["threshold", "affected_account_threshold"]))
def test_r2_1_a_moved_threshold_is_the_policy_that_would_have_been_read(raw, number, name):
    policy = Policy.from_dict(raw)
    moved, read = policy.with_(**{name: number}), policy.set(name, number)
    assert (moved, moved.sha256, moved.to_dict()) == (read, read.sha256, read.to_dict())
    assert (moved.given, moved.threshold_from) == (read.given, read.threshold_from)
    assert pickle.loads(pickle.dumps(moved)) == moved


def test_a_policy_is_read_and_written_out_once(monkeypatch):
    counted = []
    policy = Policy(threshold=5, customers="both", mapping={"major": {"u_x": "{number}"}})
    whole = write.whole
    monkeypatch.setattr(write, "whole", lambda given: counted.append(given) or whole(given))
    other = policy.with_(threshold=7)
    assert other != policy
    assert {other, policy.with_(threshold=7)} == {other}
    assert other.to_dict()["choices"] == {"customers": "both"}
    assert counted == []
    # Any other setting is read, and written out, once.
    policy.with_(threshold=7, customers="accounts").to_toml()
    assert len(counted) == 1


def test_what_a_policy_hands_out_changes_nothing_in_it():
    policy = Policy(overrides=[{"when": {"priority": ["1", "2"]}, "threshold": 3}])
    before = policy.sha256
    policy.to_dict()["overrides"][0]["when"]["priority"].append("3")
    assert policy.to_dict()["overrides"] == [{"when": {"priority": ["1", "2"]}, "threshold": 3}]
    assert policy.with_(threshold=9).with_(threshold=policy.threshold, affected_account_threshold=2).sha256 == before
