"""Every table and column that goes in or comes out: names, types, labels, keys, and the rule that needs them.

One source for reading, checking, error messages and documentation. Nothing here touches data.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw

from casesim.visible import visible

Kind: TypeAlias = Literal["text", "time", "number", "flag", "count"]
Frame: TypeAlias = nw.LazyFrame[Any]


class CasesimError(ValueError):
    """Something the user can mend. The command line prints it as it is and exits with 2.

    It quotes names and values that others chose, so what a terminal would act on is written as numbers.
    """

    def __str__(self) -> str:
        return visible(super().__str__(), keep="\n")


class DatasetError(CasesimError):
    """Input that cannot be read or lacks what a rule needs: names the file, the table or the column."""


class PolicyError(CasesimError):
    """A setting that cannot be used: names the setting, the value and what is accepted."""


class OutputError(CasesimError):
    """A result that cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the type it is read as, other names it goes by, and what it points to.

    A number of more than `most`, either way, cannot be used without losing some of it, and is not read.
    """

    name: str
    kind: Kind = "text"
    labels: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    required: bool = False
    most: int = 2**53


@dataclass(frozen=True, slots=True)
class Table:
    """One input table. `key` lists the columns a reference is resolved against, in order."""

    name: str
    rule: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Our column names, in the contract's order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """The column of that name, None for one that is only kept and mapped."""
        return next((column for column in self.columns if column.name == name), None)


def _text(name: str, *labels: str, to: tuple[str, ...] = (), required: bool = False) -> Column:
    return Column(name, "text", labels, to, required)


def _time(name: str, *labels: str, required: bool = False) -> Column:
    return Column(name, "time", labels, (), required)


def _number(name: str, *labels: str, most: int = 2**53) -> Column:
    return Column(name, "number", labels, most=most)


def _flag(name: str, *labels: str) -> Column:
    return Column(name, "flag", labels)


RECORD = ("incident", "change_request")

_TASK = (
    _text("sys_id", "Sys ID"),
    _text("number", "Number"),
    _text("short_description", "Short description"),
    _text("description", "Description"),
    _text("state", "State", "Incident state"),
    _text("priority", "Priority"),
    _text("impact", "Impact"),
    _text("urgency", "Urgency"),
    _text("category", "Category"),
    _text("subcategory", "Subcategory"),
    _text("contact_type", "Channel", "Contact type"),
    _text("cmdb_ci", "Configuration item"),
    _text("business_service", "Service", "Business service", to=("cmdb_ci_service",)),
    _text("company", "Company", to=("customer_account",)),
    _text("assignment_group", "Assignment group"),
    _time("opened_at", "Opened", required=True),
    _time("resolved_at", "Resolved"),
    _time("closed_at", "Closed"),
    _text("close_code", "Resolution code", "Close code"),
    _text("close_notes", "Resolution notes", "Close notes"),
    _text("cause", "Probable cause"),
)
_ADDED = (_time("added_at", "Added"), _time("removed_at", "Removed"))

INPUT: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("incident", "R1", _TASK, ("sys_id", "number")),
        Table(
            "change_request",
            "R12",
            (
                *_TASK,
                _time("authorized_at", "Authorized"),
                _time("start_date", "Planned start date"),
                _time("end_date", "Planned end date"),
            ),
            ("sys_id", "number"),
        ),
        Table(
            "affected_account",
            "R1.2",
            (
                _text("incident", "Incident", "Task", to=RECORD),
                _text("account", "Account", to=("customer_account",)),
                _text("consumer", "Consumer", to=("csm_consumer",)),
                *_ADDED,
            ),
        ),
        Table(
            "task_ci",
            "R1",
            (_text("task", "Task", to=RECORD), _text("ci_item", "Configuration Item"), *_ADDED),
        ),
        Table(
            "task_cmdb_ci_service",
            "R1",
            (
                _text("task", "Task", to=RECORD),
                _text("cmdb_ci_service", "Service", "Business service", to=("cmdb_ci_service",)),
                *_ADDED,
            ),
        ),
        Table(
            "svc_ci_assoc",
            "R1",
            (_text("service_id", "Service", to=("cmdb_ci_service",)), _text("ci_id", "Configuration Item", "CI")),
        ),
        Table(
            "cmdb_ci_service",
            "R2.5",
            (
                _text("sys_id", "Sys ID"),
                _text("name", "Name"),
                _text("busines_criticality", "Business criticality", "business_criticality"),
            ),
            ("sys_id", "name"),
        ),
        Table(
            "sn_install_base_item",
            "R1",
            (
                _text("sys_id", "Sys ID"),
                _text("configuration_item", "Configuration item"),
                _text("account", "Account", to=("customer_account",)),
                _text("consumer", "Consumer", to=("csm_consumer",)),
                _text("product", "Product", "Product model"),
                _text("install_status", "Install status", "Status"),
                _text("state", "State"),
                _flag("active", "Active"),
            ),
            ("sys_id",),
        ),
        Table(
            "customer_account",
            "R5",
            (
                _text("sys_id", "Sys ID"),
                _text("number", "Number"),
                _text("name", "Name"),
                _flag("active", "Active"),
                _text("account_parent", "Account parent", "Parent account", "Parent", to=("customer_account",)),
                _text("primary_contact", "Primary contact", to=("customer_contact",)),
                _number("contract_value", "Contract value", most=10**14),
                _text("customer_tier", "Customer tier"),
            ),
            ("sys_id", "number", "name"),
        ),
        Table(
            "customer_contact",
            "R5",
            (
                _text("sys_id", "Sys ID"),
                _text("name", "Name"),
                _text("user_name", "User ID"),
                _text("email", "Email"),
                _text("account", "Account", to=("customer_account",)),
                _flag("active", "Active"),
                _text("notification", "Notification"),
            ),
            ("sys_id", "name"),
        ),
        Table(
            "csm_consumer",
            "R2.3",
            (
                _text("sys_id", "Sys ID"),
                _text("name", "Name"),
                _text("email", "Email"),
                _flag("active", "Active"),
                _text("notification", "Notification"),
            ),
            ("sys_id", "name"),
        ),
        Table(
            "sys_journal_field",
            "R6",
            (
                _text("element_id", "Element ID", required=True),
                _text("name", "Name"),
                _text("element", "Element"),
                _text("value", "Value", required=True),
                _time("sys_created_on", "Created", required=True),
                _text("sys_created_by", "Created by"),
            ),
        ),
        Table(
            "notify_customers",
            "R6",
            (
                _text("incident", "Incident", "Task", to=RECORD, required=True),
                _text("account", "Account", to=("customer_account",)),
                _text("consumer", "Consumer", to=("csm_consumer",)),
                _text("message", "Message", required=True),
                _time("created_at", "Created", required=True),
                _text("created_by", "Created by"),
            ),
        ),
        Table(
            "customer_reply",
            "R6.1",
            (
                _text("incident", "Incident", "Task", to=RECORD, required=True),
                _text("account", "Account", to=("customer_account",)),
                _text("consumer", "Consumer", to=("csm_consumer",)),
                _text("value", "Value", required=True),
                _time("created_at", "Created", required=True),
                _text("created_by", "Created by"),
            ),
        ),
        Table(
            "sn_customerservice_case",
            "R6",
            (
                _text("sys_id", "Sys ID"),
                _text("number", "Number"),
                _text("account", "Account", to=("customer_account",)),
                _text("consumer", "Consumer", to=("csm_consumer",)),
                _text("incident", "Incident", to=RECORD),
                _text("parent", "Parent", to=("sn_customerservice_case",)),
                _flag("proactive", "Proactive"),
                _time("opened_at", "Opened"),
                _time("resolved_at", "Resolved"),
                _text("state", "State"),
                _text("major_case_state", "Major case state"),
            ),
            ("sys_id", "number"),
        ),
        Table(
            "service_definition",
            "R4",
            (
                _text("name", "Name"),
                _text("product", "Product", "Product model"),
                _flag("all_products", "All products"),
                _text("table", "Table"),
                _number("order", "Order"),
            ),
        ),
        Table("sys_properties", "R2.1", (_text("name", "Name"), _text("value", "Value"))),
    )
}

# Yes/no columns that are missing read as yes, but for this one (a definition for everybody is a deliberate act).
FLAG_DEFAULT: Mapping[str, bool] = {"all_products": False}

_LEVELS = {"1 - High": "1", "2 - Medium": "2", "3 - Low": "3"}
_INCIDENT_STATES = {
    "New": "1",
    "In Progress": "2",
    "On Hold": "3",
    "Resolved": "6",
    "Closed": "7",
    "Canceled": "8",
    "Cancelled": "8",
}
_CHANGE_STATES = {
    "New": "-5",
    "Assess": "-4",
    "Authorize": "-3",
    "Scheduled": "-2",
    "Implement": "-1",
    "Review": "0",
    "Closed": "3",
    "Canceled": "4",
    "Cancelled": "4",
}
_CASE_STATES = {
    "New": "1",
    "Open": "10",
    "Awaiting Info": "18",
    "Resolved": "6",
    "Closed": "3",
    "Cancelled": "7",
    "Canceled": "7",
}
_PRIORITIES = {"1 - Critical": "1", "2 - High": "2", "3 - Moderate": "3", "4 - Low": "4", "5 - Planning": "5"}
_CHANNELS = {
    "Chat": "chat",
    "Email": "email",
    "Phone": "phone",
    "Self-service": "self-service",
    "Virtual Agent": "virtual_agent",
    "Walk-in": "walk-in",
}
_TASK_CHOICES = {"priority": _PRIORITIES, "impact": _LEVELS, "urgency": _LEVELS, "contact_type": _CHANNELS}

# Choice labels as the platform shows them -> stored value. An unknown label is kept as it is.
CHOICES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "incident": {**_TASK_CHOICES, "state": _INCIDENT_STATES},
    "change_request": {**_TASK_CHOICES, "state": _CHANGE_STATES},
    "sn_customerservice_case": {"state": _CASE_STATES},
    "sn_install_base_item": {"install_status": {"Retired": "7"}, "state": {"Retired": "7"}},
    "customer_contact": {"notification": {"Enable": "2", "Disable": "1"}},
}

CASE_TABLE = "sn_customerservice_case"

# What comes out, in order. `count` is a whole number. Mapped fields follow the fixed columns of `cases`.
OUTPUT: Mapping[str, Mapping[str, Kind]] = {
    "decisions": {
        "source": "text",
        "incident": "text",
        "incident_number": "text",
        "affected_accounts": "count",
        "affected_consumers": "count",
        "counted": "count",
        "threshold": "count",
        "outcome": "text",
        "reason": "text",
        "contract_value": "number",
        "opened_at": "time",
        "decided_at": "time",
        "promoted_at": "time",
        "first_count": "count",
        "final_count": "count",
        "peak_count": "count",
    },
    "cases": {
        "number": "text",
        "correlation_id": "text",
        "kind": "text",
        "parent": "text",
        "source": "text",
        "incident": "text",
        "incident_number": "text",
        "account": "text",
        "consumer": "text",
        "contact": "text",
        "sys_class_name": "text",
        "major_case_state": "text",
        "proactive": "flag",
        "contact_type": "text",
        "state": "text",
        "short_description": "text",
        "description": "text",
        "opened_at": "time",
        "resolved_at": "time",
        "close_notes": "text",
        "resolution_code": "text",
        "cause": "text",
    },
    "notifications": {
        "case_number": "text",
        "incident_number": "text",
        "account": "text",
        "consumer": "text",
        "contact": "text",
        "email": "text",
        "event": "text",
        "status": "text",
        "reason": "text",
        "unintended": "flag",
        "created_at": "time",
        "deliver_at": "time",
        "subject": "text",
        "body": "text",
        "journal_id": "text",
    },
    "journal": {
        "id": "text",
        "table": "text",
        "record": "text",
        "element": "text",
        "value": "text",
        "created_at": "time",
        "created_by": "text",
        "origin": "text",
        "copied_from": "text",
        "unintended": "flag",
        "duplicate": "flag",
    },
    "rejects": {"table": "text", "row": "count", "column": "text", "value": "text", "reason": "text"},
}

# Case fields that a mapping may set although they are fixed columns (R3.3).
MAPPABLE_FIXED = ("short_description", "description", "contact_type")


def plain_name(label: str) -> str:
    """A column heading as the platform spells the field: lower case, words joined by underscores.

    Example:
        >>> plain_name("Short description"), plain_name("MADE SLA"), plain_name("u_region")
        ('short_description', 'made_sla', 'u_region')
    """
    return re.sub(r"[^0-9a-z]+", "_", label.strip().lower()).strip("_")


def nearest(name: str, known: Iterable[str]) -> str:
    """The last sentence of an error about an unknown name: the closest known names, else all of them if they are few.

    Example:
        >>> nearest("priorty", ["priority", "impact"]), nearest("xyz", ["priority", "impact"])
        ('Nearest: priority.', 'Known: impact, priority.')
    """
    names = sorted(known)
    close = get_close_matches(name[:100], names, n=3) or get_close_matches(plain_name(name[:100]), names, n=3)
    if close:
        return f"Nearest: {listed(close)}."
    if not names:
        return "None is known here."
    return f"Known: {listed(names)}."


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: the first two dozen, none longer than it helps.

    Example:
        >>> listed(["priority", "x" * 100, *"abcdefghijklmnopqrstuvwxyz"])[-27:]
        'q, r, s, t, u, v and 4 more'
    """
    short = [visible(name if len(name) <= 60 else f"{name[:57]}...") for name in names]
    return ", ".join(short) if len(short) <= 24 else f"{', '.join(short[:24])} and {len(short) - 24} more"


def shown(value: object) -> str:
    """A value as an error shows it: on one line, texts in quotes, nothing hidden, and no longer than it helps.

    Example:
        >>> shown("five"), shown(True), shown([5])
        ('"five"', 'true', '[5]')
    """
    try:
        text = visible(json.dumps(value, ensure_ascii=False, default=str))
    except Exception:  # whatever the own text of a value that is none of ours may raise
        text = f"<{visible(type(value).__name__)}>"
    return text if len(text) <= 80 else f"{text[:76]} …{text[-1]}"


def toml_key(name: str) -> str:
    """A key as TOML writes it: in quotes unless it is a plain word; one of any length is cut as values are."""
    return name if re.fullmatch("[A-Za-z0-9_-]{1,80}", name) else shown(name)
