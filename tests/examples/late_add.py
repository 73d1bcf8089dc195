"""R8, R8.1, R8.2: customers who turn up later, with late_customers = "first" and "add"."""

from tests.examples.example import Example, accounts, at, choices, decision, incident, items, numbers, threshold
from tests.examples.writing import THRESHOLD, reply, time
from tests.reference import Policy

FIRST = choices(late_customers="first")
ADD = choices(late_customers="add")


def late(account: str, added: str | None = None, removed: str | None = None, on: str = "INC1") -> dict[str, object]:
    """A listed account with its times."""
    return {
        "incident": on,
        "account": account,
        "added_at": added and time(added),
        "removed_at": removed and time(removed),
    }


def adds(number: int, **chosen: object) -> Policy:
    return threshold(number) | choices(late_customers="add", **chosen)


EXAMPLES = [
    Example(
        "r8_1_first_decides_on_those_present_at_the_start_and_ignores_all_others",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [
                late("a1"),
                late("a2", "10:00", "11:00"),
                late("a3", "10:00:01"),
                late("a4", None, "10:00"),
            ],
        },
        # a3 comes a second late, a4 goes at the very start: a1 and a2 are counted. From 10:00:01 to 11:00 there are a1,
        # a2 and a3, at the end a1 and a3.
        decision(
            affected_accounts=4,
            counted=2,
            first_count=2,
            final_count=2,
            peak_count=3,
            outcome="individual",
            reason="below_threshold",
            decided_at=at("10:00"),
        )
        | {"cases": [{"account": "a1"}, {"account": "a2"}]},
        threshold(3) | FIRST,
    ),
    Example(
        "r8_1_first_with_nobody_at_the_start_decides_nothing",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1", "11:00")]},
        decision(
            affected_accounts=1,
            counted=0,
            first_count=0,
            final_count=1,
            peak_count=1,
            outcome="none",
            reason="no_customers",
            decided_at=None,
            contract_value=0,
        )
        | {"cases": []},
        FIRST,
    ),
    Example(
        "r8_1_first_at_the_threshold",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1"), late("a2"), late("a3", "11:00")]},
        decision(outcome="major", counted=2) | {"cases": numbers("INC1-0001", "INC1-0002", "INC1-M")},
        threshold(2) | FIRST,
    ),
    Example(
        "r8_1_the_start_is_after_the_delay",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [late("a1", "10:30"), late("a2", "10:30:01"), late("a3", None, "10:30")],
        },
        decision(counted=1, first_count=1, final_count=2, peak_count=2, decided_at=at("10:30"))
        | {"cases": [{"account": "a1", "opened_at": at("10:30")}]},
        choices(late_customers="first", generation_delay="30m"),
    ),
    Example(
        "r8_never_present_from_the_start_on_counts_nowhere",
        "R8",
        {
            "incident": [incident()],
            # Gone before the start; gone as it comes; gone before it comes.
            "affected_account": [late("a1", None, "09:00"), late("a2", "11:00", "11:00"), late("a3", "12:00", "11:00")],
        },
        decision(
            affected_accounts=3,
            counted=0,
            first_count=0,
            final_count=0,
            peak_count=0,
            outcome="none",
            reason="no_customers",
            decided_at=None,
        )
        | {"cases": []},
        adds(1),
    ),
    Example(
        "r8_1_add_gives_a_later_customer_a_case_at_its_time",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [late("a2"), late("a1", "11:00"), late("a0", "11:00"), late("a3", "10:30")],
        },
        # Numbers go by opened_at first: a2, a3, and then a0 and a1. Four have cases, one was counted.
        decision(counted=1, first_count=1, final_count=4, peak_count=4, outcome="individual", decided_at=at("10:00"))
        | {
            "cases": [
                {"number": "INC1-0001", "account": "a2", "kind": "individual", "opened_at": at("10:00")},
                {"number": "INC1-0002", "account": "a3", "kind": "individual", "opened_at": at("10:30")},
                {"number": "INC1-0003", "account": "a0", "kind": "individual", "opened_at": at("11:00")},
                {"number": "INC1-0004", "account": "a1", "kind": "individual", "opened_at": at("11:00")},
            ],
            "notifications": [{"created_at": at(clock)} for clock in ("10:00", "10:30", "11:00", "11:00")],
        },
        # The threshold is reached at 10:30, and nothing comes of it.
        adds(2),
    ),
    Example(
        "r8_1_add_makes_children_of_a_major_incident",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a2"), late("a3"), late("a1", "11:00")]},
        decision(counted=2, outcome="major", reason="at_or_above_threshold", promoted_at=None)
        | {
            "cases": [
                {"account": "a2", "kind": "child", "opened_at": at("10:00")},
                {"account": "a3", "kind": "child", "opened_at": at("10:00")},
                {"account": "a1", "kind": "child", "parent": "INC1-M", "opened_at": at("11:00")},
                {"number": "INC1-M", "opened_at": at("10:00")},
            ]
        },
        adds(2),
    ),
    Example(
        "r8_1_add_with_nobody_at_the_start_decides_when_the_first_one_turns_up",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [late("a3", "12:00"), late("a2", "11:00"), late("a1", "11:00")],
        },
        # At 11:00 two at once: T = 2 is met.
        decision(
            counted=2,
            first_count=0,
            final_count=3,
            peak_count=3,
            outcome="major",
            decided_at=at("11:00"),
            opened_at=at("10:00"),
        )
        | {
            "cases": [
                {"account": "a1", "kind": "child", "opened_at": at("11:00")},
                {"account": "a2", "kind": "child", "opened_at": at("11:00")},
                {"account": "a3", "kind": "child", "opened_at": at("12:00")},
                {"kind": "major", "opened_at": at("11:00")},
            ]
        },
        adds(2),
    ),
    Example(
        "r8_1_add_decides_on_those_of_the_first_moment_alone",
        "R8.1",
        {"incident": [incident()], "affected_account": [late("a1", "11:00"), late("a2", "11:00:01")]},
        decision(counted=1, outcome="individual", decided_at=at("11:00")) | {"cases": [{"account": "a1"}, {}]},
        adds(2),
    ),
    Example(
        "r8_1_a_removed_customer_keeps_its_case",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [late("a1", None, "10:30"), late("a2", "11:00", "11:30"), late("a3", None, "10:00")],
        },
        # a3 is gone at the start and never had one.
        decision(counted=1, first_count=1, final_count=0, peak_count=1)
        | {"cases": [{"account": "a1", "state": "1"}, {"account": "a2", "state": "1"}]},
        ADD,
    ),
    Example(
        "r8_the_earliest_route_opens_the_case",
        "R8",
        {
            "incident": [incident()],
            "affected_account": [late("a1", "12:00"), late("a2", "10:30", "10:45"), late("a2", "13:00")],
            "task_ci": [{"task": "INC1", "ci_item": "ci1", "added_at": time("11:00"), "removed_at": time("11:30")}],
            "sn_install_base_item": items("ci1", "a1"),
        },
        # a1: from 11:00 by the CI, and for good by the list. a2: from 10:30, and for good too.
        decision(final_count=2, peak_count=2, decided_at=at("10:30"))
        | {
            "cases": [
                {"account": "a2", "opened_at": at("10:30")},
                {"account": "a1", "opened_at": at("11:00")},
            ]
        },
        ADD,
    ),
    Example(
        "r8_sys_created_on_is_a_time_of_arrival_too",
        "R8",
        {
            "incident": [incident()],
            "task_cmdb_ci_service": [{"task": "INC1", "cmdb_ci_service": "s1", "sys_created_on": time("11:00")}],
            "sn_install_base_item": items("s1", "a1"),
        },
        {"cases": [{"account": "a1", "opened_at": at("11:00")}]},
        ADD,
    ),
    Example(
        "r8_2_the_contract_value_is_that_of_the_counted",
        "R8.2",
        {
            "incident": [incident()],
            "affected_account": [late("a1"), late("a2", "11:00")],
            "customer_account": accounts("a1", contract_value="100") + accounts("a2", contract_value="1000"),
        },
        # 100 at the decision; that 1100 would be enough is not asked again.
        decision(counted=1, contract_value=100, outcome="individual", reason="below_threshold")
        | {"cases": [{"kind": "individual"}, {"kind": "individual"}]},
        ADD | {"also_major_when": {"contract_value_at_least": 500}},
    ),
    Example(
        "r8_2_outside_the_trigger_all_is_nothing",
        "R8.2",
        {"incident": [incident()], "affected_account": [late("a1"), late("a2", "11:00")]},
        decision(
            reason="trigger",
            affected_accounts=2,
            counted=0,
            first_count=0,
            final_count=0,
            peak_count=0,
            decided_at=None,
            promoted_at=None,
            contract_value=0,
        ),
        ADD | {"trigger": {"category": "network"}},
    ),
    Example(
        "r8_1_first_ignores_the_reply_of_a_late_customer_too",
        "R8.1",
        {
            "incident": [incident()],
            "affected_account": [late("a1"), late("a2", "11:00")],
            "customer_reply": [reply("Me too", "12:00", "a2")],
        },
        {"journal": [], "rejects": [{"table": "customer_reply", "row": 1, "value": "a2", "reason": "no_case"}]},
        {"properties": {THRESHOLD: 5}} | FIRST,
    ),
    Example(
        "r6_6_by_customer_and_not_by_the_number_of_the_case",
        "R6.6",
        {
            "incident": [incident()],
            "affected_account": [late("a2"), late("a1", "11:00")],
            "customer_reply": [reply("x", "12:00", "a2"), reply("x", "12:00", "a1")],
        },
        # a2 was there first and has the first case; alike in all else, a1 has the first reply.
        {"journal": [{"id": "INC1-J0002", "record": "INC1-0001"}, {"id": "INC1-J0001", "record": "INC1-0002"}]},
        ADD,
    ),
]
