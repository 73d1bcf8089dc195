"""Customers that come and go: the rates of real outages, and nobody more or less affected than without."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from casesim.synth import synth
from tests.synth.tables import ALL, TABLES, counts, read, with_customers

# PG&E: of the outages that begin with T or more, so many fall below T later.
FALL_BELOW = {2: 0.018, 100: 0.19}


@pytest.fixture(scope="module")
def seen(telecom) -> pl.DataFrame:
    return counts(telecom)


def test_the_number_changes_in_one_incident_of_ten_and_mostly_upwards(telecom, seen):
    changed = seen.filter(pl.col("first") != pl.col("last"))
    assert changed.height / read(telecom, "incident").height == pytest.approx(0.096, abs=0.01)
    assert (changed["last"] > changed["first"]).mean() == pytest.approx(0.56, abs=0.05)
    ratio = changed["last"] / changed["first"]
    assert ratio.quantile(0.25) == pytest.approx(0.5, abs=0.1)
    assert ratio.median() == pytest.approx(2, abs=0.5)


@pytest.mark.parametrize("threshold", [2, 5, 10, 20, 50, 100])
def test_one_in_seven_of_those_that_reach_a_threshold_began_below(seen, threshold):
    reached = seen.filter(pl.col("ever") >= threshold)
    assert (reached["first"] < threshold).mean() == pytest.approx(0.14, abs=0.025)


@pytest.mark.parametrize("threshold", FALL_BELOW)
def test_wide_incidents_fall_below_a_threshold_more_often(seen, threshold):
    began = seen.filter(pl.col("first") >= threshold)
    assert (began["last"] < threshold).mean() == pytest.approx(FALL_BELOW[threshold], rel=0.25)


def test_a_change_comes_while_the_incident_lasts(telecom, seen):
    changed = seen.filter(pl.col("first") != pl.col("last"))
    resolved = read(telecom, "incident").select("resolved_at", incident="sys_id")
    changed = changed.join(resolved, on="incident").with_columns(after=pl.col("changed_at") - pl.col("opened_at"))
    assert (changed["changed_at"] > changed["opened_at"]).all()
    assert (changed["changed_at"] <= changed["resolved_at"]).drop_nulls().all()
    hours = changed["after"].dt.total_seconds() / 3600
    assert hours.median() == pytest.approx(1.3, abs=0.4)
    assert hours.quantile(0.9) == pytest.approx(10.7, abs=2.5)


def test_those_that_grow_begin_with_the_one_who_reports_them_and_nobody_comes_back(seen):
    grown = seen.filter(pl.col("last") > pl.col("first"))
    assert (grown["first"] == 1).all()
    assert (grown["last"] == grown["ever"]).all()
    shrunk = seen.filter(pl.col("last") < pl.col("first"))
    assert (shrunk["first"] == shrunk["ever"]).all()
    assert (shrunk["last"] >= 1).all()


def test_who_is_ever_affected_does_not_depend_on_history(telecom, bare):
    columns = ("number", "customers")
    assert_frame_equal(with_customers(telecom).select(columns), with_customers(bare).select(columns))


def test_history_leaves_every_other_table_and_column_as_it_is(telecom, bare):
    for table in TABLES:
        new, old = read(telecom, table), read(bare, table)
        if table == "incident":
            assert_frame_equal(new.drop("cmdb_ci", "business_service"), old.drop("cmdb_ci", "business_service"))
            moved = new["cmdb_ci"].ne_missing(old["cmdb_ci"])
            assert moved.mean() == pytest.approx(0.1, abs=0.01)
            unmoved = ~moved
            assert_frame_equal(new.filter(unmoved), old.filter(unmoved))
        elif table in {"task_ci", "task_cmdb_ci_service", "affected_account"}:
            # Some rows more, none less, in the same order.
            assert new.select(old.columns).filter(_first(new, old)).rows() == old.rows()
        else:
            assert_frame_equal(new, old)


def test_a_service_desk_moves_in_the_same_way(service_desk):
    seen = counts(service_desk)
    reached = seen.filter(pl.col("ever") >= 2)
    assert (reached["first"] < 2).mean() == pytest.approx(0.14, abs=0.025)
    assert (seen["first"] != seen["last"]).mean() < 0.02


def test_the_list_has_a_customer_once(telecom):
    listed = read(telecom, "affected_account").drop_nulls("account")
    assert not listed.select("incident", "account").is_duplicated().any()


def test_times_are_in_order(telecom):
    incidents = read(telecom, "incident").select("opened_at", task="sys_id")
    for table, task in (("task_ci", "task"), ("task_cmdb_ci_service", "task"), ("affected_account", "incident")):
        rows = read(telecom, table).rename({task: "task"}).join(incidents, on="task")
        assert (rows["added_at"] > rows["opened_at"]).drop_nulls().all()
        assert (rows["removed_at"] > rows["opened_at"]).drop_nulls().all()
        assert rows["added_at"].is_not_null().any()
        assert rows["removed_at"].is_not_null().any()
        assert not (rows["added_at"].is_not_null() & rows["removed_at"].is_not_null()).any()


def test_parts_do_not_touch_each_other(tmp_path, monkeypatch):
    """Parts of 500 rows give as many rows of everything as the parts that they are, and no key twice."""
    monkeypatch.setattr("casesim.synth.make._PART", 500)
    out = synth(tmp_path / "a", incidents=3_000, story=False).out
    for table in ALL:
        rows = read(out, table)
        if "sys_id" in rows.columns:
            assert rows["sys_id"].n_unique() == rows.height, table
    assert read(out, "sn_customerservice_case")["number"].is_sorted()
    assert read(out, "change_request").height == 90
    assert counts(out)["first"].min() == 1


def _first(new: pl.DataFrame, old: pl.DataFrame) -> pl.Series:
    """Which rows of the one are in the other."""
    keys = new.columns[:2] if new.columns[0] == "task" else new.columns[:3]
    marked = new.select(keys).join(old.with_columns(known=True), on=keys, how="left", nulls_equal=True)
    return marked["known"].fill_null(value=False)
