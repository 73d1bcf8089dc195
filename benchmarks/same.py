"""Whether two contestants gave the same answer: digests for any size, for small ones a comparison value by value."""

import hashlib
import json
import sys
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from benchmarks import Decided

TABLES = ("decisions", "cases", "notifications", "journal", "rejects")
ROWS = 500_000


def decided_digest(decided: Decided, per_incident: pl.DataFrame) -> dict[str, str | int]:
    """k of every incident and the counts for every threshold, as texts to compare; the totals as they are."""
    k = per_incident.select("incident", pl.col("k").cast(pl.Int64)).sort("incident")
    thresholds = as_polars(decided.thresholds)
    columns = ("threshold", "none", "individual", "major", "cases")
    counts = thresholds.select(pl.col(name).cast(pl.Int64) for name in columns)
    return {**decided.totals, "k": _sha(k.write_csv()), "thresholds": _sha(counts.write_csv())}


def run_digest(folder: Path) -> dict[str, str]:
    """For each table its columns, its rows and the sum of the hashes of its rows, each with its place."""
    found = {}
    for name in TABLES:
        table = pl.scan_parquet(folder / f"{name}.parquet")
        schema = [(column, str(dtype)) for column, dtype in table.collect_schema().items()]
        rows, total = 0, 0
        for batch in table.with_row_index("place").collect_batches(chunk_size=ROWS, maintain_order=True):
            rows += batch.height
            total += int(batch.to_struct().hash().cast(pl.UInt64).cast(pl.Int128).sum())
        found[name] = f"{rows} rows {_sha(json.dumps(schema))[:8]} {total % 2**64:016x}"
    return found


def first_difference(one: Path, other: Path) -> str | None:
    """The first difference between two result folders, in words; None where all five tables are equal."""
    for name in TABLES:
        frames = [pl.read_parquet(folder / f"{name}.parquet") for folder in (one, other)]
        try:
            assert_frame_equal(*frames, check_exact=True)
        except AssertionError as difference:
            return f"{name}: {difference}"
    return None


def as_polars(frame: object) -> pl.DataFrame:
    """A frame of polars, pandas or DuckDB as a Polars frame."""
    if isinstance(frame, pl.DataFrame):
        return frame
    return frame.pl() if hasattr(frame, "pl") else pl.from_pandas(frame)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    print(first_difference(Path(sys.argv[1]), Path(sys.argv[2])) or "")
