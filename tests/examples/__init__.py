"""Examples of the rules, worked by hand: each runs through the reference and through the engine.

`EXAMPLES` are those of the rules that are simulated, `COMING` those of the rules that a run still refuses.
"""

from tests.examples import (
    affected,
    alerts,
    alerts_later,
    alerts_single,
    authorized,
    both_ways,
    case_types,
    cases,
    change_requests,
    comment_notifications,
    comments,
    conditions,
    flood,
    late,
    late_add,
    mapping,
    meeting,
    meeting_mail,
    meeting_more,
    notify,
    notify_actions,
    outcome,
    planned,
    promote,
    quiet_hours,
    reading,
    rejected,
    replies,
    resolution,
    sync,
    sync_comments,
)
from tests.examples.example import Example

MODULES = (reading, affected, outcome, conditions, cases, mapping, case_types, notify, resolution, late, meeting)
COMING_MODULES = (
    comments,
    notify_actions,
    planned,
    replies,
    both_ways,
    comment_notifications,
    rejected,
    flood,
    quiet_hours,
    sync,
    sync_comments,
    late_add,
    promote,
    alerts,
    alerts_single,
    alerts_later,
    change_requests,
    authorized,
    meeting_more,
    meeting_mail,
)

EXAMPLES: list[Example] = [example for module in MODULES for example in module.EXAMPLES]
COMING: list[Example] = [example for module in COMING_MODULES for example in module.EXAMPLES]

__all__ = ["COMING", "EXAMPLES", "Example"]
