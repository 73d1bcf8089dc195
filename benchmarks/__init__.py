"""How fast casesim is, beside what it is measured against: `python -m benchmarks --help`.

data             synthetic datasets, made once
casesim_engine   casesim itself
pandas_way, polars_way, duckdb_way
                 the same answers as a competent user of each library would get them
floor            what nobody can avoid: reading the columns, and for a whole run writing the same tables
measure          one measurement in a process of its own; the answer is digested after the clock has stopped
compare          rounds in which contestants take turns; different answers are refused
report           medians, ratios, goals; JSON and Markdown
stages           where casesim's own time goes: `python -m benchmarks.stages telecom 1e6`

A contestant is a module with

    decide(data, threshold) -> Decided     how many accounts each incident affects, and what follows for every threshold
    per_incident(decided) -> pl.DataFrame  `incident`, `k`, for checking only
    second(decided, threshold) -> Totals   another threshold, with what the first left in memory
    run(data, out)                         the five result tables as Parquet, for threshold 5 and no other setting
"""

from typing import Any, NamedTuple, TypedDict

THRESHOLD, SECOND_THRESHOLD = 5, 12


class Totals(TypedDict):
    """Incidents by outcome, and the cases that follow from them (R2, R3)."""

    none: int
    individual: int
    major: int
    cases: int


class Decided(NamedTuple):
    """What `decide` leaves behind.

    k: affected accounts per incident, as the contestant keeps them.
    totals: at the threshold asked for.
    thresholds: a frame of any kind: `threshold`, `none`, `individual`, `major`, `cases`, one row for each threshold
        from 1 to 1 + the largest k, ascending.
    """

    k: Any
    totals: Totals
    thresholds: Any
