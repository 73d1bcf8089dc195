"""R1.4 to R1.6: who a customer is, whom it counts as, and whether it counts.

Accounts come before consumers and each kind goes by id, so a customer's integer code is also its place in output.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.keys import key_hash
from casesim.engine import keys
from casesim.engine.codes import VALUE_UNIT
from casesim.engine.keys import ROW
from casesim.policy import Choices
from casesim.tables import DatasetError

# A sum of more is one that whole ten-thousandths of 64 bits cannot hold.
MOST_VALUE = 2**63 / VALUE_UNIT
KINDS = {"account": "customer_account", "consumer": "csm_consumer"}


@dataclass(frozen=True, slots=True)
class Customers:
    """Every account and consumer that the dataset knows or names.

    frame: one row per customer, row number = code; `kind` (account | consumer), `id`, `row` (in its table, null if the
        dataset lacks it: R1.6), `active`, `value` (contract value in ten-thousandths), `counts_as` (code, R1.5),
        `excluded` (true: R1.4 drops whoever counts as this one), `in_cycle` (its way up ends in a cycle of parents).
    """

    frame: pl.DataFrame

    @property
    def first_consumer(self) -> int:
        """Codes below this are accounts, the others consumers."""
        return int((self.frame["kind"] == "account").sum())

    def codes(self, kind: str, references: pl.Series, rows: pl.Series) -> pl.Series:
        """The code of each reference, UInt32, null where there is no reference.

        Args:
            kind: account | consumer.
            references: keys (UInt64).
            rows: the row of its table that each one resolves to, null where it is unknown (R1.6).
        """
        own = self.frame.select("kind", "row", "id").with_row_index("code").filter(pl.col("kind") == kind)
        known, lost = own.drop_nulls("row"), own.filter(pl.col("row").is_null())
        # Rows of the table without any key are nobody's customer: their places stay unused.
        code_of_row = np.zeros(int(known["row"].to_numpy().max(initial=0)) + 1, dtype=np.uint32)
        code_of_row[known["row"].to_numpy()] = known["code"].to_numpy()
        codes = pl.Series(code_of_row).gather(rows)
        if not lost.height:
            return codes
        by_key = lost.select("code", key=key_hash(pl.col("id")))
        unknown = references.to_frame("key").join(by_key, on="key", how="left", maintain_order="left")["code"]
        return pl.select(pl.when(rows.is_null()).then(unknown).otherwise(codes)).to_series()


def customers(data: Dataset, choices: Choices, unknown: dict[str, pl.Series]) -> Customers:
    """All customers: those of the two tables, and those that only a reference names (R1.6).

    Args:
        data: the dataset.
        choices: the policy's choices; `roll_up_to_parent_account` and `count_inactive_accounts` are used.
        unknown: by kind, the distinct texts that name customers elsewhere whom the table lacks.

    Raises:
        DatasetError: contract values that add up to more than can be counted.
    """
    parts = []
    for kind, table in KINDS.items():
        known = _known(data, kind, table)
        lost = pl.DataFrame({"id": unknown[kind]}).with_columns(
            row=pl.lit(None, ROW), active=pl.lit(True), value=pl.lit(0, pl.Int64), parent=pl.lit(None, ROW)
        )
        parts.append(pl.concat([known, lost.select(known.columns)]).with_columns(kind=pl.lit(kind)).sort("id", "row"))
    frame = pl.concat(parts).with_row_index("code")
    top, in_cycle = _tops(frame)
    if not choices.roll_up_to_parent_account:
        top = np.arange(frame.height, dtype=np.uint32)
    excluded = ~frame["active"] if not choices.count_inactive_accounts else pl.repeat(False, frame.height, eager=True)
    return Customers(
        frame.select(
            "kind",
            "id",
            "row",
            "active",
            "value",
            counts_as=pl.Series(top, dtype=ROW),
            excluded=excluded.gather(top),
            in_cycle=pl.Series(in_cycle),
        )
    )


def _known(data: Dataset, kind: str, table: str) -> pl.DataFrame:
    """The rows of one customer table that can be referred to: id, row, active, value, parent (row)."""
    rows = data.collect(data.frame(table, ["active"]))
    rows = rows.with_columns(id=keys.ids(data, table)).with_row_index("row")
    value, parent = pl.lit(0, pl.Int64), pl.Series("parent", [None] * rows.height, ROW)
    if kind == "account":
        extra = data.collect(data.frame(table, ["contract_value", "account_parent"]))
        rows = rows.with_columns(extra["contract_value"])
        _refuse_sum(rows["contract_value"])
        value = in_units(pl.col("contract_value").fill_null(0))
        parent = keys.lookup(data, table).rows(keys.hash_of(extra["account_parent"]))
    return rows.select("id", "row", "active", value=value, parent=pl.Series("parent", parent, ROW)).drop_nulls("id")


def in_units(value: pl.Expr) -> pl.Expr:
    """R2.5: a contract value in whole ten-thousandths, Int64.

    What stands before the point is counted by itself: times ten thousand it has more digits than a Float64.

    Example:
        >>> frame = pl.DataFrame({"value": [0.5, -12.3456, 99_999_999_999_999.25]})
        >>> frame.select(in_units(pl.col("value"))).to_series().to_list()
        [5000, -123456, 999999999999992500]
    """
    whole = value.truncate()
    return whole.cast(pl.Int64) * VALUE_UNIT + ((value - whole) * VALUE_UNIT).round().cast(pl.Int64)


def _refuse_sum(values: pl.Series) -> None:
    """Refuse contract values of which some incident's might add up to a number that cannot be counted."""
    total = float(values.abs().sum())
    if total >= MOST_VALUE:
        raise DatasetError(
            f"table customer_account: the contract values add up to {total:,.0f}, and up to {MOST_VALUE:,.0f} can be "
            "counted exactly (R2.5). Give them in thousands or millions, and contract_value_at_least likewise."
        )


def _tops(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """R1.5: the code of the top-most known account above each, and whether the way up ends in a cycle.

    Each round doubles the length of way walked, so the number of rounds is the logarithm of the deepest tree.
    """
    known = frame.filter(pl.col("kind") == "account").drop_nulls("row").select("row", above="code")
    above = frame.join(known, left_on="parent", right_on="row", how="left", maintain_order="left")["above"]
    own = np.arange(frame.height, dtype=np.uint32)
    root = above.is_null().to_numpy()
    up = above.fill_null(pl.Series(own, dtype=ROW)).to_numpy()
    for _ in range(max(1, int(frame.height).bit_length())):
        further = up[up]
        if np.array_equal(further, up):
            break
        up = further
    in_cycle = ~root[up]
    return np.where(in_cycle, own, up), in_cycle


def names(data: Dataset, who: pl.DataFrame) -> pl.Series:
    """The name of each customer, null where it has none or the dataset lacks it.

    Args:
        data: the dataset.
        who: rows with `kind` and `row`, as `Customers.frame` has them.
    """
    own = []
    for kind, table in KINDS.items():
        rows = who.select(row=pl.when(pl.col("kind") == kind).then("row"))["row"]
        own.append(data.collect(data.frame(table, ["name"]))["name"].gather(rows))
    return pl.select(pl.coalesce(own)).to_series()
