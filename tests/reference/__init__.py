"""The rules once more in plain Python: slow, obvious, and independent of casesim, to check it against.

A module per rule family: `keys` (what is read), `affected` (R1), `conditions` (R2.4), `decide` (R2), `late` (R8.2),
`template` (R3.3), `cases` (R3), `case_type` (R4), `notify` (R5), `resolve` (R7).
"""

from functools import partial

from tests.reference.cases import cases_of
from tests.reference.decide import decide
from tests.reference.keys import read
from tests.reference.notify import notifications_of
from tests.reference.policy import Policy
from tests.reference.resolve import resolve_cases
from tests.reference.values import Row, Tables


def simulate(tables: Tables, policy: Policy) -> Tables:
    """Every rule over a dataset, incident by incident.

    Args:
        tables: rows as in the files, by table and column name. Text as str, missing as None or "", times as datetime
            or text, numbers as number or text, yes/no as bool or text.
        policy: a policy as its TOML reads; it is valid.

    Returns:
        decisions, cases, notifications, journal and rejects: rows with exactly the columns of the result, in its order.
        Times are UTC, counts int, what is missing None.
    """
    data = read(tables)
    result: Tables = {"decisions": [], "cases": [], "notifications": [], "journal": [], "rejects": data.rejects}
    for incident in data.rows["incident"]:
        decision, customers = decide(data, policy, incident)
        cases = cases_of(data, policy, incident, decision, customers)
        notes = resolve_cases(policy, incident, decision, cases)
        result["decisions"].append(decision)
        result["cases"] += cases
        result["notifications"] += notifications_of(data, policy, incident, cases)
        result["journal"] += notes
    for table, columns in ORDER.items():
        result[table].sort(key=partial(place, columns))
    return result


# Rows come out ascending by these.
ORDER = {
    "decisions": ["incident_number"],
    "cases": ["number"],
    "notifications": ["created_at", "case_number", "event", "journal_id"],
    "journal": ["record", "created_at", "id", "table"],
    "rejects": ["table", "row", "column"],
}


def place(columns: list[str], row: Row) -> list[tuple[bool, object]]:
    """Where a row stands among the others: missing comes first, text by code point."""
    return [(row[column] is not None, row[column]) for column in columns]


__all__ = ["Policy", "Row", "Tables", "simulate"]
