"""Settings by short names and dotted names, and how a change meets the settings that are there."""

import tomllib
from collections.abc import Mapping
from typing import Any, TypedDict

from casesim.conditions import stored_text
from casesim.policy.names import PLACES, THRESHOLD_SPELLINGS, TOP_LEVEL
from casesim.policy.parts import Constant, Customers, LateCustomers
from casesim.policy.values import raise_all
from casesim.tables import PolicyError, nearest, shown, toml_key

# No setting lies deeper; a table that goes on is refused where it is read, even one that holds itself.
_DEEPEST = 8


class Settings(TypedDict, total=False):
    """The keyword arguments of a policy. Whole sections have the shape of a policy file; None means the default."""

    threshold: int | str | None
    sync_comments: bool | None
    additional_comments_sync: bool | None
    sync_children: bool | None
    parent_child_case_sync: bool | None
    sync_fields: str | tuple[str, ...] | list[str] | None
    case_fields_to_sync: str | tuple[str, ...] | list[str] | None
    copy_comments: bool | None
    customers: Customers | None
    count_retired_install_base: bool | None
    count_inactive_accounts: bool | None
    roll_up_to_parent_account: bool | None
    comment_copy_target: str | None
    late_customers: LateCustomers | None
    cancel_cases_with_incident: bool | None
    sync_extended_case_types: bool | None
    generation_delay: str | None
    major_resolution_delay: str | None
    flow: str | None
    sources: list[str] | tuple[str, ...] | None
    affected_account_threshold: int | None
    major_case_status: str | None
    process_case_for_single_account: bool | None
    properties: Mapping[str, Any] | None
    business_rules: Mapping[str, bool] | None
    mapping: Mapping[str, Mapping[str, Constant]] | None
    choices: Mapping[str, Any] | None
    trigger: Mapping[str, Any] | None
    overrides: list[Mapping[str, Any]] | None
    also_major_when: Mapping[str, Any] | None
    case_types: list[Mapping[str, Any]] | None
    notifications: Mapping[str, Mapping[str, Any]] | None
    notify: list[Mapping[str, Any]] | None
    flood: Mapping[str, Any] | None


def shaped(settings: Mapping[str, object], where: str) -> dict[str, Any]:
    """Keyword arguments in the shape of a policy file; None stays, it stands for the default.

    Raises:
        PolicyError: names that are no settings, and settings that are given twice with different values.
    """
    raw: dict[str, Any] = {}
    faults: list[str] = []
    # Sections first: a short name beside its section must find what is there.
    for name, value in sorted(settings.items(), key=lambda setting: setting[0] not in TOP_LEVEL):
        place = PLACES.get(name, ())
        match place:
            case (key,):
                raw[key] = dict(value) if isinstance(value, Mapping) else value
            case (section, key):
                entries = raw.setdefault(section, {})
                if not isinstance(entries, dict):
                    continue  # the section itself is refused where it is read
                if key in entries and not _same(entries[key], value):
                    faults.append(f"{where}: {name} is given twice, as {shown(value)} and as {shown(entries[key])}.")
                entries[key] = value
            case _:
                faults.append(f"{where}: {toml_key(name)} is no setting. {nearest(name, PLACES)}")
    raise_all(faults)
    return raw


def _same(one: object, other: object) -> bool:
    # Whatever was given is compared here, before anything is known of it: an array has no yes or no to say.
    if one is other:
        return True
    try:
        return bool(one == other)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return False


def merged(settings: Mapping[str, Any], change: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The settings with a change, both in the shape of a policy file: tables meet key by key, None takes away."""
    result = _without_old_threshold(settings, change)
    for name, value in change.items():
        before = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping) and depth < _DEEPEST:
            result[name] = merged(before if isinstance(before, Mapping) else {}, value, depth + 1)
            if before and not result[name]:
                del result[name]  # what was taken away was all there was
        else:
            result[name] = value
    return result


def changed(settings: Mapping[str, Any], name: str, value: object, where: str) -> dict[str, Any]:
    """The settings with one of them replaced, named by a short, full or dotted name.

    Raises:
        PolicyError: the name is no setting, or goes on below a setting that is no table.
    """
    path = _path(name, where)
    if isinstance(value, str):
        value = _typed(value, exact=path[0] in {"mapping", "trigger"})
    change: Any = value
    for key in reversed(path):
        change = {key: change}
    result = _without_old_threshold(settings, change)
    return _replaced(result, path, value, where)


def _replaced(settings: Mapping[str, Any], path: tuple[str, ...], value: object, where: str) -> dict[str, Any]:
    key, *rest = path
    if rest:
        below = settings.get(key, {})
        if not isinstance(below, Mapping):
            raise PolicyError(f"{where}: {key} is {shown(below)} and has no {rest[0]} to set.")
        value = _replaced(below, tuple(rest), value, where) or None
    kept = {name: entry for name, entry in settings.items() if name != key}
    return kept if value is None else {**kept, key: value}


def gives_threshold(change: Mapping[str, Any]) -> bool:
    """R2.1: whether a change, in the shape of a policy file, has the threshold in any of its spellings."""
    properties = change.get("properties")
    return isinstance(properties, Mapping) and any(name in properties for name in THRESHOLD_SPELLINGS)


def _without_old_threshold(settings: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    # R2.1: a change may spell the property otherwise than the settings do.
    result = dict(settings)
    old = result.get("properties")
    if isinstance(old, Mapping) and gives_threshold(change):
        result["properties"] = {name: value for name, value in old.items() if name not in THRESHOLD_SPELLINGS}
    return result


def _path(name: str, where: str) -> tuple[str, ...]:
    if name in PLACES:
        return PLACES[name]
    head, _, rest = name.partition(".")
    if head in {"properties", "business_rules"} and rest:
        return head, rest.strip('"')  # these names have dots and blanks of their own
    path = tuple(_dotted(name))
    if len(path) < 2 or path[0] not in TOP_LEVEL:
        raise PolicyError(f"{where}: {shown(name)} is no setting. {nearest(path[0] if path else name, PLACES)}")
    return path


def _dotted(name: str) -> list[str]:
    try:
        tables: Any = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return name.split(".")
    path = []
    while isinstance(tables, dict) and len(tables) == 1:
        ((key, tables),) = tables.items()
        path.append(key)
    return path if tables == 0 else name.split(".")


def _typed(text: str, *, exact: bool) -> object:
    """What a text means in TOML, else the text; with `exact` a number or time is kept as it was typed."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    if set(parsed) != {"value"}:
        return text
    value = parsed["value"]
    if exact and not isinstance(value, str | list | dict) and stored_text(value) != text:
        return text
    return value
