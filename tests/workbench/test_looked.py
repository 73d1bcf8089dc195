"""What is worked out when somebody looks: mails and data; and a suggestion that other settings make void."""

import polars as pl
import pytest

import casesim as cs
from casesim.analysis.check import data_check
from casesim.workbench import Workbench
from tests.analysis_sweep.test_by_hand import TABLES
from tests.workbench.test_workbench import HOSTILE, words

CONTACTS = pl.DataFrame({"sys_id": ["c1"], "name": [f"Ann {HOSTILE}"], "email": ["ann@example.com"]})
ACCOUNTS = pl.DataFrame({"sys_id": ["a1", "a2", "a3"], "primary_contact": ["c1", "c1", "c1"]})
INCIDENT = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05 10:00:00"], "resolved_at": ["2026-03-05 10:30"]})
HIT = pl.DataFrame({"incident": ["INC1"] * 3, "account": ["a1", "a2", "a3"]})


@pytest.fixture
def bench(tmp_path):
    data = cs.load(
        {"incident": INCIDENT, "affected_account": HIT, "customer_account": ACCOUNTS, "customer_contact": CONTACTS},
        name="one",
    )
    return Workbench(data, cs.Policy(threshold=3), out=tmp_path)


def test_r5_the_mails_are_those_of_both_runs_and_follow_the_threshold(bench):
    mails = bench.looked["Mails"].view
    assert mails.value == ""
    bench.tabs.value = "Mails"
    # Three children of a major case are told once each; resolution tells them nothing (R7.1).
    assert words(mails.value).startswith("one: 3 mails to 1 contact, no flood control")
    assert "3 3 3 to one in an hour now proposed 3 to 5 1 1" in words(mails.value)
    assert "<img" not in mails.value
    bench.threshold.set(4)
    # Individual cases are told of their resolution too (R5.2).
    assert words(mails.value).startswith("one: 6 mails to 1 contact")
    assert "3 to 5 1 0 6 to 10 0 1" in words(mails.value)


def test_nobody_looks_and_nothing_is_worked_out(bench):
    bench.tabs.value = "Mails"
    before = bench.looked["Mails"].view.value
    bench.tabs.value = "Incidents"
    bench.threshold.set(4)
    assert bench.looked["Mails"].view.value == before
    bench.tabs.value = "Mails"
    assert "6 mails" in words(bench.looked["Mails"].view.value)


def test_the_data_as_a_check_finds_them(bench):
    bench.tabs.value = "Data"
    said = words(bench.looked["Data"].view.value)
    found = data_check(bench._prepared.data, bench.policy)
    assert all(" ".join(each.what.split()) in said for each in found.findings)
    assert "incident 1 0" in said


def test_a_suggestion_is_void_under_other_settings():
    bench = Workbench(cs.load(TABLES, name="three"), cs.Policy(threshold=3))
    bench.suggest.rows[0][0].value, bench.suggest.rows[0][1].value = "major_cases", "0"
    bench.suggest.go.click()
    assert (bench.suggest.use.description, bench.suggest.use.disabled) == ("Use 4", False)
    bench.threshold.set(4)
    assert bench.suggest.use.disabled is False
    bench.choices.sync.value = True
    assert (bench.suggest.use.description, bench.suggest.use.disabled) == ("Use it", True)
    assert "cs-stale" in bench.suggest.said._dom_classes
    bench.suggest.go.click()
    assert "cs-stale" not in bench.suggest.said._dom_classes


def test_what_fails_is_said_and_can_be_asked_for_again(bench, monkeypatch):
    asked = []

    def fails(*_):
        asked.append(1)
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("casesim.workbench.looked.mails_html", fails)
    bench.tabs.value = "Mails"
    assert "casesim failed: ZeroDivisionError" in words(bench.looked["Mails"].view.value)
    bench.tabs.value = "Incidents"
    bench.tabs.value = "Mails"
    assert len(asked) == 2
