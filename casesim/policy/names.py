"""What the settings are called: properties in all their spellings, the business rule, and the short names in Python."""

from collections.abc import Mapping
from difflib import get_close_matches

from casesim.tables import nearest, toml_key

THRESHOLD = "sn_ind_tsm_core.major_case_affected_account_threshold"
# R2.1: the documentation spells the one property in four ways.
THRESHOLD_SPELLINGS = (
    THRESHOLD,
    "major_case_affected_account_threshold",
    "major_case_affected_threshold",
    "sn_ind_tsm_core.major_case-affected_account_threshold",
)
COMMENT_SYNC = "proactive_workflows_for_providers.additional_comments_sync"
CASE_SYNC = "sn_customerservice.parent_child_case_sync"
SYNC_FIELDS = "sn_customerservice.case_fields_to_sync"
PROPERTIES = (*THRESHOLD_SPELLINGS, COMMENT_SYNC, CASE_SYNC, SYNC_FIELDS)

COPY_COMMENTS = "Update case worknote for comments change"
BUSINESS_RULES = (COPY_COMMENTS,)

KINDS = ("individual", "major", "child", "proactive")
EVENTS = ("case_created", "comment", "resolved")

CHOICES = (
    "customers",
    "count_retired_install_base",
    "count_inactive_accounts",
    "roll_up_to_parent_account",
    "comment_copy_target",
    "late_customers",
    "cancel_cases_with_incident",
    "sync_extended_case_types",
    "generation_delay",
    "major_resolution_delay",
)
TOP_LEVEL = (
    "flow",
    "sources",
    "affected_account_threshold",
    "major_case_status",
    "process_case_for_single_account",
    "properties",
    "business_rules",
    "mapping",
    "choices",
    "trigger",
    "overrides",
    "also_major_when",
    "case_types",
    "notifications",
    "notify",
    "flood",
)

# Where a setting stands in a policy file, by every name it goes by apart from its dotted place.
PLACES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in TOP_LEVEL},
    **{name: ("choices", name) for name in CHOICES},
    **{name: ("properties", name) for name in PROPERTIES},
    **{name: ("business_rules", name) for name in BUSINESS_RULES},
    "threshold": ("properties", THRESHOLD),
    "additional_comments_sync": ("properties", COMMENT_SYNC),
    "sync_comments": ("properties", COMMENT_SYNC),
    "parent_child_case_sync": ("properties", CASE_SYNC),
    "sync_children": ("properties", CASE_SYNC),
    "case_fields_to_sync": ("properties", SYNC_FIELDS),
    "sync_fields": ("properties", SYNC_FIELDS),
    "copy_comments": ("business_rules", COPY_COMMENTS),
}

# The keyword of every setting in a section, by its place: the first of its short names.
SHORT: Mapping[tuple[str, ...], str] = {
    place: name for name, place in reversed(tuple(PLACES.items())) if name.isidentifier()
}


def unknown(name: str, known: tuple[str, ...], section: str | None) -> str:
    """The end of the error about a key that its section does not know: its right place, or the nearest names.

    Args:
        section: the section at the top of a policy that the key was found in, "" for the top itself, None for a table
            further down.
    """
    place = PLACES.get(name, ())
    if len(place) == 2 and section is not None and place != (section, name):
        return f"It is written under [{place[0]}] as {toml_key(place[1])}."
    if len(place) == 1 and section:
        return "It belongs at the top of the policy, not in this section."
    if section == "" and not get_close_matches(name, known):
        for near in get_close_matches(name, PLACES, n=1):
            return f"Nearest: {toml_key(PLACES[near][-1])} under [{PLACES[near][0]}]."
    return nearest(name, known)
