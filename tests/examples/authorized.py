"""R12.1: which change requests have reached Authorize, when they start and when they end."""

from tests.examples.change_requests import CHANGES, change, one
from tests.examples.example import Example, at, choices, decision, listed
from tests.examples.writing import THRESHOLD, time

NOTHING = {
    "outcome": "none",
    "reason": "not_authorized",
    "counted": 0,
    "first_count": 0,
    "final_count": 0,
    "peak_count": 0,
    "contract_value": 0,
    "decided_at": None,
    "promoted_at": None,
}


def when(clock: str, **fields: object) -> Example:
    """The start of a change with these fields."""
    return Example(
        f"r12_1_starts_at_{clock.replace(':', '')}",
        "R12.1",
        one(**fields),
        decision(outcome="individual", opened_at=at("08:00"), decided_at=at(clock))
        | {"cases": [{"opened_at": at(clock)}]},
        CHANGES,
    )


EXAMPLES = [
    *(
        Example(
            f"r12_1_{word}_has_{'' if reached else 'not_'}reached_authorize",
            "R12.1",
            one(state=state, authorized_at=""),
            {"decisions": [{"outcome": "individual", "counted": 1} if reached else NOTHING]},
            CHANGES,
        )
        for word, state, reached in (
            ("new", "-5", False),
            ("assess", "-4", False),
            ("authorize", "-3", True),
            ("authorize_by_label", "Authorize", True),
            ("scheduled", "-2", True),
            ("implement", "Implement", True),
            ("review", "0", True),
            ("closed", "3", True),
            ("canceled", "4", False),
            ("canceled_by_label", "Canceled", False),
            ("no_state", "", False),
            ("an_odd_state", "odd", False),
        )
    ),
    *(
        Example(
            f"r12_1_{word}_with_a_time_of_authorization_has_reached_it",
            "R12.1",
            one(state=state),
            decision(outcome="individual", decided_at=at("10:00")),
            CHANGES,
        )
        for word, state in (("new", "-5"), ("assess", "-4"), ("canceled", "4"), ("no_state", ""))
    ),
    Example(
        "r12_1_not_authorized_counts_nothing_but_says_who_is_affected",
        "R12.1",
        {
            "change_request": [change(state="-4", authorized_at="")],
            "affected_account": listed("a1", "a2", incident="CHG1"),
        },
        decision(affected_accounts=2, affected_consumers=0, threshold=2, **NOTHING)
        | {"cases": [], "notifications": [], "journal": []},
        CHANGES | {"properties": {THRESHOLD: 2}},
    ),
    Example(
        "r12_1_the_trigger_is_asked_first",
        "R12.1",
        one(state="-4", authorized_at="", category="network"),
        decision(outcome="none", reason="trigger"),
        CHANGES | {"trigger": {"category": "voice"}},
    ),
    Example(
        "r12_1_not_authorized_is_said_before_no_customers",
        "R12.1",
        {"change_request": [change(state="-4", authorized_at="")], "affected_account": []},
        decision(reason="not_authorized"),
        CHANGES,
    ),
    when("10:00", start_date=time("22:00")),
    when("22:00", start_date=time("22:00"), authorized_at=""),
    when("08:00", authorized_at="", start_date="", end_date=time("23:00")),
    Example(
        "r12_1_and_then_the_delay",
        "R12.1",
        one(start_date=time("22:00"), authorized_at=""),
        decision(decided_at=at("22:30")) | {"cases": [{"opened_at": at("22:30")}]},
        CHANGES | choices(generation_delay="30m"),
    ),
    Example(
        "r12_1_only_closed_changes_are_resolved_at_their_closing",
        "R12.1",
        {
            "change_request": [
                change("CHG1", state="0", closed_at=time("12:00")),
                change("CHG2", state="3"),
                change("CHG3", state="-1", resolved_at=time("12:00")),
                change("CHG4", state="3", resolved_at=time("11:00"), closed_at=time("12:00")),
            ],
            "affected_account": [row for n in "1234" for row in listed("a1", incident=f"CHG{n}")],
        },
        # In Review; closed at no time; not closed; closed at 12:00, whatever resolved_at says.
        {
            "cases": [{"state": "1"}, {"state": "1"}, {"state": "1"}, {"state": "6", "resolved_at": at("12:00")}],
            "journal": [{"record": "CHG4-0001"}],
        },
        CHANGES,
    ),
    Example(
        "r12_1_a_canceled_change_takes_its_cases_along_if_chosen",
        "R12.1",
        {
            "change_request": [
                change("CHG1", state="4", closed_at=time("12:00")),
                change("CHG2", state="Canceled"),
                # What is 8 for an incident is nothing for a change.
                change("CHG3", state="8", closed_at=time("12:00")),
            ],
            "affected_account": [row for n in "123" for row in listed("a1", incident=f"CHG{n}")],
        },
        {
            "cases": [{"state": "7", "resolved_at": None}, {"state": "1"}, {"state": "1"}],
            "decisions": [{"outcome": "individual"}, {"outcome": "individual"}, {"outcome": "individual"}],
        },
        CHANGES | choices(cancel_cases_with_incident=True),
    ),
    Example(
        "r12_1_who_is_present_is_asked_at_the_authorization",
        "R12.1",
        {
            "change_request": [change()],
            "affected_account": [
                *listed("a1", incident="CHG1", added_at=time("09:00")),
                *listed("a2", incident="CHG1", added_at=time("11:00")),
                *listed("a3", incident="CHG1", removed_at=time("09:00")),
            ],
        },
        decision(counted=1, first_count=1, final_count=2, peak_count=2, decided_at=at("10:00"))
        | {"cases": [{"account": "a1", "opened_at": at("10:00")}, {"account": "a2", "opened_at": at("11:00")}]},
        CHANGES | choices(late_customers="add"),
    ),
]
