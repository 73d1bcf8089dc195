"""The settings of a policy, with their defaults. The policy given is valid."""

from datetime import timedelta
from typing import Any

from tests.reference.values import read_duration, read_flag

Policy = dict[str, Any]

# R2.1: the property and the other spellings that the documentation has for it.
THRESHOLD_NAMES = (
    "sn_ind_tsm_core.major_case_affected_account_threshold",
    "major_case_affected_account_threshold",
    "major_case_affected_threshold",
    "sn_ind_tsm_core.major_case-affected_account_threshold",
)

# R6: the two switches. R7.2: the sync from a major case to its children, and which fields it passes.
COMMENTS_SYNC = "proactive_workflows_for_providers.additional_comments_sync"
COPY_RULE = "Update case worknote for comments change"
CHILD_SYNC = "sn_customerservice.parent_child_case_sync"
SYNC_FIELDS = "sn_customerservice.case_fields_to_sync"
SYNCED_BY_DEFAULT = "priority,state,comments,work_notes,assigned_to,close_notes,resolution_code"

DEFAULTS = {
    "customers": "accounts",  # R2.3
    "count_retired_install_base": False,  # R1.3
    "count_inactive_accounts": True,  # R1.4
    "roll_up_to_parent_account": False,  # R1.5
    "cancel_cases_with_incident": False,  # R7.3
    "generation_delay": "0s",  # R3.6
    "comment_copy_target": "comments",  # R6.3
    "late_customers": "known",  # R8.1
    "sync_extended_case_types": False,  # R7.2
    "major_resolution_delay": None,  # R7.2: major cases stay open
}


def choice(policy: Policy, name: str) -> object:
    return policy.get("choices", {}).get(name, DEFAULTS[name])


def chosen(policy: Policy, name: str) -> bool:
    return read_flag(choice(policy, name), missing=False)


def setting(policy: Policy, section: str, name: str, default: object) -> bool:
    """A property or business rule that is on or off."""
    return read_flag(policy.get(section, {}).get(name, default), missing=False)


def comments_sync(policy: Policy) -> bool:
    """R6: P."""
    return setting(policy, "properties", COMMENTS_SYNC, False)


def copy_rule(policy: Policy) -> bool:
    """R6: B."""
    return setting(policy, "business_rules", COPY_RULE, True)


def synced_fields(policy: Policy) -> list[str]:
    """R7.2: what a major case passes to its children; nothing while the sync is off."""
    if not setting(policy, "properties", CHILD_SYNC, False):
        return []
    listed = policy["properties"].get(SYNC_FIELDS, SYNCED_BY_DEFAULT)
    return [name.strip() for name in (listed.split(",") if isinstance(listed, str) else listed)]


def alert_flow(policy: Policy) -> bool:
    """R2.6."""
    return bool(policy.get("flow", "incident") == "alerts")


def generation_delay(policy: Policy) -> timedelta:
    return read_duration(choice(policy, "generation_delay"))


def base_threshold(policy: Policy) -> int:
    """R2.1: T, by whichever spelling; 5 if nothing gives one."""
    given = [policy.get("properties", {}).get(name) for name in THRESHOLD_NAMES]
    return next((int(value) for value in given if value is not None), 5)
