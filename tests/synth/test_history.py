"""What people write, what really happened, what is planned: rates, references, times."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.synth.tables import pairs, read, with_customers

END = datetime(2026, 6, 1, tzinfo=UTC)
BOTH = ("telecom", "service_desk")
# R12.1: reached Authorize, though no time is on record.
REACHED = ("-3", "-2", "-1", "0", "3")


@pytest.fixture(params=BOTH)
def folder(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def affected(telecom) -> pl.DataFrame:
    return pairs(telecom)


def share(rows: pl.DataFrame, of: pl.DataFrame) -> float:
    return rows.height / of.height


def test_comments_and_actions_are_as_rare_as_in_a_real_log(telecom):
    incidents, journal = read(telecom, "incident"), read(telecom, "sys_journal_field").filter(name="incident")
    # BPI 2014: 1 % of ten activities are customer updates, 0.8 % mails to customers.
    assert share(journal.filter(element="comments"), incidents) == pytest.approx(0.10, abs=0.02)
    actions = read(telecom, "notify_customers").unique(["incident", "message", "created_at"])
    assert share(actions, incidents) == pytest.approx(0.08, abs=0.015)
    assert actions["account"].is_null().mean() == pytest.approx(0.7, abs=0.04)
    # 0.4 of the updates, which are 5 at the median and 5.8 on average.
    assert share(journal.filter(element="work_notes"), incidents) == pytest.approx(2.3, abs=0.15)


def test_the_wider_an_incident_the_more_is_written(telecom):
    incidents = with_customers(telecom).select("customers", element_id="sys_id")
    comments = read(telecom, "sys_journal_field").filter(element="comments", name="incident")
    written = incidents.join(comments.group_by("element_id").len(), on="element_id", how="left").fill_null(0)
    wide, narrow = written.filter(pl.col("customers") >= 30)["len"], written.filter(pl.col("customers") < 30)["len"]
    assert wide.mean() > 4 * narrow.mean()
    replies = read(telecom, "customer_reply").group_by(element_id="incident").len()
    replied = incidents.join(replies, on="element_id", how="left").fill_null(0)
    assert replied["len"].mean() == pytest.approx(0.1, abs=0.02)
    assert replied.filter(pl.col("customers") >= 100)["len"].mean() > 0.15


def test_entries_come_after_the_incident_opened_and_mostly_before_it_is_resolved(folder):
    incidents = read(folder, "incident").select("opened_at", "resolved_at", record="sys_id")
    for table, record, when in (
        ("sys_journal_field", "element_id", "sys_created_on"),
        ("notify_customers", "incident", "created_at"),
        ("customer_reply", "incident", "created_at"),
    ):
        rows = read(folder, table).rename({record: "record", when: "when"}).join(incidents, on="record")
        assert rows.height > 100
        assert (rows["when"] >= rows["opened_at"]).all()
        assert (rows["when"] <= END).all()
        assert (rows["when"] <= rows["resolved_at"]).drop_nulls().mean() > 0.75
        if table != "sys_journal_field":
            assert (rows["when"] > rows["opened_at"]).all()


def test_those_who_reply_are_affected_by_then_and_known_contacts(telecom, affected):
    replies = read(telecom, "customer_reply")
    found = replies.join(affected, on=["incident", "account"], how="left")
    assert (found["created_at"] >= found["added_at"]).all()
    contact = read(telecom, "customer_account").select("primary_contact", account="sys_id")
    users = read(telecom, "customer_contact").select("user_name", primary_contact="sys_id")
    known = replies.join(contact, on="account").join(users, on="primary_contact", how="left")
    assert (known["user_name"] == known["created_by"]).all()


def test_actions_choose_affected_customers(telecom, affected):
    actions = read(telecom, "notify_customers")
    named = actions.drop_nulls("account").join(affected, on=["incident", "account"], how="left")
    assert named["opened_at"].is_not_null().all()
    assert not named.is_duplicated().any()
    everybody = actions.filter(pl.col("account").is_null())
    assert everybody["incident"].is_in(affected["incident"].implode()).all()
    assert actions["created_by"].str.contains(r"^noc\d{3}$").all()


def test_journal_rows_are_on_records_that_exist(folder):
    journal = read(folder, "sys_journal_field")
    assert set(journal["element"]) == {"comments", "work_notes"}
    for table in ("incident", "sn_customerservice_case"):
        rows = journal.filter(name=table)
        assert rows["element_id"].is_in(read(folder, table)["sys_id"].implode()).all()
    assert set(journal["name"]) == {"incident", "sn_customerservice_case"}
    assert not journal["value"].str.contains("[{}]").any()
    assert journal.null_count().sum_horizontal().item() == 0


def test_some_real_cases_are_as_the_product_would_make_them(telecom, affected):
    cases, incidents = read(telecom, "sn_customerservice_case"), with_customers(telecom)
    assert cases["incident"].n_unique() / incidents.height == pytest.approx(0.085, abs=0.01)
    major = cases.filter(pl.col("major_case_state").is_not_null())
    assert major["account"].is_null().all()
    assert major["parent"].is_null().all()
    assert set(major["major_case_state"]) == {"accepted"}
    assert major["incident"].n_unique() == major.height
    customer = cases.filter(pl.col("major_case_state").is_null())
    assert not customer.select("incident", "account").is_duplicated().any()
    assert customer.join(affected, on=["incident", "account"], how="anti").height == 0
    child = customer.drop_nulls("parent").join(major, left_on="parent", right_on="sys_id", how="left")
    assert (child["incident"] == child["incident_right"]).all()
    sizes = incidents.select("customers", incident="sys_id")
    at_threshold = cases.unique("incident").join(sizes, on="incident").filter(pl.col("customers") >= 5)
    assert at_threshold["incident"].is_in(major["incident"].implode()).mean() == pytest.approx(0.92, abs=0.04)
    assert 0.05 < (~customer["proactive"]).mean() < 0.15


def test_real_cases_have_a_life_of_their_own(telecom):
    incidents = read(telecom, "incident").select("opened_at", "resolved_at", state_of="state", incident="sys_id")
    cases = read(telecom, "sn_customerservice_case").join(incidents, on="incident", suffix="_of")
    assert (cases["opened_at"] >= cases["opened_at_of"]).all()
    assert (cases["resolved_at"] > cases["opened_at"]).drop_nulls().all()
    assert (cases["resolved_at"] <= END).drop_nulls().all()
    done = cases["state"].is_in(["6", "3"])
    assert (cases["resolved_at"].is_not_null() == done).all()
    assert set(cases["state"]) == {"1", "10", "18", "6", "3", "7"}
    assert (cases.filter(state_of="8")["state"] == "7").all()
    child = cases.drop_nulls(["parent", "resolved_at_of"])
    assert child["resolved_at"].is_null().mean() == pytest.approx(0.15, abs=0.05)


def test_contacts_and_agents_write_on_real_cases(telecom):
    cases = read(telecom, "sn_customerservice_case").select("account", "opened_at", element_id="sys_id")
    rows = read(telecom, "sys_journal_field").filter(name="sn_customerservice_case").join(cases, on="element_id")
    assert rows["account"].is_not_null().all()
    assert (rows["sys_created_on"] >= rows["opened_at"]).all()
    users = read(telecom, "customer_contact")["user_name"].str.to_lowercase().implode()
    by_contact = rows["sys_created_by"].str.to_lowercase().is_in(users)
    assert (rows.filter(by_contact)["element"] == "comments").all()
    by_agent = rows.filter(~by_contact)
    assert by_agent["sys_created_by"].str.contains(r"^noc\d{3}$").all()
    assert {*by_agent["element"]} == {"comments", "work_notes"}
    # Names are compared whatever their case (R6).
    assert rows.filter(by_contact)["sys_created_by"].str.contains("ACCT").any()


def test_changes_are_few_and_in_all_states(folder):
    changes = read(folder, "change_request")
    assert share(changes, read(folder, "incident")) == pytest.approx(0.03)
    assert set(changes["state"]) <= {"-5", "-4", "-3", "-2", "-1", "0", "3", "4"}
    assert changes["state"].n_unique() >= 7
    reached = pl.col("state").is_in(REACHED)
    assert changes.filter(reached)["authorized_at"].is_not_null().mean() == pytest.approx(0.75, abs=0.06)
    assert changes.filter(pl.col("state").is_in(["-5", "-4"]))["authorized_at"].is_null().all()
    withdrawn = changes.filter(state="4")["authorized_at"].is_not_null()
    assert 0 < withdrawn.sum() < len(withdrawn)


def test_times_of_changes_are_in_order(folder):
    changes = read(folder, "change_request")
    for earlier, later in (
        ("opened_at", "authorized_at"),
        ("authorized_at", "start_date"),
        ("opened_at", "start_date"),
        ("start_date", "end_date"),
        ("authorized_at", "closed_at"),
        ("opened_at", "closed_at"),
    ):
        assert (changes[earlier] < changes[later]).drop_nulls().all(), (earlier, later)
    assert (changes.filter(state="3")["closed_at"] > changes.filter(state="3")["end_date"]).drop_nulls().all()
    assert (changes["closed_at"].is_not_null() == changes["state"].is_in(["3", "4"])).all()
    assert (changes["closed_at"] <= END).drop_nulls().all()
    assert (changes["authorized_at"] <= END).drop_nulls().all()
    assert changes["opened_at"].is_sorted()
    lead = (changes["start_date"] - changes["opened_at"]).drop_nulls()
    assert lead.median() > timedelta(days=3)


def test_changes_affect_customers(telecom):
    changes = with_customers(telecom, "change_request")
    assert (changes["customers"] > 0).all()
    assert (changes["customers"] >= 5).mean() > 0.35
    on_list = read(telecom, "task_ci").filter(pl.col("task").is_in(changes["sys_id"].implode()))
    assert on_list["task"].n_unique() == changes.height
    services = read(telecom, "cmdb_ci_service")["sys_id"].implode()
    assert changes["business_service"].drop_nulls().is_in(services).all()
