"""The policy: all settings of a run as one value that never changes."""

import os
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Unpack

from casesim.conditions import Conditions
from casesim.policy import fields, files, keywords, names, write
from casesim.policy.parts import AlsoMajor, CaseType, Choices, Event, Flood, Notify, Override
from casesim.policy.sections import read_settings
from casesim.template import Template

ASSUMED_THRESHOLD = 5
_THRESHOLDS = frozenset({"threshold", "affected_account_threshold"})
# What gave a threshold that was changed by `with_` or `set`.
CHANGED = "a change for this run"
DEFAULT_SYNC_FIELDS = (
    "priority",
    "state",
    "comments",
    "work_notes",
    "assigned_to",
    "close_notes",
    "resolution_code",
)


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class Policy:
    """All settings: properties, business rules, mapping, choices. Two policies that mean the same are equal.

    Example:
        >>> policy = Policy(threshold=5, customers="both")
        >>> policy.with_(threshold=10)
        Policy(threshold=10, customers='both')
    """

    flow: Literal["incident", "alerts"]
    sources: tuple[str, ...]  # R12
    threshold: int  # R2.1
    given: frozenset[str]  # the properties that something gave, by name; all others are as by default
    threshold_from: str  # what gave it: a file, `sys_properties`, a flag; empty where nothing did
    sync_comments: bool  # R6: the property P
    copy_comments: bool  # R6.2: the business rule B
    sync_children: bool  # R7.2
    sync_fields: tuple[str, ...]  # R7.2
    mapping: Mapping[str, Mapping[str, Template]]  # R3.3: as the policy says; effective_mapping adds the defaults
    choices: Choices
    trigger: Conditions  # R2.4
    overrides: tuple[Override, ...]  # R2.5
    also_major_when: AlsoMajor  # R2.5
    case_types: tuple[CaseType, ...]  # R4
    notifications: Mapping[str, Event]  # R5.2: every event
    notify: tuple[Notify, ...]  # R6
    flood: Flood | None  # R5.3
    affected_account_threshold: int  # R2.6, as are the two that follow
    major_case_status: Literal["none", "proposed", "accepted"]
    process_case_for_single_account: bool
    where: str  # what errors call the policy: its file
    sha256: str  # the hash of all settings, defaults included: policies that mean the same have the same one
    _whole: Mapping[str, Any]  # every setting in the shape of a policy file

    def __init__(self, **settings: Unpack[keywords.Settings]) -> None:
        """A policy from keyword arguments; what is not named, or None, has its default.

        Args:
            settings: properties by short name (`threshold`, `additional_comments_sync`, `parent_child_case_sync`,
                `case_fields_to_sync`), choices by name, whole sections in the shape of a policy file.

        Raises:
            PolicyError: one line for each fault.
        """
        _fill(self, keywords.merged({}, keywords.shaped(settings, "policy")), "policy")

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], *, where: str = "policy") -> "Policy":
        """A policy from tables in the shape of a policy file.

        Raises:
            PolicyError: one line for each fault, each beginning with `where` and the place.
        """
        policy = object.__new__(cls)
        _fill(policy, raw, where)
        return policy

    @classmethod
    def from_toml(cls, text: str, *, where: str = "policy") -> "Policy":
        """A policy from the text of a policy file.

        Raises:
            PolicyError: no TOML, or as `from_dict`.
        """
        return cls.from_dict(files.parse_toml(text, where), where=where)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> "Policy":
        """A policy from a .toml file, or from an export of table sys_properties (.csv, .json, .xml).

        Raises:
            PolicyError: the file cannot be read, or as `from_dict`.
        """
        file = Path(path)
        text, where = files.read_text(file), str(path)
        if file.suffix.lower() == ".toml":
            return cls.from_toml(text, where=where)
        return cls.from_properties(files.parse_properties(text, file.suffix.lower(), where), where=where)

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], *, where: str = "sys_properties") -> "Policy":
        """A policy from the properties of an instance, name → value. Those that casesim does not use play no part.

        Raises:
            PolicyError: a property that casesim uses has a value that is not accepted (R2.1, R2.2).
        """
        used = {name: value for name, value in properties.items() if name in names.PROPERTIES}
        return cls.from_dict({"properties": used} if used else {}, where=where)

    def with_(self, **changes: Unpack[keywords.Settings]) -> "Policy":
        """A variant. Tables meet key by key, lists are replaced, None goes back to the default.

        Raises:
            PolicyError: as `Policy(...)`.
        """
        change = keywords.shaped(changes, self.where)
        if changes and changes.keys() <= _THRESHOLDS and all(each is not None for each in changes.values()):
            # What a slider moves: nothing else is read or written out again.
            return _moved(self, read_settings(change, self.where))
        return self._changed(keywords.merged(self._given(), change), change, CHANGED)

    def set(self, name: str, value: object, *, by: str = CHANGED) -> "Policy":
        """A variant with one setting replaced.

        Args:
            name: a property by full or short name, a choice, a key of the policy, or a dotted key such as
                `mapping.individual.priority`.
            value: the value; a text is read as TOML where it is (`12`, `true`, `["1", "2"]`), else taken as it stands.
            by: what `explain` says the threshold comes from, if it is the threshold that is set.

        Raises:
            PolicyError: no such setting, or the value is not accepted.

        Example:
            >>> Policy(threshold=5).set("choices.customers", "both").choices.customers
            'both'
        """
        change = keywords.changed({}, name, value, self.where)
        return self._changed(keywords.changed(self._given(), name, value, self.where), change, by)

    def to_dict(self) -> dict[str, Any]:
        """The settings that are not as by default, and the threshold, in the shape of a policy file."""
        settings = deepcopy(write.difference(self._whole, DEFAULT._whole))
        settings["properties"] = {names.THRESHOLD: self.threshold, **settings.get("properties", {})}
        return {key: settings[key] for key in names.TOP_LEVEL if key in settings}

    def to_toml(self) -> str:
        """`to_dict` as the text of a policy file."""
        return write.toml(self.to_dict())

    @property
    def threshold_given(self) -> bool:
        """R2.1: whether anything gave the property; else 5 is assumed."""
        return names.THRESHOLD in self.given

    @property
    def assumed(self) -> bool:
        """Whether nothing gave the threshold of its flow: what stands for now is then a guess, of no instance.

        The alert flow's own has a documented default (R2.6).

        Example:
            >>> Policy().assumed, Policy(threshold=5).assumed, Policy(flow="alerts").assumed
            (True, False, False)
        """
        return self.flow != "alerts" and not self.threshold_given

    def check_fields(self, known: Mapping[str, Collection[str]]) -> None:
        """Refuse fields that are not known (R2.4, R3.3).

        Args:
            known: scope (`incident`, `account`, `contact`, `case`) → its fields. A scope that is left out is not
                checked, but `case` has its fixed columns and the policy's own.

        Raises:
            PolicyError: one line for each unknown field, with the nearest names.
        """
        fields.check_fields(self, known)

    def _given(self) -> dict[str, Any]:
        """`to_dict`, with exactly the properties that something gave, whatever their value."""
        settings, properties = self.to_dict(), self._whole["properties"]
        settings["properties"] = {name: value for name, value in properties.items() if name in self.given}
        if not self.given:
            del settings["properties"]
        return settings

    def _changed(self, settings: Mapping[str, Any], change: Mapping[str, Any], by: str) -> "Policy":
        origin = by if keywords.gives_threshold(change) else self.threshold_from
        return _from_given(settings, self.where, origin)

    def __eq__(self, other: object) -> bool:
        return self.sha256 == other.sha256 if isinstance(other, Policy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __reduce__(self) -> tuple[Any, ...]:
        # Read-only mappings cannot be pickled.
        return _from_given, (self._given(), self.where, self.threshold_from)

    def __repr__(self) -> str:
        shown: dict[str, Any] = {}
        settings = self.to_dict()
        if not self.threshold_given:
            del settings["properties"][names.THRESHOLD]
        for key, value in settings.items():
            if key in {"properties", "business_rules", "choices"}:
                shown |= {names.SHORT[key, name]: entry for name, entry in value.items()}
            else:
                shown[key] = value
        return f"Policy({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def _from_given(settings: Mapping[str, Any], where: str, threshold_from: str) -> Policy:
    policy = object.__new__(Policy)
    _fill(policy, settings, where, threshold_from)
    return policy


def _fill(policy: Policy, raw: object, where: str, threshold_from: str | None = None) -> None:
    settings = read_settings(raw, where)
    properties = settings.get("properties", {})
    values = {
        "flow": settings.get("flow", "incident"),
        "sources": settings.get("sources", ("incident",)),
        "threshold": properties.get(names.THRESHOLD, ASSUMED_THRESHOLD),
        "given": frozenset(properties),
        "threshold_from": (threshold_from or where) if names.THRESHOLD in properties else "",
        "sync_comments": properties.get(names.COMMENT_SYNC, False),
        "copy_comments": settings.get("business_rules", {}).get(names.COPY_COMMENTS, True),
        "sync_children": properties.get(names.CASE_SYNC, False),
        "sync_fields": properties.get(names.SYNC_FIELDS, DEFAULT_SYNC_FIELDS),
        "mapping": settings.get("mapping", _NO_MAPPING),
        "choices": settings.get("choices", Choices()),
        "trigger": settings.get("trigger", Conditions()),
        "overrides": settings.get("overrides", ()),
        "also_major_when": settings.get("also_major_when", AlsoMajor()),
        "case_types": settings.get("case_types", ()),
        "notifications": settings.get("notifications", _ALL_EVENTS),
        "notify": settings.get("notify", ()),
        "flood": settings.get("flood"),
        "affected_account_threshold": settings.get("affected_account_threshold", 2),
        "major_case_status": settings.get("major_case_status", "none"),
        "process_case_for_single_account": settings.get("process_case_for_single_account", False),
        "where": where,
    }
    _set(policy, values)
    _written(policy, write.whole(policy))


def _moved(policy: Policy, settings: Mapping[str, Any]) -> Policy:
    """A policy with other thresholds (R2.1, R2.6), which have been read."""
    other = object.__new__(Policy)
    _set(other, {name: getattr(policy, name) for name in Policy.__slots__})
    properties, own = settings.get("properties", {}), "affected_account_threshold"
    if properties:
        _set(other, {"threshold": properties[names.THRESHOLD], "threshold_from": CHANGED})
        _set(other, {"given": policy.given | {names.THRESHOLD}})
    if own in settings:
        _set(other, {own: settings[own]})
    written = {**policy._whole["properties"], names.THRESHOLD: other.threshold}
    _written(other, {**policy._whole, "properties": written, own: other.affected_account_threshold})
    return other


def _written(policy: Policy, whole: Mapping[str, Any]) -> None:
    _set(policy, {"_whole": whole, "sha256": write.fingerprint(whole)})


def _set(policy: Policy, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        object.__setattr__(policy, name, value)


_NO_MAPPING: Mapping[str, Mapping[str, Template]] = MappingProxyType(dict.fromkeys(names.KINDS, MappingProxyType({})))
_ALL_EVENTS: Mapping[str, Event] = MappingProxyType(dict.fromkeys(names.EVENTS, Event()))

DEFAULT = Policy()
