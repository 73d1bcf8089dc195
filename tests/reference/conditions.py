"""R2.4: conditions on the fields of a record."""

from collections.abc import Callable
from typing import Any

from tests.reference.values import Row, as_text, is_missing, read_number, read_time

Conditions = dict[str, object]


def all_hold(conditions: Conditions, record: Row) -> bool:
    """All conditions must hold; none at all always hold."""
    return all(holds(condition, record.get(field)) for field, condition in conditions.items())


def holds(condition: object, value: object) -> bool:
    if isinstance(condition, dict):
        return all(part_holds(key, bound, value) for key, bound in condition.items())
    if isinstance(condition, list):
        return any(equals(one, value) for one in condition)
    return equals(condition, value)


def equals(wanted: object, value: object) -> bool:
    """Compared as stored text. A missing value equals only the empty text."""
    if is_missing(value):
        return wanted == ""
    return as_text(wanted) == as_text(value)


def part_holds(key: str, bound: object, value: object) -> bool:
    """One key of `{ set, starts_with, at_least, at_most }`. A missing value satisfies only `set = false`."""
    if key == "set":
        return bound == (not is_missing(value))
    if is_missing(value):
        return False
    if key == "starts_with":
        return (as_text(value) or "").startswith(str(bound))
    number_or_time: Callable[[object], Any] = read_number if isinstance(bound, int | float) else read_time
    limit, read = number_or_time(bound), number_or_time(value)
    if limit is None or read is None:
        return False
    return bool(read >= limit if key == "at_least" else read <= limit)
