"""Settings of comments, sync, late customers, alerts and floods; all of them valid."""

from hypothesis import strategies as st

from tests.reference import Policy, Row
from tests.strategies.pools import Pool

COMMENTS_SYNC = "proactive_workflows_for_providers.additional_comments_sync"
CHILD_SYNC = "sn_customerservice.parent_child_case_sync"
SYNC_FIELDS = "sn_customerservice.case_fields_to_sync"
RULE = "Update case worknote for comments change"

COMMENT_TEMPLATES = ["{comment.value}", "{case.number}: {comment.value}", "{{{comment.value}}} {incident.number}"]
DELAYS = ["0s", "30m", "1h", "2h", "PT30M", "1d"]
OUTCOMES: Pool = ["major", "individual", ["major", "individual"], "none", {"starts_with": "m"}]
# The moments lie within some of these and on the edge of others.
QUIET_HOURS: Pool = [
    ["22:00", "06:00"],
    ["10:00", "11:00"],
    ["10:30", "12:00"],
    ["02:00", "03:00"],
    ["22:00", "02:30"],
    ["12:00", "10:30"],
    ["21:00", "00:00"],
]
ZONES = ["Europe/Berlin", "UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]


def some(**optional: st.SearchStrategy[object]) -> st.SearchStrategy[Row]:
    """A table of settings, each there or not."""
    return st.fixed_dictionaries({}, optional=optional)


def both(one: st.SearchStrategy[Row], other: st.SearchStrategy[Row]) -> st.SearchStrategy[Row]:
    """Two tables in one."""
    return st.tuples(one, other).map(lambda two: {**two[0], **two[1]})


def sync_properties() -> st.SearchStrategy[Row]:
    """R6, R7.2: the property P, the sync from a major case to its children, and what it passes."""
    fields = ["priority,state,comments", "comments", "state", "work_notes , state", "", "state,comments,work_notes"]
    return st.fixed_dictionaries(
        {
            COMMENTS_SYNC: st.sampled_from([True, True, "true", False]),
            CHILD_SYNC: st.sampled_from([True, "true", False]),
        },
        optional={SYNC_FIELDS: st.sampled_from(fields)},
    )


def later_choices() -> st.SearchStrategy[Row]:
    """R6.3, R7.2, R8.1."""
    return st.fixed_dictionaries(
        # Weighted towards what needs most to come about.
        {"late_customers": st.sampled_from(["promote", "add", "promote", "first", "known", "promote"])},
        optional={
            "comment_copy_target": st.sampled_from(["work_notes", "comments"]),
            "sync_extended_case_types": st.booleans(),
            "major_resolution_delay": st.sampled_from(DELAYS[:4]),
        },
    )


def notify_actions(messages: list[str], conditions: st.SearchStrategy[Row]) -> st.SearchStrategy[list[Row]]:
    """R6: up to two planned actions, for an outcome, for conditions, or for every decision."""
    outcome = st.sampled_from(OUTCOMES).map(lambda asked: {"outcome": asked})
    action = st.fixed_dictionaries(
        {"message": st.sampled_from(messages)},
        optional={
            "when": st.one_of(outcome, outcome, conditions, both(conditions, outcome)),
            "after": st.sampled_from(DELAYS),
        },
    )
    return st.lists(action, max_size=2)


def floods() -> st.SearchStrategy[Row]:
    """R5.3: a limit, quiet hours, or both."""
    window = st.sampled_from(["1d", "2h", "1h", "30m", "1d"])
    limit = st.fixed_dictionaries(
        {"max_per_contact": st.sampled_from([1, 2, 1, 3]), "window": window},
        optional={"digest": st.booleans()},
    )
    zone = st.sampled_from([{}, *({"timezone": zone} for zone in ZONES)])
    quiet = both(st.sampled_from(QUIET_HOURS).map(lambda hours: {"quiet_hours": hours}), zone)
    return st.one_of(limit, quiet, both(limit, quiet), both(limit, quiet))


def alert_settings() -> st.SearchStrategy[Policy]:
    """R2.6: the settings of the alert flow; one policy in three has that flow."""
    flow = st.sampled_from([{}, {"flow": "alerts"}, {"flow": "incident"}])
    settings = st.fixed_dictionaries(
        {
            "process_case_for_single_account": st.sampled_from([True, False, True]),
            "major_case_status": st.sampled_from(["proposed", "accepted", "none"]),
        },
        optional={"affected_account_threshold": st.sampled_from([1, 2, 3, "2"])},
    )
    return both(flow, settings)


def sources(tables: frozenset[str]) -> st.SearchStrategy[Row]:
    """R12: which of the record tables are simulated, of those that there are."""
    if "incident" not in tables:
        return st.just({"sources": ["change_request"]})
    if "change_request" not in tables:
        return st.sampled_from([{}, {"sources": ["incident"]}])
    two = ["incident", "change_request"]
    return st.sampled_from([{"sources": two}, {"sources": two}, {"sources": two[::-1]}, {"sources": two[1:]}, {}])
