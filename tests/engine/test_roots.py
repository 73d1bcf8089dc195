"""R6, R6.6: which row becomes a root, in which order; and which finds no record or no case."""

import polars as pl
import pytest

from tests.engine.said import MINUTE, NOON, OPENED, acted, found, listed_roots, rejected, replied, wrote
from tests.examples.example import accounts, listed


def test_nothing_written_is_nothing():
    result = found({})
    assert (result.frame.height, result.chosen.height, result.rejects.height) == (0, 0, 0)
    assert dict(result.frame.schema) == {
        "incident": pl.UInt32,
        "number": pl.UInt32,
        "kind": pl.String,
        "created_at": pl.Int64,
        "value": pl.String,
        "author": pl.String,
        "case": pl.UInt32,
        "everyone": pl.Boolean,
    }
    assert dict(found({"sys_journal_field": [wrote("x")]}).frame.schema) == dict(result.frame.schema)


def test_r6_journal_rows_on_incidents():
    rows = [
        wrote("on INC2", on="s2"),
        wrote("note", element="work_notes", by=None),
        wrote("said", clock="09:00"),
        wrote("left out", element="close_notes"),
        wrote("left out", element=None),
    ]
    # The trigger plays no part, nor whether there are cases at that time.
    result = found({"sys_journal_field": rows}, trigger={"category": "none such"})
    assert listed_roots(result, "incident", "number", "kind", "created_at", "value", "author") == [
        (0, 1, "comment", NOON - 180 * MINUTE, "said", "agent"),
        (0, 2, "work_note", NOON, "note", None),
        (1, 1, "comment", NOON, "on INC2", "agent"),
    ]
    assert result.frame["case"].to_list() == [None] * 3


def test_r6_journal_rows_of_other_records_are_rejected_whatever_their_element():
    result = found({"sys_journal_field": [wrote("x"), wrote("x", on="INC9", element="close_notes")]})
    assert rejected(result) == [("sys_journal_field", 2, "element_id", "INC9", "unknown_record")]


def test_r6_the_table_a_journal_row_names_is_where_its_record_is():
    # One key in three tables: without a name the incident goes first.
    tables = {
        "change_request": [{"number": "CHG1", "sys_id": "s1", "opened_at": OPENED}],
        "sn_customerservice_case": [{"sys_id": "s1", "number": "CS1", "incident": "INC1", "account": "a2"}],
        "sys_journal_field": [
            wrote("any", on="s1"),
            wrote("incident", on="s1", name="incident"),
            wrote("change", on="s1", name="change_request"),
            wrote("case", on="s1", name="sn_customerservice_case"),
            wrote("line", on="s1", name="sn_fibre_case"),
            wrote("lost", on="CHG1", name="incident"),
            wrote("found", on="CS1"),
        ],
    }
    result = found(tables)
    expected = [("comment", "any", None), ("comment", "incident", None)]
    expected += [("agent", value, 1) for value in ("case", "found", "line")]
    assert listed_roots(result, "kind", "value", "case") == expected
    assert rejected(result) == [("sys_journal_field", 6, "element_id", "CHG1", "unknown_record")]


def test_r12_rows_on_a_known_record_of_no_source_are_left_out():
    tables = {
        "change_request": [{"number": "CHG1", "sys_id": "ch1", "opened_at": OPENED}],
        "sn_customerservice_case": [{"sys_id": "r1", "number": "CS1", "incident": "CHG1", "account": "a1"}],
        "sys_journal_field": [wrote("x", on="CHG1"), wrote("y", on="CS1")],
        "customer_reply": [replied("x", on="ch1")],
        "notify_customers": [acted("x", None, on="CHG1")],
    }
    result = found(tables)
    assert (result.frame.height, rejected(result)) == (0, [])
    # As a source it is the record after the incidents; nobody has a case of it.
    result = found(tables, sources=["incident", "change_request"])
    assert listed_roots(result, "incident", "kind", "value") == [(2, "comment", "x")]
    assert [row[0] for row in rejected(result)] == ["customer_reply", "notify_customers", "sys_journal_field"]


def test_r6_replies_find_the_case_of_their_customer():
    rows = [
        replied("by account"),
        replied("by consumer", account=None, consumer="Ann Lee"),
        replied("both mean the account", account="a2", consumer="c1"),
    ]
    result = found({"customer_reply": rows})
    assert listed_roots(result, "kind", "value", "case", "author") == [
        ("reply", "both mean the account", 1, None),
        ("reply", "by account", 0, None),
        ("reply", "by consumer", 2, None),
    ]
    assert result.chosen.height == 0


def test_r6_replies_that_find_nothing():
    rows = [
        replied("x", on="INC9"),
        replied("x", account="a3"),
        replied("x", account="a9", consumer="c1"),
        replied("x", account=None, consumer="c9"),
        replied("x", account=None),
        replied("x", "11:59", on="INC2"),
        replied("in time", on="INC2"),
    ]
    result = found({"customer_reply": rows})
    assert rejected(result) == [
        ("customer_reply", 1, "incident", "INC9", "no_case"),
        ("customer_reply", 2, "account", "a3", "no_case"),
        ("customer_reply", 3, "account", "a9", "no_case"),
        ("customer_reply", 4, "consumer", "c9", "no_case"),
        ("customer_reply", 5, "incident", "INC1", "no_case"),
        ("customer_reply", 6, "account", "a1", "no_case_yet"),
    ]
    assert listed_roots(result, "incident", "number", "value", "case") == [(1, 1, "in time", 3)]


def test_rejects_count_rows_as_in_the_file():
    # Row 1 is not used: it has no text.
    rows = [replied(""), replied("x", account="a3")]
    assert rejected(found({"customer_reply": rows})) == [("customer_reply", 2, "account", "a3", "no_case")]


def test_r1_5_a_reply_of_a_sub_account_is_on_the_case_of_the_account_above():
    tables = {
        "customer_account": [*accounts("a1", "a2"), {"sys_id": "a3", "account_parent": "a2"}],
        "customer_reply": [replied("x", account="a3")],
    }
    assert found(tables).frame.height == 0
    assert found(tables, choices={"roll_up_to_parent_account": True}).frame["case"].to_list() == [1]


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        ("P1", "reply"),
        ("JO@Example.com", "reply"),
        ("jo.doe", "reply"),
        ("JO DOE", "reply"),
        ("C1", "reply"),
        ("Ann@example.com", "reply"),
        ("ann lee", "reply"),
        ("agent", "agent"),
        (None, "agent"),
    ],
)
def test_r6_customers_are_known_by_their_names_in_any_case(author, kind):
    tables = {
        "customer_contact": [{"sys_id": "p1", "name": "Jo Doe", "user_name": "Jo.Doe", "email": "jo@example.com"}],
        "sn_customerservice_case": [{"sys_id": "r1", "number": "CS1", "incident": "s1", "account": "a2"}],
        "sys_journal_field": [wrote("x", on="CS1", by=author), wrote("x", on="r1", by=author, element="work_notes")],
    }
    result = found(tables)
    assert listed_roots(result, "kind", "case", "author") == [(kind, 1, author)]
    assert rejected(result) == []


def test_r6_comments_on_real_cases_without_a_simulated_one():
    reals = [
        {"sys_id": "r1", "number": "CS1", "incident": "INC1", "account": "a3"},
        {"sys_id": "r2", "number": "CS2", "incident": None, "account": "a1"},
        {"sys_id": "r3", "number": "CS3", "incident": "INC1", "account": None},
        {"sys_id": "r4", "number": "CS4", "incident": "INC2", "account": "a1"},
    ]
    rows = [wrote("x", "11:00", on=f"CS{number}") for number in range(1, 5)]
    result = found({"sn_customerservice_case": reals, "sys_journal_field": rows})
    assert rejected(result) == [
        ("sys_journal_field", 1, "element_id", "CS1", "no_case"),
        ("sys_journal_field", 2, "element_id", "CS2", "no_case"),
        ("sys_journal_field", 3, "element_id", "CS3", "no_case"),
        ("sys_journal_field", 4, "element_id", "CS4", "no_case_yet"),
    ]


def test_r6_6_numbers_go_by_time_kind_value_author_and_customer():
    tables = {
        "sn_customerservice_case": [{"sys_id": "r1", "number": "CS1", "incident": "INC1", "account": "a1"}],
        "sys_journal_field": [
            wrote("z", on="CS1"),
            wrote("note", element="work_notes"),
            wrote("b", by="zoe"),
            wrote("b", by="Zoe"),
            wrote("b", by=None),
            wrote("a"),
            wrote("first", "11:59"),
        ],
        "notify_customers": [acted("m", "a1")],
        "customer_reply": [
            replied("r", account=None, consumer="c1"),
            replied("r", account="a2"),
            replied("r", account="a1"),
            replied("r", account="a1", created_by="bob"),
            replied("q", account="a2", created_by="bob"),
        ],
    }
    assert listed_roots(found(tables), "number", "kind", "value", "author", "case") == [
        (1, "comment", "first", "agent", None),
        (2, "comment", "a", "agent", None),
        (3, "comment", "b", None, None),
        (4, "comment", "b", "Zoe", None),
        (5, "comment", "b", "zoe", None),
        (6, "work_note", "note", "agent", None),
        (7, "notify", "m", "agent", None),
        (8, "reply", "q", "bob", 1),
        (9, "reply", "r", None, 0),
        (10, "reply", "r", None, 1),
        (11, "reply", "r", None, 2),
        (12, "reply", "r", "bob", 0),
        (13, "agent", "z", "agent", 0),
    ]


def test_r6_6_an_account_goes_before_a_consumer_by_id_alone():
    # The consumer's id comes first, although consumers come after accounts elsewhere.
    people = {
        "affected_account": [*listed("a1"), {"incident": "INC1", "account": None, "consumer": "a0"}],
        "csm_consumer": [{"sys_id": "a0"}],
        "customer_reply": [replied("r"), replied("r", account=None, consumer="a0")],
    }
    assert found(people, [("INC1", "a1"), ("INC1", "a0")]).frame["case"].to_list() == [1, 0]
