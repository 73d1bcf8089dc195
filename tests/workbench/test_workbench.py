"""The workbench without a browser: controls are set as a person would, and the screen is read."""

import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets
import polars as pl
import pytest
from plotly.offline import get_plotlyjs

import casesim as cs
from casesim.analysis.wording import customers
from casesim.results import Result
from casesim.synth import synth
from casesim.tables import PolicyError
from casesim.workbench import Workbench
from casesim.workbench.settings import taken
from tests.analysis_sweep.test_by_hand import TABLES

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "small"
    synth(folder, incidents=300, seed=7)
    return cs.load(folder)


@pytest.fixture
def three(tmp_path):
    return Workbench(cs.load(TABLES, name="three"), cs.Policy(threshold=3), out=tmp_path / "out")


def words(html: str) -> str:
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_data = found.append  # type: ignore[method-assign]
    reader.feed(html)
    return " ".join(" ".join(found).split())


def shown(bench) -> list[dict[str, object]]:
    """The page of the table, by the names of its columns."""
    table = bench.changes.table
    names = [name for name, _, _ in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def unread(bench) -> None:
    """Nobody looks at why the first incident changes, which takes most of the time where many lists follow."""
    bench.chosen._reader.run = lambda *_, **__: None


def test_slider_box_verdict_and_table_agree_with_a_comparison(demo):
    bench = Workbench(demo)
    unread(bench)
    for threshold in (1, 5, 12, 60, 9_999):
        bench.threshold.set(threshold)
        change = cs.compare(demo, demo.policy, demo.policy.with_(threshold=threshold))
        totals = {metric: (a, b) for metric, a, b, _ in change.totals.iter_rows()}
        said = words(bench.answers.tiles.value)
        assert f"Major cases {totals['major_cases'][1]:,}" in said
        assert f"To close by hand {totals['manual_closures'][1]:,}" in said
        assert f"Sent in one hour {totals['notifications_peak_hour'][1]:,}" in said
        assert bench.changes.total == change.incidents.height
        assert (bench.threshold.box.value, bench.policy.threshold) == (str(threshold), threshold)
        assert bench.threshold.slider.value <= threshold
        busiest = cs.floods(demo, demo.policy.with_(threshold=threshold)).totals["most_in_an_hour"]
        assert f"Busiest contact {busiest:,}" in said


def test_the_first_rows_are_the_worst(demo):
    bench = Workbench(demo)
    unread(bench)
    bench.threshold.set(60)
    change = cs.compare(demo, demo.policy, demo.policy.with_(threshold=60)).changed
    rows = shown(bench)
    assert len(rows) == 50
    # Critical first, then most customers; only ties may stand otherwise.
    assert [row["customers"] for row in rows[:10]] == [
        customers(row["counted_a"], row["counted_b"], row["affected_accounts"] + row["affected_consumers"])
        for row in change.head(10).iter_rows(named=True)
    ]
    assert {row["number"] for row in rows} <= set(change["incident_number"])
    bench.changes.on.click()
    assert bench.changes.table.foot.startswith("51–")
    assert f"of {change.height:,};" in bench.changes.table.foot
    bench.changes.narrowing.search.value = rows[0]["number"].lower()
    assert [row["number"] for row in shown(bench)] == [rows[0]["number"]]
    bench.changes.narrowing.search.value = ""
    bench.changes.narrowing.search.value = "MODERATE"
    moderate = change.filter(pl.col("priority") == "3").height
    assert (bench.changes.total, {row["priority"] for row in shown(bench)}) == (moderate, {"moderate"})
    assert words(bench.changes.title.value) == f"{moderate:,} of the {change.height:,} that change"
    bench.changes.narrowing.search.value = ""
    assert words(bench.changes.title.value) == f"{change.height:,} of 300 incidents change"
    segment(bench, "priority", "moderate")
    assert bench.changes.total == change.filter(pl.col("priority") == "3").height > 0
    bench.choices.sync.value = True
    assert {row["priority"] for row in shown(bench)} == {"moderate"}
    assert bench.changes.total == change_with_sync(demo).filter(pl.col("priority") == "3").height


def segment(bench, field: str, value: str) -> None:
    narrowing = bench.changes.narrowing
    narrowing.field.value = field
    narrowing.value.value = dict(narrowing.value.options)[value]


def listed(bench) -> set[str]:
    """The incidents of all pages."""
    found = [row["number"] for row in shown(bench)]
    while not bench.changes.on.disabled:
        bench.changes.on.click()
        found += [row["number"] for row in shown(bench)]
    bench.changes.turn(-bench.changes.first)
    assert len(found) == len(set(found)) == bench.changes.total
    return set(found)


@pytest.mark.parametrize("sync", [False, True])
def test_the_list_is_narrowed_by_any_field_by_week_and_by_words(demo, sync):
    bench = Workbench(demo)
    unread(bench)
    bench.threshold.set(7)
    bench.choices.sync.value = sync
    other = bench.policy
    run = cs.simulate(demo, other)
    changed = cs.compare(demo, demo.policy, other).changed
    every = set(changed["incident_number"])
    columns = ["number", "category", "cmdb_ci", "opened_at"]
    own = demo.frame("incident", columns).filter(pl.col("number").is_in(every)).collect()
    assert listed(bench) == every
    for category in own["category"].unique().drop_nulls():
        segment(bench, "category", category)
        assert listed(bench) == set(own.filter(pl.col("category") == category)["number"])
    # A field of accounts: incidents with such a customer among those that count.
    segment(bench, "account.active", "true")
    assert listed(bench) == every
    tiers = demo.frame("customer_account", ["sys_id", "customer_tier"]).collect()
    cases = run.cases.drop_nulls("account").join(tiers, left_on="account", right_on="sys_id")
    for tier in ("Bronze", "Gold"):
        segment(bench, "account.customer_tier", tier)
        assert listed(bench) == set(cases.filter(pl.col("customer_tier") == tier)["incident_number"]) & every
    bench.changes.narrowing.field.value = ""
    assert listed(bench) == every
    opened = own.with_columns(week=pl.col("opened_at").dt.truncate("1w").dt.date())
    monday = opened["week"][0]
    bench.changes.narrowing.show_week(monday)
    within = set(opened.filter(pl.col("week") == monday)["number"])
    assert listed(bench) == within
    ci = opened.filter(pl.col("week") == monday)["cmdb_ci"][0]
    bench.changes.narrowing.search.value = ci.upper()
    assert own["number"][0] in listed(bench) <= within
    bench.changes.narrowing.search.value = "nothing has these words"
    assert listed(bench) == set()
    assert bench.changes.table.foot.startswith("No incident of week of")
    bench.changes.narrowing.search.value = ""
    # The same week once more lists all of them.
    bench.changes.narrowing.show_week(monday)
    assert listed(bench) == every


def test_a_field_with_too_many_values_is_refused_in_place(demo):
    many = pl.DataFrame({"number": [f"INC{n}" for n in range(1_200)], "opened_at": ["2026-03-05 10:00:00"] * 1_200})
    accounts = pl.DataFrame({"incident": many["number"], "account": "a1"})
    bench = Workbench(cs.load({"incident": many, "affected_account": accounts}))
    bench.changes.narrowing.field.value = "number"
    assert "1,200 different values" in words(bench.changes.narrowing.error.value)
    assert bench.changes.narrowing.value.layout.display == "none"
    bench.changes.narrowing.field.value = "month"
    assert bench.changes.narrowing.error.value == ""
    assert dict(bench.changes.narrowing.value.options).keys() == {"every value", "2026-03"}


def test_both_charts_as_tables(three):
    three.charts.as_tables.value = True
    three.threshold.set(4)
    curve, weeks = (words(table.value) for table in three.charts.tables)
    assert curve == "threshold major cases against now (3) 1 2 +1 2 1 = 4 0 −1"
    assert weeks.startswith("week of major now proposed change")
    assert three.page.curve.startswith("Raising the threshold from 3 to 4")
    three.charts.as_tables.value = False
    assert three.charts._instead.layout.display == "none"


def test_a_move_sends_what_differs_and_a_later_page_starts_with_all_of_it(three):
    pictures, sent = three.charts.pictures, []
    before = pictures.drawn["turn"]
    told(pictures, {"drew": before})
    pictures.send = sent.append
    three.threshold.set(4)
    [message] = sent
    curve, weeks = message["patches"]
    assert message["turn"] == pictures.drawn["turn"] == before + 1
    assert set(curve["layout"]) == {"shapes"}
    assert not any(curve["traces"])
    assert set(weeks["layout"]) <= {"shapes", "yaxis.range"}
    assert curve["whole"] is weeks["whole"] is None
    # What a browser has by then, and what one is told that opens now.
    fresh = Workbench(cs.load(TABLES, name="three"), cs.Policy(threshold=3))
    fresh.threshold.set(4)
    assert pictures.get_state()["drawn"] == fresh.charts.pictures.get_state()["drawn"]
    three.threshold.set(4)
    assert len(sent) == 1
    three.threshold.set(9)
    # The line and the dot of the current threshold stay; a browser has them.
    assert sent[1]["patches"][0]["layout"]["shapes"].count(None) >= 2
    fresh.threshold.set(9)
    assert pictures.get_state()["drawn"] == fresh.charts.pictures.get_state()["drawn"]


def told(widget, message):
    """As the browser's message comes in."""
    widget._handle_custom_msg(message, [])


def test_pictures_are_sent_whole_until_a_page_has_drawn_them(three, monkeypatch):
    pictures, whole, sent = three.charts.pictures, [], []
    before = pictures.drawn["turn"]
    monkeypatch.setattr(pictures, "send", lambda message, buffers=None: sent.append(message))
    monkeypatch.setattr(pictures, "send_state", lambda key: whole.append(pictures.drawn["turn"] - before))
    three.threshold.set(4)
    three.threshold.set(9)
    # A page that drew what was there when it opened.
    for turn in (before, -1, 10**9, str(before + 2), None):
        told(pictures, {"drew": turn})
    three.threshold.set(4)
    assert (sent, whole) == ([], [1, 2, 2, 2, 2, 2, 2, 3])
    told(pictures, {"drew": before + 3})
    three.threshold.set(9)
    assert [message["turn"] for message in sent] == [before + 4]
    # A second page, or one that missed a turn.
    told(pictures, {"drew": before + 3})
    assert whole[8:] == [4]


def test_the_library_comes_beside_the_pictures(three, monkeypatch):
    pictures, sent = three.charts.pictures, []
    monkeypatch.setattr(pictures, "send", lambda message, buffers=None: sent.append((message, buffers)))
    for message in ({"wants": "other"}, {"wants": None}, {}, ["library"]):
        told(pictures, message)
    assert sent == []
    told(pictures, {"wants": "library"})
    [(message, [packed])] = sent
    assert message == {"library": True}
    assert gzip.decompress(packed).decode() == get_plotlyjs()
    # What a page has to start before it can show anything.
    for own in (pictures, three.changes.table, three.page):
        assert 1_000 < len(own.view._esm) < 20_000


def test_charts_that_a_browser_cannot_draw_stand_as_tables(three):
    told(three.charts.pictures, {"failed": "no <canvas>"})
    assert three.charts.pictures.view.layout.display == "none"
    assert three.charts._instead.layout.display == ""
    curve = three.charts.tables[0].value
    assert "could not draw the charts (no &lt;canvas&gt;)" in curve
    assert words(curve).endswith("threshold major cases against now (3) 1 2 +1 2 1 = 4 0 −1")


def test_a_click_on_a_week_lists_it_alone(three):
    three.threshold.set(4)
    pictures = three.charts.pictures
    for message in ({"clicked": [0, 3]}, {"clicked": [1]}, {"clicked": "1"}, {}):
        told(pictures, message)
    assert three.changes.narrowing.said == ""
    told(pictures, {"clicked": [1, "2026-03-02"]})
    assert three.changes.narrowing.said == "week of 2 Mar 2026"
    told(pictures, {"clicked": [1, "2026-03-02"]})
    assert three.changes.narrowing.said == ""


def test_dragging_sets_the_threshold(three):
    told(three.page, {"dragged": 2})
    assert (three.policy.threshold, three.threshold.box.value) == (2, "2")
    # What no curve of ours would send.
    for message in ({"dragged": "3"}, {"dragged": None}, {}, ["dragged"]):
        told(three.page, message)
    assert three.policy.threshold == 2
    told(three.page, {"dragged": 0})
    assert three.policy.threshold == 1
    told(three.page, {"dragged": 10**9})
    assert three.policy.threshold == three.page.top


def test_a_page_that_is_there_is_told_what_it_may_have_missed(three, monkeypatch):
    sent = []
    monkeypatch.setattr(ipywidgets.Widget, "send_state", lambda self, key=None: sent.append((self, key)))
    for message in ({"ready": False}, {}, ["ready"]):
        told(three.page, message)
    assert sent == []
    told(three.page, {"ready": True})
    heard = {id(widget): set(key or widget.keys) for widget, key in sent}
    for widget in (three.answers.tiles, three.answers.verdict, three.chosen.view, three.mapping.preview):
        assert {"value", "_dom_classes"} <= heard[id(widget)]
    assert "rows" in heard[id(three.changes.table)]
    assert "drawn" in heard[id(three.charts.pictures)]
    assert {"top", "curve"} <= heard[id(three.page)]
    # Nothing that is large and never changes.
    assert not any("_esm" in key for key in heard.values())


def test_a_file_can_be_imported_again(three):
    content = memoryview(three.policy.with_(threshold=2).to_toml().encode())
    file = {"name": "p.toml", "type": "", "size": len(content), "content": content, "last_modified": datetime.now(UTC)}
    for _ in range(2):
        three.hand_over.file.value = (file,)
        assert three.policy.threshold == 2
        three.threshold.set(4)
    assert three.hand_over.file.value == ()


def test_compare_shows_things_as_they_are_until_something_is_moved(three):
    three.threshold.set(4)
    three.choices.sync.value = True
    three.compare.value = True
    assert words(three.answers.verdict.value).startswith("As it is now: threshold 3 makes 1 incident major.")
    assert "Major cases 1 now 1" in words(three.answers.tiles.value.replace("=", ""))
    # The controls say what is proposed all the while.
    assert (three.threshold.box.value, three.policy.sync_comments) == ("4", True)
    three.compare.value = False
    assert "1 fewer incident major" in words(three.answers.verdict.value)
    three.compare.value = True
    three.threshold.set(2)
    assert three.compare.value is False
    assert three.threshold.value == 2
    three.compare.value = True
    three.choices.copy.value = not three.choices.copy.value
    assert three.compare.value is False


def test_now_is_now_whatever_else_is_proposed(three):
    # Consumers alone: nobody is affected, so nothing is major at the threshold of now.
    three.choices.customers.value = "consumers"
    assert words(three.answers.verdict.value).startswith("The proposed settings make 1 fewer incident major : 1 → 0.")
    assert words(three.threshold.said.value) == "As it is now: other settings make 1 → 0 incidents major."
    three.choices.customers.value = "accounts"
    three.load(three.policy.with_(trigger={"number": "INC2"}))
    labels = [each["label"]["text"] for each in three.charts.pictures.figures[0]["layout"]["shapes"] if "label" in each]
    assert "<b>now 3: 1</b>" in labels
    assert "<b>proposed 3: 0</b>" in labels
    assert three.page.curve == "At threshold 3 other settings make 1 → 0 major cases"


def test_compare_dims_what_speaks_of_the_proposal(three):
    three.threshold.set(4)
    three.compare.value = True
    for view in (three.answers.checks, three.changes.view):
        assert "cs-stale" in view._dom_classes
    assert "cs-stale" not in three.answers.tiles._dom_classes
    three.compare.value = False
    for view in (three.answers.checks, three.changes.view):
        assert "cs-stale" not in view._dom_classes


def test_what_reaches_customers_whom_nobody_chose_comes_first():
    actions = pl.DataFrame(
        {"incident": ["INC1"], "account": ["a1"], "message": ["x"], "created_at": ["2026-03-05 11:00:00"]}
    )
    bench = Workbench(cs.load({**TABLES, "notify_customers": actions}), cs.Policy(threshold=9))
    bench.choices.sync.value = True
    said = words(bench.answers.verdict.value)
    assert "1 message would reach customers whom nobody chose ; as many cases to close by hand" in said


def test_why_follows_the_threshold_and_the_preview_the_tab(three):
    three.threshold.set(4)
    assert "Proposed at 4 3 individual cases" in words(three.chosen.view.value)
    assert "INC1-0001" in words(three.mapping.preview.value)
    three.threshold.set(9)
    assert "Proposed at 9 3 individual cases" in words(three.chosen.view.value)
    three.mapping._tab.selected_index = 1
    assert "INC1 has individual cases under these settings" in words(three.mapping.preview.value)
    three.mapping._tab.selected_index = 0
    assert "INC1-0001" in words(three.mapping.preview.value)


def test_what_is_proposed_is_counted_and_named(three):
    assert words(three.made.value) == "Proposed policy nothing changed"
    three.threshold.set(4)
    three.choices.sync.value = True
    three.mapping.lines["individual"][0].template.value = "{shrt_description}"
    assert words(three.made.value) == "Proposed policy 2 changes 1 error"
    assert "additional_comments_sync" in three.made.value
    assert words(three.choices.view.children[1].children[1].value) == "additional_comments_sync on, is off now"


def test_the_mark_below_the_slider_stands_at_the_current_threshold(three):
    # What 3 does 2 does as well, which is half of the way.
    assert three.threshold.stops == [1, 2, 4]
    assert '<b style="left:50.0%">3 now</b>' in three.threshold.scale.value
    assert words(three.threshold.scale.value) == "3 now 1 4"


def test_a_template_is_completed_within_its_braces(three):
    line = three.mapping.lines["individual"][0]
    line.template.value = "Outage: {short"
    assert line.template.options[0] == "Outage: {short_description}"
    line.template.value = line.template.options[0]
    assert (line.template.options, line.fault) == ((), None)
    line.template.value = "{number} and {cmdb"
    assert line.template.options[0].startswith("{number} and {cmdb_ci")


def change_with_sync(demo) -> pl.DataFrame:
    other = demo.policy.with_(threshold=60, additional_comments_sync=True)
    return cs.compare(demo, demo.policy, other).changed


@pytest.mark.parametrize("written", ["", "0", "-3", "five", "1e99", "12.5", "٣", "=1+1", "<b>9</b>"])
def test_what_is_no_threshold_is_answered_beside_the_box(three, written):
    three.threshold.set(2)
    three.threshold.box.value = written
    assert three.policy.threshold == 2
    assert "a whole number from 1 to 1,000,000,000. Still 2." in words(three.threshold.error.value)
    assert "<b>" not in three.threshold.error.value
    three.threshold.box.value = " 4 "
    assert three.policy.threshold == 4
    assert three.threshold.error.value == ""


def test_nothing_and_everything(three):
    assert words(three.answers.verdict.value).startswith("Nothing is changed: threshold 3 makes 1 incident major.")
    three.threshold.set(4)
    assert words(three.answers.verdict.value).startswith(
        "Raising the threshold from 3 to 4 makes 1 fewer incident major : 1 → 0."
    )
    assert shown(three)[0]["number"] == "INC1"
    assert "INC1" in words(three.chosen.view.value)
    three.threshold.set(2)
    assert words(three.answers.verdict.value).startswith("No incident changes between 3 and 2.")
    assert three.changes.table.foot == "No incident changes."


def test_a_mapped_field_with_an_error_is_answered_under_its_line_and_mended(three):
    three.threshold.set(4)
    line = three.mapping.lines["individual"][0]
    line.template.value = "{asignment_group}"
    assert "asignment_group" in line.fault
    assert "assignment_group" in line.fix.description
    assert line.fix.layout.display == ""
    assert "asignment_group" not in str(three.policy.to_dict())
    three.hand_over.buttons["report"].click()
    said = words(three.hand_over.said.value)
    assert said.startswith("First mend short_description in the mapping")
    line.fix.click()
    assert line.fault is None
    assert line.template.value == "{assignment_group}"
    assert three.policy.to_dict()["mapping"]["individual"]["short_description"] == "{assignment_group}"


@pytest.mark.parametrize(
    ("template", "said"),
    [("{short_description", "brace"), ("x" * 10_000_000, "too long"), ("{account.nam}", "Nearest")],
)
def test_templates_that_cannot_be(three, template, said):
    line = three.mapping.lines["individual"][0]
    line.template.value = template
    assert said in line.fault
    assert len(line.said.value) < 1_000


def test_a_new_field_and_its_removal(three):
    three.mapping.add()
    line = three.mapping.lines["individual"][-1]
    line.field.value = "u_region"
    line.template.value = "EMEA"
    assert three.policy.to_dict()["mapping"]["individual"]["u_region"] == "EMEA"
    three.threshold.set(4)
    assert "u_region EMEA" in words(three.mapping.preview.value)
    three.mapping.remove(line)
    assert "mapping" not in three.policy.to_dict()


def test_switches_say_who_reads_what(three):
    three.choices.sync.value = True
    assert "Together they reach customers nobody chose" in words(three.choices.reached.value)
    assert "Notify 1 of them refused 2 others too" in words(three.choices.reached.value)
    three.choices.copy.value = False
    assert "Together" not in words(three.choices.reached.value)
    assert (three.policy.sync_comments, three.policy.copy_comments) == (True, False)


def test_trigger_and_overrides_as_rows(three):
    three.conditions._add("trigger")
    row = three.conditions.trigger[0]
    row.field.value, row.value.value = "category", "network, sd-wan"
    assert three.policy.to_dict()["trigger"] == {"category": ["network", "sd-wan"]}
    # INC2 has no category: it takes no part any more.
    assert [row["number"] for row in shown(three)] == ["INC2"]
    row.field.value = "categry"
    assert "Nearest: category" in words(three.conditions.error.value)
    row.field.value = "category"
    three.conditions._add("overrides")
    other = three.conditions.overrides[0]
    other.field.value, other.value.value, other.threshold.value = "number", "INC1", "1"
    assert three.policy.to_dict()["overrides"] == [{"when": {"number": "INC1"}, "threshold": 1}]
    other.threshold.value = "many"
    assert "many" in words(three.conditions.error.value)


def test_other_choices_find_who_is_affected_again(three):
    three.choices.flags["count_inactive_accounts"].value = False
    three.choices.customers.value = "consumers"
    assert three.policy.choices.customers == "consumers"
    assert "Major cases 0" in words(three.answers.tiles.value)
    three.choices.delays["generation_delay"].value = "soon"
    assert "soon" in words(three.conditions.error.value)


def test_reset_returns_every_control(three):
    before = three.policy
    three.threshold.set(4)
    three.choices.sync.value = True
    three.mapping.lines["major"][0].template.value = "x"
    three.load(three.current)
    assert three.policy == before
    assert three.choices.sync.value is False
    assert words(three.answers.verdict.value).startswith("Nothing is changed")


def test_scenarios_are_kept_and_compared(three):
    three.scenarios.save.click()
    assert "Give the scenario a name" in words(three.scenarios.said.value)
    three.scenarios.name.value = HOSTILE
    three.scenarios.save.click()
    three.threshold.set(4)
    three.scenarios.name.value = "four"
    three.scenarios.save.click()
    said = words(three.scenarios.said.value)
    assert "four 4 0" in said
    assert "<img" not in three.scenarios.said.value
    three.scenarios.pick.value = HOSTILE
    three.scenarios.load.click()
    assert three.policy.threshold == 3


def test_a_suggestion_can_be_used(three):
    three.suggest.go.click()
    assert words(three.suggest.said.value) == "Give one of the limits a number first."
    three.suggest.rows[0][1].value = "some"
    three.suggest.go.click()
    assert "not accepted" in words(three.suggest.said.value)
    three.suggest.rows[0][0].value, three.suggest.rows[0][1].value = "major_cases", "0"
    three.suggest.go.click()
    assert "raise the threshold from 3 to 4" in words(three.suggest.said.value)
    three.suggest.use.click()
    assert three.policy.threshold == 4
    # By its words, not by its name.
    assert (
        dict(three.suggest.rows[0][0].options)["cases to close by hand in the busiest week"]
        == "manual_closures_per_week"
    )


@pytest.mark.parametrize("format", ["parquet", "csv", "xlsx", "ndjson"])
def test_export_says_where_it_went(three, format, tmp_path):
    three.threshold.set(4)
    three.hand_over.format.value = format
    three.hand_over.buttons["result"].click()
    assert str(tmp_path / "out" / "result") in words(three.hand_over.said.value)
    assert (tmp_path / "out" / "result" / f"cases.{format}").exists()


def test_an_export_names_what_it_writes_and_is_not_begun_twice(three, monkeypatch):
    said, write = [], Result.write

    def slow(result, out, *, progress, **options):
        def tell(name):
            progress(name)
            said.append(words(three.hand_over.said.value))
            assert all(button.disabled for button in three.hand_over.buttons.values())
            # Another click while it is written: nothing begins.
            three.hand_over.write("report")

        return write(result, out, progress=tell, **options)

    monkeypatch.setattr(Result, "write", slow)
    three.hand_over.buttons["result"].click()
    assert said == [f"Writing: {name} …" for name in ("decisions", "cases", "notifications", "journal", "rejects")]
    assert words(three.hand_over.said.value).startswith("Wrote")
    assert not any(button.disabled for button in three.hand_over.buttons.values())
    assert not (Path(three.hand_over.folder.value) / "impact.html").exists()


def test_report_change_file_and_policy(three, tmp_path):
    three.hand_over.buttons["change"].click()
    assert "No property differs" in words(three.hand_over.said.value)
    out = tmp_path / "out"
    for threshold in (2, 4):
        three.threshold.set(threshold)
        three.hand_over.buttons["report"].click()
        # No older change file stands beside a newer report.
        told = json.loads((out / "impact.manifest.json").read_text())
        for name in ("impact.html", "update.xml", "update.rollback.xml"):
            assert told["evidence"] in (out / name).read_text()
            assert told["files"][name] == hashlib.sha256((out / name).read_bytes()).hexdigest()
    for name in ("report", "change", "policy"):
        three.hand_over.buttons[name].click()
        assert words(three.hand_over.said.value).startswith("Wrote")
    assert {path.name for path in out.iterdir()} >= {"impact.html", "update.xml", "update.rollback.xml", "policy.toml"}
    assert {path.stat().st_mode & 0o777 for path in (out, *out.iterdir())} == {0o700, 0o600}
    assert cs.Policy.read(out / "policy.toml") == three.policy
    (tmp_path / "file").write_text("")
    three.hand_over.folder.value = str(tmp_path / "file" / "deeper")
    three.hand_over.buttons["policy"].click()
    assert "cannot be made" in words(three.hand_over.said.value)


def test_settings_come_in_as_text_and_file(three):
    three.hand_over.toml.value = three.policy.with_(threshold=2).to_toml()
    three.hand_over.take(three.hand_over.toml.value, ".toml")
    assert three.policy.threshold == 2
    csv = "name,value\nsn_ind_tsm_core.major_case_affected_account_threshold,4\n"
    three.hand_over.take(csv, ".csv")
    assert words(three.hand_over.said.value).startswith("Applied")
    assert three.policy.threshold == 4
    three.hand_over.take("x", ".pdf")
    assert "no policy" in words(three.hand_over.said.value)
    three.hand_over.take("threshold = ", ".toml")
    assert "cs-error" in three.hand_over.said.value
    assert three.policy.threshold == 4
    with pytest.raises(PolicyError):
        taken("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", ".xml")


def test_data_never_become_markup():
    incidents = TABLES["incident"].with_columns(
        short_description=pl.lit(HOSTILE), category=pl.lit(HOSTILE), priority=pl.lit("1"), cmdb_ci=pl.lit(HOSTILE)
    )
    accounts = TABLES["customer_account"].with_columns(name=pl.lit(HOSTILE))
    data = cs.load({**TABLES, "incident": incidents, "customer_account": accounts}, name=HOSTILE)
    bench = Workbench(data, cs.Policy(threshold=3))
    bench.threshold.set(4)
    shown = [
        bench.answers.verdict,
        bench.answers.tiles,
        bench.answers.checks,
        bench.chosen.view,
        bench.mapping.preview,
        bench.changes.title,
    ]
    every = "".join(each.value for each in shown)
    assert not re.search(r"<img", every)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in every
    assert HOSTILE[:4] in words(bench.chosen.view.value)


def test_a_dataset_without_customers(tmp_path):
    listed = pl.DataFrame(schema={"incident": pl.String, "account": pl.String})
    bench = Workbench(cs.load({"incident": TABLES["incident"], "affected_account": listed}), cs.Policy(threshold=3))
    assert "makes no incident major" in words(bench.answers.verdict.value)
    bench.threshold.set(1)
    assert "No incident changes between 3 and 1" in words(bench.answers.verdict.value)


def test_a_policy_that_the_data_cannot_serve_is_refused_at_once():
    with pytest.raises(PolicyError, match="Nearest"):
        Workbench(cs.load(TABLES), cs.Policy(trigger={"categry": "x"}))


def test_without_a_kernel_the_figures_stay_readable(three):
    bundle = three._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == "Workbench on three: threshold 3, 1 major incidents, 4 cases to close by hand"


def test_counts_from_arrays_are_those_of_the_list(demo):
    own = Workbench(demo)._board.incidents
    critical = (own.frame["rank"] == "1").to_numpy()
    for now, proposed in ((5, 12), (12, 5), (1, 9_999), (7, 7), (9_999, 10_000), (1, 2)):
        asked = own.between(now, proposed)
        assert own.counts(now, proposed) == (asked.sum(), (asked & critical).sum())


def test_r2_1_an_assumed_threshold_is_no_now_on_the_screen(tmp_path):
    def screen(policy):
        bench = Workbench(cs.load(TABLES, name="three"), policy, out=tmp_path)
        bench.threshold.set(3)
        parts = [bench.answers.verdict, bench.answers.tiles, bench.threshold.said, bench.threshold.scale]
        bench.charts.as_tables.value = True
        said = " ".join(words(each.value) for each in [*parts, *bench.charts.tables, bench.chosen.view])
        return bench, " ".join([said, *(column[1] for column in bench.changes.table.columns)])

    bench, assumed = screen(cs.Policy())
    _, given = screen(cs.Policy(threshold=5))
    assert not re.search(r"\bnow\b", assumed, re.IGNORECASE), assumed
    for there, here in (
        ("Lowering the threshold from an assumed 5 to 3 makes", "Lowering the threshold from 5 to 3 makes"),
        ("at assumed 5: 0", "now 0"),
        ("0 major at assumed 5 →", "0 major at 5 →"),
        ("against assumed 5", "against now (5)"),
        ("major at assumed 5", "major now"),
        ("Assumed 5 → proposed", "Now → proposed"),
    ):
        assert there in assumed, there
        assert here in given, here
    bench.compare.value = True
    assert words(bench.answers.verdict.value).startswith("Assumed 5: the assumed threshold 5 makes no incident major.")
    bench.compare.value = False
    bench.suggest.rows[1][1].value = "0"
    bench.suggest.go.click()
    assert "assumed 5" in words(bench.suggest.said.value)
    assert not re.search(r"\bnow\b", words(bench.suggest.said.value))


def test_who_is_reached_by_nothing_stands_among_tiles_and_checks(three):
    assert "Incidents changed 0 0.0 % of 3 1 without a case Major cases" in words(three.answers.tiles.value)
    assert "1 incident reaches nobody" in words(three.answers.checks.value)


@pytest.mark.parametrize(("incidents", "said"), [(0, "No incidents"), (1, "No incident has a case")])
def test_nothing_found_is_never_said_where_nothing_was_read(incidents, said):
    listed = pl.DataFrame({"incident": ["INC9"], "account": ["a1"]})
    bench = Workbench(cs.load({"incident": TABLES["incident"].head(incidents), "affected_account": listed}))
    for threshold in (5, 3):
        bench.threshold.set(threshold)
        found = words(bench.answers.checks.value)
        assert said in found
        assert "Nothing found" not in found


def test_r7_1_the_screen_says_why_more_is_sent(three):
    three.threshold.set(4)
    assert "2 more notifications sent (+66.7 %): individual cases tell when they resolve" in words(
        three.answers.verdict.value
    )
