"""R6 for one record: what people wrote, where it was put, by which rule, and whether anybody chose that."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from casesim.analysis.story.values import Copy, Said
from casesim.engine.simulate import Simulation

Row = Mapping[str, Any]


def said(run: Simulation, journal: pl.DataFrame, notifications: pl.DataFrame) -> tuple[Said, ...]:
    """Every root of a run over one record, in the order of their ids.

    Args:
        run: a run over one record.
        journal, notifications: its rows of these tables.
    """
    if run.talk is None:
        return ()
    own: dict[str, Row] = {}
    made: dict[str, list[Row]] = {}
    for row in journal.filter(pl.col("origin") != "resolution").iter_rows(named=True):
        if row["copied_from"] is None:
            own[row["id"]] = row
        else:
            made.setdefault(row["copied_from"], []).append(row)
    blocked: dict[str, list[Row]] = {}
    for row in notifications.filter(pl.col("status") == "blocked").iter_rows(named=True):
        blocked.setdefault(row["journal_id"], []).append(row)
    moments = _moments(run)
    return tuple(
        Said(
            id=key,
            kind=_kind(own.get(key)),
            by=author,
            at=moments[place],
            value=value,
            record=own[key]["record"] if key in own else None,
            copies=tuple(_copy(key, row) for row in made.get(key, ())),
            blocked=tuple(row["case_number"] for row in blocked.get(key, ())),
            blocked_because=next((row["reason"] for row in blocked.get(key, ())), None),
        )
        for place, (key, value, author) in enumerate(run.talk.roots.select("id", "value", "author").iter_rows())
    )


def _moments(run: Simulation) -> dict[int, Any]:
    """When each root was written. One that wrote nothing has notices at least, as it chose a case."""
    if run.talk is None:
        return {}
    at = pl.col("created_at").cast(pl.Datetime("us", "UTC"))
    rows = [frame.select("root", at) for frame in (run.talk.entries, run.talk.notices)]
    return dict(pl.concat(rows).unique("root").iter_rows())


def _kind(row: Row | None) -> str:
    """What a root is, from its own entry; only an action may write none."""
    if row is None or row["origin"] == "notify":
        return "notify action"
    if row["origin"] == "reply":
        return "reply"
    if row["table"] == "case":
        return "agent comment"
    return "work note" if row["element"] == "work_notes" else "comment"


def _copy(root: str, row: Row) -> Copy:
    return Copy(
        record=row["record"],
        element=row["element"],
        rule=_rule(root, row),
        unintended=row["unintended"],
        duplicate=row["duplicate"],
    )


def _rule(root: str, row: Row) -> str:
    """R6.6: an entry's id says which rule made it."""
    record = row["record"]
    if row["id"] == f"{root}:{record}":
        return "R6.1" if row["table"] == "incident" else "R6"
    return "R6.2" if row["id"] == f"{root}+{record}" else "R7.2"
