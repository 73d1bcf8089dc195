"""Stories told by hand: what each shows, and what it does with hostile text and crowds."""

import json
from html import escape

import polars as pl
import pytest

from casesim.analysis.story import Story, story
from casesim.dataset import load
from casesim.policy import Policy
from casesim.tables import DatasetError
from tests.examples.example import DAY, accounts, at, incident, items, listed
from tests.frames import frames

CONTACTS = [{"sys_id": "p1", "name": "Ann", "email": "ann@example.com"}]
HOSTILE = "\x1b[31mred\x1b[0m \x9b2J\u202eevil\nnext\x00"


def told(tables, number="INC1", **settings) -> Story:
    return story(load(frames(tables)), Policy(**settings), number)


def what(story: Story, rule: str) -> list[str]:
    return [line.what for line in story.timeline if line.rule == rule]


def fired(story: Story) -> dict[str, str]:
    return {each.rule: each.what for each in story.fired}


def customer(story: Story, identity: str):
    return next(each for each in story.customers if each.id == identity)


def test_a_major_incident_from_routes_to_mails():
    # a1 by the own CI, a2 by the service around it, a3 listed: 3 >= 3, one major case and three children.
    tables = {
        "incident": [incident(cmdb_ci="ci1", state="6", resolved_at=f"{DAY} 12:00:00", short_description="Ring down")],
        "svc_ci_assoc": [{"service_id": "s1", "ci_id": "ci1"}],
        "cmdb_ci_service": [{"sys_id": "s1", "name": "Fibre"}],
        "sn_install_base_item": [
            {"sys_id": "ib1", **items("ci1", "a1")[0], "product": "Fibre 1000"},
            {"sys_id": "ib2", **items("Fibre", "a2")[0]},
        ],
        "affected_account": listed("a3"),
        "customer_account": accounts("a1", "a2", "a3", name="Acme", primary_contact="p1"),
        "customer_contact": CONTACTS,
    }
    story = told(tables, threshold=3)
    assert (story.decision.outcome, story.decision.comparison) == ("major", "3 >= 3")
    by_ci, by_service, by_list = (customer(story, name).routes for name in ("a1", "a2", "a3"))
    assert [(r.via, r.node, r.through, r.item, r.product) for r in by_ci] == [("ci", "ci1", None, "ib1", "Fibre 1000")]
    assert [(r.via, r.node, r.node_name, r.through, r.item) for r in by_service] == [
        ("service", "s1", "Fibre", "ci1", "ib2")
    ]
    assert [(r.via, r.origins, r.node) for r in by_list] == [("listed", ("affected_account",), None)]
    assert [each.case.number for each in story.customers] == ["INC1-0001", "INC1-0002", "INC1-0003"]
    assert story.major.number == "INC1-M"
    assert customer(story, "a1").case.told[0].email == "ann@example.com"
    assert [(line.at, line.rule) for line in story.timeline] == [
        (at("10:00"), ""),
        (at("10:00"), "R2"),
        (at("10:00"), "R3"),
        (at("10:00"), "R3"),
        (at("10:00"), "R5"),
        *[(at("12:00"), rule) for rule in ("R7", "R7.1", "R7.1", "R7.1")],
    ]
    assert what(story, "R3") == ["major case INC1-M opens", "3 child cases, INC1-0001 to -0003, open"]
    assert what(story, "R5") == ["3 mails sent on opening; to ann@example.com (3)"]
    assert "4 cases to close by hand" in what(story, "R7.1")
    assert list(fired(story)) == ["R1", "R1.2", "R2", "R2.1", "R3", "R4", "R5", "R7.1", "R7.4"]


def test_the_text_in_full():
    tables = {
        "incident": [incident(cmdb_ci="ci1", state="7", closed_at=f"{DAY} 12:00:00", short_description="Ring down")],
        "sn_install_base_item": [{"sys_id": "ib1", **items("ci1", "a1")[0], "product": "Fibre 1000"}],
        "customer_account": accounts("a1", name="Acme", primary_contact="p1"),
        "customer_contact": [{**CONTACTS[0], "notification": "disabled"}],
    }
    rule = "─" * 72
    assert (
        repr(told(tables))
        == f"""\
INC1: Ring down
state Closed, CI ci1

Individual: 1 affected account < threshold 5 (R2).

Timeline (UTC)
{rule}
5 Mar 2026 10:00:00        incident opened
5 Mar 2026 10:00:00  R2    decided: individual, 1 < 5
5 Mar 2026 10:00:00  R3    individual case INC1-0001 opens
5 Mar 2026 10:00:00  R5    0 mails sent on opening, 1 suppressed (opted_out 1)
5 Mar 2026 12:00:00  R7    incident resolved, by its closing time
5 Mar 2026 12:00:00  R7    case INC1-0001 resolved with it
5 Mar 2026 12:00:00  R5.2  0 mails sent on resolution, 1 suppressed (opted_out
                           1)

Rules
{rule}
R1    1 customer by what they own, through 1 CI
R2    1 < 5: individual cases
R2.1  threshold 5: assumed, nothing gives one
R3    1 individual case
R4    1 in sn_customerservice_case
R5    0 mails when cases open, 1 suppressed
R5.1  suppressed: opted_out 2
R5.2  0 mails when cases are resolved, 1 suppressed
R7    1 case resolved with the incident
R7.4  1 work note

Customers that count: 1
{rule}
Acme (account a1)
  CI ci1 -> item ib1 Fibre 1000 -> a1
      the record's own CI
  case INC1-0001: individual, Resolved
      sn_customerservice_case: there are no service definitions (R4)
  contact Ann
  mail on opening 5 Mar 2026 10:00:00: suppressed, opted out (R5.1)
  mail on resolution 5 Mar 2026 12:00:00: suppressed, opted out (R5.1)"""
    )


def test_r1_3_a_customer_with_only_retired_items_is_shown_and_does_not_count():
    tables = {
        "incident": [incident(cmdb_ci="ci1")],
        "sn_install_base_item": items("ci1", "a1", install_status="7") + items("ci1", "a2", install_status="1"),
    }
    story = told(tables)
    assert [(each.id, each.counted, each.because) for each in story.customers] == [
        ("a2", True, None),
        ("a1", False, "only retired items lead to it (R1.3)"),
    ]
    assert customer(story, "a1").routes[0].ignored == "retired item (R1.3)"
    assert "Customers that do not count: 1" in repr(story)
    assert all(each.counted for each in told(tables, count_retired_install_base=True).customers)


def test_r1_4_an_inactive_customer_is_shown_with_the_reason():
    tables = {
        "incident": [incident(cmdb_ci="ci1")],
        # That one of its routes is by a retired item is not why it does not count.
        "sn_install_base_item": items("ci1", "a1", install_status="7"),
        "affected_account": listed("a1", "a2"),
        "customer_account": accounts("a1", active="false") + accounts("a2"),
    }
    dropped = customer(told(tables, count_inactive_accounts=False), "a1")
    assert (dropped.active, dropped.counted, dropped.because) == (False, False, "inactive (R1.4)")
    assert customer(told(tables), "a1").counted


def test_r1_5_and_r1_6_what_an_account_stands_for_and_what_the_dataset_lacks():
    tables = {
        "incident": [incident()],
        "affected_account": listed("a2", "ghost"),
        "customer_account": [{"sys_id": "a1"}, {"sys_id": "a2", "account_parent": "a1"}],
    }
    story = told(tables, roll_up_to_parent_account=True)
    assert (customer(story, "a1").stands_for, customer(story, "a1").known) == (("a2",), True)
    assert not customer(story, "ghost").known
    assert fired(story)["R1.5"] == "1 account counted as 1 top-most parent"
    assert fired(story)["R1.6"] == "1 customer not in the dataset, kept"
    assert "stands for a2 below it (R1.5)" in repr(story)


def test_r2_3_whoever_is_not_counted_is_named_with_the_rule():
    tables = {
        "incident": [incident()],
        "affected_account": [*listed("a1"), {"incident": "INC1", "consumer": "c1"}],
    }
    assert customer(told(tables), "c1").because == "consumers are not counted, customers = accounts (R2.3)"
    assert customer(told(tables, customers="consumers"), "a1").because is not None
    assert all(each.counted for each in told(tables, customers="both").customers)


def test_r2_4_what_of_the_trigger_does_not_hold():
    tables = {"incident": [incident(category="radio", priority="1")], "affected_account": listed("a1")}
    story = told(tables, trigger={"category": ["network", "sd-wan"], "priority": "1"})
    assert story.decision.because == 'category = "network" or "sd-wan" does not hold, it is "radio" (R2.4)'
    assert customer(story, "a1").because == "the incident does not match the trigger (R2.4)"
    assert what(story, "R2.4")[0].startswith("decided: no case, category")


def test_r2_5_the_override_that_fired():
    tables = {"incident": [incident(priority="1")], "affected_account": listed("a1", "a2", "a3")}
    overrides = [{"when": {"priority": "9"}, "threshold": 1}, {"when": {"priority": ["1", "2"]}, "threshold": 3}]
    story = told(tables, overrides=overrides)
    assert story.decision.comparison == "3 >= 3"
    assert story.decision.threshold_from == 'override 2, priority = "1" or "2" (R2.5)'


T = "sn_ind_tsm_core.major_case_affected_account_threshold"


@pytest.mark.parametrize(
    ("policy", "origin"),
    [
        (Policy(), "assumed, nothing gives one"),
        (Policy().set("customers", "both"), "assumed, nothing gives one"),
        (Policy(threshold=3), "given by the policy"),
        (Policy.from_properties({T: "3"}), "given by the instance's sys_properties"),
        (Policy.from_properties({T: "3"}).set("customers", "both"), "given by the instance's sys_properties"),
        (Policy.from_properties({T: "3"}).with_(customers="both"), "given by the instance's sys_properties"),
        (Policy.from_toml(f'[properties]\n"{T}" = 3', where="<b>.toml"), "given by <b>.toml"),
        (Policy(threshold=3).set("threshold", "4", by="--set"), "given by --set"),
        (Policy(threshold=3).set("properties.major_case_affected_threshold", "4", by="--set"), "given by --set"),
        (Policy(threshold=3).with_(threshold=4), "given by a change for this run"),
        (Policy(threshold=3).with_(threshold=None), "assumed, nothing gives one"),
    ],
)
def test_r2_1_where_the_threshold_comes_from_as_text_and_html(policy, origin):
    data = load(frames({"incident": [incident()], "affected_account": listed("a1")}))
    found = story(data, policy, "INC1")
    assert found.decision.threshold_from == f"{origin} (R2.1)"
    line = f"threshold {policy.threshold}: {origin}\n"
    assert line in repr(found)
    assert escape(line) in found._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("also", "because"),
    [
        ({"contract_value_at_least": 1000}, "but contract value 1,200.50 >= 1,000.00 (R2.5)"),
        ({"critical_services_at_least": 1}, "but 1 critical service >= 1 (R2.5)"),
        ({"when": {"priority": {"at_most": 2}}}, "but priority <= 2 (R2.5)"),
    ],
)
def test_r2_5_what_made_it_major_below_the_threshold(also, because):
    tables = {
        "incident": [incident(priority="1", business_service="s1")],
        "affected_account": listed("a1"),
        "customer_account": accounts("a1", contract_value="1200.5"),
        "cmdb_ci_service": [{"sys_id": "s1", "busines_criticality": "1 - most critical"}],
    }
    story = told(tables, also_major_when=also)
    assert story.decision.outcome == "major"
    assert story.decision.because == f"1 affected account < threshold 5, {because}"


def test_r4_why_a_case_has_its_table():
    tables = {
        "incident": [incident(cmdb_ci="ci1")],
        "sn_install_base_item": items("ci1", "a1", product="Fibre") + items("ci1", "a2", product="Voice"),
        "affected_account": listed("a3"),
        "service_definition": [{"name": "x", "product": "Fibre", "table": "sn_fibre"}],
    }
    because = {each.id: each.case.table_because for each in told(tables).customers}
    none = "no service definition matches (R4)"
    assert because == {"a1": "product Fibre (R4)", "a2": none, "a3": none}
    everyone = [{"all_products": True, "table": "sn_any"}]
    assert (
        customer(told(tables, case_types=everyone), "a3").case.table_because == "the definition for all products (R4.1)"
    )
    assert told(tables, threshold=1).major.table_because == "the table that most of its children have (R4.1)"


def test_r5_1_who_is_not_told_and_why():
    tables = {
        "incident": [incident()],
        "affected_account": listed("a1", "a2"),
        "customer_account": accounts("a1", primary_contact="p1") + accounts("a2", primary_contact="gone"),
        "customer_contact": CONTACTS,
    }
    story = told(tables)
    assert [(c.contact, c.contact_name, c.case.told[0].reason) for c in story.customers] == [
        ("p1", "Ann", None),
        ("gone", None, "no_contact"),
    ]
    assert what(story, "R5") == ["1 mail sent on opening, 1 suppressed (no_contact 1); to ann@example.com"]
    silent = told(tables, notifications={"case_created": {"enabled": False}})
    assert fired(silent)["R5.2"] == "no mail for case_created: switched off"


def test_r7_3_a_cancelled_incident():
    tables = {"incident": [incident(state="8", closed_at=f"{DAY} 11:00:00")], "affected_account": listed("a1")}
    assert what(told(tables), "R7.3") == ["incident cancelled", "1 case left as they are"]
    assert what(told(tables, cancel_cases_with_incident=True), "R7.3")[1] == "case INC1-0001 cancelled with it"


def test_r8_customers_that_turn_up_and_leave():
    tables = {
        "incident": [incident()],
        "affected_account": listed("a1")
        + listed("a2", "a3", added_at=f"{DAY} 10:30:00")
        + listed("a4", removed_at=f"{DAY} 11:00:00"),
    }
    story = told(tables)
    assert what(story, "R8") == ["2 customers turn up (a2, a3)", "1 customer is no longer affected (a4)"]
    assert fired(story)["R8.2"] == "customers present: 2 at first, 4 at most, 3 in the end"
    assert "from 5 Mar 2026 10:30:00" in repr(story)


def test_nobody_affected():
    story = told({"incident": [incident(cmdb_ci="ci9")], "affected_account": listed("a1", incident="INC7")})
    assert (story.customers, story.major, story.cases.height) == ((), None, 0)
    assert story.decision.because == "no affected account (R2)"
    assert "No case: no affected account (R2)." in repr(story)


def test_a_crowd_stays_readable():
    # 8,000 customers: the text shows ten, the values hold all.
    names = [f"a{n:05}" for n in range(8_000)]
    tables = {"incident": [incident(cmdb_ci="ci1")], "sn_install_base_item": items("ci1", *names)}
    story = told(tables)
    lines = repr(story).splitlines()
    assert "... 7,990 more; --json lists all." in lines
    assert len(lines) < 120
    assert len(story.to_dict()["customers"]) == len(story.to_dict()["cases"]) - 1 == 8_000


def test_hostile_text_acts_on_no_terminal_and_keeps_to_the_width():
    tables = {
        "incident": [{**incident(HOSTILE, cmdb_ci=HOSTILE), "short_description": HOSTILE * 50, "category": HOSTILE}],
        "sn_install_base_item": [{"sys_id": HOSTILE, "product": HOSTILE, **items(HOSTILE, "a1")[0]}],
        "customer_account": accounts("a1", name=HOSTILE, primary_contact="p1"),
        "customer_contact": [{"sys_id": "p1", "name": HOSTILE, "email": "x" * 300}],
    }
    story = told(tables, HOSTILE)
    text = repr(story)
    assert not set(text) & set("\x1b\x9b\x00\u202e\r")
    assert all(len(line) <= 80 for line in text.splitlines())
    assert json.loads(json.dumps(story.to_dict()))["incident"]["number"] == HOSTILE


def test_the_notebook_gets_escaped_html():
    tables = {"incident": [incident(short_description="<script>alert(1)</script>")], "affected_account": listed("a1")}
    shown = told(tables)._repr_mimebundle_()
    assert "<script>" in shown["text/plain"]
    assert "<script>" not in shown["text/html"]
    assert "&lt;script&gt;" in shown["text/html"]


def test_an_incident_goes_by_its_sys_id_too_but_its_number_comes_first():
    tables = {
        # One's number is the other's sys_id.
        "incident": [
            incident("INC1", sys_id="i1"),
            incident("i1", sys_id="i2"),
            {**incident(), "number": "", "sys_id": "i3"},
        ],
        "affected_account": listed("a1", incident="i1") + listed("a2", incident="i2"),
    }
    assert told(tables, "INC1").incident["sys_id"] == "i1"
    assert told(tables, "i1").incident["sys_id"] == "i2"
    assert told(tables, "i2").incident["number"] == "i1"
    assert told(tables, "i3").incident["number"] == "i3"
    # A reference `i1` is the sys_id of the one, not the number of the other.
    assert [each.id for each in told(tables, "INC1").customers] == ["a1"]
    assert [each.id for each in told(tables, "i1").customers] == ["a2"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("inc0001", "Nearest: INC0001"),
        ("INC001", "Nearest: "),
        ("zzz", "Its numbers go from INC0001 to INC0030"),
        ("", "Its numbers go from"),
        ("\x1b[2J", "no incident"),
    ],
)
def test_an_unknown_incident_names_the_nearest(asked, says):
    data = load(frames({"incident": [incident(f"INC{n:04}") for n in range(1, 31)], "affected_account": listed("a1")}))
    with pytest.raises(DatasetError) as refused:
        story(data, Policy(), asked)
    assert says in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_tables_without_the_columns_that_matter_lead_nowhere():
    data = load(
        {
            "incident": pl.DataFrame({"number": ["INC1"], "opened_at": [at("10:00")]}),
            "task_ci": pl.DataFrame({"note": ["x"]}),
            "sn_install_base_item": pl.DataFrame({"account": ["a1"]}),
        }
    )
    assert story(data, Policy(), "INC1").customers == ()
