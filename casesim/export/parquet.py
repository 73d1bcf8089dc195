"""Result tables as Parquet, a row group at a time: each text once per group, however many rows repeat it.

Values stay as they are; a reader sees plain text columns. The bytes depend on the table alone.
"""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from casesim.engine.layout import Fetch, OutputTable

ROW_GROUP = 262_144
# Case numbers differ in their last characters only: each is written as its difference from the one before.
INCREMENTAL = ("number", "correlation_id", "case_number", "record", "id")


def write_parquet(table: OutputTable, path: Path) -> int:
    """Write one table; returns its number of rows.

    Args:
        table: the table, in integer codes until here.
        path: a new file.
    """
    first = _group(table, 0)
    plain = pa.schema([(field.name, _plain(field.type)) for field in first.schema])
    options = {
        "compression": "zstd",
        "compression_level": 1,
        "store_schema": False,
        "use_dictionary": [
            name for name in plain.names if name not in INCREMENTAL and plain.field(name).type == pa.string()
        ],
        "column_encoding": {name: "DELTA_BYTE_ARRAY" for name in plain.names if name in INCREMENTAL},
    }
    with pq.ParquetWriter(path, first.schema, **options) as writer:
        writer.write_table(first, row_group_size=ROW_GROUP)
        for start in range(ROW_GROUP, table.codes.height, ROW_GROUP):
            writer.write_table(_group(table, start), row_group_size=ROW_GROUP)
    return table.codes.height


def _plain(dtype: pa.DataType) -> pa.DataType:
    return dtype.value_type if pa.types.is_dictionary(dtype) else dtype


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
        if column.side not in distinct:
            distinct[column.side] = _distinct(codes[column.side])
        used, places = distinct[column.side]
        values = _arrow(table.sides[column.side][column.column].gather(used))
        if column.only is not None:
            absent = pa.scalar(None, places.type)
            places = pa.compute.if_else(_arrow(codes[column.only]), places, absent)
        if pa.types.is_string(values.type):
            encoded = values.dictionary_encode()
            arrays[name] = pa.DictionaryArray.from_arrays(encoded.indices.take(places), encoded.dictionary)
        else:
            arrays[name] = values.take(places)
    return pa.table(arrays)


def _distinct(codes: pl.Series) -> tuple[pl.Series, pa.Array]:
    """The codes that occur, ascending, and each row's place among them (int32, null where it has no code)."""
    used = codes.drop_nulls().unique().sort()
    places = used.search_sorted(codes).cast(pl.Int32)
    return used, _arrow(pl.select(pl.when(codes.is_not_null()).then(places)).to_series())


def _arrow(values: pl.Series) -> pa.Array:
    array = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    return array.cast(pa.string()) if pa.types.is_large_string(array.type) else array
