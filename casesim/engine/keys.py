"""References become integer keys, once. Nothing after this module joins on text.

A reference is resolved against its table's sys_id, then number, then name; of several rows with that name the one with
the lowest key is meant. A configuration item has no table: it is compared as text, through its hash.
"""

from dataclasses import dataclass

import polars as pl

from casesim.dataset import Dataset
from casesim.dataset.keys import key_hash
from casesim.tables import INPUT

KEY = pl.UInt64
ROW = pl.UInt32


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a reference may point: one frame (`key` UInt64, `row` UInt32, both distinct) per key column, first wins."""

    steps: tuple[pl.DataFrame, ...]

    def rows(self, keys: pl.Series) -> pl.Series:
        """The row each key points to, UInt32, null where it points nowhere. In the order of `keys`."""
        found = pl.DataFrame({"key": keys.cast(KEY)}).with_columns(row=pl.lit(None, ROW))
        for step in self.steps:
            if not found["row"].null_count():
                break
            found = found.join(step, on="key", how="left", maintain_order="left").select(
                "key", row=pl.coalesce("row", "row_right")
            )
        return found["row"]


def lookup(data: Dataset, table: str) -> Lookup:
    """The lookup of a table whose rows others refer to; row = position among its usable rows.

    Args:
        data: the dataset.
        table: a table that has key columns; one that is absent gives a lookup that finds nothing.
    """
    if not data.has(table):
        return Lookup(())
    keys = data.keys(table)
    steps = []
    for column in INPUT[table].key:
        step = pl.DataFrame({"key": keys[column]}).with_row_index("row")
        if column == "name":
            # Names repeat: the row with the lowest key text stands for all of them.
            step = step.with_columns(order=ids(data, table)).sort("order", nulls_last=False)
        steps.append(step.select("key", "row").drop_nulls("key").unique("key", keep="first", maintain_order=True))
    return Lookup(tuple(step for step in steps if step.height))


def ids(data: Dataset, table: str) -> pl.Series:
    """The key of each row as output shows it: sys_id, else number, else name; null where it has none."""
    columns = INPUT[table].key
    return data.frame(table, columns).select(id=pl.coalesce(columns)).collect()["id"]


def hashed(frame: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """The same rows with the named text columns as UInt64 keys; other columns are kept."""
    return frame.with_columns(key_hash(pl.col(column)) for column in columns)


def hash_of(texts: pl.Series) -> pl.Series:
    """The keys of a column of texts, UInt64, null where there is no text."""
    return texts.to_frame("text").select(key_hash(pl.col("text")))["text"]
