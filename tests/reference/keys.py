"""The dataset: columns and their types, keys and rejects, choice labels, references."""

from dataclasses import dataclass

from tests.reference.values import Row, Tables, as_text, is_missing, read_flag, read_number, read_time

_TASK = """sys_id number short_description description state priority impact urgency category subcategory contact_type
    cmdb_ci business_service company assignment_group opened_at resolved_at closed_at close_code close_notes cause"""

COLUMNS: dict[str, list[str]] = {
    table: columns.split()
    for table, columns in {
        "incident": _TASK,
        "change_request": f"{_TASK} authorized_at start_date end_date",
        "affected_account": "incident account consumer added_at removed_at",
        "task_ci": "task ci_item added_at removed_at",
        "task_cmdb_ci_service": "task cmdb_ci_service added_at removed_at",
        "svc_ci_assoc": "service_id ci_id",
        "cmdb_ci_service": "sys_id name busines_criticality",
        "sn_install_base_item": "sys_id configuration_item account consumer product install_status state active",
        "customer_account": """sys_id number name active account_parent primary_contact contract_value
            customer_tier""",
        "customer_contact": "sys_id name user_name email account active notification",
        "csm_consumer": "sys_id name email active notification",
        "sys_journal_field": "element_id name element value sys_created_on sys_created_by",
        "notify_customers": "incident account consumer message created_at created_by",
        "customer_reply": "incident account consumer value created_at created_by",
        "sn_customerservice_case": """sys_id number account consumer incident parent proactive opened_at resolved_at
            state major_case_state""",
        "service_definition": "name product all_products table order",
        "sys_properties": "name value",
    }.items()
}

KEYS: dict[str, list[str]] = {
    "incident": ["sys_id", "number"],
    "change_request": ["sys_id", "number"],
    "sn_customerservice_case": ["sys_id", "number"],
    "customer_account": ["sys_id", "number", "name"],
    "customer_contact": ["sys_id", "name"],
    "csm_consumer": ["sys_id", "name"],
    "cmdb_ci_service": ["sys_id", "name"],
    "sn_install_base_item": ["sys_id"],
}

REQUIRED: dict[str, list[str]] = {
    "incident": ["number", "opened_at"],
    "change_request": ["number", "opened_at"],
    "sys_journal_field": ["element_id", "value", "sys_created_on"],
    "notify_customers": ["incident", "message", "created_at"],
    "customer_reply": ["incident", "value", "created_at"],
}

# sys_created_on stands for a missing column added_at in these (R8).
ROUTE_TABLES = ("affected_account", "task_ci", "task_cmdb_ci_service")

_LEVELS = {"1 - High": "1", "2 - Medium": "2", "3 - Low": "3"}
_TASK_LABELS = {
    "priority": {"1 - Critical": "1", "2 - High": "2", "3 - Moderate": "3", "4 - Low": "4", "5 - Planning": "5"},
    "impact": _LEVELS,
    "urgency": _LEVELS,
    "contact_type": {
        "Chat": "chat",
        "Email": "email",
        "Phone": "phone",
        "Self-service": "self-service",
        "Virtual Agent": "virtual_agent",
        "Walk-in": "walk-in",
    },
}
_INCIDENT_STATES = {"New": "1", "In Progress": "2", "On Hold": "3", "Resolved": "6", "Closed": "7"}
_CHANGE_STATES = {"New": "-5", "Assess": "-4", "Authorize": "-3", "Scheduled": "-2", "Implement": "-1", "Review": "0"}
_CASE_STATES = {"New": "1", "Open": "10", "Awaiting Info": "18", "Resolved": "6", "Closed": "3"}

LABELS: dict[str, dict[str, dict[str, str]]] = {
    "incident": {**_TASK_LABELS, "state": {**_INCIDENT_STATES, "Canceled": "8", "Cancelled": "8"}},
    "change_request": {**_TASK_LABELS, "state": {**_CHANGE_STATES, "Closed": "3", "Canceled": "4", "Cancelled": "4"}},
    "sn_customerservice_case": {"state": {**_CASE_STATES, "Cancelled": "7", "Canceled": "7"}},
    "sn_install_base_item": {"install_status": {"Retired": "7"}, "state": {"Retired": "7"}},
    "customer_contact": {"notification": {"Enable": "2", "Disable": "1"}},
}


@dataclass
class Dataset:
    """What was read: usable rows, the columns the input really had, types of all columns, and what was rejected.

    `places` has, for each usable row, its number in the input (from 1).
    """

    rows: Tables
    places: dict[str, list[int]]
    columns: dict[str, set[str]]
    types: dict[str, dict[str, str]]
    rejects: list[Row]


def read(tables: Tables) -> Dataset:
    """All tables, typed; rows that cannot be used and values that cannot be read go to the rejects."""
    data = Dataset({}, {}, {}, {}, [])
    for table in COLUMNS:
        read_table(data, table, tables.get(table, []))
    return data


def read_table(data: Dataset, table: str, given: list[Row]) -> None:
    names = {name for row in given for name in row}
    if table in ROUTE_TABLES and "added_at" not in names and "sys_created_on" in names:
        given = [{("added_at" if name == "sys_created_on" else name): row[name] for name in row} for row in given]
        names = names - {"sys_created_on"} | {"added_at"}
    types = {column: column_type(column) for column in COLUMNS[table]}
    for name in names - set(types):
        types[name] = type_of_values([row.get(name) for row in given])
    usable: list[Row] = []
    places: list[int] = []
    candidates: list[Row] = []
    for position, raw in enumerate(given, start=1):
        row, unread = read_row(table, types, raw)
        fault = unusable(table, row, unread, candidates)
        if fault is None or fault[2] == "duplicate_key":
            candidates.append(row)
        if fault is None:
            usable.append(row)
            places.append(position)
            faults = unread
        else:
            faults = [fault]
        for column, value, reason in faults:
            data.rejects.append({"table": table, "row": position, "column": column, "value": value, "reason": reason})
    data.rows[table] = usable
    data.places[table] = places
    data.columns[table] = names
    data.types[table] = types


Fault = tuple[str, str | None, str]  # column, value, reason


def read_row(table: str, types: dict[str, str], raw: Row) -> tuple[Row, list[Fault]]:
    """One row with every column of the contract, and the values of it that could not be read."""
    row: Row = {}
    unread: list[Fault] = []
    for column, kind in types.items():
        value = raw.get(column)
        if kind == "flag" and column in COLUMNS[table]:
            row[column] = read_flag(value, missing=column != "all_products")
        elif is_missing(value):
            row[column] = None
        elif kind == "time":
            row[column] = read_time(value)
            if row[column] is None:
                unread.append((column, as_text(value), "bad_time"))
        elif kind == "number":
            row[column] = read_number(value)
            if row[column] is None:
                unread.append((column, as_text(value), "bad_number"))
        elif kind == "flag":
            row[column] = value
        else:
            text = as_text(value)
            row[column] = LABELS.get(table, {}).get(column, {}).get(text or "", text)
    if table in ("incident", "change_request") and row["number"] is None:
        row["number"] = row["sys_id"]
    return row, unread


def unusable(table: str, row: Row, unread: list[Fault], candidates: list[Row]) -> Fault | None:
    """Why a row cannot be used: a required value is missing, cannot be read, or its key is an earlier row's."""
    required = REQUIRED.get(table, [])
    unread_columns = [column for column, _, _ in unread]
    for column in required:
        if row[column] is None and column not in unread_columns:
            return (column, None, "no_key")
    for fault in unread:
        if fault[0] in required:
            return fault
    if key_of(table, row) is None:
        return None
    for earlier in candidates:
        if key_of(table, row) == key_of(table, earlier):
            return (key_column(table, row), key_of(table, row), "duplicate_key")
    for earlier in candidates:
        if "number" in KEYS[table] and row["number"] is not None and row["number"] == earlier["number"]:
            return ("number", as_text(row["number"]), "duplicate_key")
    return None


def column_type(column: str) -> str:
    """The type of a column that the contract names."""
    if column.endswith("_at") or column in ("sys_created_on", "start_date", "end_date"):
        return "time"
    if column in ("contract_value", "order"):
        return "number"
    if column in ("active", "all_products", "proactive"):
        return "flag"
    return "text"


def type_of_values(values: list[object]) -> str:
    """The type of any other column: that of its file. Values of several types, and none at all, make text."""
    kinds = {type_of_value(value) for value in values if not is_missing(value)}
    return kinds.pop() if len(kinds) == 1 else "text"


def type_of_value(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "time"


def key_column(table: str, row: Row) -> str:
    return next(column for column in KEYS[table] if row[column] is not None)


def key_of(table: str, row: Row) -> str | None:
    """A row's key: its sys_id, else its number, else its name, as far as the table has them."""
    for column in KEYS.get(table, []):
        if row[column] is not None:
            return as_text(row[column])
    return None


def resolve(data: Dataset, table: str, reference: object) -> Row | None:
    """The row a reference means: by sys_id, then number, then name (the lowest key of several); None if unknown."""
    if reference is None:
        return None
    for column in KEYS[table]:
        found = [row for row in data.rows[table] if row[column] == reference]
        if found:
            return min(found, key=lambda row: key_of(table, row) or "")
    return None


def identity(data: Dataset, table: str, reference: object) -> str | None:
    """The key of the row a reference means, else the reference as it is written."""
    row = resolve(data, table, reference)
    return as_text(reference) if row is None else key_of(table, row)


def by_key(data: Dataset, table: str, key: object) -> Row | None:
    """The row of that key, None for a reference that resolved to nothing."""
    return next((row for row in data.rows[table] if key is not None and key_of(table, row) == key), None)
