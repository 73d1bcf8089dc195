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
        # 3 sent when cases open, and by INC1's when they resolve, to a1 and a2.
        "4 fewer cases to close by hand. 2 more notifications sent (+66.7 %): "
        "individual cases tell when they resolve, major and child cases stay open.",
    )
    down = cs.compare(data, cs.Policy(threshold=4), cs.Policy(threshold=1))
    # From 0 no per cent. INC1 and INC2 become major; only INC1 is resolved.
    assert verdict(down) == (
        "Lowering the threshold from 4 to 1 makes 2 more incidents major: 0 → 2.",
        "4 more cases to close by hand. 2 fewer notifications sent (−40.0 %): "
        "individual cases tell when they resolve, major and child cases stay open.",
    )


def test_nothing_changes_in_a_sentence(data):
    assert verdict(cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=6)))[0] == (
        "No incident changes between 5 and 6."
    )
    assert verdict(cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=5)))[0].startswith("Nothing changes")


def test_other_settings_in_a_sentence(data):
    found = cs.preview(data, cs.Policy(threshold=3), trigger={"category": "network"})
    assert verdict(found)[0] == "1 setting changed: 1 incident of 3 changes, none of them in being major or not."


# How many incidents have exactly 1, 2, 3, … customers: 12 have 5, where its neighbours have 3, 3, 2 and 1.
OF_SO_MANY = (5, 4, 3, 3, 12, 2, 1)


@pytest.fixture(scope="module")
def log():
    customers = [k for k, count in enumerate(OF_SO_MANY, 1) for _ in range(count)]
    numbers = [f"INC{place:02}" for place in range(len(customers))]
    listed = [(number, f"a{each}") for number, k in zip(numbers, customers, strict=True) for each in range(k)]
    return cs.load(
        {
            "incident": pl.DataFrame({"number": numbers, "opened_at": "2026-03-05 10:00:00"}),
            "affected_account": pl.DataFrame(listed, schema=["incident", "account"], orient="row"),
        }
    )


@pytest.mark.parametrize(
    ("threshold", "cliff"),
    # From 5 the twelve go at 6, from 6 they come at 5. Every other step here moves a twentieth of the majors too.
    [(5, {"Cliff at 6"}), (6, {"Cliff at 5"}), (4, set()), (2, set()), (1, set()), (7, set())],
)
def test_a_cliff_within_one_step(log, threshold, cliff):
    found = titles(cs.compare(log, cs.Policy(threshold=9), cs.Policy(threshold=threshold)))
    assert {title for title in found if title.startswith("Cliff")} == cliff


def test_a_cliff_says_who_turns_there(log):
    found = findings(cs.compare(log, cs.Policy(threshold=9), cs.Policy(threshold=5)))
    [cliff] = [each for each in found if each.title.startswith("Cliff")]
    assert cliff.text == "12 incidents have exactly 5 customers: so many fewer are major there."


def test_what_turns_at_each_threshold_is_what_the_sweep_says(log):
    found = cs.sweep(log)
    assert found.thresholds.turns.tolist() == [*OF_SO_MANY, 0]
    assert (-found.table["incidents_major"].diff().drop_nulls()).to_list() == list(OF_SO_MANY)


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
    ("value", "word"),
    [
        *(("1", "critical"), ("2 - High", "high"), ("4 - Low", "low"), ("3 Moderate", "moderate"), (None, "")),
        # A label of its own is no planning, and 10 is not critical.
        *(("P1", "P1"), ("5 Very Low", "5 Very Low"), ("1 - Kritisch", "1 - Kritis…"), ("10", "10")),
    ],
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


def test_incidents_that_reach_nobody_and_those_that_lose_their_case(data):
    found = findings(cs.preview(data, cs.Policy(threshold=3), trigger={"number": "INC2"}))
    told = {each.title: (each.severity, each.text) for each in found}
    # INC3 has no customer, but it does not take part: what is said of it is that.
    assert "1 incident reaches nobody" not in told
    assert told["1 incident loses its cases"] == (
        "warn",
        "Nobody is told of it: INC1. The trigger does not hold for it.",
    )
    nobody = {each.title: each for each in findings(cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)))}
    assert nobody["1 incident reaches nobody"].text == (
        "No customer who counts is affected: it has no case at any threshold. 3 in all."
    )


@pytest.mark.parametrize(
    ("incidents", "title"),
    [(0, "No incidents"), (1, "No incident has a case")],
)
def test_nothing_is_said_for_a_change_where_nothing_was_read(incidents, title):
    listed = pl.DataFrame({"incident": ["INC9"], "account": ["a1"]})
    data = cs.load({"incident": TABLES["incident"].head(incidents), "affected_account": listed})
    first = findings(cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)))[0]
    assert (first.severity, first.title) == ("block", title)


def test_an_assumed_threshold_is_something_to_look_at(data):
    found = {each.title: each for each in findings(cs.compare(data, cs.Policy(), cs.Policy(threshold=3)))}
    assert found["The threshold as it is, is assumed"].severity == "warn"
    assert "The threshold as it is, is assumed" not in titles(
        cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=3))
    )
    # The alert flow's own threshold has a documented default (R2.6).
    alerts = [cs.Policy(flow="alerts", affected_account_threshold=each) for each in (2, 3)]
    assert "The threshold as it is, is assumed" not in titles(cs.compare(data, *alerts))


def test_now_is_never_said_of_an_assumed_threshold(data):
    given = cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=3))
    assumed = cs.compare(data, cs.Policy(), cs.Policy(threshold=3))
    assert verdict(assumed)[0].startswith("Lowering the threshold from an assumed 5 to 3 makes")
    assert verdict(given)[0].startswith("Lowering the threshold from 5 to 3 makes")
    for found, words in ((given, "now"), (assumed, "assumed 5")):
        text, html = repr(found), found._repr_mimebundle_()["text/html"]
        head = next(line for line in text.splitlines() if "proposed" in line and "change" in line)
        assert head.split("proposed")[0].strip() == words
        assert f"{words} -> proposed" in text
        assert f"<th>{words}</th>" in html
        assert found.to_dict()["a_assumed"] is (words != "now")
    assert "account_threshold: assumed 5 -> 3" in " ".join(repr(assumed).split())


def test_r7_1_what_drives_the_notifications_is_said_only_where_it_is_so(data):
    why = "individual cases tell when they resolve"
    for settings, so in (
        ({}, True),
        ({"notifications": {"resolved": {"enabled": False}}}, False),
        ({"sync_children": True, "major_resolution_delay": "1h"}, False),
        ({"late_customers": "promote"}, False),
    ):
        a, b = (cs.Policy(threshold=threshold, **settings) for threshold in (3, 4))
        assert (why in verdict(cs.compare(data, a, b))[1]) is so, settings
