"""Keys as 64-bit numbers: the texts of ids are hashed as they are read and are not kept."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

_SEED: Final = 20_260_305


def key_hash(expr: pl.Expr) -> pl.Expr:
    """Text to UInt64, the same for the same text everywhere; null stays null.

    Args:
        expr: a text column.
    """
    return pl.when(expr.is_not_null()).then(expr.hash(_SEED))


def has_duplicates(hashes: pl.DataFrame, key: Sequence[str]) -> bool:
    """Whether a row may repeat an earlier row's key or number. Fast: nothing is looked up.

    Args:
        hashes: one UInt64 column per key column, nulls where there is no text.
        key: the key columns, in order of preference.
    """
    columns = {"key": _key(key)} | ({"number": pl.col("number")} if "number" in key[1:] else {})
    return any(_repeats(hashes.select(column).to_series()) for column in columns.values())


def duplicates(hashes: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The rows that repeat the key, or else the number, of any row before them.

    Args:
        hashes: `row` and one UInt64 column per key column.
        key: the key columns, in order of preference.

    Returns:
        `row` and `column`: the key column concerned. In row order.
    """
    again = {"by_key": _again(_key(key)), "by_number": _again(pl.col("number")) if "number" in key else pl.lit(False)}
    which = pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in key)
    return (
        hashes.with_columns(**again)
        .filter(pl.col("by_key") | pl.col("by_number"))
        .select("row", column=pl.when("by_key").then(which).otherwise(pl.lit("number")))
    )


def same_hash(hashes: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """The rows that share a key's or a number's hash with another row: those whose texts must be alike."""
    shared = _key(key).is_duplicated() & _key(key).is_not_null()
    if "number" in key:
        shared |= pl.col("number").is_duplicated() & pl.col("number").is_not_null()
    return hashes.filter(shared)["row"]


def check_collisions(table: str, rows: pl.DataFrame, key: Sequence[str]) -> None:
    """Make sure that equal hashes are equal texts.

    Args:
        table: its name.
        rows: for each key column its text, and its hash as `hash.<name>`.
        key: the key columns, in order of preference.

    Raises:
        RuntimeError: two different ids with one hash. It takes 4 billion ids to make that an even chance.
    """
    pairs = {"key": (_key(key), _key([f"hash.{name}" for name in key]))}
    if "number" in key:
        pairs["number"] = (pl.col("number"), pl.col("hash.number"))
    for text, hashed in pairs.values():
        found = rows.select(text=text, hash=hashed).drop_nulls().unique().group_by("hash").agg("text")
        clash = found.filter(pl.col("text").list.len() > 1)
        if clash.height:
            one, two, *_ = clash["text"][0].sort()
            raise RuntimeError(
                f'{table}: the keys "{one}" and "{two}" have the same 64-bit hash, so casesim cannot tell them apart. '
                "Nothing is wrong with the data; changing one of the two keys avoids it."
            )


def _key(key: Sequence[str]) -> pl.Expr:
    return pl.coalesce(*key)


def _again(hashed: pl.Expr) -> pl.Expr:
    return hashed.is_not_null() & ~hashed.is_first_distinct()


def _repeats(hashes: pl.Series) -> bool:
    # Half the time of counting distinct ones.
    ordered = np.sort(hashes.drop_nulls().to_numpy())
    return bool((ordered[1:] == ordered[:-1]).any())
