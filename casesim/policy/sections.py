"""The sections of a policy: which keys each has and how they are read, a line for each setting."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from casesim.conditions import Conditions
from casesim.policy import names, values
from casesim.policy.mapping import read_defaults, read_mapping
from casesim.policy.parts import AlsoMajor, CaseType, Choices, Event, Flood, Notify, Override
from casesim.policy.values import Reader, duration, flag, mapping_of, one_of, raise_all, table, text, threshold
from casesim.tables import PolicyError, nearest, shown, toml_key
from casesim.template import Template

SOURCES = ("incident", "change_request")
_NOTIFICATION_SCOPES = ("case", "incident", "account", "contact")


def read_sources(value: object, where: str) -> tuple[str, ...]:
    """R12: the tables whose records generate cases, at least one."""
    listed = values.names(value, where) if isinstance(value, list | tuple) else ()
    if not listed:
        raise PolicyError(f'{where}: {shown(value)} is not accepted; it must be a list such as ["incident"].')
    raise_all(
        [f"{where}: {shown(name)} is not accepted. {nearest(name, SOURCES)}" for name in listed if name not in SOURCES]
    )
    return listed


def read_properties(value: object, where: str) -> dict[str, Any]:
    """R2.1: the properties by full name. The threshold's spellings become one, and must agree."""
    for name, entry in mapping_of(value, where).items():
        # Without quotes TOML takes the dot for a table in a table.
        for rest in entry if isinstance(entry, Mapping) else ():
            if f"{name}.{rest}" in names.PROPERTIES:
                raise PolicyError(f'{where} {name}.{rest}: the name has a dot and needs quotes, "{name}.{rest}".')
    found: dict[str, Any] = table(_PROPERTIES, section="properties")(value, where)
    given = {name: found.pop(name) for name in names.THRESHOLD_SPELLINGS if name in found}
    if len(set(given.values())) > 1:
        told = " and ".join(f"{shown(name)} = {value}" for name, value in given.items())
        raise PolicyError(f"{where}: {told} are one property in several spellings with different values (R2.1).")
    return {**found, names.THRESHOLD: next(iter(given.values()))} if given else found


def read_conditions(value: object, where: str) -> Conditions:
    """R2.4."""
    return Conditions.parse(mapping_of(value, where), where=where)


def read_case_type(value: object, where: str) -> CaseType:
    """R4: a definition names a product or is for all of them."""
    definition = CaseType(**_CASE_TYPE(value, where))
    if definition.product is None and not definition.all_products:
        raise PolicyError(f"{where}: product is missing; without one all_products = true must stand here (R4).")
    return definition


def read_notifications(value: object, where: str) -> Mapping[str, Event]:
    """R5.2: every event, those that are not named with their defaults."""
    entries = mapping_of(value, where)
    faults = [
        f"{where}: {toml_key(event)} is no event (R5.2). {nearest(event, names.EVENTS)}"
        for event in entries
        if event not in names.EVENTS
    ]
    found: dict[str, Event] = {}
    for event in names.EVENTS:
        template = _notification_template(event)
        reader = table({"enabled": flag, "subject": template, "body": template})
        try:
            # "[notifications]" and "comment" stand as "[notifications.comment]" in the file.
            found[event] = Event(**reader(entries.get(event, {}), f"{where[:-1]}.{event}]"))
        except PolicyError as fault:
            faults.append(str(fault))
    raise_all(faults)
    return MappingProxyType(found)


def read_notify(value: object, where: str) -> Notify:
    """R6: one planned action."""
    return Notify(**_NOTIFY(value, where))


def read_flood(value: object, where: str) -> Flood:
    """R5.3: quiet hours, a limit, or both."""
    flood = Flood(**_FLOOD(value, where))
    if (flood.max_per_contact is None) != (flood.window is None):
        missing = "window" if flood.window is None else "max_per_contact"
        raise PolicyError(f"{where}: {missing} is missing; max_per_contact and window belong together (R5.3).")
    if flood.max_per_contact is None and flood.quiet_hours is None:
        raise PolicyError(f"{where}: nothing is limited; write max_per_contact and window, or quiet_hours (R5.3).")
    if flood.digest and flood.max_per_contact is None:
        raise PolicyError(f"{where}: digest needs max_per_contact and window (R5.3).")
    return flood


def _read_window(value: object, where: str) -> int:
    window = duration(value, where)
    if not window:
        raise PolicyError(f"{where}: {shown(value)} is not accepted; a window lasts some time (R5.3).")
    return window


def _read_quiet_hours(value: object, where: str) -> tuple[int, int]:
    match value:
        case [begin, end] if begin != end:
            return values.clock(begin, where), values.clock(end, where)
    raise PolicyError(
        f'{where}: {shown(value)} is not accepted; it must be two different times such as ["22:00", "06:00"] (R5.3).'
    )


def _message(value: object, where: str) -> Template:
    """A text over fields of the incident alone (R6)."""
    return Template.parse(text(value, where), where=where, scopes=())


def _notification_template(event: str) -> Reader:
    scopes = (*_NOTIFICATION_SCOPES, "comment") if event == "comment" else _NOTIFICATION_SCOPES

    def read(value: object, where: str) -> Template:
        if not isinstance(value, str):
            raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a text in quotes (R5.2).")
        template = Template.parse(value, where=where, default_scope=None, scopes=scopes)
        raise_all(
            [
                f"{where}: {{{source}}} is no field of a comment (R5.2). Nearest: comment.value."
                for source in template.sources
                if source.scope == "comment" and source.field != "value"
            ]
        )
        return template

    return read


_PROPERTIES: Mapping[str, Reader] = {
    **dict.fromkeys(names.THRESHOLD_SPELLINGS, threshold),
    names.COMMENT_SYNC: flag,
    names.CASE_SYNC: flag,
    names.SYNC_FIELDS: values.names,
}
_CASE_TYPE = table(
    {"name": text, "product": text, "all_products": flag, "table": text, "defaults": read_defaults}, required=["table"]
)
_NOTIFY = table({"when": read_conditions, "message": _message, "after": duration}, required=["message"])
_FLOOD = table(
    {
        "max_per_contact": values.positive,
        "window": _read_window,
        "digest": flag,
        "quiet_hours": _read_quiet_hours,
        "timezone": values.zone,
    }
)
_OVERRIDE = table({"when": read_conditions, "threshold": threshold}, required=["when", "threshold"])
_ALSO_MAJOR = table(
    {
        "contract_value_at_least": values.number,
        "critical_services_at_least": values.count,
        "when": read_conditions,
    }
)
_CHOICES = table(
    {
        "customers": one_of("accounts", "consumers", "both"),
        "count_retired_install_base": flag,
        "count_inactive_accounts": flag,
        "roll_up_to_parent_account": flag,
        "comment_copy_target": one_of("comments", "work_notes"),
        "late_customers": one_of("known", "first", "add", "promote"),
        "cancel_cases_with_incident": flag,
        "sync_extended_case_types": flag,
        "generation_delay": duration,
        "major_resolution_delay": duration,
    },
    section="choices",
)

# Each key at the top of a policy: how its place is written in errors, and how it is read.
SECTIONS: Mapping[str, tuple[str, Reader]] = {
    "flow": ("flow", one_of("incident", "alerts")),
    "sources": ("sources", read_sources),
    "affected_account_threshold": ("affected_account_threshold", threshold),
    "major_case_status": ("major_case_status", one_of("none", "proposed", "accepted")),
    "process_case_for_single_account": ("process_case_for_single_account", flag),
    "properties": ("[properties]", read_properties),
    "business_rules": ("[business_rules]", table({names.COPY_COMMENTS: flag}, section="business_rules")),
    "mapping": ("[mapping]", read_mapping),
    "choices": ("[choices]", lambda value, where: Choices(**_CHOICES(value, where))),
    "trigger": ("[trigger]", read_conditions),
    "overrides": ("[[overrides]]", values.each(lambda value, where: Override(**_OVERRIDE(value, where)))),
    "also_major_when": ("[also_major_when]", lambda value, where: AlsoMajor(**_ALSO_MAJOR(value, where))),
    "case_types": ("[[case_types]]", values.each(read_case_type)),
    "notifications": ("[notifications]", read_notifications),
    "notify": ("[[notify]]", values.each(read_notify)),
    "flood": ("[flood]", read_flood),
}


def read_settings(raw: object, where: str) -> dict[str, Any]:
    """All settings of a policy in the shape of its file, by key; those it does not name are left out.

    Raises:
        PolicyError: everything that is wrong, one line for each fault, each beginning with its place.
    """
    try:
        entries = mapping_of(raw, where)
    except PolicyError:
        raise PolicyError(f"{where}: a policy is a table of settings, not {shown(raw)}.") from None
    faults: list[str] = []
    found: dict[str, Any] = {}
    for key, value in entries.items():
        if key not in SECTIONS:
            faults.append(f"{where}: {toml_key(key)} is no setting. {names.unknown(key, names.TOP_LEVEL, '')}")
            continue
        place, reader = SECTIONS[key]
        try:
            found[key] = reader(value, f"{where}, {place}")
        except PolicyError as fault:
            faults.append(str(fault))
    raise_all(faults)
    return found
