"""dataset.toml: how the tables beside it are to be read."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from casesim.dataset.times import TimeFormat, time_format
from casesim.files import LARGEST_SETTINGS, toml
from casesim.tables import INPUT, DatasetError, nearest, shown, toml_key

FILE: Final = "dataset.toml"
_KEYS = ("missing", "datetime_format", "timezone", "rename")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to read a dataset.

    Attributes:
        missing: texts that mean none, beside the empty one.
        datetime_format: the format that times are tried in first.
        timezone: the zone of times that name none.
        rename: table -> column in the file -> column of ours.
    """

    missing: tuple[str, ...] = ()
    datetime_format: TimeFormat | None = None
    timezone: str = "UTC"
    rename: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_settings(data: bytes, *, where: str) -> Settings:
    """Settings from the bytes of a dataset.toml.

    Raises:
        DatasetError: no TOML, or unknown keys, tables, columns, formats or zones; all that is wrong, at once.
    """
    if len(data) > LARGEST_SETTINGS:
        raise DatasetError(f"{where} has {len(data):,} bytes, and up to {LARGEST_SETTINGS:,} are accepted.")
    try:
        given = toml(data.decode("utf-8-sig"))
    except ValueError as error:
        raise DatasetError(f"{where} is not valid TOML: {error}.") from None
    faults = [f"{where}: unknown key {toml_key(key)}. {nearest(key, _KEYS)}" for key in given if key not in _KEYS]
    parts: dict[str, Any] = {}
    for key, read in (
        ("missing", _missing),
        ("datetime_format", _datetime_format),
        ("timezone", _timezone),
        ("rename", _rename),
    ):
        if key in given:
            try:
                parts[key] = read(given[key], where)
            except DatasetError as error:
                faults.append(str(error))
    if faults:
        raise DatasetError("\n".join(faults))
    return Settings(**parts)


def _missing(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise DatasetError(f'{where}: missing must be a list of texts, e.g. ["?", "N/A"], not {shown(value)}.')
    return tuple(value)


def _datetime_format(value: object, where: str) -> TimeFormat:
    if not isinstance(value, str):
        raise DatasetError(f'{where}: datetime_format must be a text, e.g. "%d/%m/%Y %H:%M", not {shown(value)}.')
    return time_format(value, where=where)


def _timezone(value: object, where: str) -> str:
    if isinstance(value, str):
        try:
            pl.select(pl.lit(0).cast(pl.Datetime("us")).dt.replace_time_zone(value))
        except pl.exceptions.PolarsError:
            pass
        else:
            return value
        close = nearest(value, zoneinfo.available_timezones())
        hint = close if close.startswith("Nearest") else 'Examples: "UTC", "Europe/Berlin".'
        raise DatasetError(f"{where}: unknown timezone {shown(value)}. {hint}")
    raise DatasetError(f'{where}: timezone must be a text, e.g. "Europe/Berlin", not {shown(value)}.')


def _rename(value: object, where: str) -> Mapping[str, Mapping[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(columns, dict) for columns in value.values()):
        raise DatasetError(f'{where}: rename must be tables, e.g. [rename.incident] with "Ticket" = "number".')
    faults = []
    for name, columns in value.items():
        if name not in INPUT:
            faults.append(f"{where}: [rename.{toml_key(name)}]: unknown table. {nearest(name, INPUT)}")
            continue
        for header, ours in columns.items():
            if ours not in INPUT[name].names:
                hint = nearest(str(ours), INPUT[name].names)
                faults.append(
                    f"{where}: [rename.{toml_key(name)}] {shown(header)} = {shown(ours)}: unknown column. {hint}"
                )
        taken = list(columns.values())
        for ours in dict.fromkeys(ours for ours in taken if isinstance(ours, str) and taken.count(ours) > 1):
            faults.append(
                f"{where}: [rename.{toml_key(name)}] gives {shown(ours)} to several columns; it can have one."
            )
    if faults:
        raise DatasetError("\n".join(faults))
    return value
