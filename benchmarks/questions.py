"""`python -m benchmarks.questions`: what an answer costs on prepared data, beside what one would write without casesim.

One process, one dataset. The other way begins with
the k of every incident and passes over all of them for each threshold (a hundred of these, scaled to all).
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import polars as pl

import casesim as cs
from benchmarks.data import dataset
from casesim.analysis.sweep import Sweep

Answer = Callable[[], Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions")
    parser.add_argument("--incidents", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--profile", default="telecom")
    asked = parser.parse_args()
    policy = cs.Policy(threshold=5)
    data = cs.load(dataset(asked.profile, asked.incidents))
    started = time.perf_counter()
    prepared = cs.prepare(data, policy)
    rows = [("prepared, every threshold counted", time.perf_counter() - started)]
    other = policy.with_(threshold=12)
    swept = cs.sweep(prepared, policy)
    rows += [
        ("every threshold", _seconds(lambda: swept.table)),
        ("every threshold, after another T", _seconds(lambda: cs.sweep(prepared, other).table)),
        (
            "the same in Polars, threshold by threshold",
            _seconds(lambda: _plain(swept, rows_of=100)) * swept.table.height / 100,
        ),
        ("5 and 12 compared: totals", _seconds(lambda: cs.compare(prepared, policy, other).totals)),
        (
            "5 and 12 compared: every incident and field",
            _seconds(lambda: cs.compare(prepared, policy, other).incidents),
        ),
        (
            "limits and bootstrap, every threshold x 1,000",
            _seconds(lambda: _advised(swept, "major_cases_per_week_mean")),
        ),
        ("the same, on the busiest week", _seconds(lambda: _advised(swept, "manual_closures_per_week"))),
        ("one run of all rules, counted and not written", _seconds(lambda: cs.simulate(prepared, other).summary)),
    ]
    print(f"{asked.profile}, {asked.incidents:,} incidents, {swept.table.height:,} thresholds")
    for name, seconds in rows:
        print(f"{name:50} {seconds * 1000:12,.1f} ms")


def _seconds(answer: Answer) -> float:
    started = time.perf_counter()
    answer()
    return time.perf_counter() - started


def _plain(swept: Sweep, rows_of: int) -> pl.DataFrame:
    """Counts per threshold as one would write them: a pass over all incidents for each."""
    k = swept.thresholds.low.decided.select("counted", resolved=pl.col("resolved").is_not_null())
    parts = []
    for threshold in range(1, rows_of + 1):
        major = pl.col("counted") >= threshold
        parts.append(
            k.lazy().select(
                threshold=pl.lit(threshold),
                major_cases=major.sum(),
                child_cases=pl.col("counted").filter(major).sum(),
                individual_cases=pl.col("counted").filter(~major).sum(),
                manual_closures=(pl.col("counted") + 1).filter(major & pl.col("resolved")).sum(),
            )
        )
    return pl.concat(pl.collect_all(parts))


def _advised(swept: Sweep, metric: str) -> object:
    """A recommendation with its interval, weekly figures made anew."""
    return swept.recommend(**{f"max_{metric}": 100}).interval


if __name__ == "__main__":
    main()
