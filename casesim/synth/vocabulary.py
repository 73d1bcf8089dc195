"""What a profile's words are made of: faults, products, platforms, groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Fault(NamedTuple):
    """One kind of trouble: the texts and codes that its incidents get."""

    short: str
    detail: str
    category: str
    subcategory: str
    cause: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one profile.

    `faults` by CI class, and under "component" (hits no customer), "caller" (no CI known, {ci} is the company), "storm"
    (any CI) and "backbone" (the story's long one). `ci_codes` by class.
    `products`: (model, case table or None); `general_table` is for all products.
    """

    ci_codes: Mapping[str, tuple[str, ...]]
    component_codes: tuple[str, ...]
    faults: Mapping[str, tuple[Fault, ...]]
    products: tuple[tuple[str, str | None], ...]
    general_table: str
    platforms: tuple[str, ...]
    groups: tuple[str, ...]
