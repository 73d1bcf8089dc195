"""The strategies reach every column, setting and result, so that properties tested with them mean something."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from tests.reference import Policy, Tables, simulate
from tests.reference.keys import COLUMNS
from tests.strategies import scenarios
from tests.strategies.pools import EXTRA, OFTEN

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


def test_every_column_setting_and_result_comes_up():
    seen: Counter[str] = Counter()

    @settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios())
    def look(scenario: tuple[Tables, Policy]) -> None:
        tables, policy = scenario
        seen.update(features(tables, policy, simulate(tables, policy)))

    look()
    wanted = {f"{table}.{column}" for table in OFTEN for column in COLUMNS[table]}
    wanted |= {f"{table}.{column}" for table, extra in EXTRA.items() for column in extra}
    wanted |= {f"no table {table}" for table in OFTEN if table != "incident"}
    wanted |= RESULTS
    assert wanted - set(seen) == set()


def features(tables: Tables, policy: Policy, result: Tables) -> set[str]:
    """What a scenario has that should come up now and then."""
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
