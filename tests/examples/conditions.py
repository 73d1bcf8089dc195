"""R2.4: the trigger, and what conditions mean."""

from tests.examples.example import Example, accounts, at, decision, incident, listed
from tests.reference import Policy, Row, Tables

NOTHING = {"counted": 0, "first_count": 0, "final_count": 0, "peak_count": 0, "contract_value": 0, "decided_at": None}


def trigger(**conditions: object) -> Policy:
    return {"trigger": conditions}


def matching(*numbers: str) -> Tables:
    """Expect cases of these incidents, one each."""
    return {"cases": [{"incident_number": number} for number in numbers]}


def each(*incidents: Row) -> Tables:
    """Incidents that have one account each."""
    rows = [row for one in incidents for row in listed("a1", incident=str(one["number"]))]
    return {"incident": list(incidents), "affected_account": rows}


EXAMPLES = [
    Example(
        "r2_4_an_incident_that_does_not_match_leads_to_none",
        "R2.4",
        each(incident(category="hardware")) | {"customer_account": accounts("a1", contract_value="7")},
        # What R1 says stays, and the threshold; the rest is 0 or empty.
        decision(outcome="none", reason="trigger", affected_accounts=1, threshold=5, opened_at=at("10:00"), **NOTHING)
        | {"cases": [], "notifications": [], "journal": []},
        trigger(category="network"),
    ),
    Example(
        "r2_4_all_conditions_must_hold",
        "R2.4",
        each(
            incident("INC1", category="network", priority="1"),
            incident("INC2", category="network", priority="2"),
            incident("INC3", priority="1"),
        ),
        matching("INC1"),
        trigger(category="network", priority="1"),
    ),
    Example(
        "r2_4_any_of_a_list",
        "R2.4",
        each(
            incident("INC1", category="sd-wan"),
            incident("INC2", category="Network"),
            incident("INC3", category="network"),
        ),
        # Text is compared as it is: Network is not network.
        matching("INC1", "INC3"),
        trigger(category=["network", "sd-wan"]),
    ),
    Example(
        "r2_4_a_missing_value_satisfies_only_the_empty_text",
        "R2.4",
        each(incident("INC1", category=""), incident("INC2", category=" "), incident("INC3", category="network")),
        # A blank is a value.
        matching("INC1", "INC3"),
        trigger(category=["", "network"]),
    ),
    Example(
        "r2_4_set_true",
        "R2.4",
        each(incident("INC1", category=""), incident("INC2", category=" ")),
        matching("INC2"),
        trigger(category={"set": True}),
    ),
    Example(
        "r2_4_set_false",
        "R2.4",
        each(incident("INC1", category=""), incident("INC2", category="x")),
        matching("INC1"),
        trigger(category={"set": False}),
    ),
    Example(
        "r2_4_starts_with",
        "R2.4",
        each(incident("INC1", category="sd-wan"), incident("INC2", category="wan"), incident("INC3")),
        matching("INC1"),
        trigger(category={"starts_with": "sd"}),
    ),
    Example(
        "r2_4_number_bounds_compare_numbers_and_include_their_ends",
        "R2.4",
        each(
            *(incident(f"INC{n}", priority=text) for n, text in enumerate(["1", "2", "10", "03", "high", ""], start=1))
        ),
        # As numbers 10 is above 3 and 03 is 3; what is no number, and what is missing, fails.
        matching("INC2", "INC4"),
        trigger(priority={"at_least": 2, "at_most": 3}),
    ),
    Example(
        "r2_4_other_bounds_compare_times",
        "R2.4",
        each(
            incident("INC1", opened_at="2026-03-05 09:59:59"),
            incident("INC2", opened_at="2026-03-05 10:00:00"),
            incident("INC3", opened_at="2026-03-05 11:00:00.000001"),
        ),
        matching("INC2"),
        trigger(opened_at={"at_least": "2026-03-05 10:00:00", "at_most": at("11:00")}),
    ),
    Example(
        "r2_4_a_bound_of_the_other_sort_fails",
        "R2.4",
        each(incident("INC1", priority="3")),
        matching(),
        trigger(priority={"at_least": at("10:00")}),
    ),
    Example(
        "r2_4_values_are_compared_as_text",
        "R2.4",
        each(incident("INC1", u_count=3.0, u_vip=True), incident("INC2", u_count=3.5, u_vip=True)),
        # 3.0 is written 3, yes is written true.
        matching("INC1"),
        trigger(u_count="3", u_vip="true"),
    ),
    Example(
        "r2_4_a_reference_is_compared_as_it_is_written",
        "R2.4",
        each(incident("INC1", business_service="Fibre"), incident("INC2", business_service="s1"))
        | {"cmdb_ci_service": [{"sys_id": "s1", "name": "Fibre"}]},
        matching("INC1"),
        trigger(business_service="Fibre"),
    ),
]
