"""casesim, through the same doors as its users."""

from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import Decided, Totals
from casesim.dataset import load
from casesim.engine.prepare import Prepared, prepare
from casesim.engine.simulate import Simulation
from casesim.engine.simulate import simulate as simulation
from casesim.policy import Policy
from casesim.results import simulate


def decide(data: Path, threshold: int) -> Decided:
    """R1, R2, totals, and the counts for every threshold from the histogram of k."""
    policy = Policy(threshold=threshold)
    prepared = prepare(load(data), policy)
    decided = simulation(prepared, policy)
    return Decided(prepared, _totals(decided), _thresholds(decided.decided["counted"]))


def second(decided: Decided, threshold: int) -> Totals:
    """Another policy on prepared data."""
    return _totals(simulation(decided.k, Policy(threshold=threshold)))


def per_incident(decided: Decided) -> pl.DataFrame:
    prepared: Prepared = decided.k
    incidents = prepared.data.frame("incident", ["sys_id"]).collect()["sys_id"]
    return pl.DataFrame({"incident": incidents, "k": prepared.counts["accounts"]})


def run(data: Path, out: Path) -> None:
    """The whole run, manifest and all."""
    simulate(load(data), Policy(threshold=5)).write(out, overwrite=True)


def _totals(run: Simulation) -> Totals:
    outcomes = run.decided.group_by("outcome").agg(pl.len(), pl.col("counted").sum())
    incidents = dict(zip(outcomes["outcome"], outcomes["len"], strict=True))
    major = incidents.get("major", 0)
    return Totals(
        none=incidents.get("none", 0),
        individual=incidents.get("individual", 0),
        major=major,
        cases=int(outcomes["counted"].sum()) + major,
    )


def _thresholds(counted: pl.Series) -> pl.DataFrame:
    histogram = np.bincount(counted.to_numpy())
    thresholds = np.arange(1, len(histogram) + 1)
    below = np.cumsum(histogram)
    major = below[-1] - below
    cases = int((histogram * np.arange(len(histogram))).sum()) + major
    return pl.DataFrame(
        {
            "threshold": thresholds,
            "none": np.full(len(thresholds), histogram[0]),
            "individual": below - histogram[0],
            "major": major,
            "cases": cases,
        }
    )
