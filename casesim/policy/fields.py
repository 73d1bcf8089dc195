"""R2.4, R3.3: whether the fields that a policy names are known, once the data are."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from casesim.conditions import Conditions
from casesim.policy.mapping import extra_case_fields
from casesim.policy.values import raise_all
from casesim.tables import OUTPUT, nearest, plain_name, shown
from casesim.template import Source, Template

if TYPE_CHECKING:
    from casesim.policy.model import Policy

# Where a field is named, whose field it is, its name, and the rule that asks for it.
_Use = tuple[str, str, str, str]


def resolve_field(name: str, known: Collection[str]) -> str | None:
    """The known field that a name in a policy means: itself, else as the platform spells it; None if there is none.

    Example:
        >>> resolve_field("Made SLA", ["made_sla", "priority"])
        'made_sla'
    """
    if name in known:
        return name
    plain = plain_name(name)
    return plain if plain in known else None


def check_fields(policy: "Policy", known: Mapping[str, Collection[str]]) -> None:
    """Refuse fields that neither the data nor the contract know; `Policy.check_fields` says the same."""
    fields = {"case": (*OUTPUT["cases"], *extra_case_fields(policy)), **known}
    faults = []
    for place, scope, field, rule in _uses(policy):
        # A scope that the caller does not know of cannot be checked.
        if scope in fields and resolve_field(field, fields[scope]) is None:
            name = f"{{{shown(field)[1:-1]}}}" if rule != "R2.4" else shown(field)
            faults.append(
                f"{policy.where}, {place}: {name} is no field of {scope} ({rule}). {nearest(field, fields[scope])}"
            )
    raise_all(list(dict.fromkeys(faults)))


def _uses(policy: "Policy") -> Iterator[_Use]:
    for kind, templates in policy.mapping.items():
        for target, template in templates.items():
            yield from _in_template(f"[mapping.{kind}] {target}", template)
    yield from _in_conditions("[trigger]", policy.trigger)
    for number, override in enumerate(policy.overrides, 1):
        yield from _in_conditions(f"[[overrides]] {number} when", override.when)
    if policy.also_major_when.when:
        yield from _in_conditions("[also_major_when] when", policy.also_major_when.when)
    for name, event in policy.notifications.items():
        for key, text in (("subject", event.subject), ("body", event.body)):
            if text:
                yield from _in_template(f"[notifications.{name}] {key}", text)
    for number, action in enumerate(policy.notify, 1):
        # R6: the final outcome is known by then, it is no field of the incident.
        for use in _in_conditions(f"[[notify]] {number} when", action.when):
            if use[2] != "outcome":
                yield use
        yield from _in_template(f"[[notify]] {number} message", action.message)


def _in_template(place: str, template: Template) -> Iterator[_Use]:
    for source in template.sources:
        if source != Source("comment", "value"):
            yield place, source.scope, source.field, "R3.3"


def _in_conditions(place: str, conditions: Conditions) -> Iterator[_Use]:
    for field in conditions.fields:
        yield place, "incident", field, "R2.4"
