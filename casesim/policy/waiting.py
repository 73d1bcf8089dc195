"""Settings that are read and checked but not simulated: refused, as no result may leave them out in silence."""

from typing import TYPE_CHECKING

from casesim.policy.names import CASE_SYNC, COMMENT_SYNC
from casesim.policy.values import raise_all

if TYPE_CHECKING:
    from casesim.policy.model import Policy


def refuse_unsupported(policy: "Policy") -> None:
    """Refuse what a run would have to leave out; `Policy.refuse_unsupported` says the same."""
    choices, comment = policy.choices, policy.notifications["comment"]
    waiting = {
        "flow": ("the alert flow (R2.6)", policy.flow == "alerts"),
        "sources": ("change requests (R12)", "change_request" in policy.sources),
        f'[properties] "{COMMENT_SYNC}"': ("comments between incident and cases (R6)", policy.sync_comments),
        f'[properties] "{CASE_SYNC}"': ("the sync of child cases (R7.2)", policy.sync_children),
        "[mapping.proactive]": ("the alert flow (R2.6)", bool(policy.mapping["proactive"])),
        "[choices] comment_copy_target": ("copies as work notes (R6.3)", choices.comment_copy_target == "work_notes"),
        "[choices] late_customers": ("customers who turn up later (R8.1)", choices.late_customers != "known"),
        "[choices] sync_extended_case_types": ("the sync of child cases (R7.2)", choices.sync_extended_case_types),
        "[choices] major_resolution_delay": ("resolved major cases (R7.2)", choices.major_resolution_delay is not None),
        "[notifications.comment]": ("texts of comment notifications (R5.2)", bool(comment.subject or comment.body)),
        "[[notify]]": ("planned notify actions (R6)", bool(policy.notify)),
        "[flood]": ("flood control (R5.3)", policy.flood is not None),
    }
    raise_all(
        [
            f"{policy.where}, {place}: this version of casesim does not simulate {what}; take the setting out to run."
            for place, (what, given) in waiting.items()
            if given
        ]
    )
