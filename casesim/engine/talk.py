"""R6 put together: roots, the entries and notifications that come of them, in the codes of the output tables."""

from dataclasses import dataclass

import polars as pl

from casesim.engine import comments, journal
from casesim.engine.backend import collect, collect_in_order, lazy
from casesim.engine.case_type import tables
from casesim.engine.outputs import Sides
from casesim.engine.prepare import Prepared
from casesim.engine.records import references
from casesim.engine.resolve import CASE_CANCELLED
from casesim.engine.roots import roots
from casesim.policy import Policy

WRITTEN = ("sys_journal_field", "notify_customers", "customer_reply")


@dataclass(frozen=True, slots=True)
class Talk:
    """What people wrote and what became of it.

    roots: a row per root: `id` (R6.6), `value`, `author`.
    entries: a row per journal entry: `incident`, `case` and `place` (null on the record), `root`, `form`, `element`,
        `origin`, `unintended`, `duplicate`, `created_at`, `rank` (of its id).
    notices: a row per `comment` notification, blocked ones too: `case`, `incident`, `customer`, `place`, `event`,
        `created_at`, `root`, `form`, `unintended`, `status` and `reason` (null: the contact's), by id.
    rejects: rows that found no record or no case.
    """

    roots: pl.DataFrame
    entries: pl.DataFrame
    notices: pl.DataFrame
    rejects: pl.DataFrame


def talk(
    prepared: Prepared,
    policy: Policy,
    order: pl.Series | None,
    decided: pl.DataFrame,
    cases: pl.DataFrame,
    *,
    sides: Sides,
) -> Talk | None:
    """R6: everything that people wrote or are planned to write; None if that is nothing.

    Args:
        prepared: who is affected.
        policy: the switches, the planned actions.
        order: the records' rows by number, None where they stand so.
        decided: one row per record in that order.
        cases: one row per case in output order.
        sides: what the codes stand for.
    """
    if not policy.notify and not any(prepared.data.height(table) for table in WRITTEN):
        return None
    code = prepared.records.codes
    if order is not None:
        code = order.arg_sort().cast(pl.UInt32).gather(code)
    cancelled = pl.when(pl.col("state") == CASE_CANCELLED).then(decided["cancelled"].gather(cases["incident"]))
    known = cases.with_columns(ended_at=pl.coalesce("resolved_at", cancelled))
    found = roots(prepared, policy, references(prepared.data), code, decided, known)
    numbered = found.frame.with_row_index("root").with_columns(pl.col("root").cast(pl.UInt32))
    base_table = len(tables(prepared.definitions)) - 1
    frames = lazy(numbered), lazy(found.chosen), lazy(known)
    entries = comments.entries(*frames, policy, base_table)
    numbers = sides.incident["number"]
    twice = pl.select(("+" + numbers) < numbers).to_series()
    ids = numbers.gather(numbered["incident"]) + "-J" + numbered["number"].cast(pl.String).str.zfill(4)
    written = _by_id(collect(entries), numbered, twice)
    notices = collect(comments.notices(lazy(written)))
    blocked = collect(comments.blocked(*frames, policy)).with_columns(
        form=pl.lit(0, pl.Int8), unintended=pl.lit(False), status=pl.lit("blocked")
    )
    told = _by_id(pl.concat([notices, blocked], how="diagonal"), numbered, twice)
    told = told.with_columns(event=pl.lit("comment"))
    return Talk(
        pl.DataFrame({"id": ids, "value": numbered["value"], "author": numbered["author"]}),
        written.drop("customer"),
        told.sort("rank").drop("rank"),
        found.rejects,
    )


def _by_id(rows: pl.DataFrame, numbered: pl.DataFrame, twice: pl.Series) -> pl.DataFrame:
    """Rows of roots with their `rank` by id. Beyond four digits numbers do not sort as texts do."""
    most = numbered["number"].max()
    places = pl.select(n=pl.int_range(most + 1 if isinstance(most, int) else 1))["n"]
    as_text = places.cast(pl.String).str.zfill(4).rank("ordinal").gather(numbered["number"])
    parts = rows.with_columns(number=as_text.gather(rows["root"]), twice=twice.gather(rows["incident"]))
    return collect_in_order(journal.by_id(lazy(parts)))
