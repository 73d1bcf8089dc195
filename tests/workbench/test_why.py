"""Why one incident changes: what stands on the screen, worked by hand and against whole runs."""

import re
from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

import casesim as cs
from casesim.analysis.story import story
from casesim.synth import synth
from casesim.workbench.why import why
from tests.analysis_sweep.test_by_hand import TABLES
from tests.workbench.test_workbench import words

THREE = cs.Policy(threshold=3)


def told(tables, number="INC1", now=THREE, proposed=None):
    """The screen's HTML without what is folded away."""
    data = cs.load(tables, name="three")
    proposed = now.with_(threshold=4) if proposed is None else proposed
    return why(number, story(data, now, number), story(data, proposed, number)).partition("<details>")[0]


def test_an_incident_that_stops_being_major():
    said = told(TABLES)
    assert words(said) == (
        "Why INC1 changes 3 ≥ 3 → 3 < 4 R2 Who is affected 3 customers, each by one way R1 "
        "affected list 3 customers a1 a2 a3 ✕ What happens opened 5 Mar 10:00 resolved 5 Mar 12:00 "
        "Now at 3 1 major + 3 child cases R3 ; 2 told, 1 suppressed R5 4 to close by hand R7.1 "
        "Proposed at 4 3 individual cases R3 ; 2 told, 1 suppressed R5 3 resolved R7 ; 2 told again R5.2"
    )
    # Open to the end now; closed where the incident is resolved under the proposed threshold.
    assert re.findall(r'<i class="(\w+)" style="left:([\d.]+)%;width:([\d.]+)%">', said) == [
        ("on", "0.0", "100.0"),
        ("done", "0.0", "68.0"),
    ]


def test_a_customer_is_crossed_where_nothing_arrives_blocked_comments_included():
    found = story(cs.load(TABLES, name="three"), THREE, "INC1")
    mute = next(each for each in found.customers if each.id == "a3")
    more = [replace(mute.case.told[0], event="comment", status=status) for status in ("blocked", "sent")]
    for status, crossed in zip(more, (True, False), strict=True):
        case = replace(mute.case, told=(*mute.case.told, status))
        others = [each for each in found.customers if each.id != "a3"]
        changed = replace(found, customers=(*others, replace(mute, case=case)))
        assert ("a3 ✕" in words(why("INC1", changed, changed))) is crossed


def test_an_incident_that_stays_open_and_one_without_customers():
    assert "1 individual case R3 ; 1 told R5 not resolved in these data" in words(told(TABLES, "INC2"))
    said = words(told(TABLES, "INC3"))
    assert "Why INC3 keeps its outcome 0 < 3 → 0 < 4 R2 Who is affected nobody R1 What happens" in said
    assert "no case: no affected account (R2)" in said
    assert "<i" not in told(TABLES, "INC3")


def test_a_cancelled_incident_ends_with_its_cases():
    incidents = TABLES["incident"].rename({"resolved_at": "closed_at"}).with_columns(state=pl.lit("8"))
    left = words(told({**TABLES, "incident": incidents}))
    assert "opened 5 Mar 10:00 cancelled 5 Mar 12:00" in left
    assert "R5 left as they are R7.3" in left
    said = words(told({**TABLES, "incident": incidents}, now=cs.Policy(threshold=3, cancel_cases_with_incident=True)))
    assert "3 cancelled with it R7.3" in said
    assert "by hand" not in said


def test_a_manager_resolves_the_major_case_and_its_children_later():
    policy = cs.Policy(threshold=3, major_resolution_delay="30m", sync_children=True)
    said = told(TABLES, now=policy)
    assert "resolved by people or with their major case R7.2" in words(said)
    kind, _, width = re.findall(r'<i class="(\w+)" style="left:([\d.]+)%;width:([\d.]+)%">', said)[0]
    # 30 of 120 minutes after the resolution.
    assert (kind, float(width)) == ("done", pytest.approx(68 * 150 / 120, abs=0.1))


def test_who_does_not_count_is_named_with_the_reason():
    inactive = TABLES["customer_account"].with_columns(active=pl.Series([True, False, True]))
    said = words(told({**TABLES, "customer_account": inactive}, now=THREE.with_(count_inactive_accounts=False)))
    assert "2 customers, each by one way R1" in said
    assert "1 customer left out: inactive (R1.4)" in said


def test_many_customers_are_counted_not_listed():
    accounts = [f"a{n:02}" for n in range(30)]
    listed = pl.DataFrame({"incident": ["INC1"] * 30, "account": accounts})
    said = words(told({**TABLES, "affected_account": listed}))
    assert "a11 ✕ and 18 more" in said
    assert "a12" not in said


def test_a_time_before_the_opening_draws_no_bar_backwards():
    early = TABLES["incident"].with_columns(resolved_at=pl.lit(datetime(2026, 3, 1)))
    for _, left, width in re.findall(
        r'<i class="(\w+)" style="left:([\d.]+)%;width:([\d.]+)%">', told({**TABLES, "incident": early})
    ):
        assert 0 <= float(left) <= float(left) + float(width) <= 101


def test_the_figures_are_those_of_whole_runs(tmp_path):
    synth(tmp_path / "small", incidents=60, seed=11)
    data = cs.load(tmp_path / "small")
    now, proposed = data.policy.with_(threshold=3), data.policy.with_(threshold=9)
    change = cs.compare(data, now, proposed)
    closed = {
        row["incident_number"]: (row["manual_closures_a"], row["manual_closures_b"])
        for row in change.changed.iter_rows(named=True)
    }
    assert len(closed) >= 5
    opened = pl.col("event") == "case_created", pl.col("status") == "sent"
    mails = [cs.simulate(data, run).notifications.filter(*opened) for run in (now, proposed)]
    for number, by_hand in list(closed.items())[:12]:
        said = words(why(number, story(data, now, number), story(data, proposed, number)).partition("<details>")[0])
        lanes = re.split(r" (?:Now|Proposed) at \d+ ", said)[1:]
        found = [int((re.search(r"([\d,]+) to close by hand", lane) or [0, "0"])[1].replace(",", "")) for lane in lanes]
        assert tuple(found) == by_hand
        for lane, sent in zip(lanes, mails, strict=True):
            assert f"{sent.filter(pl.col('incident_number') == number).height:,} told" in lane
