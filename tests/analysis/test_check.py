"""The data check: what each finding says, counts and means."""

import json
from copy import deepcopy
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from casesim.analysis.check import Check, Finding, data_check
from casesim.dataset import load
from casesim.policy import Policy
from tests.engine.running import engine_result, with_a_way
from tests.examples.example import DAY, accounts, incident, items, listed
from tests.frames import frames
from tests.strategies import scenarios

DATASETS = Path(__file__).parents[2] / "datasets"
THRESHOLD = "sn_ind_tsm_core.major_case_affected_account_threshold"
HOSTILE = "\x1b[2J\x9bevil\u202e"

ONE = {"incident": [incident(cmdb_ci="ci1")], "affected_account": listed("a1")}


def checked(tables, **policy) -> Check:
    return data_check(load(frames(tables)), Policy(**policy) if policy else None)


def found(check: Check, table: str, rule: str, column: str | None = None) -> list[Finding]:
    return [
        each
        for each in check.findings
        if (each.table, each.rule) == (table, rule) and (column is None or each.column == column)
    ]


def one(check: Check, table: str, rule: str, column: str | None = None) -> tuple[str, int | None]:
    (each,) = found(check, table, rule, column)
    return each.severity, each.count


def test_what_was_read_and_what_is_no_table():
    check = data_check(load({**frames(ONE), "notes": pl.DataFrame()}))
    assert [(each.table, each.rows, each.used) for each in check.tables] == [
        ("incident", 1, 1),
        ("affected_account", 1, 1),
    ]
    assert check.ignored == ("notes",)
    assert "Not a table, not read: notes" in repr(check)


def test_rejects_are_rows_that_are_lost_or_values_that_are_missing():
    tables = {
        "incident": [
            incident(),
            incident(),
            incident(""),
            incident("INC2", opened_at="soon"),
            incident("INC3", resolved_at="never"),
        ],
        "affected_account": listed("a1"),
        "customer_account": accounts("a1", contract_value="many"),
    }
    check = checked(tables)
    lost = [(each.column, each.severity, each.what) for each in check.findings if each.severity == "error"]
    assert lost == [
        ("number", "error", '1 row whose number an earlier row has, e.g. "INC1" (row 2)'),
        ("number", "error", "1 row without number (row 3)"),
        ("opened_at", "error", '1 row whose opened_at is no time, e.g. "soon" (row 4)'),
    ]
    assert one(check, "incident", "R7", "resolved_at")[0] == "warning"
    assert one(check, "customer_account", "R2.5", "contract_value") == ("warning", 1)
    assert (check.tables[0].rows, check.tables[0].used) == (5, 2)


def test_references_that_lead_nowhere():
    tables = {
        "incident": [incident(cmdb_ci="ci1")],
        "task_ci": [
            {"task": "INC1", "ci_item": "ci1"},
            {"task": "INC9", "ci_item": "ci1"},
            {"task": "INC9", "ci_item": ""},
        ],
        "task_cmdb_ci_service": [{"task": "gone", "cmdb_ci_service": "odd service"}],
        "cmdb_ci_service": [{"sys_id": "s1"}],
        "affected_account": [
            *listed("a1", "ghost"),
            *listed("a1", incident="INC8"),
            {"incident": "INC1", "account": ""},
        ],
        "sn_install_base_item": [*items("ci1", "a1", "phantom"), *items("", "a1"), *items("ci1", "")],
        "customer_account": accounts("a1", primary_contact="p9", account_parent="a9"),
        "customer_contact": [{"sys_id": "p1", "email": "ann@example.com"}],
    }
    check = checked(tables)
    assert one(check, "task_ci", "R1", "task") == ("warning", 2)
    assert one(check, "task_ci", "R1", "ci_item") == ("note", 1)
    assert one(check, "task_cmdb_ci_service", "R1", "task") == ("warning", 1)
    assert one(check, "task_cmdb_ci_service", "R1", "cmdb_ci_service") == ("note", 1)
    assert one(check, "affected_account", "R1.2", "incident") == ("warning", 1)
    assert one(check, "affected_account", "R1.6", "account") == ("warning", 1)
    assert [each.what for each in found(check, "affected_account", "R1.2") if each.column is None] == [
        "1 row without account or consumer"
    ]
    assert one(check, "sn_install_base_item", "R1.6", "account") == ("warning", 1)
    assert one(check, "sn_install_base_item", "R1", "configuration_item") == ("note", 1)
    assert one(check, "customer_account", "R1.5", "account_parent") == ("note", 1)
    assert one(check, "customer_account", "R5.1", "primary_contact") == ("warning", 1)


def test_a_reference_to_a_change_is_no_orphan():
    tables = {
        **ONE,
        "change_request": [{"number": "CHG1", "opened_at": f"{DAY} 10:00:00"}],
        "task_ci": [{"task": "CHG1", "ci_item": "ci1"}],
    }
    check = checked(tables)
    assert found(check, "task_ci", "R1", "task") == []
    assert one(check, "change_request", "R12") == ("note", 1)


def test_r3_1_a_number_that_an_incident_and_a_change_share():
    numbers = [f"X{n}" for n in range(5)]
    tables = {
        "incident": [incident(number) for number in (*numbers, "INC1")] + [{"sys_id": "s", "opened_at": DAY}],
        # The last change has no number and goes by its sys_id, as the last incident does.
        "change_request": [
            *({"number": number, "opened_at": f"{DAY} 10:00:00", "state": "-1"} for number in (*numbers, "CHG1")),
            {"sys_id": "s", "opened_at": DAY, "state": "-1"},
        ],
        "affected_account": listed("a1"),
    }
    both = checked(tables, sources=["incident", "change_request"])
    assert one(both, "change_request", "R3.1", "number") == ("warning", 6)
    # What is listed is wrapped to the width of the terminal.
    assert "6 numbers that an incident has too: X0, X1, X2 and 3 more." in " ".join(repr(both).split())
    alone = checked(tables)
    assert one(alone, "change_request", "R3.1", "number") == ("note", 6)
    (note,) = found(alone, "change_request", "R3.1")
    assert note.effect == "A reference by that number means the incident."
    tables["change_request"] = tables["change_request"][5:6]
    assert found(checked(tables, sources=["incident", "change_request"]), "change_request", "R3.1") == []


@pytest.mark.parametrize(
    ("sources", "bare"), [(["incident"], 1), (["incident", "change_request"], 1), (["change_request"], None)]
)
def test_r12_what_is_said_of_incidents_counts_no_changes(sources, bare):
    tables = {
        "incident": [incident(), incident("INC2")],
        "change_request": [{"number": f"CHG{n}", "opened_at": f"{DAY} 10:00:00"} for n in range(3)],
        "affected_account": listed("a1"),
    }
    counts = [each.count for each in found(checked(tables, sources=sources), "incident", "R2")]
    assert counts == ([] if bare is None else [bare])


def test_how_incidents_end():
    tables = {
        "incident": [
            incident("INC1", state="6", resolved_at=f"{DAY} 09:00:00"),
            incident("INC2", state="7", closed_at=f"{DAY} 12:00:00"),
            incident("INC3", state="7"),
            incident("INC4", state="2"),
            incident("INC5", state="8"),
            incident("INC6", state=HOSTILE),
            incident("INC7", resolved_at=f"{DAY} 10:00:00"),
        ],
        "affected_account": listed("a1"),
    }
    check = checked(tables, threshold=5, cancel_cases_with_incident=True)
    ends = {each.what for each in check.findings if each.rule in {"R7", "R7.3"} and each.count}
    assert ends == {
        "1 incident resolved before being opened",
        "1 incident with a closing time only",
        "1 incident Resolved or Closed without any time",
        "2 incidents not resolved",
        "1 incident cancelled",
        "1 incident cancelled without closing time",
        "1 incident in a state not known here: ·[2J·evil· 1",
    }
    late = checked(
        {"incident": [incident(resolved_at=f"{DAY} 10:20:00")], **{"affected_account": listed("a1")}},
        threshold=5,
        generation_delay="30m",
    )
    assert [each.what for each in found(late, "incident", "R7", "resolved_at")] == [
        "1 incident resolved before any case opens"
    ]


def test_incidents_that_lead_to_nobody():
    tables = {
        "incident": [
            incident("INC1", cmdb_ci="ci1"),
            incident("INC2", cmdb_ci="ci9"),
            incident("INC3"),
            incident("INC4"),
        ],
        "sn_install_base_item": items("ci1", "a1"),
        "affected_account": [{"incident": "INC4", "account": "", "consumer": "c1"}],
    }
    check = checked(tables)
    assert [(each.severity, each.what) for each in found(check, "incident", "R2")] == [
        ("warning", "1 incident without configuration item, service or affected list"),
        ("note", "1 incident whose configuration items, services and list lead to no customer"),
    ]
    assert one(check, "incident", "R2.3") == ("warning", 1)


def test_customers_and_contacts():
    tables = {
        "incident": [incident(cmdb_ci="ci1")],
        "sn_install_base_item": items("ci1", "a1", install_status="Retired") + items("ci1", "a2", active="false"),
        "customer_account": [
            {"sys_id": "a1", "account_parent": "a2", "primary_contact": "p1", "active": "false"},
            {"sys_id": "a2", "account_parent": "a1", "primary_contact": "p2"},
            {"sys_id": "a3", "primary_contact": ""},
        ],
        "customer_contact": [
            {"sys_id": "p1", "email": "", "notification": ""},
            {"sys_id": "p2", "email": "b@example.com", "notification": "1"},
        ],
        "csm_consumer": [{"sys_id": "c1", "email": "c@example.com", "active": "no"}],
    }
    check = checked(tables)
    assert one(check, "sn_install_base_item", "R1.3") == ("note", 2)
    assert one(check, "customer_account", "R1.4", "active") == ("note", 1)
    assert one(check, "customer_account", "R1.5", "account_parent") == ("note", 2)
    assert sorted(each.what for each in found(check, "customer_account", "R5.1")) == [
        "1 of 3 accounts with a contact that has opted out",
        "1 of 3 accounts with a contact without e-mail address",
        "1 of 3 accounts without a primary contact in the dataset",
    ]
    assert [each.what for each in found(check, "csm_consumer", "R5.1") if each.count] == ["1 of 1 consumer inactive"]
    rolled = checked(tables, threshold=5, roll_up_to_parent_account=True, count_inactive_accounts=False)
    assert one(rolled, "customer_account", "R1.5", "account_parent") == ("warning", 2)
    assert found(rolled, "customer_account", "R1.4", "active")[0].effect == "They do not count."


def test_absent_tables_and_columns():
    check = checked(ONE)
    assert found(check, "customer_account", "R1.6")[0].severity == "warning"
    assert found(check, "customer_contact", "R5.1")[0].effect == "Every mail to an account is suppressed, no_contact."
    assert found(check, "incident", "R7", "state")[0].what == "no such column"
    assert found(check, "service_definition", "R4")[0].effect == "Every case is a sn_customerservice_case."
    assert found(check, "affected_account", "R8", "added_at")
    timed = checked({**ONE, "affected_account": listed("a1", added_at=f"{DAY} 10:00:00")})
    assert not found(timed, "affected_account", "R8", "added_at")
    typed = checked(ONE, threshold=5, case_types=[{"product": "Fibre", "table": "sn_fibre"}])
    assert not found(typed, "service_definition", "R4")


def test_service_definitions_that_match_nobody():
    tables = {**ONE, "service_definition": [{"name": "x", "product": "", "table": "t"}]}
    assert one(checked(tables), "service_definition", "R4.1", "product") == ("warning", 1)
    own = checked(tables, threshold=5, case_types=[{"product": "Fibre", "table": "sn_fibre"}])
    assert found(own, "service_definition", "R4.1")[0].effect == "The table is not used."


def properties(**named):
    return {**ONE, "sys_properties": [{"name": name, "value": value} for name, value in named.items()]}


def test_settings_that_are_not_accepted():
    check = checked(properties(**{THRESHOLD: "five"}))
    (refused,) = [each for each in check.findings if each.severity == "error"]
    assert (refused.table, refused.rule) == ("sys_properties", "R2.2")
    assert '"five" is not accepted' in refused.what
    assert check.threshold == 5
    assert repr(check).splitlines()[-1].endswith("A run is refused until that is mended.")


def test_settings_that_are_misspelt_or_missing():
    sync = "proactive_workflows_for_providers.additional_comments_sync"
    check = checked(properties(**{THRESHOLD: "4", sync: "true", THRESHOLD.replace("thres", "tres"): "9"}))
    assert [each.rule for each in check.findings if each.severity == "error"] == []
    assert found(check, "sys_properties", "R2.1", "name")[0].what.endswith(f"nearest: {THRESHOLD}")
    assert (check.threshold, check.threshold_given) == (4, True)
    assert found(checked(ONE), "sys_properties", "R2.1")[0].effect == "5 is assumed."


def test_a_field_that_the_dataset_does_not_have():
    check = checked(ONE, threshold=5, trigger={"prority": "1"})
    (refused,) = [each for each in check.findings if each.severity == "error"]
    assert (refused.table, refused.rule) == ("policy", "R2.4")
    assert "Nearest: priority" in refused.what


def test_a_reply_that_finds_no_case_is_heard_by_nobody():
    reply = {"incident": "INC1", "account": "nobody", "value": "hello", "created_at": f"{DAY} 11:00:00"}
    check = checked({**ONE, "customer_reply": [reply, {**reply, "incident": "INC9"}]})
    assert {(each.severity, each.count) for each in found(check, "customer_reply", "R6")} == {("warning", 1)}
    assert one(check, "customer_reply", "R6", "account") == ("warning", 1)
    assert one(check, "customer_reply", "R6", "incident") == ("warning", 1)


def test_a_list_that_names_nobody_is_noticed():
    tables = {"incident": [incident()], "affected_account": [{"incident": "INC1", "acount": "a1"}]}
    assert one(checked(tables), "affected_account", "R1.2") == ("warning", None)


def test_text_keeps_to_the_width_and_acts_on_no_terminal():
    tables = {
        **ONE,
        "incident": [incident(state=HOSTILE * 40), incident("INC2", resolved_at=HOSTILE), incident("INC2")],
        "sys_properties": [{"name": THRESHOLD, "value": HOSTILE}],
    }
    check = data_check(load({**frames(tables), HOSTILE: pl.DataFrame()}, name=HOSTILE))
    text = repr(check)
    assert not set(text) & set("\x1b\x9b\u202e")
    assert all(len(line) <= 80 for line in text.splitlines())
    html = check._repr_mimebundle_()["text/html"]
    assert not set(html) & set("\x1b\x9b\u202e")


def test_html_is_escaped():
    check = checked({**ONE, "incident": [incident(state="<b>x</b>")]})
    assert "<b>x" not in check._repr_mimebundle_()["text/html"]


def test_as_json():
    plain = json.loads(json.dumps(checked(ONE).to_dict()))
    assert plain["first"] == "2026-03-05T10:00:00Z"
    assert {"severity", "table", "column", "what", "count", "effect", "rule"} == {*plain["findings"][0]}


def test_the_worst_comes_first():
    severities = [each.severity for each in data_check(load(DATASETS / "telecom")).findings]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert severities


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_counts_are_those_of_the_run(scenario):
    tables, policy = scenario
    check = data_check(load(with_a_way(frames(deepcopy(tables)))), Policy.from_dict(policy))
    result = engine_result(tables, policy)
    lost = sum(each.count or 0 for each in check.findings if "not used" in each.effect and each.severity == "error")
    no_time = (pl.col("table") == "incident") & (pl.col("column") == "opened_at")
    assert lost == result.rejects.filter(pl.col("reason").is_in(["no_key", "duplicate_key"]) | no_time).height
    no_case = sum(each.count or 0 for each in found(check, "incident", "R2"))
    nobody = (result.decisions["affected_accounts"] == 0) & (result.decisions["affected_consumers"] == 0)
    assert no_case == nobody.sum()
    assert check.threshold == result.policy.threshold
    assert repr(check)


@pytest.mark.parametrize("name", ["telecom"])
def test_the_shipped_dataset_has_no_fault(name):
    check = data_check(load(DATASETS / name))
    assert not [each for each in check.findings if each.severity == "error"]


@pytest.mark.parametrize(
    ("columns", "tables", "cis", "services", "ends"),
    [
        ((), (), "No incident has an affected CI.", "No incident has an impacted service.", "No incident is resolved."),
        (("cmdb_ci",), (), "Affected CIs come from the incident itself alone.", None, None),
        ((), ("task_ci",), "Affected CIs come from task_ci alone.", None, None),
        (("business_service",), (), None, "Services come from the incident itself alone.", None),
        # A closing time counts for what is Resolved or Closed alone: without state it is none.
        (("closed_at",), (), None, None, "No incident is resolved."),
        (("cmdb_ci",), ("svc_ci_assoc",), None, "Services come from around its CIs alone.", None),
        # Without a CI there is nothing that services could be around.
        ((), ("svc_ci_assoc",), None, "No incident has an impacted service.", None),
    ],
)
def test_r1_r7_notes_on_what_is_absent_do_not_contradict_each_other(columns, tables, cis, services, ends):
    values = {name: "2026-03-05 12:00:00" if name == "closed_at" else "x" for name in columns}
    incident = {"number": "INC1", "opened_at": "2026-03-05 10:00:00", **values}
    given = {"incident": [incident], "affected_account": [{"incident": "INC1", "account": "a1"}]}
    given |= {table: [{"task": "INC1", "ci_item": "x", "service_id": "s", "ci_id": "x"}] for table in tables}
    notes = {(each.table, each.column): each.effect for each in data_check(load(frames(given))).findings}
    for expected, places in (
        (cis, (("task_ci", None), ("incident", "cmdb_ci"))),
        (services, (("task_cmdb_ci_service", None), ("incident", "business_service"))),
        (ends, (("incident", "resolved_at"), ("incident", "closed_at"))),
    ):
        said = {notes[place] for place in places if place in notes}
        assert expected is None or said == {expected}
