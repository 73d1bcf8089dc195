"""The story of the shipped dataset: the incident numbers that its README names say what it says."""

from datetime import date

import polars as pl
import pytest

from casesim.synth import synth
from tests.synth.tables import SHIPPED, read, with_customers


@pytest.fixture(scope="module")
def incidents() -> pl.DataFrame:
    return with_customers(SHIPPED)


def test_a_storm_hits_one_region_for_a_day(incidents):
    day = incidents.filter(pl.col("opened_at").dt.date() == date(2026, 4, 30))
    assert (day["number"].min(), day["number"].max()) == ("INC0012852", "INC0013486")
    others = incidents.group_by(pl.col("opened_at").dt.date()).len()["len"].median()
    assert day.height > 10 * others
    storm = day.filter(pl.col("short_description").str.starts_with("Storm: "))
    assert storm.height > 0.9 * day.height
    assert storm["u_region"].unique().to_list() == ["Harbour Coast"]
    assert incidents.filter(pl.col("short_description").str.starts_with("Storm: ")).height == storm.height


def test_a_backbone_failure_affects_hundreds_and_lasts_a_day(incidents):
    backbone = incidents.row(by_predicate=pl.col("number") == "INC0011679", named=True)
    assert backbone["short_description"].startswith("Backbone failure: ")
    assert backbone["priority"] == "1"
    assert backbone["customers"] == 616
    assert (backbone["resolved_at"] - backbone["opened_at"]).total_seconds() / 3600 > 26
    assert backbone["cause"] == "Fire in power room"
    rows = {
        table: read(SHIPPED, table).filter(pl.col(column) == backbone["sys_id"]).height
        for table, column in (("task_ci", "task"), ("task_cmdb_ci_service", "task"), ("affected_account", "incident"))
    }
    assert rows["task_ci"] >= 6
    assert rows["task_cmdb_ci_service"] >= 1
    assert rows["affected_account"] >= 1


def test_a_small_customer_has_hundreds_of_incidents_of_its_own(incidents):
    busiest = incidents["cmdb_ci"].drop_nulls().value_counts(sort=True)["cmdb_ci"][0]
    owners = read(SHIPPED, "sn_install_base_item").filter(configuration_item=busiest)["account"].drop_nulls().unique()
    account = read(SHIPPED, "customer_account").row(by_predicate=pl.col("sys_id") == owners.item(), named=True)
    assert account["number"] == "ACCT0016677"
    assert (account["customer_tier"], account["contract_value"]) == ("Bronze", 4_800.0)
    on_it = incidents.filter(cmdb_ci=busiest)
    assert on_it.height > 300
    assert (on_it["customers"] == 1).all()


def test_the_readme_names_what_is_there(incidents):
    text = (SHIPPED.parent / "README.md").read_text()
    assert all(name in text for name in ("INC0012852", "INC0013486", "INC0011679", "ACCT0016677", "Falcon Timber"))
    customers = incidents["customers"]
    major, none = int((customers >= 5).sum()), int((customers == 0).sum())
    assert f"{major:,} incidents major, {len(customers) - major - none:,} individual, {none} without" in text


def test_the_summary_tells_the_story_and_without_one_there_is_none(tmp_path):
    told = dict(synth(tmp_path / "a", incidents=5_000).story)
    assert told["storm day"].endswith("INC0012852 to INC0013486")
    assert told["backbone failure"].startswith("INC0011679: 616 accounts")
    assert told["busy small customer"].startswith("ACCT0016677")
    plain = synth(tmp_path / "b", incidents=5_000, story=False)
    assert plain.story == ()
    assert not read(plain.out, "incident")["short_description"].str.starts_with("Backbone").any()
