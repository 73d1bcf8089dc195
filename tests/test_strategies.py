"""The strategies reach every column, setting and result, so that properties tested with them mean something."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy

from casesim import dataset
from casesim.policy import Policy as Settings
from tests.frames import frames
from tests.reference import Policy, Row, Tables, simulate
from tests.reference.keys import COLUMNS
from tests.strategies import scenarios
from tests.strategies.pools import EXTRA, OFTEN
from tests.strategies.whole import STARTS, WHOLE

RESULTS = {
    "no_key",
    "bad_time",
    "bad_number",
    "duplicate_key",
    "none",
    "individual",
    "major",
    "child",
    "trigger",
    "no_customers",
    "below_threshold",
    "at_or_above_threshold",
    "also_major:contract_value_at_least",
    "also_major:critical_services_at_least",
    "also_major:when",
    "sent",
    "no_contact",
    "inactive_contact",
    "opted_out",
    "no_email",
    "resolved",
    "state-6",
    "state-7",
    "incident-note",
    "case-note",
    "consumer-case",
    "properties",
    "choices",
    "trigger-set",
    "overrides",
    "also_major_when",
    "mapping",
    "case_types",
    "notifications",
    "u_copy",
    "sn_fibre_case",
    "sn_voice_case",
}

# What only scenarios of all rules have. Settings are named by their dotted place, results by what they say.
WHOLE_RESULTS = {
    "only changes",
    "sources",
    "flow=alerts",
    "affected_account_threshold",
    "major_case_status=accepted",
    "major_case_status=proposed",
    "process_case_for_single_account=True",
    "choices.comment_copy_target=work_notes",
    *(f"choices.late_customers={late}" for late in ("known", "first", "add", "promote")),
    "choices.sync_extended_case_types",
    "choices.major_resolution_delay",
    "choices.cancel_cases_with_incident",
    "properties.sn_customerservice.case_fields_to_sync",
    "properties.sn_customerservice.parent_child_case_sync=True",
    "properties.proactive_workflows_for_providers.additional_comments_sync=True",
    "business_rules.Update case worknote for comments change=False",
    "mapping.proactive",
    "notifications.comment",
    "notify",
    "notify.when.outcome",
    "flood.max_per_contact",
    "flood.quiet_hours",
    "flood.digest=True",
    "flood.timezone=Europe/Berlin",
    "not_authorized",
    "promoted",
    "proactive",
    "change_request",
    "-A of one customer",
    "proposed",
    "late case",
    "late child",
    "resolved child",
    "blocked sync_off",
    "blocked no_case_yet",
    "sent comment",
    "digested",
    "suppressed flood",
    "sent later",
    "unintended",
    "unintended notification",
    "duplicate",
    "passed on",
    "incident input",
    "case input",
    "incident notify",
    "case notify",
    "case reply",
    "incident copy",
    "case copy",
    "copy as work note",
    "incident work note",
    "customer_reply no_case",
    "customer_reply no_case_yet",
    "notify_customers no_case",
    "sys_journal_field no_case",
    "sys_journal_field no_case_yet",
    "sys_journal_field unknown_record",
}


def missing(wanted: set[str], strategy: SearchStrategy, found_in: Callable[[Tables, Policy], set[str]]) -> set[str]:
    """What of the wanted never comes up in at most 2,000 scenarios.

    Ten at a time, each time from another seed: a longer search returns to what it has tried.
    """
    left = set(wanted)

    def look(scenario: tuple[Tables, Policy]) -> None:
        left.difference_update(found_in(*scenario))

    few = settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for batch in range(200):
        if left:
            seed(batch)(few(given(strategy)(look)))()
    return left


def test_every_column_setting_and_result_comes_up():
    wanted = {f"{table}.{column}" for table in OFTEN for column in COLUMNS[table]}
    wanted |= {f"{table}.{column}" for table, extra in EXTRA.items() for column in extra}
    wanted |= {f"no table {table}" for table in OFTEN if table != "incident"}
    assert missing(wanted | RESULTS, scenarios(), features) == set()


def features(tables: Tables, policy: Policy) -> set[str]:
    """What a scenario has that should come up now and then."""
    result = simulate(tables, policy)
    found = {f"{table}.{column}" for table in tables for row in tables[table] for column in row}
    found |= {f"no table {table}" for table in OFTEN if table not in tables}
    found |= {f"{name}-set" if name == "trigger" else name for name, setting in policy.items() if setting}
    found |= {str(row[name]) for row in result["decisions"] for name in ("outcome", "reason")}
    found |= {str(row[name]) for row in result["notifications"] for name in ("status", "reason", "event")}
    found |= {str(row["reason"]) for row in result["rejects"]}
    found |= {f"{row['table']}-note" for row in result["journal"]}
    for case in result["cases"]:
        found |= {case["kind"], case["sys_class_name"], f"state-{case['state']}"} | {
            name for name in case if case[name]
        }
        found |= {"consumer-case"} if case["consumer"] else set()
    return found


def test_every_table_setting_and_result_of_all_rules_comes_up():
    wanted = {f"{table}.{column}" for table in WHOLE.often for column in COLUMNS[table]}
    wanted |= {f"{table}.sys_created_on" for table in ("affected_account", "task_ci", "task_cmdb_ci_service")}
    wanted |= {f"no table {table}" for table in WHOLE.may_miss}
    wanted |= {f"starts {start.date()}" for start in STARTS}

    def found_in(tables: Tables, policy: Policy) -> set[str]:
        Settings.from_dict(policy)
        return whole_features(tables, policy)

    assert missing(wanted | WHOLE_RESULTS, scenarios(whole=True), found_in) == set()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios(whole=True))
def test_scenarios_of_all_rules_load(scenario: tuple[Tables, Policy]):
    dataset.load(frames(scenario[0]))


def whole_features(tables: Tables, policy: Policy) -> set[str]:
    """What a scenario of all rules has that should come up now and then."""
    result = simulate(tables, policy)
    found = {f"{table}.{column}" for table in tables for row in tables[table] for column in row}
    found |= {f"no table {table}" for table in WHOLE.often if table not in tables}
    found |= {"only changes"} if "incident" not in tables else set()
    found |= {f"starts {row['opened_at'].date()}" for row in result["decisions"]}
    found |= set(places(policy))
    found |= {"notify.when.outcome" for action in policy.get("notify", []) if "outcome" in action.get("when", {})}
    decided = {row["incident_number"]: row["decided_at"] for row in result["decisions"]}
    found |= {str(row[name]) for row in result["decisions"] for name in ("source", "reason")}
    for case in result["cases"]:
        late = case["opened_at"] > (decided[case["incident_number"]] or case["opened_at"])
        found |= {case["kind"], str(case["major_case_state"])}
        found |= {"late case", f"late {case['kind']}"} if late else set()
        found |= {"resolved child"} if (case["kind"], case["state"]) == ("child", "6") else set()
        found |= (
            {"-A of one customer"} if case["kind"] == "proactive" and (case["account"] or case["consumer"]) else set()
        )
    for row in result["notifications"]:
        found |= {row["status"], f"{row['status']} {row['reason']}", f"{row['status']} {row['event']}"}
        found |= {"unintended notification"} if row["unintended"] else set()
        found |= {"sent later"} if row["status"] == "sent" and row["deliver_at"] > row["created_at"] else set()
    for entry in result["journal"]:
        found |= {f"{entry['table']} {entry['origin']}"} | {name for name in ("unintended", "duplicate") if entry[name]}
        found |= {"passed on"} if "++" in entry["id"] else set()
        if entry["element"] == "work_notes":
            found |= {"copy as work note"} if entry["origin"] == "copy" else set()
            found |= {"incident work note"} if entry["origin"] == "input" else set()
    return found | {f"{row['table']} {row['reason']}" for row in result["rejects"]}


def places(settings: Row) -> list[str]:
    """A policy's settings by their dotted places, with the value where it is one: `flood.digest=True`."""
    found = []
    for name, setting in settings.items():
        found += [name, f"{name}={setting}"]
        if isinstance(setting, dict):
            found += [f"{name}.{place}" for place in places(setting)]
    return found
