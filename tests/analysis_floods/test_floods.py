"""Floods: mails by contact, hour and day, against sums by hand and against the tables of the result."""

import json
from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from casesim.analysis.floods import Floods, floods
from casesim.policy import Flood
from casesim.tables import PolicyError
from tests.engine.running import engine_result
from tests.examples.example import at, incident, listed
from tests.examples.flood import opened
from tests.examples.writing import action, people, switched
from tests.reference import Policy, Tables
from tests.strategies import scenarios

HOSTILE = "<script>\x1b[31m"


def flooded(tables: Tables, policy: Policy | None = None) -> Floods:
    return floods(engine_result(tables, policy or {}))


def test_mails_are_counted_by_clock_hour_and_day():
    # 10:00 and 10:59 fall in one hour, 11:00 begins the next; all three on one day.
    found = flooded(opened("10:00", "10:59", "11:00"))
    [contact] = found.contacts.to_dicts()
    assert contact == {
        "contact": "p1",
        "kind": "contact",
        "mails": 3,
        "most_in_an_hour": 2,
        "busiest_hour": at("10:00"),
        "most_in_a_day": 3,
        "busiest_day": at("00:00"),
    }
    assert found.hours.rows() == [(1, 1), (2, 1)]
    assert found.days.rows() == [(3, 1)]
    assert (found.peak.hour, found.peak.mails, found.peak.contacts) == (at("10:00"), 2, 1)


def test_r5_3_the_same_mails_under_flood_control():
    # Window 10:00 to 11:00: the first goes out, 10:20 and 10:40 are held. 11:00 begins a window of its own.
    found = flooded(opened("10:00", "10:20", "10:40", "11:00"))
    both = found.with_control({"max_per_contact": 1, "window": "1h"})
    assert dict(both.totals.select("metric", "after").iter_rows()) == {
        "mails": 2,
        "digests": 0,
        "contacts": 1,
        "suppressed": 2,
        "digested": 0,
        "moved": 0,
        "most_in_an_hour": 1,
        "most_in_a_day": 2,
        "peak_hour": 1,
    }
    assert both.hours.rows() == [(1, 1, 2), (3, 1, 0)]
    assert both.contacts.row(0)[2:] == (4, 2, 3, 1, 4, 2)


def test_r5_3_one_digest_stands_for_all_that_is_held_until_then():
    # 10:20 and 10:40 are told in one digest at 11:00, the hour in which the fourth goes out as well.
    found = flooded(opened("10:00", "10:20", "10:40", "11:00"))
    after = found.with_control(Flood(max_per_contact=1, window=3_600_000_000, digest=True)).after
    assert (after.totals["mails"], after.totals["digests"], after.totals["digested"]) == (3, 1, 2)
    assert after.hours.rows() == [(1, 1), (2, 1)]


def test_r5_3_each_window_has_a_digest_of_its_own():
    # 10:20 is told at 11:00. 11:10 begins a window, so 11:20 is told at 12:10.
    found = flooded(opened("10:00", "10:20", "11:10", "11:20"))
    after = found.with_control({"max_per_contact": 1, "window": "1h", "digest": True}).after
    assert (after.totals["mails"], after.totals["digests"]) == (4, 2)


def test_the_earliest_of_several_hours_is_named():
    found = flooded(opened("12:00", "10:00", "14:00"))
    assert found.contacts["busiest_hour"].to_list() == [at("10:00")]
    assert found.peak.hour == at("10:00")


def test_r6_2_a_copy_on_the_major_case_is_no_customer_s():
    # T = 2: INC1-M and two children. Only a1 is told; a2 and the major case get a copy, the latter has no customer.
    tables = {"incident": [incident()], "affected_account": listed("a1", "a2"), **people(1, 2)}
    tables["notify_customers"] = action("down", "10:30", "a1")
    found = flooded(tables, switched(t=2, p=True))
    assert found.unintended.rows() == [("a2", None, 1, 1)]


def test_a_policy_with_flood_control_is_counted_under_it_and_can_be_compared_with_none():
    control = {"flood": {"max_per_contact": 1, "window": "1h"}}
    found = flooded(opened("10:00", "10:20"), control)
    assert (found.totals["mails"], found.totals["suppressed"]) == (1, 1)
    assert found.with_control(None).after.totals["mails"] == 2


def test_r6_2_the_two_switches_reach_customers_whom_nobody_chose():
    # One of three customers is told. P writes to the incident and its case; B copies to all cases: the other two get
    # what was not meant for them, the one chosen gets it twice. Nobody can reach a3: no e-mail.
    tables = {"incident": [incident()], "affected_account": listed("a1", "a2", "a3"), **people(1, 2, 3)}
    tables["customer_contact"][2]["email"] = None
    tables["notify_customers"] = action("down", "10:30", "a1")
    found = flooded(tables, switched(p=True))
    assert found.unintended.rows() == [("a2", None, 1, 1), ("a3", None, 1, 0)]
    assert found.duplicates.rows() == [("a1", None, 1, 1)]
    assert "2 customers would get what was not meant for them: 2 entries, 1 mail (R6.2)." in " ".join(
        repr(found).split()
    )
    assert flooded(tables, switched(p=True, b=False)).unintended.height == 0


def test_personal_data_only_where_asked_for():
    found = flooded(opened("10:00"))
    assert {"name", "email"}.isdisjoint(found.contacts.columns)
    assert "p1@example.com" not in repr(found) + json.dumps(found.to_dict(), default=str)
    [named] = found.worst(personal=True).to_dicts()
    assert (named["name"], named["email"]) == ("Ann 1", "p1@example.com")


def test_a_consumer_is_named_among_the_consumers():
    tables = {
        "incident": [incident()],
        "affected_account": [{"incident": "INC1", "consumer": "c1"}, {"incident": "INC1", "account": "a1"}],
        "csm_consumer": [{"sys_id": "c1", "name": "Cleo", "email": "cleo@example.com"}],
        **people(1),
    }
    found = flooded(tables, {"choices": {"customers": "both"}}).worst(personal=True)
    assert found.select("contact", "kind", "name").rows() == [("c1", "consumer", "Cleo"), ("p1", "contact", "Ann 1")]


def test_a_result_a_run_a_dataset_are_all_accepted():
    result = engine_result(opened("10:00", "10:20"), {})
    policy = result.policy.with_(flood={"max_per_contact": 1, "window": "1h"})
    for data in (result, result.run, result.run.prepared, result.data):
        assert floods(data).totals["mails"] == 2
        assert floods(data, policy).totals["mails"] == 1


def test_nothing_is_sent():
    found = flooded({"incident": [incident()]})
    assert (found.totals["mails"], found.peak.hour, found.contacts.height) == (0, None, 0)
    assert found.with_control({"max_per_contact": 1, "window": "1h"}).totals["after"].sum() == 0
    assert "0 mails" in repr(found)


def test_shown_in_80_columns_and_escaped():
    tables = opened("10:00", "10:20")
    tables["customer_account"][0]["primary_contact"] = HOSTILE
    tables["customer_contact"][0]["sys_id"] = HOSTILE
    found = flooded(tables, {"flood": {"max_per_contact": 1, "window": "1h", "quiet_hours": ["22:00", "06:00"]}})
    for shown in (found, found.with_control(None)):
        assert max(len(line) for line in repr(shown).splitlines()) <= 80
        html = shown._repr_mimebundle_()["text/html"]
        assert "<script>" not in html
        assert "\x1b" not in repr(shown) + html
        json.dumps(shown.to_dict())


def test_a_control_that_is_not_accepted_is_an_error():
    with pytest.raises(PolicyError, match="window is missing"):
        flooded(opened("10:00")).with_control({"max_per_contact": 1})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(whole=True))
def test_the_same_as_counted_from_the_tables(scenario):
    tables, policy = scenario
    result = engine_result(tables, policy)
    found = floods(result)
    mails = plain_mails(result.notifications)
    hours = Counter((who, moment.replace(minute=0, second=0, microsecond=0)) for who, moment in mails)
    assert Counter(dict(found.hours.iter_rows())) == Counter(hours.values())
    days = Counter((who, moment.date()) for who, moment in mails)
    assert Counter(dict(found.days.iter_rows())) == Counter(days.values())
    assert found.totals["mails"] == len(mails)
    per_contact = Counter(who[1] or who[2] for who, _ in mails)
    summed = found.contacts.group_by("contact").agg(pl.col("mails").sum())
    assert dict(summed.iter_rows()) == dict(per_contact)
    peak = Counter(hour for _, hour in hours.elements())
    assert found.peak.mails == max(peak.values(), default=0)
    for mark, table in (("unintended", found.unintended), ("duplicate", found.duplicates)):
        assert {row[:2]: row[2:] for row in table.iter_rows()} == plain_marks(result, mark)


def plain_mails(notifications: pl.DataFrame) -> list[tuple[tuple, datetime]]:
    """Who gets a mail when: what is sent, and one digest for each contact and moment."""
    rows = notifications.select("email", "contact", "consumer", "status", "deliver_at").rows()
    sent = [(row[:3], row[4]) for row in rows if row[3] == "sent"]
    return sent + sorted({(row[:3], row[4]) for row in rows if row[3] == "digested"}, key=str)


def plain_marks(result, mark: str) -> dict[tuple, tuple[int, int]]:
    """By customer the marked entries on its cases, and the mails of these, whatever flood control does."""
    owner = {row["number"]: (row["account"], row["consumer"]) for row in result.cases.iter_rows(named=True)}
    marked = {
        row["id"]: owner[row["record"]]
        for row in result.journal.iter_rows(named=True)
        if row[mark] and row["table"] == "case" and any(owner[row["record"]])
    }
    mails = Counter(
        marked[row["journal_id"]]
        for row in result.notifications.iter_rows(named=True)
        if row["journal_id"] in marked and (row["status"] == "sent" or row["reason"] == "flood")
    )
    return {customer: (entries, mails[customer]) for customer, entries in Counter(marked.values()).items()}


def test_quiet_hours_move_mails_to_another_hour():
    found = flooded(opened("23:00"))
    both = found.with_control({"quiet_hours": ["22:00", "06:00"]})
    assert both.after.totals["moved"] == 1
    assert both.after.peak.hour == at("06:00") + timedelta(days=1)
