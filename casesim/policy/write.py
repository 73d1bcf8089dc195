"""A policy in the shape of its file: whole, as its hash sees it, and short, as people keep it."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casesim.policy.mapping import effective_mapping
from casesim.policy.names import CASE_SYNC, COMMENT_SYNC, COPY_COMMENTS, KINDS, SYNC_FIELDS, THRESHOLD
from casesim.policy.parts import CaseType, Choices, Event, Flood, Notify
from casesim.policy.values import duration_text

if TYPE_CHECKING:
    from casesim.policy.model import Policy


def whole(policy: "Policy") -> dict[str, Any]:
    """Every setting, default or not; what is absent by default (a delay, a text) is left out."""
    also = policy.also_major_when
    return _present(
        {
            "flow": policy.flow,
            "sources": list(policy.sources),
            "affected_account_threshold": policy.affected_account_threshold,
            "major_case_status": policy.major_case_status,
            "process_case_for_single_account": policy.process_case_for_single_account,
            "properties": {
                THRESHOLD: policy.threshold,
                COMMENT_SYNC: policy.sync_comments,
                CASE_SYNC: policy.sync_children,
                SYNC_FIELDS: ",".join(policy.sync_fields),
            },
            "business_rules": {COPY_COMMENTS: policy.copy_comments},
            "mapping": {
                kind: {field: template.text for field, template in effective_mapping(policy, kind).items()}
                for kind in KINDS
            },
            "choices": _choices(policy.choices),
            "trigger": policy.trigger.to_dict(),
            "overrides": [{"when": each.when.to_dict(), "threshold": each.threshold} for each in policy.overrides],
            "also_major_when": _present(
                {
                    "contract_value_at_least": _shortest(also.contract_value_at_least),
                    "critical_services_at_least": also.critical_services_at_least,
                    "when": also.when.to_dict() if also.when else None,
                }
            ),
            "case_types": [_case_type(each) for each in policy.case_types],
            "notifications": {name: _event(event) for name, event in policy.notifications.items()},
            "notify": [_notify(each) for each in policy.notify],
            "flood": _flood(policy.flood) if policy.flood else None,
        }
    )


def difference(settings: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are not as in `default`, table by table; a list is one setting."""
    kept: dict[str, Any] = {}
    for name, value in settings.items():
        usual = default.get(name)
        if value != usual:
            both = isinstance(value, Mapping) and isinstance(usual, Mapping)
            kept[name] = difference(value, usual or {}) if both else value
    return kept


def fingerprint(settings: Mapping[str, Any]) -> str:
    """The sha256 of a whole policy: neither the order of keys nor of names in a list of names plays a part."""
    properties = settings["properties"]
    names = ",".join(sorted(properties[SYNC_FIELDS].split(",")))
    settings = {
        **settings,
        "sources": sorted(settings["sources"]),
        "properties": {**properties, SYNC_FIELDS: names},
    }
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def toml(settings: Mapping[str, Any]) -> str:
    """The text of a policy file. Conditions and defaults of one entry stay on its line."""
    import tomlkit  # noqa: PLC0415  a fifth of the import time, for a rare use

    document = tomlkit.document()
    for name, value in settings.items():
        if isinstance(value, Mapping):
            section = tomlkit.table(is_super_table=name in {"mapping", "notifications"})
            for key, entry in value.items():
                nested = isinstance(entry, Mapping)
                section[key] = (
                    (tomlkit.item(dict(entry)) if section.is_super_table() else _inline(entry)) if nested else entry
                )
            document[name] = section
        elif value and isinstance(value, list) and isinstance(value[0], Mapping):
            entries = tomlkit.aot()
            for each in value:
                entry = tomlkit.table()
                for key, part in each.items():
                    entry[key] = _inline(part) if isinstance(part, Mapping) else part
                entries.append(entry)
            document[name] = entries
        else:
            document[name] = value
    return tomlkit.dumps(document)


def _inline(value: Mapping[str, Any]) -> Any:
    import tomlkit  # noqa: PLC0415

    table = tomlkit.inline_table()
    for key, entry in value.items():
        table[key] = _inline(entry) if isinstance(entry, Mapping) else entry
    return table


def _present(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _shortest(number: float | None) -> float | None:
    return int(number) if number is not None and number.is_integer() else number


def _choices(choices: Choices) -> dict[str, Any]:
    settings = {name: getattr(choices, name) for name in Choices.__slots__}
    for delay in ("generation_delay", "major_resolution_delay"):
        if settings[delay] is not None:
            settings[delay] = duration_text(settings[delay])
    return _present(settings)


def _case_type(definition: CaseType) -> dict[str, Any]:
    return _present(
        {
            "name": definition.name,
            "product": definition.product,
            "all_products": definition.all_products or None,
            "table": definition.table,
            "defaults": dict(definition.defaults) or None,
        }
    )


def _event(event: Event) -> dict[str, Any]:
    return _present(
        {
            "enabled": event.enabled,
            "subject": event.subject.text if event.subject else None,
            "body": event.body.text if event.body else None,
        }
    )


def _notify(action: Notify) -> dict[str, Any]:
    return {
        "when": action.when.to_dict(),
        "message": action.message.text,
        "after": duration_text(action.after),
    }


def _flood(flood: Flood) -> dict[str, Any]:
    clocks = [f"{at // 60:02}:{at % 60:02}" for at in flood.quiet_hours or ()]
    return _present(
        {
            "max_per_contact": flood.max_per_contact,
            "window": duration_text(flood.window) if flood.window else None,
            "digest": flood.digest,
            "quiet_hours": clocks or None,
            "timezone": flood.timezone,
        }
    )
