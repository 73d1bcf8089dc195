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

DEFAULTS = {
    "customers": "accounts",  # R2.3
    "count_retired_install_base": False,  # R1.3
    "count_inactive_accounts": True,  # R1.4
    "roll_up_to_parent_account": False,  # R1.5
    "cancel_cases_with_incident": False,  # R7.3
    "generation_delay": "0s",  # R3.6
}


def choice(policy: Policy, name: str) -> object:
    return policy.get("choices", {}).get(name, DEFAULTS[name])


def chosen(policy: Policy, name: str) -> bool:
    return read_flag(choice(policy, name), missing=False)


def generation_delay(policy: Policy) -> timedelta:
    return read_duration(choice(policy, "generation_delay"))


def base_threshold(policy: Policy) -> int:
    """R2.1: T, by whichever spelling; 5 if nothing gives one."""
    given = [policy.get("properties", {}).get(name) for name in THRESHOLD_NAMES]
    return next((int(value) for value in given if value is not None), 5)
