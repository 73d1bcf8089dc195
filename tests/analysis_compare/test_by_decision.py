"""What changes by decision alone is found in closed form as it is found by listing every case of both runs."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim.analysis.compare import Comparison, compare
from casesim.synth import synth

THRESHOLDS = st.integers(1, 40)
RESTS = st.fixed_dictionaries(
    {},
    optional={
        "notifications": st.fixed_dictionaries({"case_created": st.sampled_from([{"enabled": False}])}),
        "choices": st.sampled_from(
            [{"customers": "both"}, {"generation_delay": "2h"}, {"major_resolution_delay": "1d"}]
        ),
        "trigger": st.just({"priority": ["1", "2"]}),
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "trigger": st.just({"category": ["network"]}),
        "overrides": st.just([{"when": {"priority": ["1"]}, "threshold": 3}]),
        "also_major_when": st.just({"contract_value_at_least": 1_000_000}),
    },
)
OF_CHILDREN = {"child": {"u_note": "part of a major case"}}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    out = tmp_path_factory.mktemp("by_decision") / "data"
    synth(out, incidents=600, history=False)
    return cs.prepare(cs.load(out))


def listed(found: Comparison) -> Comparison:
    """The same comparison, told that nothing follows from the decisions."""
    other = compare(found.now.prepared, found.a, found.b)
    vars(other)["apart"] = False
    return other


@settings(max_examples=15, deadline=None)
@given(rest=RESTS, thresholds=st.tuples(THRESHOLDS, THRESHOLDS), change=CHANGES)
def test_what_follows_from_the_decisions_is_what_the_cases_say(prepared, rest, thresholds, change):
    a, b = (
        cs.Policy.from_dict(given).with_(threshold=threshold)
        for given, threshold in zip((rest, {**rest, **change}), thresholds, strict=True)
    )
    found = compare(prepared, a, b)
    assert found.apart
    every = listed(found)
    assume(every.changed.height)
    assert found.changed.equals(every.changed)
    assert found.recipients.equals(every.recipients)
    assert found.height == every.height == 600


def test_children_with_a_field_of_their_own_are_compared_case_by_case(prepared):
    a = cs.Policy.from_dict({"mapping": OF_CHILDREN}).with_(threshold=5)
    found = compare(prepared, a, a.with_(threshold=9))
    assert not found.apart
    assert all("u_note" in fields for fields in found.incidents["fields"])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (cs.Policy(flow="alerts"), cs.Policy(flow="alerts", affected_account_threshold=9)),
        (cs.Policy(), cs.Policy(roll_up_to_parent_account=True)),
        (cs.Policy(), cs.Policy(threshold=9, flood={"max_per_contact": 2, "window": "1h"})),
        (cs.Policy(), cs.Policy(threshold=9).set("notifications.resolved.enabled", "false")),
    ],
    ids=["alerts", "roll up", "flood control", "no mail at the end"],
)
def test_what_else_may_follow_is_compared_case_by_case(prepared, a, b):
    assert not compare(prepared, a, b).apart
