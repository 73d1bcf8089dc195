"""The floor: reading the columns that a task needs and, for a whole run, writing the same tables as casesim does."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from benchmarks.data import DECIDE, JOURNAL, RUN


def decide(data: Path, threshold: int) -> None:
    """Read what `decide` needs and do nothing with it."""
    _read(data, DECIDE)


def prepare_run(expected: Path) -> Callable[[Path, Path], None]:
    """A `run` that writes casesim's own tables; they are in memory before the clock starts."""
    tables = {file.stem: pl.read_parquet(file) for file in sorted(expected.glob("*.parquet"))}

    def run(data: Path, out: Path) -> None:
        _read(data, RUN)
        _read(data, {table: names for table, names in JOURNAL.items() if (data / f"{table}.parquet").exists()})
        for name, table in tables.items():
            table.write_parquet(out / f"{name}.parquet")

    return run


def _read(data: Path, columns: Mapping[str, Sequence[str]]) -> list[pl.DataFrame]:
    return [pl.read_parquet(data / f"{table}.parquet", columns=list(names)) for table, names in columns.items()]
