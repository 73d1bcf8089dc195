"""What a change comes to in a sentence, and what one should look at before making it."""

import polars as pl
import pytest

import casesim as cs
from casesim.analysis.findings import findings, priority
from casesim.analysis.verdict import verdict
from tests.analysis_sweep.test_by_hand import TABLES

# INC1 has three customers, INC2 one, INC3 none; INC1 is resolved.


@pytest.fixture
def data():
    return cs.load(TABLES, name="three")


def titles(found) -> dict[str, str]:
    return {each.title: each.severity for each in findings(found)}


def test_raising_and_lowering_in_a_sentence(data):
    up = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4))
    assert verdict(up) == (
        "Raising the threshold from 3 to 4 makes 1 fewer incident major: 1 → 0 (−100.0 %).",
        "4 fewer cases to close by hand.",
    )
    down = cs.compare(data, cs.Policy(threshold=4), cs.Policy(threshold=1))
    # From 0 no per cent. INC1 and INC2 become major; only INC1 is resolved.
    assert verdict(down) == (
        "Lowering the threshold from 4 to 1 makes 2 more incidents major: 0 → 2.",
        "4 more cases to close by hand.",
    )


def test_nothing_changes_in_a_sentence(data):
    assert verdict(cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=6)))[0] == (
        "No incident changes between 5 and 6."
    )
    assert verdict(cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=5)))[0].startswith("Nothing changes")


def test_other_settings_in_a_sentence(data):
    found = cs.preview(data, cs.Policy(threshold=3), trigger={"category": "network"})
    assert verdict(found)[0] == "1 setting changed: 1 incident of 3 change, none of them in being major or not."


@pytest.mark.parametrize(
    ("threshold", "cliff"),
    # One incident has exactly 3 customers, and exactly 1: from 3 it goes at 4; from 2 comes one at 1, none goes at 3.
    [(3, {"Cliff at 4"}), (2, {"Cliff at 1"}), (1, {"Cliff at 2"}), (4, set())],
)
def test_a_cliff_within_one_step(data, threshold, cliff):
    found = titles(cs.compare(data, cs.Policy(threshold=9), cs.Policy(threshold=threshold)))
    assert {title for title in found if title.startswith("Cliff")} == cliff


def test_critical_incidents_that_change():
    incidents = TABLES["incident"].with_columns(priority=pl.Series(["1", "2", "1"]))
    data = cs.load({**TABLES, "incident": incidents})
    found = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4))
    [critical] = [each for each in findings(found) if "critical" in each.title]
    assert (critical.severity, critical.title, critical.text) == (
        "warn",
        "1 critical incident changes outcome",
        "1 stops being major: INC1.",
    )


def test_each_number_of_critical_incidents_is_that_of_the_names_beside_it():
    numbers = [f"INC{place}" for place in range(9)]
    opened = pl.DataFrame(
        {"number": numbers, "opened_at": "2026-03-05 10:00:00", "priority": "1", "impact": ["1"] * 5 + ["2"] * 4}
    )
    listed = pl.DataFrame({"incident": numbers * 3, "account": ["a"] * 9 + ["b"] * 9 + ["c"] * 9})
    data = cs.load({"incident": opened, "affected_account": listed})
    # Those of impact 1 get no cases any more; the others become major.
    found = cs.compare(data, cs.Policy(threshold=4), cs.Policy(threshold=3, trigger={"impact": "2"}))
    [critical] = [each for each in findings(found) if "critical" in each.title]
    assert critical.title == "9 critical incidents change outcome"
    first, second = critical.text.split(". ")
    assert first == "4 start being major: INC5, INC6, INC7 and 1 more"
    assert second == "5 get cases in one of both alone: INC0, INC1, INC2 and 2 more."


def test_suppressed_notifications_and_a_short_period(data):
    found = titles(cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)))
    # 5 sent, 2 suppressed: 28.6 %. 5 March to 1 April are 5 calendar weeks, of which 2 have incidents.
    assert found["28.6 % of the notifications are suppressed"] == "inform"
    assert found["Sparse period"] == "inform"


def test_unintended_recipients_block_and_come_first():
    actions = pl.DataFrame(
        {
            "incident": ["INC1"],
            "account": ["a1"],
            "message": ["We work on it"],
            "created_at": ["2026-03-05 11:00:00"],
            "created_by": ["sam"],
        }
    )
    data = cs.load({**TABLES, "notify_customers": actions})
    found = cs.preview(data, cs.Policy(threshold=9), additional_comments_sync=True, copy_comments=True)
    first = findings(found)[0]
    assert (first.severity, first.title, first.rule) == ("block", "Unintended recipients", "R6.2")
    # The message was meant for a1; a2 reads it too, a3 has nobody to tell.
    assert "On INC1 what was meant for others reaches 1 of 3 customers; in all 1 notification (0 now)." in first.text
    off = cs.preview(data, cs.Policy(threshold=9), additional_comments_sync=True, copy_comments=False)
    assert "Unintended recipients" not in titles(off)


def test_new_recipients(data):
    found = cs.preview(data, cs.Policy(threshold=3, trigger={"number": "INC3"}), trigger=None)
    assert titles(found)["1 recipient newly told"] == "warn"


@pytest.mark.parametrize(
    ("value", "word"), [("1", "critical"), ("2 - High", "high"), ("4 - Low", "low"), (None, ""), ("P1", "P1")]
)
def test_priorities_in_words(value, word):
    assert priority(value) == word


def test_r2_4_a_trigger_that_holds_for_nothing_blocks_and_says_what_is_stored():
    incidents = TABLES["incident"].with_columns(priority=pl.Series(["1", "2", "1"]))
    data = cs.load({**TABLES, "incident": incidents})
    found = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=3, trigger={"priority": "Critical"}))
    first = findings(found)[0]
    assert (first.severity, first.title, first.rule) == ("block", "No incident takes part", "R2.4")
    assert first.text == "The trigger holds for none of 3 records: it asks for priority. Stored there: 1, 2."
    two = cs.compare(data, cs.Policy(), cs.Policy(trigger={"priority": "Critical", "number": "INC1"}))
    assert findings(two)[0].text == "The trigger holds for none of 3 records: it asks for priority, number."
    some = cs.compare(data, cs.Policy(), cs.Policy(trigger={"priority": "2"}))
    assert "No incident takes part" not in titles(some)


def test_no_incident_is_major_any_more(data):
    policies = [cs.Policy(threshold=threshold) for threshold in (3, 4, 9)]
    assert titles(cs.compare(data, *policies[:2]))["No incident is major any more"] == "warn"
    assert "No incident is major any more" not in titles(cs.compare(data, *policies[1:]))
