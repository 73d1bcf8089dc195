"""R3.3: which fields pass to a case, and what they are called."""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from casesim.conditions import stored_text
from casesim.policy.names import KINDS
from casesim.policy.parts import Constant
from casesim.policy.values import mapping_of, raise_all
from casesim.tables import MAPPABLE_FIXED, OUTPUT, PolicyError, nearest, shown, toml_key
from casesim.template import Template

if TYPE_CHECKING:
    from casesim.policy.model import Policy

# R3.2, R3.4: what every kind of case gets from its incident when the policy says nothing about it.
DEFAULT_MAPPING: Mapping[str, Template] = MappingProxyType(
    {
        field: Template.parse(f"{{{field}}}", where=field)
        for field in ("short_description", "description", "contact_type")
    }
)


def effective_mapping(policy: "Policy", kind: str) -> Mapping[str, Template]:
    """R3.2 to R3.4: what a kind of case (individual, major, child, proactive) is filled with, by case field.

    The policy's own templates replace the default ones field by field. An empty constant is a missing value.
    """
    return MappingProxyType({**DEFAULT_MAPPING, **policy.mapping[kind]})


def extra_case_fields(policy: "Policy") -> tuple[str, ...]:
    """The case fields beyond the fixed columns: of every mapping, in use or not, and every default (R4), by name."""
    mapped = {field for kind in KINDS for field in policy.mapping[kind]}
    filled = {field for definition in policy.case_types for field in definition.defaults}
    return tuple(sorted((mapped | filled) - set(OUTPUT["cases"])))


def read_mapping(value: object, where: str) -> Mapping[str, Mapping[str, Template]]:
    """R3.3: case field → template, for each kind; a kind that is not named has an empty one."""
    sections = mapping_of(value, where)
    faults = [
        f"{where}: {toml_key(kind)} is no kind of case. {nearest(kind, KINDS)}"
        for kind in sections
        if kind not in KINDS
    ]
    found: dict[str, Mapping[str, Template]] = {}
    for kind in KINDS:
        # "[mapping]" and "major" stand as "[mapping.major]" in the file.
        place = f"{where[:-1]}.{kind}]"
        try:
            found[kind] = _templates(sections.get(kind, {}), place, kind)
        except PolicyError as fault:
            faults.append(str(fault))
    raise_all(faults)
    return MappingProxyType(found)


def read_defaults(value: object, where: str) -> Mapping[str, Constant]:
    """R4: case field → text, number or yes/no. Braces mean nothing here."""
    faults: list[str] = []
    found: dict[str, Constant] = {}
    for field, constant in mapping_of(value, where).items():
        place = f"{where} {toml_key(field)}"
        try:
            _refuse_target(field, place)
            found[field] = _constant(constant, place)
        except PolicyError as fault:
            faults.append(str(fault))
    raise_all(faults)
    return MappingProxyType(found)


def _templates(value: object, where: str, kind: str) -> Mapping[str, Template]:
    faults: list[str] = []
    found: dict[str, Template] = {}
    for target, written in mapping_of(value, where).items():
        try:
            _refuse_target(target, f"{where} {toml_key(target)}")
            found[target] = _template(written, f"{where} {toml_key(target)}", kind)
        except PolicyError as fault:
            faults.append(str(fault))
    raise_all(faults)
    return MappingProxyType(found)


def _template(written: object, where: str, kind: str) -> Template:
    constant = stored_text(written)
    if constant is None:
        raise PolicyError(f'{where}: {shown(written)} is not accepted; write a text such as "{{priority}}" (R3.3).')
    if not isinstance(written, str):
        return Template.literal(constant)
    template = Template.parse(constant, where=where)
    raise_all(
        [
            f"{where}: {{{source}}} has no value, a major case has no {source.scope} (R3.3)."
            for source in template.sources
            if kind == "major" and source.scope != "incident"
        ]
    )
    return template


def _constant(value: object, where: str) -> Constant:
    match value:
        case bool() | str():
            return value
        case int() if abs(value) < 2**63:
            return value
        case float() if math.isfinite(value):
            return value
    raise PolicyError(f"{where}: {shown(value)} is not accepted; a default is a text, a number, true or false (R4).")


def _refuse_target(target: str, where: str) -> None:
    if target in OUTPUT["cases"] and target not in MAPPABLE_FIXED:
        raise PolicyError(
            f"{where}: casesim sets {target} itself (R3.3); of the fixed fields only "
            f"{', '.join(MAPPABLE_FIXED)} can be mapped."
        )
    if not re.fullmatch("[a-z0-9_]+", target):
        plain = re.sub(r"[^a-z0-9]+", "_", target.lower()).strip("_")
        hint = f" Nearest: {plain}." if plain else ""
        raise PolicyError(f"{where}: a case field is named in lower-case letters, digits and underscores (R3.3).{hint}")
