"""What two runs come to, side by side: the major cases and the work by hand first, mails after that."""

import polars as pl

from casesim.analysis.compare.both import Both
from casesim.analysis.effects import COUNTED, Effects, counted, effects, peak, summed
from casesim.analysis.sweep import thresholds
from casesim.engine.simulate import Simulation

# What the threshold really changes comes first; then the outcomes and cases behind it, then mails.
METRICS = (
    *("major_cases", "manual_closures", "auto_resolved_cases"),
    *("incidents_none", "incidents_individual", "incidents_major"),
    *("child_cases", "individual_cases", "cases"),
    *("notifications_sent", "notifications_suppressed", "notifications_digested", "notifications_blocked"),
    *("notifications_unintended", "notifications_peak_hour"),
)


def totals(both: Both) -> pl.DataFrame:
    """`metric`, `a`, `b`, `change` (b - a), a row for each of `METRICS`, Int64.

    As the columns of a sweep are, but after flood control (R5.3), with what it puts in digests; *blocked* as in R6,
    *unintended* as in R6.2, of those sent.
    """
    a = effects(both.a.run)
    return _beside(summed(a), _of_b(both, a))


def swept_totals(a: Simulation, b: Simulation) -> pl.DataFrame:
    """The same from the sweeps of both; for runs that have a closed form alone."""
    return _beside(*(thresholds(run).figures(run) for run in (a, b)))


def _beside(*found: dict[str, int]) -> pl.DataFrame:
    rows = [{"metric": name, "a": found[0][name], "b": found[1][name]} for name in METRICS]
    frame = pl.DataFrame(rows, {"metric": pl.String, "a": pl.Int64, "b": pl.Int64})
    return frame.with_columns(change=pl.col("b") - pl.col("a"))


def _of_b(both: Both, a: Effects) -> dict[str, int]:
    """The totals of the other run; where few records can differ, a's with the difference that they make."""
    if both.keep.all():
        return summed(effects(both.b.run))
    was, now = (counted(side.part) for _, side in both.sides)
    # Records that cannot differ have no cases in the parts, and count as `none` in both.
    counts = {
        name: int(a.counts[name].sum()) + int(now.counts[name].sum()) - int(was.counts[name].sum()) for name in COUNTED
    }
    steps = [a.hours, now.hours, was.hours.with_columns(-pl.col("sent"))]
    return counts | {"notifications_peak_hour": peak(pl.concat(part.select("hour", "sent") for part in steps))}
