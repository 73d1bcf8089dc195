"""What people wrote as rows, and the roots that come of them, for tests with cases given by hand."""

from typing import Any

import polars as pl

from casesim.dataset import load
from casesim.engine.keys import ROW
from casesim.engine.prepare import prepare
from casesim.engine.records import references
from casesim.engine.roots import Roots, roots
from casesim.policy import Policy
from tests.examples.example import accounts, at, incident, listed
from tests.frames import frames
from tests.reference import Row, Tables

OPENED = at("10:00")
NOON = int(at("12:00").timestamp()) * 1_000_000
MINUTE = 60_000_000

# INC1 has a case for each of a1, a2 and the consumer c1 (0, 1, 2); INC2 one for a1 (3), opened at noon.
CASES = [("INC1", "a1"), ("INC1", "a2"), ("INC1", "c1"), ("INC2", "a1")]
PEOPLE: Tables = {
    "incident": [incident("INC1", sys_id="s1"), incident("INC2", sys_id="s2")],
    "affected_account": [*listed("a1", "a2"), {"incident": "INC1", "account": None, "consumer": "c1"}],
    "customer_account": accounts("a1", "a2", "a3"),
    "csm_consumer": [{"sys_id": "c1", "name": "Ann Lee", "email": "ann@example.com"}],
}


def found(tables: Tables, cases: list[tuple[str, str | None]] = CASES, **settings: Any) -> Roots:
    """The roots of a dataset whose cases are given by incident and customer; they are open when INC1 and INC2 are."""
    policy = Policy.from_dict(settings)
    data = load(frames(PEOPLE | tables))
    prepared = prepare(data, policy)
    records = data.frame("incident", ["number"]).collect()["number"].to_list()
    known = prepared.customers.frame["id"].to_list()
    start = NOON - 120 * MINUTE
    rows = [
        (
            place,
            records.index(record),
            None if customer is None else known.index(customer),
            NOON if record == "INC2" else start,
        )
        for place, (record, customer) in enumerate(cases)
    ]
    schema = {"case": ROW, "incident": ROW, "customer": ROW, "opened_at": pl.Int64}
    changes = data.height("change_request") if "change_request" in policy.sources else 0
    decided = pl.DataFrame(
        {
            "outcome": ["individual"] * len(records) + ["none"] * changes,
            "decided_at": pl.Series([start] * len(records) + [None] * changes, dtype=pl.Int64),
        }
    )
    case_rows = pl.DataFrame(rows, schema, orient="row")
    return roots(prepared, policy, references(data), prepared.records.codes, decided, case_rows)


def listed_roots(result: Roots, *columns: str) -> list[tuple[Any, ...]]:
    return result.frame.select(*columns).rows()


def rejected(result: Roots) -> list[tuple[Any, ...]]:
    return sorted(result.rejects.rows())


def wrote(value: str, clock: str = "12:00", *, on: str = "INC1", by: str | None = "agent", **more: Any) -> Row:
    row = {"element_id": on, "name": None, "element": "comments", "value": value, "sys_created_by": by}
    return row | {"sys_created_on": at(clock)} | more


def replied(value: str, clock: str = "12:00", *, account: str | None = "a1", on: str = "INC1", **more: Any) -> Row:
    row = {"incident": on, "account": account, "consumer": None, "value": value, "created_by": None}
    return row | {"created_at": at(clock)} | more


def acted(message: str, account: str | None, clock: str = "12:00", *, on: str = "INC1", **more: Any) -> Row:
    row = {"incident": on, "account": account, "consumer": None, "message": message, "created_by": "agent"}
    return row | {"created_at": at(clock)} | more
