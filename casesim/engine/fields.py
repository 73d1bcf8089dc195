"""R3.2, R3.3, R3.4: which fields pass from the incident to its cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from casesim.engine.case_type import Definition
from casesim.engine.layout import Fetch, Work
from casesim.policy import Policy, effective_mapping
from casesim.tables import MAPPABLE_FIXED
from casesim.template import Source, Template

KINDS = ("individual", "child", "major", "proactive")
SIDES = {"incident": "incident", "account": "customer", "contact": "customer"}


@dataclass(frozen=True, slots=True)
class Field:
    """One mapped case field: its template for individual, child and head, its defaults per definition, its type."""

    name: str
    templates: Mapping[str, Template | None]
    defaults: Mapping[int, str | int | float | bool]
    dtype: nw.dtypes.DType

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source of any of its templates, once."""
        return tuple(
            dict.fromkeys(each for template in self.templates.values() if template for each in template.sources)
        )

    @property
    def of_incident(self) -> bool:
        """Whether its value depends on the incident alone, so that it is rendered once per incident."""
        return not self.defaults and all(source.scope == "incident" for source in self.sources)

    @property
    def uniform(self) -> bool:
        """Whether all kinds of case render it alike."""
        texts = {template.text if template else None for template in self.templates.values()}
        return len(texts) == 1

    def value(self, kind: str) -> nw.Expr:
        """R3.3: its value on a case of that kind, over the columns that `column` names."""
        template = self.templates[kind]
        if template is None or template.constant == "":
            return nw.lit(None, self.dtype)
        if template.plain is not None and self.dtype != nw.String:
            return nw.col(column(template.plain, text=False))
        if template.constant is not None:
            return nw.lit(template.constant)
        return template.render(lambda source: nw.col(column(source, text=True)))


def used(policy: Policy) -> dict[str, Mapping[str, Template]]:
    """The mappings that cases are filled by: the head's (R2.6: the proactive one in the alert flow), and customers'."""
    head = "proactive" if policy.flow == "alerts" else "major"
    kinds = {"individual": "individual", "child": "child", "head": head}
    return {name: effective_mapping(policy, kind) for name, kind in kinds.items()}


def used_templates(policy: Policy) -> tuple[Template, ...]:
    """Every template whose value or type matters (R3.3: a field's type is agreed on by the mappings of all kinds)."""
    return tuple(each for kind in KINDS for each in effective_mapping(policy, kind).values())


def column(source: Source, *, text: bool) -> str:
    """The name under which a source's value is found: as text, or in its own type."""
    return f"text.{source.scope}.{source.field}" if text else f"{source.scope}.{source.field}"


def fields(
    policy: Policy, definitions: Iterable[Definition], types: Mapping[Source, nw.dtypes.DType]
) -> tuple[Field, ...]:
    """R3.3, R4: every mapped field, the fixed ones first, the others by name.

    Args:
        policy: its mappings.
        definitions: service definitions; their defaults fill what the mapping leaves missing.
        types: the type of each source; a field has its source's type where all kinds agree, else text.
    """
    mappings, every = used(policy), {kind: effective_mapping(policy, kind) for kind in KINDS}
    defaults: dict[str, dict[int, str | int | float | bool]] = {}
    for place, definition in enumerate(definitions):
        for target, constant in definition.defaults:
            defaults.setdefault(target, {})[place] = constant
    targets = sorted({target for mapping in every.values() for target in mapping} | set(defaults))
    found = []
    for target in targets:
        templates = {kind: mapping.get(target) for kind, mapping in mappings.items()}
        own = defaults.get(target, {})
        all_kinds = [mapping.get(target) for mapping in every.values()]
        dtype = nw.String() if target in MAPPABLE_FIXED else _type(all_kinds, own, types)
        found.append(Field(target, templates, own, dtype))
    return tuple(found)


def _type(
    templates: Iterable[Template | None],
    defaults: Mapping[int, str | int | float | bool],
    types: Mapping[Source, nw.dtypes.DType],
) -> nw.dtypes.DType:
    constants = {bool: nw.Boolean(), int: nw.Int64(), float: nw.Float64(), str: nw.String()}
    kinds = [types[each.plain] if each.plain is not None else nw.String() for each in templates if each]
    kinds += [constants[type(each)] for each in defaults.values()]
    if kinds and all(kind.is_numeric() for kind in kinds):
        return nw.Int64() if all(kind.is_integer() for kind in kinds) else nw.Float64()
    return kinds[0] if len(set(kinds)) == 1 else nw.String()


def on_incidents(mapped: Iterable[Field]) -> dict[str, nw.Expr]:
    """The fields that depend on the incident alone, as columns of the incidents' side (`outcome` decides the kind)."""
    rendered = {}
    for each in mapped:
        if each.of_incident:
            child = nw.col("outcome") == nw.lit("major")
            customer = each.value("individual")
            if not each.uniform:
                customer = nw.when(child).then(each.value("child")).otherwise(customer)
                rendered[f"head.{each.name}"] = each.value("head")
            rendered[f"field.{each.name}"] = customer
    return rendered


def on_cases(mapped: Iterable[Field]) -> dict[str, Fetch | Work]:
    """Where each mapped field of a case comes from."""
    return {each.name: _on_case(each) for each in mapped}


def _on_case(each: Field) -> Fetch | Work:
    head = nw.col("place") == 0
    if each.of_incident:
        if each.uniform:
            return Fetch("incident", f"field.{each.name}")
        inputs = {name: Fetch("incident", name) for name in (f"field.{each.name}", f"head.{each.name}")}
        own, whole = (nw.col(name) for name in inputs)
        return Work(nw.when(head).then(whole).otherwise(own), inputs)
    child = nw.col("kind") == nw.lit("child")
    value = nw.when(child).then(each.value("child")).otherwise(each.value("individual"))
    value = nw.when(head).then(each.value("head")).otherwise(value)
    given = {place: _constant(constant, each.dtype) for place, constant in each.defaults.items() if constant != ""}
    if given:
        of_type = nw.col("type").replace_strict(given, default=None, return_dtype=each.dtype)
        value = nw.coalesce(value, of_type)
    inputs = {}
    for source in each.sources:
        for as_text in (True, False):
            name = column(source, text=as_text)
            inputs[name] = Fetch(SIDES[source.scope], name)
    return Work(value, inputs)


def _constant(value: str | int | float | bool, dtype: nw.dtypes.DType) -> str | int | float | bool:
    if dtype == nw.Float64:
        return float(value)
    if dtype != nw.String:
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
