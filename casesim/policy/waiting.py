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
        'flow = "alerts" (the alert flow, R2.6)': policy.flow == "alerts",
        '"change_request" in sources (change requests, R12)': "change_request" in policy.sources,
        f'[properties] "{COMMENT_SYNC}" = true (comments, R6)': policy.sync_comments,
        f'[properties] "{CASE_SYNC}" = true (parent-child sync, R7.2)': policy.sync_children,
        "[mapping.proactive] (the alert flow, R2.6)": bool(policy.mapping["proactive"]),
        '[choices] comment_copy_target = "work_notes" (comments, R6.3)': choices.comment_copy_target == "work_notes",
        f'[choices] late_customers = "{choices.late_customers}" (R8.1)': choices.late_customers != "known",
        "[choices] sync_extended_case_types = true (parent-child sync, R7.2)": choices.sync_extended_case_types,
        "[choices] major_resolution_delay (R7.2)": choices.major_resolution_delay is not None,
        "[notifications.comment] subject and body (comments, R5.2)": bool(comment.subject or comment.body),
        "[[notify]] (planned notify actions, R6)": bool(policy.notify),
        "[flood] (flood control, R5.3)": policy.flood is not None,
    }
    raise_all(
        [
            f"{policy.where}: {setting} is not simulated by this version of casesim; take it out to run."
            for setting, given in waiting.items()
            if given
        ]
    )
