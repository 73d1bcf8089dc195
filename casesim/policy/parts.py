"""The parts of a policy as values: what the engine reads. Durations are microseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from casesim.conditions import Conditions
from casesim.template import Template

Constant: TypeAlias = str | int | float | bool
Customers: TypeAlias = Literal["accounts", "consumers", "both"]
LateCustomers: TypeAlias = Literal["known", "first", "add", "promote"]


def _nothing() -> Mapping[str, Constant]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choices:
    """The [choice] settings: what the documentation leaves open, and the durations (microseconds)."""

    customers: Customers = "accounts"  # R2.3
    count_retired_install_base: bool = False  # R1.3
    count_inactive_accounts: bool = True  # R1.4
    roll_up_to_parent_account: bool = False  # R1.5
    comment_copy_target: Literal["comments", "work_notes"] = "comments"  # R6.3
    late_customers: LateCustomers = "known"  # R8.1
    cancel_cases_with_incident: bool = False  # R7.3
    sync_extended_case_types: bool = False  # R7.2
    generation_delay: int = 0  # R3.6
    major_resolution_delay: int | None = None  # R7.2; None: major cases stay open


@dataclass(frozen=True, slots=True)
class Override:
    """R2.5: the threshold for incidents that meet the conditions."""

    when: Conditions
    threshold: int


@dataclass(frozen=True, slots=True)
class AlsoMajor:
    """R2.5: what makes an incident major below the threshold, asked in this order. None: not asked."""

    contract_value_at_least: float | None = None
    critical_services_at_least: int | None = None
    when: Conditions | None = None


@dataclass(frozen=True, slots=True)
class CaseType:
    """R4: the case table for customers of a product, or of all products, and constants for what the mapping leaves."""

    table: str
    product: str | None = None
    all_products: bool = False
    defaults: Mapping[str, Constant] = field(default_factory=_nothing)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """R5.2: whether an event notifies, and with which texts."""

    enabled: bool = True
    subject: Template | None = None
    body: Template | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """R6: a planned notify action, so long (microseconds) after the decision."""

    message: Template
    when: Conditions = field(default_factory=Conditions)
    after: int = 0


@dataclass(frozen=True, slots=True)
class Flood:
    """R5.3: quiet hours (begin and end, minutes after midnight in `timezone`), then a limit for each contact.

    `max_per_contact` and `window` (microseconds) are given both or neither.
    """

    max_per_contact: int | None = None
    window: int | None = None
    digest: bool = False
    quiet_hours: tuple[int, int] | None = None
    timezone: str = "UTC"
