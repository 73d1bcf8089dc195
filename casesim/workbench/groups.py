"""The incidents that change in groups: the configuration items they are on, and the customers they hit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from casesim.engine.customers import names
from casesim.workbench.board import Board

NO_ITEM = "(no configuration item)"
ORDER = ("incidents", "critical", "name", "id")


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to group incidents.

    one, many: a group and several in words; every: in words, what `every` counts.
    counted: from boards and the numbers of the incidents that change to `id`, `name`, `incidents` (that change),
        `critical` (of these), `every` (incident of the group, changing or not); most first.
    numbers: from boards and a group's id to the numbers of its incidents.
    """

    one: str
    many: str
    every: str
    counted: Callable[[Sequence[Board], pl.Series], pl.DataFrame]
    numbers: Callable[[Sequence[Board], str], pl.Series]


def by_item(boards: Sequence[Board], changed: pl.Series) -> pl.DataFrame:
    """By configuration item, as `Grouping.counted` has it; what has none is a group too."""
    rows = pl.concat([board.incidents.by_record for board in boards])
    rows = rows.unique("number", keep="first") if len(boards) > 1 else rows
    rows = rows.with_columns(changes=rows["number"].is_in(changed.implode()))
    found = rows.group_by("ci").agg(
        incidents=pl.col("changes").sum(), critical=(pl.col("changes") & pl.col("critical")).sum(), every=pl.len()
    )
    id, name = pl.col("ci").fill_null(""), pl.col("ci").fill_null(NO_ITEM)
    return _in_order(found.filter(pl.col("incidents") > 0).with_columns(id=id, name=name))


def of_item(boards: Sequence[Board], id: str) -> pl.Series:
    """The numbers of a configuration item's incidents."""
    own = pl.col("ci") == id if id else pl.col("ci").is_null()
    return pl.concat([board.incidents.by_record.filter(own)["number"] for board in boards]).unique()


def by_customer(boards: Sequence[Board], changed: pl.Series) -> pl.DataFrame:
    """By customer, as `Grouping.counted` has it: whoever counts in one of the boards (R2.3)."""
    hit, known = [], []
    for board in boards:
        pairs, who, rows = _pairs(board), _who(board), board.incidents.by_record
        changes = rows["number"].is_in(changed.implode()) & _asked(board)
        own = pairs.filter(changes.gather(pairs["incident"]))
        place, customer = own["incident"], own["customer"]
        hit.append(
            pl.DataFrame(
                {
                    "id": who["id"].gather(customer),
                    "number": rows["number"].gather(place),
                    "critical": rows["critical"].gather(place),
                }
            )
        )
        every = pairs.group_by("customer").len("every")
        known.append(who[every["customer"]].with_columns(every["every"]))
    each = pl.concat(hit)
    each = each.unique(["id", "number"]) if len(boards) > 1 else each
    found = each.group_by("id").agg(incidents=pl.len(), critical=pl.col("critical").sum())
    of_all = pl.concat(known).group_by("id").agg(pl.col("name").first(), pl.col("every").max())
    return _in_order(found.join(of_all, on="id"))


def of_customer(boards: Sequence[Board], id: str) -> pl.Series:
    """The numbers of the incidents in which a customer counts."""
    found = []
    for board in boards:
        code = (_who(board)["id"] == id).arg_true()
        pairs = _pairs(board)
        own = pl.col("customer").is_in(code.implode()) & _asked(board).gather(pairs["incident"])
        places = pairs.filter(own)["incident"]
        found.append(board.incidents.by_record["number"].gather(places))
    return pl.concat(found).unique()


ITEMS = Grouping("CI", "CIs", "Of all its incidents", by_item, of_item)
CUSTOMERS = Grouping("customer", "customers", "Of all that hit it", by_customer, of_customer)


def _pairs(board: Board) -> pl.DataFrame:
    """`incident`, `customer`: who counts where, whatever the threshold."""
    run = board.thresholds.low
    return run.pairs if run.served is None else run.served


def _asked(board: Board) -> pl.Series:
    """Which records are decided on at all: on the others nobody counts (R2.4, R12.1)."""
    return board.thresholds.low.decided["asked"]


def _who(board: Board) -> pl.DataFrame:
    """`id` (its kind before it) and `name` of each customer, in the order of codes."""
    own = board.prepared.customers.frame
    return own.select(
        id=pl.concat_str("kind", pl.lit(" "), "id"), name=pl.coalesce(names(board.prepared.data, own), "id")
    )


def _in_order(found: pl.DataFrame) -> pl.DataFrame:
    most = [True, True, False, False]
    return found.sort(ORDER, descending=most).select("id", "name", pl.col("incidents", "critical", "every").cast(int))
