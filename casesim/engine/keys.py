"""References become integer keys, once. Nothing after this module joins on text.

A reference is resolved against its table's sys_id, then number, then name; of several rows with that name the one with
the lowest key is meant. A configuration item has no table: it is compared as text, through its hash.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.keys import key_hash
from casesim.tables import INPUT

KEY = pl.UInt64
ROW = pl.UInt32

# Where references are that much fewer than what they may point to, the others are dropped before the join.
FEW = 4


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a reference may point: by key column, the first wins, each usable row's key (UInt64, null: it has none).

    Keys are distinct, but for names: of rows with one name the lowest in `order` stands for all.
    """

    columns: Mapping[str, pl.Series]
    order: Callable[[], pl.Series]

    def rows(self, keys: pl.Series) -> pl.Series:
        """The row each key points to, UInt32, null where it points nowhere. In the order of `keys`."""
        found = keys.cast(KEY).to_frame("key").with_columns(row=pl.lit(None, ROW))
        for column in self.columns:
            # The next column is asked only if something is still unresolved, so mostly it costs nothing.
            if found["row"].null_count() == keys.null_count():
                break
            step = self._step(column)
            if found.height * FEW < step.height:
                step = step.join(found, on="key", how="semi")
            joined = found.join(step, on="key", how="left", maintain_order="left")
            found = joined.select("key", row=pl.coalesce("row", "row_right"))
        return found["row"]

    def replaced(self, data: Dataset, frame: pl.LazyFrame, column: str) -> pl.DataFrame:
        """A dataset's rows with the row that `column` points to instead of its key, in no promised order.

        Those that point nowhere are left out. It streams, while `rows` wants the keys first and keeps their order.
        """
        if not self.columns:
            return frame.clear().with_columns(pl.lit(None, ROW).alias(column)).collect()
        first = self._step(next(iter(self.columns))).lazy()
        joined = data.collect(frame.join(first, left_on=column, right_on="key", how="left"), "streaming")
        lost = joined["row"].is_null()
        if lost.any():
            others = joined.filter(lost).drop("row")
            others = others.with_columns(row=self.rows(others[column])).drop_nulls("row")
            joined = pl.concat([joined.filter(~lost), others])
        return joined.drop(column).rename({"row": column})

    def _step(self, column: str) -> pl.DataFrame:
        step = self.columns[column].to_frame("key").with_row_index("row")
        if column == "name":
            step = step.with_columns(order=self.order()).sort("order", nulls_last=False)
            step = step.unique("key", keep="first", maintain_order=True)
        return step.select("key", "row").drop_nulls("key")


def lookup(data: Dataset, table: str) -> Lookup:
    """The lookup of a table whose rows others refer to; row = position among its usable rows.

    Args:
        data: the dataset.
        table: a table that has key columns; one that is absent gives a lookup that finds nothing.
    """
    if not data.has(table):
        return Lookup({}, lambda: pl.Series(dtype=pl.String))
    keys = data.keys(table)
    return Lookup({column: keys[column] for column in INPUT[table].key}, lambda: ids(data, table))


def ids(data: Dataset, table: str) -> pl.Series:
    """The key of each row as output shows it: sys_id, else number, else name; null where it has none."""
    columns = INPUT[table].key
    return data.collect(data.frame(table, columns).select(id=pl.coalesce(columns)))["id"]


def hashed(frame: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """The same rows with the named text columns as UInt64 keys; other columns are kept."""
    return frame.with_columns(key_hash(pl.col(column)) for column in columns)


def hash_of(texts: pl.Series) -> pl.Series:
    """The keys of a column of texts, UInt64, null where there is no text."""
    return texts.to_frame("text").select(key_hash(pl.col("text")))["text"]
