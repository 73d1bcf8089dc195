"""Comparisons worked by hand, previews, and the commands."""

import json
import re

import polars as pl
import pytest

import casesim as cs
from casesim.analysis.compare.changes import COLUMNS
from casesim.cli import main
from casesim.tables import PolicyError
from tests.analysis_sweep.test_by_hand import TABLES


@pytest.fixture
def data():
    return cs.load(TABLES, name="three")


@pytest.fixture
def folder(tmp_path):
    for name, frame in TABLES.items():
        frame.write_csv(tmp_path / f"{name}.csv")
    for name, threshold in (("now", 3), ("proposed", 4)):
        text = f'[properties]\n"sn_ind_tsm_core.major_case_affected_account_threshold" = {threshold}\n'
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


def test_two_thresholds(data):
    found = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4))
    assert tuple(found.incidents.columns) == COLUMNS
    # INC1's three accounts reach 3 and not 4: the major case goes, its three cases resolve and say so.
    fields = ["kind", "parent", "state", "resolved_at"]
    why = "count no longer reaches: 3 < 4"
    assert found.incidents.rows() == [("INC1", 3, 0, 3, 3, "major", "individual", 4, 3, 3, 6, 4, 0, why, fields)]
    assert found.totals.filter(pl.col("change") != 0).rows() == [
        ("major_cases", 1, 0, -1),
        ("manual_closures", 4, 0, -4),
        ("auto_resolved_cases", 0, 3, 3),
        ("incidents_individual", 1, 2, 1),
        ("incidents_major", 1, 0, -1),
        ("child_cases", 3, 0, -3),
        ("individual_cases", 1, 4, 3),
        ("cases", 5, 4, -1),
        ("notifications_sent", 3, 5, 2),
        ("notifications_suppressed", 1, 2, 1),
    ]
    assert found.fields.rows()[:2] == [
        ("INC1", "INC1-0001", "kind", "child", "individual"),
        ("INC1", "INC1-0001", "parent", "INC1-M", None),
    ]
    assert found.fields.height == 3 * len(fields)
    assert found.recipients.height == 0


def test_a_mapping_changes_fields_and_nothing_else(data):
    found = cs.preview(data, cs.Policy(threshold=3), mapping={"individual": {"priority": "{category}"}})
    # INC2 has no category, so its priority stays missing; INC1 is major.
    assert found.incidents.height == 0
    found = cs.preview(data, cs.Policy(threshold=4), mapping={"individual": {"priority": "{category}"}})
    assert found.incidents.select("incident_number", "reason", "fields").rows() == [
        ("INC1", "mapping changed `priority` (R3.3)", ["priority"])
    ]
    assert found.fields.rows()[0] == ("INC1", "INC1-0001", "priority", None, "network")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"threshold": 1}, "count reaches 1 ≥ 1"),
        (
            {"overrides": [{"when": {"number": "INC2"}, "threshold": 1}]},
            "an override asks 1 (R2.5), count reaches 1 ≥ 1",
        ),
        (
            {"also_major_when": {"when": {"number": "INC2"}}},
            "major by also_major_when when (R2.5), before individual at 1 < 3",
        ),
        (
            {"trigger": {"category": "network"}},
            "trigger does not match (R2.4), before individual at 1 < 3",
        ),
    ],
)
def test_reasons_of_another_outcome(data, change, reason):
    found = cs.preview(data, cs.Policy(threshold=3), **change)
    assert found.incidents.select("incident_number", "reason").rows() == [("INC2", reason)]


def test_accounts_counted_through_their_parent():
    accounts = TABLES["customer_account"].with_columns(account_parent=pl.Series([None, "a1", "a1"]))
    data = cs.load({**TABLES, "customer_account": accounts})
    found = cs.preview(data, cs.Policy(threshold=3), roll_up_to_parent_account=True)
    # a2 and a3 count as a1: one customer where there were three.
    [row] = found.incidents.to_dicts()
    assert row["reason"].startswith("count no longer reaches: 1 < 3: accounts count through their parent (R1.5)")
    assert row["affected_accounts"] == 1
    assert (row["cases_a"], row["cases_b"]) == (4, 1)


def test_new_and_lost_recipients_by_name():
    contacts = pl.DataFrame({"sys_id": ["p1", "p2"], "name": ["Ann", "Bo"], "email": ["ann@x.example", "bo@x.example"]})
    accounts = pl.DataFrame({"sys_id": ["a1", "a2", "a3"], "primary_contact": ["p1", "p1", "p2"]})
    data = cs.load({**TABLES, "customer_contact": contacts, "customer_account": accounts})
    # p2 is told of INC1 alone, and INC1 is no longer looked at; p1 is told of INC2 too.
    found = cs.preview(data, cs.Policy(threshold=3), trigger={"number": "INC2"})
    assert found.recipients.rows() == [("lost", "p2", None, "Bo", "bo@x.example", 1)]
    assert "1 recipient no longer told: Told of something now, of nothing as proposed: Bo." in " ".join(
        repr(found).split()
    )
    back = cs.compare(data, found.b, found.a)
    assert back.recipients.rows() == [("new", "p2", None, "Bo", "bo@x.example", 1)]


def test_flood_control_and_events(data):
    found = cs.preview(data, cs.Policy(threshold=3), flood={"max_per_contact": 1, "window": "1h"})
    # Ann is told at 10:00 (twice) and at 10:30: one goes out, two are held back.
    assert dict(found.totals.select("metric", "b").iter_rows())["notifications_sent"] == 1
    assert found.incidents["reason"].str.contains("flood.max_per_contact = 1").all()
    off = cs.preview(data, cs.Policy(threshold=3), notifications={"case_created": {"enabled": False}})
    assert off.incidents["reason"].to_list() == ["notifications.case_created.enabled = false (R5.2)"] * 2
    assert off.recipients["name"].to_list() == ["Ann"]


def test_the_worst_come_first(data):
    found = cs.compare(data, cs.Policy(threshold=9), cs.Policy(threshold=1))
    assert found.incidents["incident_number"].to_list() == ["INC1", "INC2"]


def test_text_html_and_plain_values(data):
    found = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4))
    assert "three: 1 incident of 3 change" in repr(found)
    assert all(len(line) <= 80 for line in repr(found).splitlines())
    assert "<table>" in found._repr_mimebundle_()["text/html"]
    assert found.to_pandas().shape == (1, len(COLUMNS))
    assert found.to_dict()["changes"] == {
        "properties.sn_ind_tsm_core.major_case_affected_account_threshold": [3, 4],
    }


def test_a_preview_takes_settings_as_the_command_line_does(data):
    assert cs.preview(data, cs.Policy(threshold=3), set=["threshold=4"]).b == cs.Policy(threshold=4)
    with pytest.raises(PolicyError, match="expected NAME=VALUE"):
        cs.preview(data, cs.Policy(threshold=3), set=["threshold"])


def test_commands(folder, capsys):
    files = ["--a", str(folder / "now.toml"), "--b", str(folder / "proposed.toml")]
    out = folder / "changed.csv"
    assert main(["compare", str(folder), *files, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "count no longer reaches: 3 < 4" in text
    assert pl.read_csv(out)["fields"].to_list() == ["kind, parent, state, resolved_at"]
    assert main(["compare", str(folder), *files, "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert main(["preview", str(folder), "--policy", str(folder / "now.toml"), "--set", "threshold=4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == compared
    # What is left out of the two is the policy of --policy and --set.
    assert main(["compare", str(folder), *files[:2], "--set", "threshold=4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == compared
    assert main(["compare", str(folder), *files, "--set", "threshold=4"]) == 2
    assert "both are given" in " ".join(capsys.readouterr().err.split())
    assert main(["preview", str(folder), "--policy", str(folder / "now.toml"), "--set", "threshold=3"]) == 0
    assert "Nothing changes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["compare"], "--a FILE and --b FILE"),
        (["compare", "--a", "now.toml", "--b", "nothing.toml"], "nothing.toml"),
        (["preview"], "--set threshold=12"),
        (["preview", "--set", "treshold=3"], "Nearest: threshold"),
        (["preview", "--set", "trigger.categry=x"], "category"),
        (["compare", "--a", "now.toml", "--b", "now.toml", "--out", "changed.xlsx"], ".csv or .parquet"),
    ],
)
def test_bad_input(folder, capsys, monkeypatch, words, says):
    monkeypatch.chdir(folder)
    command, *rest = words
    assert main([command, str(folder), *rest]) == 2
    shown = capsys.readouterr()
    assert says in " ".join(shown.err.split())
    assert shown.out == ""


def test_what_a_policy_does_not_give_is_said_by_its_default():
    changed = cs.Policy(
        customers="both",
        additional_comments_sync=True,
        generation_delay="5m",
        trigger={"priority": "1"},
        mapping={"individual": {"short_description": "x", "u_region": "EMEA"}},
    )
    said = repr(cs.compare(cs.load(TABLES), cs.Policy(), changed))
    for line in (
        "choices.customers: accounts (default) -> both",
        "additional_comments_sync: false (default) -> true",
        "trigger.priority: not set -> 1",
        "mapping.individual.short_description: {short_description} (default) -> x",
        "mapping.individual.u_region: not set -> EMEA",
    ):
        assert line in " ".join(said.split())


def test_columns_never_touch_however_much_changes():
    numbers = [f"INC{place}" for place in range(1_200)]
    incidents = pl.DataFrame({"number": numbers, "opened_at": "2026-03-05 10:00:00"})
    listed = pl.DataFrame({"incident": numbers, "account": "a1"})
    data = cs.load({"incident": incidents, "affected_account": listed})
    said = repr(cs.compare(data, cs.Policy(trigger={"number": "INC1"}), cs.Policy()))
    assert "+119,900.0 %" in said
    assert not re.search(r"[0-9][+-]", said)
