"""What a story is made of, as values. Times are UTC; ids are those of the result."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """R1, R1.2: one way to a customer: CI or service -> install base item -> customer, or the affected list.

    via: ci | service | listed; origins: the columns and tables that make the CI or service part of the incident;
    through: the CI by which a service was reached; item, product: of the install base item; named: the customer that
    the item or the list names (R1.5: it may count as another); ignored: why the route does not count.
    """

    via: str
    origins: tuple[str, ...]
    node: str | None
    node_name: str | None
    through: str | None
    item: str | None
    product: str | None
    named: str
    added_at: datetime | None
    removed_at: datetime | None
    ignored: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """R5: one notification: of which event, whether it was sent, and why not."""

    event: str
    status: str
    reason: str | None
    email: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """R3, R4, R7: one case. table_because: why its table is this one; by_hand: somebody has to close it."""

    number: str
    kind: str
    table: str
    table_because: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    by_hand: bool
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer that a route leads to. because: why it does not count, with the rule; None where it counts.

    stands_for: the accounts below it that the routes name (R1.5); known: whether the dataset has it (R1.6); contact:
    the primary contact of an account, as the case has it.
    """

    kind: str
    id: str
    name: str | None
    known: bool
    active: bool
    counted: bool
    because: str | None
    stands_for: tuple[str, ...]
    routes: tuple[Route, ...]
    contact: str | None
    contact_name: str | None
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """R2: what the incident leads to. comparison: k with T, as in `5 >= 5`; threshold_from: what gives T."""

    outcome: str
    reason: str
    affected_accounts: int
    affected_consumers: int
    counted: int
    threshold: int
    threshold_from: str
    comparison: str
    because: str
    contract_value: float
    decided_at: datetime | None
    first_count: int
    final_count: int
    peak_count: int


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that had a part in the story, and what it did."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    what: str
    rule: str
