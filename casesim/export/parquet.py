"""Result tables as Parquet, a row group at a time: each text once per group, however many rows repeat it.

Values stay as they are; a reader sees plain text columns. The bytes depend on the table alone.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from casesim.engine.layout import Fetch, OutputTable

ROW_GROUP = 524_288
# Case numbers differ in their last characters only: each is written as its difference from the one before.
INCREMENTAL = ("number", "correlation_id", "case_number", "parent", "record", "id")


def write_parquet(table: OutputTable, path: Path) -> int:
    """Write one table; returns its number of rows.

    Args:
        table: the table, in integer codes until here.
        path: a new file.
    """
    first = _group(table, 0)
    texts = [field.name for field in first.schema if _is_text(field.type)]
    with pq.ParquetWriter(
        path,
        first.schema,
        compression="zstd",
        compression_level=1,
        store_schema=False,
        write_statistics=False,
        use_dictionary=[name for name in texts if name not in INCREMENTAL],
        column_encoding={name: "DELTA_BYTE_ARRAY" for name in texts if name in INCREMENTAL},
    ) as writer:
        writer.write_table(first, row_group_size=ROW_GROUP)
        for start in range(ROW_GROUP, table.codes.height, ROW_GROUP):
            writer.write_table(_group(table, start), row_group_size=ROW_GROUP)
    return table.codes.height


def _is_text(dtype: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(dtype) or pa.types.is_large_string(dtype))


def _group(table: OutputTable, start: int) -> pa.Table:
    """One row group: fetched texts as dictionaries, everything else spelt out."""
    codes = table.codes.slice(start, ROW_GROUP)
    worked = table.worked(codes)
    distinct: dict[str, tuple[pl.Series, pa.Array]] = {}
    arrays = {}
    for name, column in table.columns.items():
        if not isinstance(column, Fetch):
            arrays[name] = _arrow(worked[name])
            continue
        side = table.sides[column.side]
        if column.side not in distinct:
            distinct[column.side] = _distinct(codes[column.side], side.height)
        used, places = distinct[column.side]
        if column.only is not None:
            places = pa.compute.if_else(_arrow(codes[column.only]), places, pa.scalar(None, places.type))
        values = _arrow(side[column.column].gather(used))
        if _is_text(values.type):
            encoded = values.dictionary_encode()
            arrays[name] = pa.DictionaryArray.from_arrays(encoded.indices.take(places), encoded.dictionary)
        else:
            arrays[name] = values.take(places)
    return pa.table(arrays)


def _distinct(codes: pl.Series, height: int) -> tuple[pl.Series, pa.Array]:
    """The codes (below `height`) that occur, ascending, and each row's place among them (null where it has no code)."""
    present = codes.drop_nulls().to_numpy()
    seen = np.zeros(height, dtype=np.bool_)
    seen[present] = True
    place = np.cumsum(seen, dtype=np.int32) - 1
    places = place[present]
    used = pl.Series(np.flatnonzero(seen), dtype=pl.UInt32)
    if codes.null_count():
        spread = np.zeros(codes.len(), dtype=np.int32)
        known = codes.is_not_null().to_numpy()
        spread[known] = places
        return used, pa.array(spread, mask=~known)
    return used, pa.array(places)


def _arrow(values: pl.Series) -> pa.Array:
    return values.to_arrow(compat_level=pl.CompatLevel.oldest())
