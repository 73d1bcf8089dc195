"""What a story is made of, as values. Times are UTC; ids are those of the result."""

from dataclasses import dataclass
from datetime import datetime

# R12: what a record is called, by the table it is in.
NOUN = {"incident": "incident", "change_request": "change"}


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
    """R5: one notification: of which event, whether it was sent, and why not.

    deliver_at: R5.3, of mails that are sent or digested; unintended: R6.2, of a copy that nobody chose; said: id of the
    root of the comment that it is about.
    """

    event: str
    status: str
    reason: str | None
    email: str | None
    at: datetime
    deliver_at: datetime | None
    unintended: bool
    said: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """R3, R4, R7: one case.

    table_because: why its table is this one; resolved_by: incident (R7) | manager | major case (R7.2), None where it is
    not; informed: it got the resolution values; by_hand: somebody has to close it; replies, comments, unintended,
    duplicates: its journal entries by customers, all those with element `comments`, and those flagged.
    """

    number: str
    kind: str
    table: str
    table_because: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    informed: bool
    by_hand: bool
    replies: int
    comments: int
    unintended: int
    duplicates: int
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """R6 to R6.2, R7.2: where an entry was put: a record, by which rule, and whether anybody chose that."""

    record: str
    element: str
    rule: str
    unintended: bool
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """R6: something that people wrote, or that is planned, and its way.

    kind: comment | work note | notify action | reply | agent comment; by: None where nobody is named; record: where it
    was written, None for an action that wrote nothing; copies: where it was put, in order of record; blocked: the cases
    that an action could not tell, with the reason in blocked_because.
    """

    id: str
    kind: str
    by: str | None
    at: datetime
    value: str
    record: str | None
    copies: tuple[Copy, ...]
    blocked: tuple[str, ...]
    blocked_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer that a route leads to. because: why it does not count, with the rule; None where it counts.

    stands_for: the accounts below it that the routes name (R1.5); known: whether the dataset has it (R1.6); added_at,
    removed_at: of the customer as it counts, None: from the start, to the end (R8); contact: the primary contact of an
    account, as the case has it.
    """

    kind: str
    id: str
    name: str | None
    known: bool
    active: bool
    counted: bool
    because: str | None
    stands_for: tuple[str, ...]
    added_at: datetime | None
    removed_at: datetime | None
    routes: tuple[Route, ...]
    contact: str | None
    contact_name: str | None
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """R2: what the record leads to. comparison: k with T, as in `5 >= 5`; threshold_from: what gives T."""

    source: str
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
    promoted_at: datetime | None
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
