"""The incidents that change in groups, against plain counting over the cases of whole runs; and the list as csv."""

from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

import casesim as cs
from casesim.synth import synth
from casesim.workbench import Workbench
from tests.workbench.test_workbench import listed, shown, unread, words


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "small"
    synth(folder, incidents=300, seed=7)
    return cs.load(folder)


def of_customers(demo, *policies) -> dict[str, set[str]]:
    """The incidents of each customer, by name: those in which it has a case under one of the policies."""
    named = {}
    for table in ("customer_account", "csm_consumer"):
        named |= dict(demo.frame(table, ["sys_id", "name"]).collect().iter_rows())
    found = defaultdict(set)
    for policy in policies:
        cases = cs.simulate(demo, policy).cases.filter(pl.coalesce("account", "consumer").is_not_null())
        for number, account, consumer in cases.select("incident_number", "account", "consumer").iter_rows():
            found[named[account or consumer]].add(number)
    return found


def of_items(demo) -> dict[str, set[str]]:
    found = defaultdict(set)
    for number, ci in demo.frame("incident", ["number", "cmdb_ci"]).collect().iter_rows():
        found[ci or "(no configuration item)"].add(number)
    return found


def counted(groups: dict[str, set[str]], changed: pl.DataFrame) -> list[tuple[str, ...]]:
    """Rows of the table: name, incidents that change, critical ones of them, all."""
    numbers = set(changed["incident_number"])
    critical = set(changed.filter(pl.col("priority") == "1")["incident_number"])
    rows = [(name, len(own & numbers), len(own & critical), len(own)) for name, own in groups.items() if own & numbers]
    rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
    return [(name, *(f"{count:,}" for count in counts)) for name, *counts in rows]


def pages(bench) -> list[tuple[str, ...]]:
    found = [tuple(row[:-1]) for row in bench.changes.table.rows]
    while not bench.changes.on.disabled:
        bench.changes.on.click()
        found += [tuple(row[:-1]) for row in bench.changes.table.rows]
    bench.changes.turn(-bench.changes.first)
    return found


@pytest.mark.parametrize("other", ["threshold", "switch", "choice"])
def test_r2_groups_are_those_of_a_plain_count(demo, other):
    bench = Workbench(demo)
    unread(bench)
    bench.threshold.set(60)
    if other == "switch":
        bench.choices.sync.value = True
    if other == "choice":
        # Other customers count: those of both runs are groups.
        bench.load(bench.policy.with_(customers="both", count_inactive_accounts=True))
    changed = cs.compare(demo, demo.policy, bench.policy).changed
    assert changed.height
    bench.tabs.value = "CIs"
    assert pages(bench) == counted(of_items(demo), changed)
    bench.tabs.value = "Customers"
    customers = counted(of_customers(demo, demo.policy, bench.policy), changed)
    assert pages(bench) == customers
    said = f"{len(customers):,} customers with changes"
    assert words(bench.changes.title.value) == said
    bench.tabs.value = "Incidents"
    assert listed(bench) == set(changed["incident_number"])


def test_a_group_that_is_opened_narrows_the_list(demo):
    bench = Workbench(demo)
    unread(bench)
    bench.threshold.set(60)
    changed = set(cs.compare(demo, demo.policy, bench.policy).incidents["incident_number"])
    for tab, groups in (("CIs", of_items(demo)), ("Customers", of_customers(demo, demo.policy))):
        bench.tabs.value = tab
        name, *_, id = bench.changes.table.rows[0]
        # As the browser's message comes in.
        bench.changes.table._handle_custom_msg({"opened": id}, [])
        assert bench.tabs.value == "Incidents"
        assert listed(bench) == groups[name] & changed
        assert bench.changes.narrowing.group.description.startswith(name[:23])
        bench.changes.narrowing.group.click()
        assert listed(bench) == changed
    for message in ({"opened": "no such row"}, {"opened": None}, {}, ["opened"]):
        bench.changes.table._handle_custom_msg(message, [])
    assert listed(bench) == changed


def test_choosing_a_group_leaves_the_incident_that_is_explained(demo):
    bench = Workbench(demo)
    bench.threshold.set(60)
    bench.changes.table.chosen = shown(bench)[1]["number"]
    incident, why = bench.changes.incident, bench.chosen.view.value
    assert incident in words(why)
    bench.tabs.value = "CIs"
    bench.changes.table.chosen = bench.changes.table.ids[2]
    assert (bench.changes.incident, bench.chosen.view.value) == (incident, why)
    bench.tabs.value = "Incidents"
    assert (bench.changes.table.chosen, bench.changes.incident) == (incident, incident)


def test_no_incident_no_group(demo):
    bench = Workbench(demo)
    bench.tabs.value = "Customers"
    assert (bench.changes.table.rows, bench.changes.table.foot) == ([], "No incident changes.")
    assert words(bench.changes.title.value) == "0 customers with changes"


@pytest.mark.parametrize(("tab", "name"), [("Incidents", "changes"), ("CIs", "changes-by-ci")])
@pytest.mark.parametrize("sync", [False, True])
def test_the_whole_list_as_csv(demo, tmp_path, tab, name, sync):
    bench = Workbench(demo, out=tmp_path / "out")
    unread(bench)
    bench.threshold.set(60)
    bench.choices.sync.value = sync
    bench.tabs.value = tab
    bench.changes.csv.click()
    file = tmp_path / "out" / f"{name}.csv"
    rows = pl.read_csv(file)
    assert words(bench.changes.said.value) == f"Wrote {rows.height:,} rows: {file}"
    assert rows.height == bench.changes.total > 10
    if tab == "CIs":
        assert rows.columns == ["name", "incidents", "critical", "every"]
        return
    change = cs.compare(demo, demo.policy, bench.policy)
    if sync:
        assert rows["incident_number"].to_list() == change.incidents["incident_number"].to_list()
        return
    assert rows["reason"].str.contains(r"^5 ≤ \d+ < 60$").all()
    own = [name for name in rows.columns if name in change.incidents.columns and name != "reason"]
    assert len(own) == 9
    assert sorted(rows.select(own).iter_rows()) == sorted(change.incidents.select(own).iter_rows())


def test_a_list_that_cannot_be_written_is_said_in_place(demo, tmp_path):
    bench = Workbench(demo, out=tmp_path / "out")
    Path(tmp_path / "out").write_text("a file")
    bench.threshold.set(60)
    bench.changes.csv.click()
    assert "out: cannot be made" in words(bench.changes.said.value)


def test_names_of_the_data_are_harmless(tmp_path):
    accounts = pl.DataFrame({"sys_id": ["a1", "a2"], "name": ["=cmd|' /C calc'!A0", "<b>Ltd</b>"]})
    both = pl.DataFrame({"incident": ["INC1", "INC1"], "account": ["a1", "a2"]})
    incidents = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05 10:00:00"], "cmdb_ci": ["+1"]})
    data = cs.load({"incident": incidents, "affected_account": both, "customer_account": accounts})
    bench = Workbench(data, cs.Policy(threshold=2), out=tmp_path)
    bench.threshold.set(3)
    bench.tabs.value = "Customers"
    bench.changes.csv.click()
    assert pl.read_csv(tmp_path / "changes-by-customer.csv")["name"].to_list() == ["<b>Ltd</b>", "'=cmd|'' /C calc'!A0"]
    bench.changes.table._handle_custom_msg({"opened": "account a2"}, [])
    assert "<b>" not in bench.changes.title.value
    assert [row["number"] for row in shown(bench)] == ["INC1"]
