"""Whatever the policy, the screen shows what a comparison of the same two policies says."""

import re
from base64 import b64decode
from collections import defaultdict
from copy import deepcopy
from datetime import date
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim.analysis.floods import floods
from casesim.analysis.intervals import alike, at, threshold_of
from casesim.analysis.sweep import sweep
from casesim.analysis.verdict import standing
from casesim.analysis.wording import customers
from casesim.charts import MEASURES
from casesim.dataset import load
from casesim.policy import Policy
from casesim.workbench import Workbench
from casesim.workbench.answers import thresholds_alone
from casesim.workbench.pieces import TILES
from tests.engine.running import with_a_way
from tests.frames import frames
from tests.strategies import known_fields, scenarios
from tests.strategies.policies import whole_policies
from tests.strategies.settings import floods as flood_controls
from tests.workbench.test_workbench import shown, unread, words

# What fails here is not made smaller: every try takes whole runs.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
some = settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
FIGURE = re.compile(r"(?:now|assumed [\d,]+:) ([\d,]+)(?: in one hour)?$")
TILE = re.compile(r"<div>([^<]+)</div><div class=\"cs-num[^\"]*\">([^<]+)</div><div>([^<]*)</div><div>([^<]*)</div>")


def pages(bench) -> list[dict[str, object]]:
    found = shown(bench)
    while not bench.changes.on.disabled:
        bench.changes.on.click()
        found += shown(bench)
    bench.changes.turn(-bench.changes.first)
    return found


def number(text: str) -> int:
    return int(text.replace(",", ""))


def array(values: object) -> list:
    """Numbers as Plotly has them: plain, or packed."""
    if not isinstance(values, dict):
        return values
    found = np.frombuffer(b64decode(values["bdata"]), values["dtype"])
    return found.reshape([int(size) for size in values.get("shape", "-1").split(",")]).tolist()


def assert_tiles(bench, change, a: Policy, b: Policy) -> None:
    totals = {metric: (was, will) for metric, was, will, _ in change.totals.iter_rows()}
    runs = change.now, change.proposed
    totals["busiest_contact"] = tuple(floods(run).totals["most_in_an_hour"] for run in runs)
    tiles = {name: rest for name, *rest in TILE.findall(bench.answers.tiles.value)}
    assert tiles.keys() == {"Incidents changed", *(words for _, words, _ in TILES)}
    changed, share, _ = tiles["Incidents changed"]
    assert number(changed) == change.incidents.height
    assert share.endswith(f"of {change.height:,}")
    for name, said, _ in TILES:
        value, _, now = tiles[said]
        assert (number(value), number(FIGURE.search(now)[1])) == totals[name][::-1], name
    verdict = words(bench.answers.verdict.value)
    majors, after = totals["incidents_major"]
    nothing = ("Nothing is changed", "No incident changes", "No incident was read")
    assert f"{majors:,} → {after:,}." in verdict or (majors == after and verdict.startswith(nothing))
    if not verdict.startswith(nothing):
        by_hand, sent = (totals[name][1] - totals[name][0] for name in ("manual_closures", "notifications_sent"))
        assert f"{abs(by_hand):,} {'more' if by_hand > 0 else 'fewer'} case" in verdict or not by_hand
        assert f"{abs(sent):,} {'more' if sent > 0 else 'fewer'} notification" in verdict or not sent


def assert_list(bench, change, a: Policy, b: Policy) -> None:
    expected = {
        row["incident_number"]: (
            customers(row["counted_a"], row["counted_b"], row["affected_accounts"] + row["affected_consumers"]),
            [row["outcome_a"] or "–", row["outcome_b"] or "–"],
            [f"{row['manual_closures_a']:,}", f"{row['manual_closures_b']:,}"],
        )
        for row in change.incidents.iter_rows(named=True)
    }
    rows = {row["number"]: (row["customers"], row["outcomes"], row["by_hand"]) for row in pages(bench)}
    assert rows == expected
    bench.changes.csv.click()
    if not change.incidents.height:
        return
    listed = bench.changes._listed()
    own = [name for name in listed.columns if name in change.incidents.columns and name not in ("reason", "fields")]
    assert len(own) >= 9
    assert sorted(listed.select(own).rows(), key=str) == sorted(change.incidents.select(own).rows(), key=str)
    assert listed["reason"].null_count() == 0


def assert_groups(bench, change) -> None:
    numbers = set(change.incidents["incident_number"])
    bench.tabs.value = "CIs"
    assert sum(number(row[1]) for row in bench.changes.table.rows) == len(numbers)
    bench.tabs.value = "Incidents"
    if "alerts" in (change.a.flow, change.b.flow):
        # R2.6: customers count there without a case each.
        return
    bench.tabs.value = "Customers"
    expected = defaultdict(set)
    for run in (change.now, change.proposed):
        cases = run.cases.frame().filter(pl.coalesce("account", "consumer").is_not_null())
        for incident, account, consumer in cases.select("incident_number", "account", "consumer").iter_rows():
            if incident in numbers:
                expected[f"account {account}" if account is not None else f"consumer {consumer}"].add(incident)
    found = {row[-1]: number(row[1]) for row in bench.changes.table.rows}
    assert found == {who: len(incidents) for who, incidents in expected.items()}
    bench.tabs.value = "Incidents"


def assert_charts(bench, change, a: Policy, b: Policy) -> None:
    now, proposed = threshold_of(a), threshold_of(b)
    was, will = (sweep(change.now.prepared.data, policy) for policy in (a, b))
    for measure in MEASURES:
        bench.charts.measure.value = measure
        figure, _ = bench.charts.pictures.figures
        values = dict(zip(will.table["threshold"], will.table[measure], strict=True))
        for trace in figure["data"]:
            # The band has no figures to be read.
            if trace.get("line", {}).get("shape") == "hv" and "hovertemplate" in trace:
                assert dict(zip(array(trace["x"]), array(trace["y"]), strict=True)).items() <= values.items()
        labels = [each["label"]["text"] for each in figure["layout"].get("shapes", []) if "label" in each]
        if labels:
            a_said, b_said = (f"{was.row(now)[measure]:,}", f"{will.row(proposed)[measure]:,}")
            here = f"now {now:,}" if standing(a) == "now" else standing(a)
            assert f"<b>{here}: {a_said}</b>" in labels
            # Beyond the last threshold nothing changes: both stand at one place.
            top = will.table.height
            same = (min(now, top), a_said) == (min(proposed, top), b_said)
            assert same or f"<b>proposed {proposed:,}: {b_said}</b>" in labels
        # R5.3: the rest is not changed by it.
        before_flood = b.flood is not None and measure.startswith("notifications")
        assert ("before flood control" in words(bench.charts.heading.value)) == before_flood
        assert ("before flood control" in bench.page.curve) == (before_flood and bool(labels))
    bench.charts.measure.value = "major_cases"
    _, weeks = bench.charts.pictures.figures
    points = [array(trace["customdata"]) for trace in weeks["data"][:1]]
    totals = {metric: (was, will) for metric, was, will, _ in change.totals.iter_rows()}
    assert [sum(point[side] for each in points for point in each) for side in (0, 1)] == [*totals["major_cases"]]


def assert_shown(tables, one: dict, other: dict) -> None:
    a, b = Policy.from_dict(one), Policy.from_dict(other)
    data = load(with_a_way(frames(deepcopy(tables))))
    with TemporaryDirectory() as out:
        bench = Workbench(data, a, out=out)
        unread(bench)
        if alike(a, b):
            # As people do it.
            bench.threshold.set(threshold_of(b))
        else:
            bench.load(b)
        assert bench.policy == b
        change = cs.compare(data, a, b)
        for check in (assert_tiles, assert_list, assert_charts):
            check(bench, change, a, b)
        assert_groups(bench, change)
        bench.scenarios.name.value = "kept"
        bench.scenarios.save.click()
        sent = dict(change.totals.select("metric", "b").iter_rows())["notifications_sent"]
        assert bench.scenarios.kept["kept"][1]["notifications_sent"] == sent


def with_threshold(policy: dict, threshold: int) -> dict:
    return at(Policy.from_dict(policy), threshold).to_dict()


def with_choice(policy: dict, **choices: object) -> dict:
    return {**policy, "choices": {**policy.get("choices", {}), **choices}}


@some
@given(scenarios(whole=True), st.integers(1, 5), st.integers(1, 6))
def test_two_thresholds(scenario, one, other):
    tables, policy = scenario
    assert_shown(tables, with_threshold(policy, one), with_threshold(policy, other))


@some
@given(scenarios(whole=True), st.integers(1, 5), st.integers(1, 6), st.sampled_from(["first", "add", "promote"]))
def test_r8_two_thresholds_with_late_customers(scenario, one, other, mode):
    tables, policy = scenario
    plain = {name: value for name, value in policy.items() if name not in ("flow", "flood", "trigger")}
    plain = with_choice(plain, late_customers=mode)
    assert_shown(tables, with_threshold(plain, one), with_threshold(plain, other))


@some
@given(scenarios(whole=True), flood_controls(), st.integers(1, 5), st.integers(1, 6))
def test_r5_3_two_thresholds_under_flood_control(scenario, flood, one, other):
    tables, policy = scenario
    assert_shown(
        tables, with_threshold({**policy, "flood": flood}, one), with_threshold({**policy, "flood": flood}, other)
    )


@some
@given(scenarios(whole=True), st.data())
def test_any_two_policies(scenario, data):
    tables, policy = scenario
    assert_shown(tables, policy, data.draw(whole_policies(known_fields(tables))))


def incident(name: str, accounts: int, later: int = 0) -> dict[str, list]:
    """An incident with accounts from the start, and some who come an hour later, one by one."""
    return {
        "incident": [
            {"number": name, "opened_at": "2026-03-05 10:00:00", "resolved_at": "2026-03-06 10:00:00", "state": "7"}
        ],
        "affected_account": [
            {
                "incident": name,
                "account": f"a{at}",
                "added_at": None if at < accounts else f"2026-03-05 {11 + at - accounts}:00:00",
            }
            for at in range(accounts + later)
        ],
    }


@pytest.mark.parametrize(
    ("one", "other", "changes"), [(2, 3, 1), (3, 4, 1), (4, 5, 1), (5, 9, 0), (1, 2, 0), (9, 2, 1)]
)
def test_r8_1_by_hand(one, other, changes):
    """Two customers at the start, two more an hour and two hours later: major at once up to 2, promoted at 3 and 4."""
    bench = Workbench(load(frames(incident("INC1", 2, 2))), Policy(threshold=one, late_customers="promote"))
    bench.threshold.set(other)
    assert bench.changes.total == changes
    tiles = words(bench.answers.tiles.value)
    assert f"Incidents changed {changes} " in tiles
    assert not thresholds_alone(bench.current, bench.policy.with_(customers="both"))
    if (one, other) == (2, 3):
        [row] = shown(bench)
        # Promoted when the third came, an hour later; one major case and three children wait for people, then one more.
        assert (row["customers"], row["outcomes"], row["by_hand"]) == ("2 → 3 of 4", ["major", "major"], ["5", "5"])
        assert row["why"] == "promoted at 3 ≥ 3 (R8.1), before major at 2 ≥ 2"


def test_r5_3_by_hand():
    """Two customers of one contact: under a limit of one an hour half of the mails go out."""
    contacts = [{"sys_id": "p1", "email": "p1@x.example"}]
    accounts = [{"sys_id": f"a{at}", "primary_contact": "p1"} for at in range(2)]
    data = load(frames({**incident("INC1", 2), "customer_account": accounts, "customer_contact": contacts}))
    flood = {"max_per_contact": 1, "window": "1h"}
    bench = Workbench(data, Policy(threshold=2, flood=flood))
    # Major: told once when the cases are created; individual: told again when they resolve, a day later.
    tiles = {name: rest for name, *rest in TILE.findall(bench.answers.tiles.value)}
    assert (tiles["Notifications sent"][0], tiles["Busiest contact"][0]) == ("1", "1")
    bench.threshold.set(3)
    tiles = {name: rest for name, *rest in TILE.findall(bench.answers.tiles.value)}
    assert tiles["Notifications sent"] == ["2", "+1 (+100.0&nbsp;%)", "now 1"]
    assert "1 more notification sent" in words(bench.answers.verdict.value)
    bench.charts.measure.value = "notifications_sent"
    assert words(bench.charts.heading.value) == "Every threshold before flood control"
    assert bench.page.curve.endswith("2 more notifications sent, 2 → 4, before flood control")
    bench.charts.measure.value = "manual_closures"
    assert words(bench.charts.heading.value) == "Every threshold"


def test_r5_3_who_is_told_less_because_of_others_is_listed():
    """Two incidents of one contact, an hour apart: what the first sends at 9 keeps the second one's mail back."""
    contacts = [{"sys_id": "p1", "email": "p1@x.example"}]
    accounts = [{"sys_id": f"a{at}", "primary_contact": "p1"} for at in range(2)]
    first, second = incident("INC1", 2), incident("INC2", 1)
    second["incident"][0]["opened_at"] = "2026-03-06 10:30:00"
    tables = {name: [*first[name], *second[name]] for name in first}
    data = load(frames({**tables, "customer_account": accounts, "customer_contact": contacts}))
    # INC1's cases resolve, and say so, half an hour before INC2 opens.
    bench = Workbench(data, Policy(threshold=2, flood={"max_per_contact": 1, "window": "1h"}))
    bench.threshold.set(3)
    expected = cs.compare(data, bench.current, bench.policy).incidents
    assert set(expected["incident_number"]) == {"INC1", "INC2"}
    assert {row["number"] for row in shown(bench)} == {"INC1", "INC2"}
    assert words(bench.changes.title.value) == "2 of 2 incidents change"


def test_r12_a_list_of_other_records_is_narrowed_like_any_other():
    change = {"number": "CHG1", "opened_at": "2026-03-09 10:00:00", "state": "-3", "priority": "1", "category": "odd"}
    tables = {**incident("INC1", 2), "change_request": [{**change, "cmdb_ci": "c1"}]}
    tables["affected_account"].append({"incident": "CHG1", "account": "a1", "added_at": None})
    bench = Workbench(load(frames(tables)), Policy(threshold=2))
    bench.load(Policy(threshold=2, sources=["incident", "change_request"]))
    assert words(bench.changes.title.value) == "1 of 2 incidents change"
    narrowing = bench.changes.narrowing
    narrowing.search.value = "chg"
    assert [row["number"] for row in shown(bench)] == ["CHG1"]
    narrowing.search.value = ""
    narrowing.show_week(date(2026, 3, 9))
    assert [row["number"] for row in shown(bench)] == ["CHG1"]
    narrowing.show_week(None)
    bench.tabs.value = "CIs"
    bench.changes.table._handle_custom_msg({"opened": "c1"}, [])
    assert [row["number"] for row in shown(bench)] == ["CHG1"]
    assert words(bench.changes.title.value) == "1 of the 1 that change"


def test_what_other_settings_do_is_not_put_down_to_the_threshold():
    tables = {
        name: [*incident("INC1", 3)[name], *incident("INC2", 3)[name]] for name in ("incident", "affected_account")
    }
    bench = Workbench(load(frames(tables)), Policy(threshold=3))
    bench.load(Policy(threshold=2, trigger={"number": "INC1"}))
    assert bench.page.curve == "Threshold 3 → 2 and other settings: 1 fewer major case, 2 → 1"
    assert words(bench.threshold.said.value) == "From 3 to 2, and other settings: 2 → 1 incidents major."
    # Where no threshold changes anything none is said to.
    bench = Workbench(load(frames(tables)), Policy(threshold=3, overrides=[{"when": {}, "threshold": 2}]))
    assert words(bench.threshold.said.value) == "As it is now: 2 incidents are major. A higher one makes as many."
