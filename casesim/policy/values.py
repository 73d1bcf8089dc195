"""Single values of a policy: each reader takes a value and where it stands, and gives what it means or one sentence."""

import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from numbers import Real
from typing import Any, TypeAlias

from casesim.policy.names import unknown
from casesim.tables import PolicyError, nearest, shown, toml_key

# Raises PolicyError, one line for each fault, each beginning with the place.
Reader: TypeAlias = Callable[[object, str], Any]

LARGEST_COUNT = 2_147_483_647  # a property of type integer
_MICROSECONDS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000}
_LONGEST_DELAY = 36_500 * _MICROSECONDS["d"]


def threshold(value: object, where: str) -> int:
    """R2.2: a whole number of 1 or more, also as text; nothing else is taken for one."""
    return _whole(value, where, least=1, rule=" (R2.2)")


def positive(value: object, where: str) -> int:
    """A whole number of 1 or more, also as text."""
    return _whole(value, where, least=1)


def count(value: object, where: str) -> int:
    """A whole number of 0 or more, also as text."""
    return _whole(value, where, least=0)


def _whole(value: object, where: str, least: int, rule: str = "") -> int:
    number = _integer(value)
    if number is None or not least <= number <= LARGEST_COUNT:
        raise PolicyError(
            f"{where}: {shown(value)} is not accepted; "
            f"it must be a whole number of {least} or more, at most {LARGEST_COUNT:,}{rule}."
        )
    return number


def _integer(value: object) -> int | None:
    if isinstance(value, str):
        # No more digits than are needed: Python refuses to read thousands of them.
        return int(value) if re.fullmatch(r"\s*[0-9]{1,20}\s*", value) else None
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def number(value: object, where: str) -> float:
    """A finite number."""
    if isinstance(value, Real) and not isinstance(value, bool):
        with suppress(OverflowError):
            if math.isfinite(value):
                return float(value)
    raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a number.")


def flag(value: object, where: str) -> bool:
    """true or false, also as text in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be true or false.")


def text(value: object, where: str) -> str:
    """A text that is not empty."""
    if isinstance(value, str) and value:
        return str(value)
    raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a text in quotes and not empty.")


def names(value: object, where: str) -> tuple[str, ...]:
    """Names as the platform lists them, separated by commas, or a list of texts. Blank ones are left out."""
    listed = value.split(",") if isinstance(value, str) else value
    if isinstance(listed, list | tuple) and all(isinstance(name, str) for name in listed):
        return tuple(dict.fromkeys(name.strip() for name in listed if name.strip()))
    raise PolicyError(f'{where}: {shown(value)} is not accepted; it must be a text such as "priority,state".')


def duration(value: object, where: str) -> int:
    """R3.6: `"90s"`, `"30m"`, `"2h"`, `"1d"` or ISO 8601 such as `"PT2H"`, in microseconds; at most 36,500 days."""
    if isinstance(value, str):
        short = re.fullmatch(r"([0-9]{1,15})([smhd])", value)
        if short:
            total = int(short[1]) * _MICROSECONDS[short[2]]
        else:
            iso = re.fullmatch(
                r"P(?=.)(?:([0-9]{1,15})D)?(?:T(?=.)(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,15})S)?)?", value
            )
            parts = zip(iso.groups(), "dhms", strict=True) if iso else ()
            total = sum(int(amount or 0) * _MICROSECONDS[unit] for amount, unit in parts) if iso else -1
        if 0 <= total <= _LONGEST_DELAY:
            return total
    raise PolicyError(
        f'{where}: {shown(value)} is not accepted; a duration is written "90s", "30m", "2h", "1d" or "PT2H", '
        "and is not negative and at most 36,500 days."
    )


def duration_text(microseconds: int) -> str:
    """A duration in the largest unit that needs no fraction.

    Example:
        >>> duration_text(7_200_000_000), duration_text(90_000_000), duration_text(0)
        ('2h', '90s', '0s')
    """
    unit = next(
        unit for unit, size in _MICROSECONDS.items() if unit == "s" or (microseconds and not microseconds % size)
    )
    return f"{microseconds // _MICROSECONDS[unit]}{unit}"


def clock(value: object, where: str) -> int:
    """A time of day such as `"22:00"`, in minutes after midnight."""
    if isinstance(value, str):
        match = re.fullmatch("([01][0-9]|2[0-3]):([0-5][0-9])", value)
        if match:
            return int(match[1]) * 60 + int(match[2])
    raise PolicyError(f'{where}: {shown(value)} is not accepted; a time of day is written "22:00".')


def zone(value: object, where: str) -> str:
    """The name of a time zone."""
    import zoneinfo  # noqa: PLC0415  only policies with flood control need it

    try:
        return zoneinfo.ZoneInfo(text(value, where)).key
    except PolicyError:
        raise
    except (OSError, ValueError, KeyError):
        near = nearest(str(value), zoneinfo.available_timezones())
        raise PolicyError(f"{where}: {shown(value)} is no time zone. {near}") from None


def one_of(*accepted: str) -> Reader:
    """A reader for one of these words."""

    def read(value: object, where: str) -> str:
        if isinstance(value, str) and value in accepted:
            return str(value)
        hint = nearest(value, accepted) if isinstance(value, str) else f"Known: {', '.join(accepted)}."
        raise PolicyError(f"{where}: {shown(value)} is not accepted. {hint}")

    return read


def table(readers: Mapping[str, Reader], *, required: Collection[str] = (), section: str | None = None) -> Reader:
    """A reader for a table of these keys: gives what stands there, read.

    Args:
        section: the name of a section at the top of a policy; a setting of another section is sent there.
    """

    def read(value: object, where: str) -> dict[str, Any]:
        entries = mapping_of(value, where)
        faults = [f"{where}: {name} is missing." for name in required if name not in entries]
        found: dict[str, Any] = {}
        for name, entry in entries.items():
            if name not in readers:
                hint = unknown(name, tuple(readers), section)
                faults.append(f"{where}: {toml_key(name)} is no setting here. {hint}")
                continue
            try:
                found[name] = readers[name](entry, f"{where} {toml_key(name)}")
            except PolicyError as fault:
                faults.append(str(fault))
        raise_all(faults)
        return found

    return read


def each(reader: Reader) -> Reader:
    """A reader for a list of tables; faults carry the number of the entry, from 1."""

    def read(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a list of tables.")
        found, faults = [], []
        for number, entry in enumerate(value, 1):
            try:
                found.append(reader(entry, f"{where} {number}"))
            except PolicyError as fault:
                faults.append(str(fault))
        raise_all(faults)
        return tuple(found)

    return read


def raise_all(faults: Collection[str]) -> None:
    """Raise what was found wrong, all at once; nothing if nothing was."""
    if faults:
        raise PolicyError("\n".join(faults))


def mapping_of(value: object, where: str) -> dict[str, object]:
    """The entries of a table.

    Raises:
        PolicyError: it is none, or a key is no text.
    """
    if not isinstance(value, Mapping):
        raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a table of names and values.")
    for key in value:
        if not isinstance(key, str):
            raise PolicyError(f"{where}: {shown(key)} is no name; names are texts.")
    return dict(value)
