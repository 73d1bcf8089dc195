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
from decimal import Decimal
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
_OFFSET = "[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = f"^{_DAY}(?:{_CLOCK}(?:Z|{_OFFSET})?)?$"


def stored_text(value: object) -> str | None:
    """A value of a policy as the data would hold it: `true`, `3`, `0.5`, `2026-03-05 10:15:00` (UTC), `2026-03-05`.

    A text is left as it is. None for what has no such form: tables and lists, infinite numbers, times before year 1.
    """
    text: str | None = None
    match value:
        case str():
            text = str(value)
        case bool():
            text = "true" if value else "false"
        case datetime():
            with suppress(OverflowError):
                text = _utc(value).isoformat(sep=" ")
        case date():
            text = value.isoformat()
        case int() if abs(value) < 2**63:
            text = str(value)
        case float() if math.isfinite(value):
            text = str(int(value)) if value.is_integer() and abs(value) < 2**63 else _decimal(value)
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
                return _time(text, self.operator, bound)
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


def _decimal(value: float) -> str:
    # Python turns to exponents one digit earlier than the data's texts do, and pads them.
    text = str(value)
    return f"{Decimal(text):f}" if text.endswith("e-05") else text.replace("e-0", "e-")


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
            if re.fullmatch(_TIME, value):
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


def _time(text: nw.Expr, operator: Operator, bound: datetime) -> nw.Expr:
    """Where the text reads as a time on the right side of the bound, the bound included."""
    reads = text.str.contains(_TIME)
    if operator == "at_least":
        return reads & _not_before(text, bound)
    # What is finer than a microsecond is cut: at most the bound is before the microsecond that follows.
    return reads if bound == datetime.max else reads & ~_not_before(text, bound + timedelta(microseconds=1))


def _not_before(text: nw.Expr, bound: datetime) -> nw.Expr:
    """Whether a text that reads as a time is at or after the bound.

    Times in UTC are in order as texts, which is much faster than as numbers. A text may leave out what is zero, so the
    bound leaves it out too: whatever begins with it is not before it.
    """
    seconds = re.sub(r"(\.[0-9]*?)0+$", r"\1", bound.isoformat()[16:]).removesuffix(":00")
    shortest = f"{bound.date()} {bound:%H:%M}{seconds}".removesuffix(" 00:00")
    in_utc = nw.concat_str(text.str.slice(0, 10), nw.lit(" "), text.str.slice(11).str.strip_chars_end("Z"))

    # With an offset only the days beside the bound need arithmetic. Other texts are masked, as casts would raise.
    shape = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}.*[+-][0-9]{2}:[0-9]{2}$"
    has_offset = text.str.contains(shape)
    text = nw.when(has_offset).then(text).otherwise(nw.lit(None, dtype=nw.String))
    offset = text.str.tail(6)
    east = nw.when(offset.str.starts_with("+")).then(nw.lit(-1)).otherwise(nw.lit(1))
    days, clock = _days_from(text.str.slice(0, 10), bound), _minutes(text.str.slice(11, 5))
    minutes = days * 1440 + clock + _minutes(offset.str.tail(5)) * east
    # The seconds, compared as texts, settle what is in the bound's minute: half a minute each way will do.
    late = nw.when(text.str.slice(16) >= nw.lit(seconds)).then(nw.lit(1)).otherwise(nw.lit(-1))
    in_zone = minutes * 2 + late > nw.lit((bound.hour * 60 + bound.minute) * 2)
    return nw.when(has_offset).then(in_zone).otherwise(in_utc >= nw.lit(shortest))


def _minutes(clock: nw.Expr) -> nw.Expr:
    return clock.str.slice(0, 2).cast(nw.Int64) * 60 + clock.str.slice(3, 2).cast(nw.Int64)


def _days_from(day: nw.Expr, bound: datetime) -> nw.Expr:
    """Days from the bound's day to this one, 3 standing for more than an offset can bridge."""
    days = nw.when(day < str(bound.date())).then(nw.lit(-3)).otherwise(nw.lit(3))
    for difference in (-1, 0, 1):
        with suppress(OverflowError):
            beside = str(bound.date() + timedelta(days=difference))
            days = nw.when(day == beside).then(nw.lit(difference)).otherwise(days)
    return days
