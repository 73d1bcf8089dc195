"""Values: what is missing, how text is read as a time, a number or yes/no, and how each is written as text."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Row]]

_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SHORT_DURATION = re.compile(r"([0-9]+)([smhd])")
_ISO_DURATION = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?")


def is_missing(value: object) -> bool:
    """An empty cell and an empty text are a missing value; a blank is not."""
    return value is None or value == ""


def as_text(value: object) -> str | None:
    """A value as conditions, mixed templates and mapped columns of several types see it.

    A time is `2026-03-05 10:15:00` in UTC, with `.ffffff` only if not zero; yes/no is `true`/`false`; a number its
    shortest form.
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = read_time(value)
        assert moment is not None
        return moment.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_time(value: object) -> datetime | None:
    """A UTC time, None for what is none. What is finer than a microsecond is cut."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, clock, fraction = match.groups()
    try:
        return datetime.fromisoformat(f"{day} {clock}.{(fraction or '').ljust(6, '0')[:6]}").replace(tzinfo=UTC)
    except ValueError:  # the 30th of February
        return None


def read_number(value: object) -> float | int | None:
    """A number, None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return None


def read_flag(value: object, *, missing: bool) -> bool:
    """Yes/no: `false`, `0` and `no` in any case are no, all else is yes, a missing value as told."""
    text = as_text(value)
    if text is None:
        return missing
    return text.lower() not in ("false", "0", "no")


def read_duration(text: object) -> timedelta:
    """R3.6: `90s`, `30m`, `2h`, `1d`, or ISO 8601 `PT2H`."""
    short = _SHORT_DURATION.fullmatch(str(text))
    if short:
        seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[short[2]]
        return timedelta(seconds=int(short[1]) * seconds)
    iso = _ISO_DURATION.fullmatch(str(text))
    if iso is None:
        raise ValueError(f"not a duration: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
