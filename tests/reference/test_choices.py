"""What the reference does where the rules leave room: one test for each choice that no example shows."""

from tests.examples.example import choices, incident, listed
from tests.examples.late_add import late
from tests.examples.writing import action, comment, reply, switched, time
from tests.reference import Tables, simulate

ONE: Tables = {"incident": [incident()], "affected_account": listed("a1")}
CHANGE = {"opened_at": time("08:00"), "authorized_at": time("10:00")}
PAIR = {"incident": "INC1", "account": "a1", "consumer": "c1"}
P_ON = switched(p=True, b=False)


def rejected(result: Tables) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in result["rejects"]]


def entries(result: Tables, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in result["journal"]]


def test_r6_6_replies_alike_go_by_customer_before_case_number():
    # a2 is there first and has INC1-0001.
    tables = {
        "incident": [incident()],
        "affected_account": [late("a2"), late("a1", "10:30")],
        "customer_reply": [reply("x", "11:00", "a2"), reply("x", "11:00", "a1")],
    }
    result = simulate(tables, choices(late_customers="add"))
    assert entries(result, "record", "id") == [("INC1-0001", "INC1-J0002"), ("INC1-0002", "INC1-J0001")]


def test_r6_6_an_account_and_a_consumer_of_one_id_go_by_case_number():
    tables = {
        "incident": [incident()],
        "affected_account": [PAIR | {"consumer": "a1"}],
        "customer_reply": [reply("x", "11:00", None, consumer="a1"), reply("x", "11:00", "a1")],
    }
    result = simulate(tables, choices(customers="both"))
    assert entries(result, "record", "id") == [("INC1-0001", "INC1-J0001"), ("INC1-0002", "INC1-J0002")]


def test_r6_a_journal_row_without_a_name_means_incidents_before_changes_before_real_cases():
    tables = ONE | {
        "incident": [incident(), incident("X")],
        "change_request": [CHANGE | {"number": "CHG1", "sys_id": "X"}, CHANGE | {"number": "Y"}],
        "sn_customerservice_case": [
            {"sys_id": "X", "incident": "INC1", "account": "a1"},
            {"sys_id": "Y", "incident": "INC1", "account": "a1"},
            {"sys_id": "Z", "incident": "INC1", "account": "a1"},
        ],
        "sys_journal_field": [comment("x", "11:00", on=on) for on in "XYZ"],
    }
    result = simulate(tables, P_ON | {"sources": ["incident", "change_request"]})
    # By the incident's number before the change's sys_id.
    assert entries(result, "table", "record") == [("case", "INC1-0001"), ("incident", "X"), ("incident", "Y")]


def test_r12_other_references_mean_a_sys_id_before_any_number():
    tables = ONE | {
        "incident": [incident("X")],
        "change_request": [CHANGE | {"number": "CHG1", "sys_id": "X"}],
        "affected_account": listed("a1", incident="X"),
        "customer_reply": [reply("x", "11:00", "a1", on="X")],
    }
    result = simulate(tables, {"sources": ["incident", "change_request"]})
    assert [case["number"] for case in result["cases"]] == ["CHG1-0001"]
    assert entries(result, "record") == [("CHG1-0001",)]


def test_r6_nobody_comes_before_every_author_of_an_action():
    actions = [*action("x", "11:00", "a1", by="agent"), *action("x", "11:00", "a1", by=None)]
    result = simulate(ONE | {"notify_customers": actions}, P_ON)
    assert entries(result, "created_by") == [(None,), (None,)]


def test_r6_a_rejected_row_still_says_whose_the_action_is():
    actions = [*action("x", "11:00", "a1", by="zoe"), *action("x", "11:00", "a9", by="bob")]
    result = simulate(ONE | {"notify_customers": actions}, P_ON)
    assert entries(result, "record", "created_by") == [("INC1", "bob"), ("INC1-0001", "bob")]
    assert rejected(result) == [("notify_customers", 2, "account", "a9", "no_case")]


def test_r6_a_row_of_an_action_that_finds_one_of_its_two_customers_is_not_rejected():
    tables: Tables = {"incident": [incident()], "affected_account": [PAIR], "notify_customers": []}
    tables["notify_customers"] = action("x", "11:00", "a9", consumer="c1")
    result = simulate(tables, P_ON | choices(customers="both"))
    assert entries(result, "record") == [("INC1",), ("INC1-0002",)]
    assert rejected(result) == []
    tables["notify_customers"] = action("x", "11:00", "a9", consumer="c9")
    result = simulate(tables, P_ON | choices(customers="both"))
    assert rejected(result) == [("notify_customers", 1, "account", "a9", "no_case")]


def test_r6_a_reply_of_nobody_is_rejected_by_its_incident():
    result = simulate(ONE | {"customer_reply": [reply("x", "11:00", None)]}, {})
    assert rejected(result) == [("customer_reply", 1, "incident", "INC1", "no_case")]


def test_r6_a_journal_row_on_an_unknown_record_is_rejected_whatever_its_element():
    rows = [comment("x", "11:00", on="P1", name="problem", element="close_notes"), comment("x", "11:00", element="")]
    result = simulate(ONE | {"sys_journal_field": rows}, {})
    assert rejected(result) == [("sys_journal_field", 1, "element_id", "P1", "unknown_record")]


def test_r12_a_real_case_of_a_record_that_is_no_source_is_left_out():
    tables = ONE | {
        "change_request": [CHANGE | {"number": "CHG1"}],
        "sn_customerservice_case": [{"sys_id": "r1", "incident": "CHG1", "account": "a1"}],
        "sys_journal_field": [comment("x", "11:00", on="r1")],
    }
    result = simulate(tables, {})
    assert (result["journal"], result["rejects"]) == ([], [])


def test_r12_a_field_of_two_types_in_the_two_tables_becomes_text():
    tables: Tables = {
        "incident": [incident(u_size=3, u_risk=2)],
        "change_request": [CHANGE | {"number": "CHG1", "u_size": "big"}],
        "affected_account": listed("a1") + listed("a1", incident="CHG1"),
    }
    mapping = {"mapping": {"individual": {"u_size": "{u_size}", "u_risk": "{u_risk}"}}}
    result = simulate(tables, mapping | {"sources": ["change_request", "incident"]})
    assert [(case["u_size"], case["u_risk"]) for case in result["cases"]] == [("big", None), ("3", 2)]
    # A table that is no source has no say.
    [case] = simulate(tables, mapping)["cases"]
    assert case["u_size"] == 3


def test_r2_6_where_nobody_is_affected_nothing_counts_as_decided():
    result = simulate({"incident": [incident()], "affected_account": []}, {"flow": "alerts"})
    [decision], [case] = result["decisions"], result["cases"]
    assert (decision["outcome"], decision["reason"], decision["decided_at"]) == ("individual", "no_customers", None)
    assert case["opened_at"] is not None
