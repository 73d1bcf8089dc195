"""The story of the shipped dataset: the incident numbers that its README names say what it says."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from casesim.synth import synth
from tests.synth.tables import SHIPPED, counts, read, with_customers


@pytest.fixture(scope="module")
def incidents() -> pl.DataFrame:
    return with_customers(SHIPPED)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """What is shipped, made anew."""
    return synth(tmp_path_factory.mktemp("story") / "telecom", incidents=5_000).out


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


def test_the_backbone_failure_is_told_step_by_step_and_customers_answer(made):
    incident = read(made, "incident").row(by_predicate=pl.col("number") == "INC0011679", named=True)
    journal = read(made, "sys_journal_field").filter(element_id=incident["sys_id"])
    comments = journal.filter(element="comments")
    assert comments["value"][0].startswith("Major outage: a fire in a power room took down a core site in ")
    assert comments["value"][-1].endswith("is over. You get the report within five working days.")
    assert comments["sys_created_on"].is_sorted()
    assert comments["value"].n_unique() == comments.height == 12
    assert journal.filter(element="work_notes").height == 24
    actions = read(made, "notify_customers").filter(incident=incident["sys_id"])
    assert actions["account"].to_list() == [None, None]
    assert actions["created_at"][0] - incident["opened_at"] == timedelta(minutes=25)
    replies = read(made, "customer_reply").filter(incident=incident["sys_id"])
    assert replies.height >= 10
    assert replies["value"][0] == "All our sites are down. This is critical for us."
    cases = read(made, "sn_customerservice_case").filter(incident=incident["sys_id"])
    assert cases["major_case_state"].to_list().count("accepted") == 1
    assert cases.height > 500


def test_storm_and_busy_customer_have_talk_of_their_own(made):
    incidents = read(made, "incident")
    storm = incidents.filter(pl.col("short_description").str.starts_with("Storm: "))["sys_id"].implode()
    on_incidents = read(made, "sys_journal_field").filter(name="incident", element="comments")
    said = on_incidents.filter(pl.col("element_id").is_in(storm))["value"]
    assert said.len() > 20
    assert said.str.contains("(?i)storm|line|power|road").all()
    assert read(made, "notify_customers").filter(pl.col("incident").is_in(storm))["incident"].n_unique() > 20
    assert read(made, "customer_reply").filter(pl.col("incident").is_in(storm)).height > 20
    busy = read(made, "customer_account").row(by_predicate=pl.col("number") == "ACCT0016677", named=True)["sys_id"]
    replies = read(made, "customer_reply").filter(account=busy)
    assert replies.height > 40
    assert replies["value"].str.contains("Again|again|Same|cable|Nobody|It|Up").all()
    assert replies["created_by"].n_unique() == 1


def test_an_incident_that_grows_and_one_that_shrinks_are_named(made):
    told = dict(synth(made, incidents=5_000, overwrite=True).story)
    seen = counts(made).join(read(made, "incident").select("number", incident="sys_id"), on="incident")
    for name in ("an incident that grows", "an incident that shrinks"):
        number, *words = told[name].replace(":", "").split()
        first, last = (int(word) for word in words if word.isdigit())
        row = seen.row(by_predicate=pl.col("number") == number, named=True)
        assert (row["first"], row["last"]) == (first, last)


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
