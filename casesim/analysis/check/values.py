"""What a check is made of, as values."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about the data or the settings, and what it does to the result.

    severity: error (rows are lost, or a run is refused) | warning (the result is not what one may expect) | note;
    count: rows or values concerned, None where there is nothing to count; effect: a sentence; rule: its id.
    """

    severity: Severity
    table: str
    column: str | None = None
    what: str
    count: int | None = None
    effect: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """One table as read: data rows in its files, and how many of them are used."""

    table: str
    rows: int
    used: int
    files: tuple[str, ...]
