"""Policy files: TOML, or an export of table sys_properties as csv, json or xml."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from casesim.files import LARGEST_SETTINGS, content, reason, toml
from casesim.tables import PolicyError, nearest, plain_name, shown

FORMATS = (".toml", ".csv", ".json", ".xml")


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        PolicyError: it is no TOML; the sentence has the line.
    """
    try:
        return toml(text)
    except ValueError as error:
        raise PolicyError(f"{where}: this is no TOML; {_sentence(error)}") from None


def read_text(path: Path) -> str:
    """The text of a policy file in UTF-8, with or without byte order mark; a csv may be in cp1252.

    Raises:
        PolicyError: no such file, a folder, not readable, in another encoding, or with an unknown ending.
    """
    where = str(path)
    if path.is_dir():
        raise PolicyError(f"{where}: this is a folder; a policy is one file ({', '.join(FORMATS)}).")
    if path.suffix.lower() not in FORMATS:
        raise PolicyError(f"{where}: a policy is a .toml file or an export of sys_properties as .csv, .json or .xml.")
    try:
        data = content(path, most=LARGEST_SETTINGS)
    except FileNotFoundError:
        raise PolicyError(f"{where}: there is no such file.{_neighbours(path)}") from None
    except (OSError, ValueError) as error:
        raise PolicyError(f"{where}: the file cannot be read; {_sentence(error)}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if path.suffix.lower() == ".csv" and b"\0" not in data:
            return data.decode("cp1252", errors="replace")
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{where}: the file is not in UTF-8 (line {line}); save it in that encoding.") from None


def parse_properties(text: str, suffix: str, where: str) -> dict[str, str]:
    """The properties of a sys_properties export, name → value.

    Args:
        suffix: `.csv` (comma, semicolon or tab), `.json` (a list of rows, or one under `records` or `result`; plain
            values or objects with `value`) or `.xml` (elements `sys_properties`).

    Raises:
        PolicyError: not of that format, without rows of name and value, or a property with two values.
    """
    read = {".csv": _csv_rows, ".json": _json_rows, ".xml": _xml_rows}[suffix]
    properties: dict[str, str] = {}
    for name, value in read(text, where):
        if properties.setdefault(name, value) != value:
            raise PolicyError(f"{where}: {name} stands there twice, with {shown(properties[name])} and {shown(value)}.")
    return properties


def _csv_rows(text: str, where: str) -> Iterable[tuple[str, str]]:
    header = text.split("\n", 1)[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count)))
    except csv.Error as error:
        raise PolicyError(f"{where}: this is no csv; {_sentence(error)}") from None
    columns = [plain_name(label) for label in rows[0]] if rows else []
    if not {"name", "value"} <= set(columns):
        raise PolicyError(f"{where}: an export of sys_properties has the columns name and value, this file has not.")
    name, value = columns.index("name"), columns.index("value")
    return [(row[name], row[value] if len(row) > value else "") for row in rows[1:] if len(row) > name]


def _json_rows(text: str, where: str) -> Iterable[tuple[str, str]]:
    try:
        rows = json.loads(text)
    except RecursionError:
        raise PolicyError(f"{where}: this is no json; it is nested too deeply.") from None
    except ValueError as error:
        raise PolicyError(f"{where}: this is no json; {_sentence(error)}") from None
    if isinstance(rows, dict):
        rows = rows.get("records", rows.get("result"))
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "name" in row for row in rows):
        raise PolicyError(f"{where}: an export of sys_properties is a list of rows with name and value, this is not.")
    return [(_plain(row["name"]), _plain(row.get("value"))) for row in rows]


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("value")
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _xml_rows(text: str, where: str) -> Iterable[tuple[str, str]]:
    rows: list[dict[str, list[str]]] = []
    path: list[str] = []

    def start(tag: str, _attributes: object) -> None:
        path.append(tag)
        if tag == "sys_properties":
            rows.append({})

    def data(piece: str) -> None:
        if len(path) > 1 and path[-2] == "sys_properties":
            # A text comes in as many pieces as it has lines.
            rows[-1].setdefault(path[-1], []).append(piece)

    def refuse(*_declaration: object) -> None:
        # Entities, which stand in it, can blow up a small file or read others.
        raise PolicyError(f"{where}: the xml declares a document type, which an export never does.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: path.pop()
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise PolicyError(f"{where}: this is no xml; {_sentence(error)}") from None
    if not any("name" in row for row in rows):
        raise PolicyError(
            f"{where}: there is no element sys_properties with a name, so this is no export of that table."
        )
    return [("".join(row["name"]), "".join(row.get("value", []))) for row in rows if "name" in row]


def _neighbours(path: Path) -> str:
    try:
        names = [each.name for each in path.parent.iterdir() if each.suffix.lower() in FORMATS]
    except OSError:
        return ""
    return f" {nearest(path.name, names)}" if names else ""


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{reason(error)}."
    text = " ".join(str(error).split())
    return f"{text[:1].lower()}{text[1:200]}."
