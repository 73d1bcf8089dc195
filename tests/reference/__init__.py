"""The rules once more in plain Python: slow, obvious, and independent of casesim, to check it against.

A module per rule family: `keys` (what is read), `records` (R12), `affected` (R1), `conditions` (R2.4), `decide` (R2),
`alerts` (R2.6), `late` (R8), `template` (R3.3), `cases` (R3), `case_type` (R4), `notify` (R5), `flood` (R5.3), `roots`
(R6: who wrote what), `comments` (R6.1 to R6.6: where it goes), `resolve` (R7), `sync` (R7.2).
"""

from functools import partial

from tests.reference.alerts import alert_cases
from tests.reference.cases import cases_of
from tests.reference.comments import comments_of
from tests.reference.decide import decide
from tests.reference.flood import control_flood
from tests.reference.keys import read
from tests.reference.notify import notifications_of
from tests.reference.policy import Policy, alert_flow
from tests.reference.records import records, start_of
from tests.reference.resolve import resolve_cases
from tests.reference.roots import Handled, read_roots
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
    handled = []
    for incident in records(data, policy):
        decision, arrivals = decide(data, policy, incident)
        if decision["outcome"] != "none" and alert_flow(policy):
            cases = alert_cases(data, policy, incident, decision, arrivals, start_of(data, policy, incident))
        else:
            cases = cases_of(data, policy, incident, decision, arrivals)
        result["journal"] += resolve_cases(data, policy, incident, decision, cases)
        result["decisions"].append(decision)
        result["cases"] += cases
        handled.append(Handled(incident, decision, cases))
    read_roots(data, policy, handled)
    for one in handled:
        entries, blocked = comments_of(policy, one)
        result["journal"] += entries
        result["notifications"] += notifications_of(data, policy, one.incident, one.cases, entries, blocked)
    control_flood(policy, result["notifications"])
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
    """Where a row stands among the others: missing comes first, text by code point. Ties go by all other columns."""
    return [(row[column] is not None, row[column]) for column in (*columns, *row)]


__all__ = ["Policy", "Row", "Tables", "simulate"]
