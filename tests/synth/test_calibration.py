"""The written tables against the figures of real logs. N is measured by joins, not taken from the generator."""

import polars as pl
import pytest

from casesim.synth.profiles import PROFILES, sizes_for, tail_shares
from tests.synth.tables import read, with_customers

# Real logs: P(N >= T). Telecom from outages of a utility, service desk from incidents with related interactions.
REAL = {
    "telecom": {2: 0.386, 5: 0.306, 10: 0.247, 20: 0.181, 50: 0.114, 100: 0.077, 500: 0.025, 1000: 0.014},
    "service-desk": {2: 0.069, 3: 0.014, 5: 0.0035, 10: 0.0019},
}


def at_least(customers: pl.Series, threshold: int) -> float:
    return float((customers >= threshold).mean())


@pytest.mark.parametrize("threshold", REAL["telecom"])
def test_telecom_incidents_affect_as_many_accounts_as_real_outages(telecom, threshold):
    # One percentage point, of small shares a quarter: the sampling error of 20,000 and the step between two CIs.
    real = REAL["telecom"][threshold]
    measured = at_least(with_customers(telecom)["customers"], threshold)
    assert measured == pytest.approx(real, abs=max(0.01, 0.25 * real) if real < 0.04 else 0.01)


@pytest.mark.parametrize("threshold", REAL["service-desk"])
def test_service_desk_incidents_affect_as_many_accounts_as_real_ones(service_desk, threshold):
    real = REAL["service-desk"][threshold]
    measured = at_least(with_customers(service_desk)["customers"], threshold)
    assert measured == pytest.approx(real, abs=max(0.05 * real, 0.0012))


def test_one_incident_in_a_hundred_affects_nobody(telecom):
    assert (with_customers(telecom)["customers"] == 0).mean() == pytest.approx(0.01, abs=0.003)


def test_many_incidents_get_a_thinner_tail_with_the_same_head():
    profile = PROFILES["telecom"]
    full, thin = tail_shares(sizes_for(profile, 100_000)), tail_shares(sizes_for(profile, 1_000_000))
    for threshold in (2, 5, 10, 11):
        assert thin(threshold) == pytest.approx(full(threshold), rel=1e-9)
    assert thin(100) < full(100) / 10
    assert thin(8_000) > 0
    for incidents, mean in ((1_000_000, 7.0), (10_000_000, 7.0), (500_000, 14.0)):
        sizes = sizes_for(profile, incidents)
        assert sum(n * share for n, share in enumerate(sizes, 1)) == pytest.approx(mean, rel=1e-6)
        assert sizes.sum() == pytest.approx(1.0)


def test_every_incident_has_about_three_cis(telecom, service_desk):
    for folder in (telecom, service_desk):
        assert read(folder, "task_ci").height / read(folder, "incident").height == pytest.approx(3.0, abs=0.15)


@pytest.mark.parametrize("threshold", [1, 2])
def test_priorities_keep_their_shares_and_wide_incidents_are_more_urgent(telecom, threshold):
    incidents = with_customers(telecom)
    for priority, share in (("1", 0.0074), ("2", 0.0125), ("4", 0.03)):
        assert (incidents["priority"] == priority).mean() == pytest.approx(share, abs=0.003)
    wide, narrow = incidents.filter(pl.col("customers") >= 500), incidents.filter(pl.col("customers") <= 2)
    urgent = pl.col("priority").cast(pl.Int64) <= threshold
    assert wide.select(urgent.mean()).item() > 10 * narrow.select(urgent.mean()).item()


def test_hours_of_an_outage_log(telecom):
    opened = read(telecom, "incident").filter(~pl.col("short_description").str.starts_with("Storm"))["opened_at"]
    by_hour = pl.Series([(opened.dt.hour() == hour).sum() for hour in range(24)]) / (len(opened) / 24)
    assert by_hour[:6].mean() == pytest.approx(0.3, abs=0.07)  # nights
    assert by_hour[9] == pytest.approx(1.9, abs=0.25)
    assert by_hour[11:17].mean() == pytest.approx(1.6, abs=0.15)
    assert by_hour.arg_max() in (8, 9, 10)


def test_hours_and_weekends_of_a_service_desk(service_desk):
    opened = read(service_desk, "incident")["opened_at"]
    weekend = (opened.dt.weekday() >= 6).sum() / 2
    weekday = (opened.dt.weekday() <= 5).sum() / 5
    assert weekend / weekday == pytest.approx(46 / 353, abs=0.02)
    by_hour = [(opened.dt.hour() == hour).sum() for hour in range(24)]
    assert by_hour[12] < 0.7 * max(by_hour[8:12])
    assert by_hour[14] > 1.2 * by_hour[12]
    assert sum(by_hour[:5]) < 0.02 * len(opened)


def test_a_storm_day_has_ten_times_the_median_or_more(telecom):
    per_day = read(telecom, "incident").group_by(pl.col("opened_at").dt.date()).len()["len"]
    assert per_day.max() > 10 * per_day.median()


def test_lives(telecom, service_desk):
    hours = (pl.col("resolved_at") - pl.col("opened_at")).dt.total_seconds() / 3600
    outages = with_customers(telecom).with_columns(hours=hours)
    assert outages.filter(customers=1)["hours"].median() == pytest.approx(1.5, abs=0.15)
    assert outages.filter(pl.col("customers") >= 500)["hours"].median() == pytest.approx(9, abs=2)
    desk = read(service_desk, "incident").with_columns(hours=hours)
    assert desk.filter(priority="3")["hours"].median() == pytest.approx(9.2, abs=1)
    for folder, tolerance in ((telecom, 0.01), (service_desk, 0.025)):
        incidents = read(folder, "incident")
        assert incidents["resolved_at"].is_null().mean() == pytest.approx(0.06, abs=tolerance)
        both = incidents.filter(pl.col("resolved_at").is_not_null() & pl.col("closed_at").is_not_null())
        assert ((both["closed_at"] - both["resolved_at"]).dt.total_days() == 5).all()
        assert (incidents["resolved_at"] >= incidents["opened_at"]).drop_nulls().all()
        cancelled = incidents.filter(state="8")
        assert 0.005 < cancelled.height / incidents.height < 0.025
        assert cancelled["resolved_at"].is_null().all()
        assert cancelled["closed_at"].is_not_null().all()


def test_concentration(service_desk):
    incidents = read(service_desk, "incident").drop_nulls("cmdb_ci")
    busiest = incidents["cmdb_ci"].value_counts(sort=True)["count"] / incidents.height
    assert busiest[0] == pytest.approx(0.085, abs=0.012)
    assert busiest[:10].sum() == pytest.approx(0.36, abs=0.025)
    groups = incidents["assignment_group"].value_counts(sort=True)["count"] / incidents.height
    assert groups[0] == pytest.approx(0.38, abs=0.015)
    assert groups[:5].sum() == pytest.approx(0.61, abs=0.015)
    services = read(service_desk, "svc_ci_assoc")
    assert (services.group_by("ci_id").len()["len"] == 1).mean() == pytest.approx(0.98, abs=0.01)
    assert services.group_by("service_id").len()["len"].median() == 1
