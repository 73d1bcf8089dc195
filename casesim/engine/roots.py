"""R6, R6.6: the roots of the journal, what people wrote and what is planned, numbered within their record."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from casesim.engine.journal_rows import journal
from casesim.engine.keys import ROW, Lookup
from casesim.engine.prepare import Prepared
from casesim.engine.told import actions, planned, replies
from casesim.engine.written import AGENT, NOTIFY, REPLY, Known
from casesim.policy import Policy

KINDS = ("comment", "work_note", "notify", "reply", "agent")
FRAME = {
    "incident": ROW,
    "number": ROW,
    "kind": pl.String,
    "created_at": pl.Int64,
    "value": pl.String,
    "author": pl.String,
    "case": ROW,
    "everyone": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Roots:
    """What the journal's entries come of.

    frame: a row per root, ascending by (incident, number): `incident` (code of the record), `number` (1, 2, … within
        it, R6.6), `kind` (comment | work_note | notify | reply | agent), `created_at` (epoch microseconds), `value`,
        `author` (null: nobody named), `case` (a reply's or agent comment's own, else null), `everyone` (an action that
        chooses every customer case).
    chosen: `root` (row in `frame`), `case`: what all other actions choose, also cases that are opened later.
    rejects: what found no record or no case (no_case | no_case_yet | unknown_record); the columns of that table, in no
        promised order.
    """

    frame: pl.DataFrame
    chosen: pl.DataFrame
    rejects: pl.DataFrame


def roots(  # noqa: PLR0917 - one argument for each thing it reads
    prepared: Prepared, policy: Policy, found: Lookup, code: pl.Series, decided: pl.DataFrame, cases: pl.DataFrame
) -> Roots:
    """R6: everything that people wrote, and the actions that the policy plans.

    Args:
        prepared: the dataset and its customers.
        policy: its `[[notify]]`.
        found: what a reference to a record means; rows: all incidents of the dataset, then all changes.
        code: of each of these rows the record's place in `decided` (UInt32), null where its table is no source.
        decided: a row per record in order of code: `outcome`, `decided_at` (epoch microseconds, null: nothing decided).
        cases: a row per case in order of output: `case` (its place), `incident` (code), `customer` (code, null on a
            case without one), `opened_at` (epoch microseconds).

    Raises:
        DatasetError: a table that cannot be read.
    """
    known = Known(prepared, found, code, cases)
    parts = [journal(known), replies(known), actions(known)]
    rows = pl.concat([*(part.rows for part in parts), planned(known, policy, decided)])
    rejects = pl.concat([part.rejects for part in parts])
    if not rows.height:
        return Roots(pl.DataFrame(schema=FRAME), pl.DataFrame(schema={"root": ROW, "case": ROW}), rejects)
    frame, chosen = _merged(_in_order(rows, prepared, cases))
    kinds = pl.Series(KINDS).gather(frame["kind"])
    own = pl.when(pl.col("kind").is_in([REPLY, AGENT])).then("case")
    numbered = frame.with_columns(case=own, number=_numbers(frame["incident"])).with_columns(kind=kinds)
    return Roots(numbered.select(pl.col(name).cast(dtype) for name, dtype in FRAME.items()), chosen, rejects)


def _in_order(rows: pl.DataFrame, prepared: Prepared, cases: pl.DataFrame) -> pl.DataFrame:
    """R6.6: rows by record, time and kind; then by value, author and customer, missing first.

    The three integers settle nearly all of it, by two stable sorts: texts are compared only where they are alike.
    """
    moment = pl.col("created_at") * len(KINDS) + pl.col("kind")
    order = rows.lazy().select("incident", moment=moment).with_row_index("row").collect()
    order = order.sort("moment", maintain_order=True).sort("incident", maintain_order=True)
    first = (pl.col("incident") != pl.col("incident").shift()) | (pl.col("moment") != pl.col("moment").shift())
    group = order.select(group=first.fill_null(True).cum_sum()).to_series()
    alike = (group == group.shift()).fill_null(False) | (group == group.shift(-1)).fill_null(False)
    places = order["row"]
    if alike.any():
        tied = rows[places.filter(alike)].with_columns(row=places.filter(alike), group=group.filter(alike))
        customer = prepared.customers.frame["id"].gather(cases["customer"].gather(tied["case"]))
        tied = tied.with_columns(customer=customer)
        tied = tied.sort("group", "value", "author", "customer", "case", nulls_last=False, maintain_order=True)
        places = places.scatter(alike.arg_true(), tied["row"])
    return rows if places.is_sorted() else rows[places]


def _merged(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """R6: one root for the rows of one action, which stand side by side, by the author of the first of them.

    Args:
        rows: as `Written.rows`, in order.

    Returns:
        The rows that are roots, and the cases that actions choose by name: `root`, `case`, each once. An action that
        chooses no case is none.
    """
    action = rows["kind"] == NOTIFY
    if not action.any():
        return rows, pl.DataFrame(schema={"root": ROW, "case": ROW})
    same = pl.all_horizontal(
        pl.col(name) == pl.col(name).shift() for name in ("incident", "created_at", "kind", "value")
    )
    begins = rows.select((~same | (pl.col("kind") != NOTIFY)).fill_null(True)).to_series()
    root = begins.cum_sum() - 1
    everyone, alive = (_any(root, rows[name], int(begins.sum())) for name in ("everyone", "counts"))
    frame = rows.filter(begins).with_columns(everyone=everyone).filter(alive)
    moved = (alive.cum_sum() - 1).cast(ROW)
    named = action & rows["case"].is_not_null() & ~everyone.gather(root)
    chosen = pl.DataFrame({"root": moved.gather(root.filter(named)), "case": rows["case"].filter(named)})
    return frame, chosen.unique(maintain_order=True)


def _any(groups: pl.Series, flags: pl.Series, height: int) -> pl.Series:
    """Whether any row of each group has the flag."""
    met = np.zeros(height, dtype=np.bool_)
    met[groups.filter(flags).to_numpy()] = True
    return pl.Series(met)


def _numbers(incidents: pl.Series) -> pl.Series:
    """1, 2, … within each incident; its rows stand side by side."""
    row = np.arange(incidents.len())
    begins = np.ones(incidents.len(), dtype=np.bool_)
    begins[1:] = incidents.to_numpy()[1:] != incidents.to_numpy()[:-1]
    return pl.Series(row - np.maximum.accumulate(np.where(begins, row, 0)) + 1, dtype=ROW)
