"""R2.4: conditions on fields, parsed once and compiled to one expression. Five rules use them.

A condition is `field = value` (compared as stored text), `field = [values]` (any of), or a table whose keys must all
hold: `set`, `starts_with`, `at_least`, `at_most`.
"""

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw

from casesim.tables import PolicyError, nearest, shown, toml_key

Operator: TypeAlias = Literal["any_of", "set", "starts_with", "at_least", "at_most"]
Bound: TypeAlias = float | datetime  # a time in UTC, without zone

OPERATORS = ("set", "starts_with", "at_least", "at_most")

# What reads as a number or a time is the same for texts in the data and for bounds in a policy, hence one pattern for
# both. The calendar is part of it (30 days in April, leap years), so that no engine meets a text that it cannot cast.
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$"
_LONGEST_NUMBER = 200  # beyond 1e308 the engines disagree
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_MONTH_AND_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"(?:{_YEAR}-{_MONTH_AND_DAY}|{_LEAP_YEAR}-02-29)"
_CLOCK = r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_UTC_TIME = f"^{_DAY}(?:{_CLOCK}Z?)?$"
_TIME_WITH_OFFSET = f"^{_DAY}{_CLOCK}[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]$"


def stored_text(value: object) -> str | None:
    """A value of a policy as the data would hold it: `true`, `3`, `0.5`, `2026-03-05 10:15:00` (UTC), a text as it is.

    None for what is no such value, or has no such form (infinite numbers, a time before year 1 in UTC).
    """
    text: str | None = None
    match value:
        case str():
            text = str(value)
        case bool():
            text = "true" if value else "false"
        case date():
            with suppress(OverflowError):
                text = _utc(value).isoformat(sep=" ")
        case int() if abs(value) < 2**63:
            text = str(value)
        case float() if math.isfinite(value):
            text = str(int(value)) if value.is_integer() else str(value)
    return text


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one field: `any_of` has texts, `set` a yes/no, `starts_with` a text, the bounds a Bound."""

    field: str
    operator: Operator
    value: tuple[str, ...] | bool | str | Bound

    def holds(self, text: nw.Expr) -> nw.Expr:
        """Boolean without nulls; `text` is the field as stored text, "" where it is missing."""
        match self.value:
            case tuple(values):
                return text.is_in(values) if values else text != text  # noqa: PLR0124  false for each row
            case bool(wanted):
                return text != "" if wanted else text == ""
            case str(prefix):
                return (text != "") & text.str.starts_with(prefix)
            case datetime() as bound:
                return _at_least(text, bound) if self.operator == "at_least" else _at_most(text, bound)
            case bound:
                number = _number(text)
                return (number >= bound if self.operator == "at_least" else number <= bound).fill_null(False)

    def written(self) -> Any:
        """The right side as a policy writes it."""
        match self.value:
            case (single,):
                return single
            case tuple(values):
                return list(values)
            case datetime() as bound:
                return bound.isoformat(sep=" ")
            case float(bound) if bound.is_integer():
                return int(bound)
        return self.value


@dataclass(frozen=True, slots=True)
class Conditions:
    """R2.4: all tests must hold; no tests hold for everything."""

    tests: tuple[Condition, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping[str, Any], *, where: str) -> "Conditions":
        """Read a table of conditions.

        Args:
            raw: field → text, number, yes/no or time, a list of such, or a table of operators.
            where: where the table stands; each fault begins with it.

        Raises:
            PolicyError: one line for each fault: an unknown operator, a value of a wrong type, an empty table.

        Example:
            >>> conditions = Conditions.parse({"category": ["network", "sd-wan"], "priority": 1}, where="[trigger]")
            >>> conditions.fields
            ('category', 'priority')
        """
        if not isinstance(raw, Mapping):
            raise PolicyError(f"{where}: {shown(raw)} is no table of conditions; write field = value (R2.4).")
        tests: list[Condition] = []
        faults: list[str] = []
        for field, wanted in raw.items():
            try:
                tests.extend(_tests(str(field), wanted))
            except PolicyError as fault:
                faults.extend(f"{where} {toml_key(str(field))}: {line}" for line in str(fault).splitlines())
        if faults:
            raise PolicyError("\n".join(faults))
        return cls(tuple(tests))

    @property
    def fields(self) -> tuple[str, ...]:
        """The distinct fields as written, in the order they first appear."""
        return tuple(dict.fromkeys(test.field for test in self.tests))

    def matches(self, text: Callable[[str], nw.Expr]) -> nw.Expr:
        """Where all conditions hold: Boolean, never null; without conditions `lit(True)`, which `filter` does not take.

        Args:
            text: gives a field as stored text (String): a time as `2026-03-05 10:15:00` in UTC, a number in its
                shortest form, yes/no as true/false; missing is null or "".
        """
        held = [test.holds(text(test.field).fill_null("")) for test in self.tests]
        match held:
            case []:
                return nw.lit(True)
            case [single]:
                return single
        return nw.all_horizontal(*held, ignore_nulls=False)

    def to_dict(self) -> dict[str, Any]:
        """The conditions as a policy writes them, values as stored text: `parse` reads them back as they are."""
        raw: dict[str, Any] = {}
        for test in self.tests:
            if test.operator == "any_of":
                raw[test.field] = test.written()
            else:
                raw.setdefault(test.field, {})[test.operator] = test.written()
        return raw


def _tests(field: str, wanted: object) -> list[Condition]:
    if isinstance(wanted, list | tuple):
        # A set of texts: neither order nor repetition tells two policies apart.
        return [Condition(field, "any_of", tuple(sorted({_text(value) for value in wanted})))]
    if not isinstance(wanted, Mapping):
        return [Condition(field, "any_of", (_text(wanted),))]
    if not wanted:
        raise PolicyError(f"the table is empty. Known: {', '.join(OPERATORS)} (R2.4).")
    tests: list[Condition] = []
    faults: list[str] = []
    for operator, value in wanted.items():
        try:
            tests.append(_test(field, operator, value))
        except PolicyError as fault:
            faults.append(str(fault))
    if faults:
        raise PolicyError("\n".join(faults))
    return sorted(tests, key=lambda test: OPERATORS.index(test.operator))


def _test(field: str, operator: str, value: object) -> Condition:
    match operator, value:
        case "set", bool():
            return Condition(field, operator, value)
        case "set", _:
            raise PolicyError(f"set is {shown(value)}; it must be true or false (R2.4).")
        case "starts_with", str():
            return Condition(field, operator, value)
        case "starts_with", _:
            raise PolicyError(f"starts_with is {shown(value)}; it must be a text in quotes (R2.4).")
        case ("at_least" | "at_most") as bound, _:
            return Condition(field, bound, _bound(bound, value))
    raise PolicyError(f"{shown(operator)} is no operator (R2.4). {nearest(str(operator), OPERATORS)}")


def _text(value: object) -> str:
    text = stored_text(value)
    if text is None:
        raise PolicyError(f"{shown(value)} cannot be compared; write a text, a number, true, false or a time (R2.4).")
    return text


def _bound(operator: str, value: object) -> Bound:
    with suppress(OverflowError):
        if isinstance(value, date):
            return _utc(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        if isinstance(value, str):
            if len(value) <= _LONGEST_NUMBER and re.fullmatch(_NUMBER, value):
                return float(value)
            if re.fullmatch(_UTC_TIME, value) or re.fullmatch(_TIME_WITH_OFFSET, value):
                return _utc(datetime.fromisoformat(value))
    raise PolicyError(
        f"{operator} is {shown(value)}; it must be a number, or a time such as 2026-03-05 or "
        '"2026-03-05T10:15:00+01:00" (R2.4).'
    )


def _utc(value: date) -> datetime:
    """A time in UTC, its zone left away; without a zone it is UTC already, and a day is its midnight."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def _number(text: nw.Expr) -> nw.Expr:
    reads = text.str.contains(_NUMBER) & (text.str.len_chars() <= _LONGEST_NUMBER)
    return nw.when(reads).then(text).otherwise(nw.lit(None, dtype=nw.String)).cast(nw.Float64)


def _at_least(text: nw.Expr, bound: datetime) -> nw.Expr:
    """Where the text reads as a time at or after the bound."""
    return _compared(text, _not_before(text, bound), _microseconds(text) >= _since_year_one(bound))


def _at_most(text: nw.Expr, bound: datetime) -> nw.Expr:
    """Where the text reads as a time at or before the bound: not at or after the microsecond that follows."""
    if bound == datetime.max:
        return _compared(text, nw.lit(True), nw.lit(True))
    return _compared(
        text, ~_not_before(text, bound + timedelta(microseconds=1)), _microseconds(text) <= _since_year_one(bound)
    )


def _compared(text: nw.Expr, if_utc: nw.Expr, if_offset: nw.Expr) -> nw.Expr:
    return (
        nw.when(text.str.contains(_UTC_TIME))
        .then(if_utc)
        .when(text.str.contains(_TIME_WITH_OFFSET))
        .then(if_offset)
        .otherwise(nw.lit(False))
        .fill_null(False)
    )


def _not_before(text: nw.Expr, bound: datetime) -> nw.Expr:
    # Times in UTC are in order as texts, fourteen times faster than as numbers. A text may leave out what is zero, so
    # the bound leaves it out too: whatever begins with it is not before it.
    shortest = re.sub(r"( 00:00)?(:00)?$", "", re.sub(r"(\.[0-9]*?)0+$", r"\1", bound.isoformat(sep=" ")))
    clock = text.str.slice(11).str.strip_chars_end("Z")
    return nw.concat_str(text.str.slice(0, 10), nw.lit(" "), clock) >= nw.lit(shortest)


def _microseconds(text: nw.Expr) -> nw.Expr:
    """Microseconds from the beginning of year 1 (UTC) to a time with an offset, null for any other text."""
    text = nw.when(text.str.contains(_TIME_WITH_OFFSET)).then(text).otherwise(nw.lit(None, dtype=nw.String))
    rest = text.str.slice(10)
    clock = rest.str.replace_all("[+-].*", "")
    offset = rest.str.replace_all("^[^+-]*", "")

    def whole(expr: nw.Expr) -> nw.Expr:
        return nw.concat_str(nw.lit("0"), expr).cast(nw.Int64)

    # Days of the calendar that runs from March to February: the leap day comes last.
    month = whole(text.str.slice(5, 2))
    late = nw.when(month <= 2).then(nw.lit(1)).otherwise(nw.lit(0))
    year = whole(text.str.slice(0, 4)) - late
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month + 12 * late - 3) + 2) // 5
    days = days + whole(text.str.slice(8, 2)) - 307
    minutes = days * 1440 + whole(clock.str.slice(1, 2)) * 60 + whole(clock.str.slice(4, 2))
    shift = whole(offset.str.slice(1, 2)) * 60 + whole(offset.str.slice(4, 2))
    minutes = nw.when(offset.str.starts_with("+")).then(minutes - shift).otherwise(minutes + shift)
    fraction = nw.concat_str(clock.str.slice(10, 6), nw.lit("000000")).str.slice(0, 6)
    return (minutes * 60 + whole(clock.str.slice(7, 2))) * 1_000_000 + whole(fraction)


def _since_year_one(bound: datetime) -> int:
    return (bound - datetime(1, 1, 1)) // timedelta(microseconds=1)
