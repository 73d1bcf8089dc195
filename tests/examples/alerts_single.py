"""R2.6: the box that puts a single account on the proactive case."""

from tests.examples.alerts import NOBODY, box, proactive
from tests.examples.example import Example, at, choices, decision, incident, items, listed
from tests.examples.writing import people, time

EXAMPLES = [
    Example(
        "r2_6_a_single_account_is_put_on_the_case_and_told",
        "R2.6",
        {
            "incident": [incident(cmdb_ci="ci1", business_service="s1")],
            # Several install base items of one account are one account.
            "sn_install_base_item": items("ci1", "a1", "a1") + items("s1", "a1"),
            **people(1),
        },
        decision(outcome="individual", counted=1, reason="below_threshold")
        | {
            "cases": [proactive(account="a1", contact="p1", consumer=None, major_case_state=None)],
            "notifications": [{"case_number": "INC1-A", "event": "case_created", "contact": "p1", "status": "sent"}],
        },
        box(),
    ),
    Example(
        "r2_6_a_single_account_without_contact_is_suppressed",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("ghost")},
        {
            "cases": [proactive(account="ghost", contact=None)],
            "notifications": [{"account": "ghost", "status": "suppressed", "reason": "no_contact"}],
        },
        box(),
    ),
    Example(
        "r2_6_a_single_consumer_is_put_on_the_case_too",
        "R2.6",
        {
            "incident": [incident()],
            "affected_account": [{"incident": "INC1", "consumer": "c1"}],
            "csm_consumer": [{"sys_id": "c1", "email": "bob@example.com"}],
        },
        {
            "cases": [proactive(account=None, consumer="c1", contact=None)],
            "notifications": [{"consumer": "c1", "email": "bob@example.com", "status": "sent"}],
        },
        box() | choices(customers="consumers"),
    ),
    Example(
        "r2_6_a_single_account_at_the_threshold",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1"), **people(1)},
        # k = 1 = T, but the status is none: not major, and the box applies.
        decision(outcome="individual", reason="at_or_above_threshold")
        | {"cases": [proactive(account="a1", major_case_state=None)], "notifications": [{"case_number": "INC1-A"}]},
        box(affected_account_threshold=1),
    ),
    Example(
        "r2_6_a_single_account_that_makes_it_major_has_its_own_child",
        "R2.6",
        {"incident": [incident()], "affected_account": listed("a1"), **people(1)},
        decision(outcome="major", reason="at_or_above_threshold")
        | {
            "cases": [{"kind": "child", "account": "a1"}, {"number": "INC1-A", "kind": "major", **NOBODY}],
            "notifications": [{"case_number": "INC1-0001"}],
        },
        box(affected_account_threshold=1, major_case_status="accepted"),
    ),
    Example(
        "r2_6_the_single_account_is_told_that_it_is_resolved",
        "R2.6",
        {"incident": [incident(resolved_at=time("12:00"))], "affected_account": listed("a1"), **people(1)},
        {
            "cases": [proactive(state="6")],
            "notifications": [
                {"case_number": "INC1-A", "event": "case_created", "created_at": at("10:00")},
                {"case_number": "INC1-A", "event": "resolved", "created_at": at("12:00"), "status": "sent"},
            ],
        },
        box(),
    ),
]
