"""A threshold under limits, with its evidence: which are allowed, why not their neighbours, and how sure that is.

metrics    the figures that can be limited, by week and threshold
limits     limits as people write them, and where they are kept
choose     the nearest allowed threshold, its neighbours, conflicts, the undominated
resample   weeks drawn again, parts of the period, changes of level
text       all of it for people
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import polars as pl

from casesim.analysis.intervals import Thresholds, alike, threshold_of
from casesim.analysis.recommend.choose import Broken, Conflict, conflict, nearest_stop, neighbour, undominated
from casesim.analysis.recommend.limits import Limit, kept, limits, spans
from casesim.analysis.recommend.metrics import METRICS, Figures, Metric, Values
from casesim.analysis.recommend.resample import FEWEST, QUARTER, Change, change_point, drawn, only
from casesim.analysis.recommend.text import recommendation_html, recommendation_text
from casesim.analysis.verdict import standing
from casesim.analysis.weighed import weighed
from casesim.policy import Policy

# What an admin weighs in any case, beside what is limited: work by hand against mails and single cases.
WEIGHED = ("major_cases", "manual_closures", "notifications_sent")
WATCHED = ("incidents_major", "manual_closures", "notifications_sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What resampled weeks would have recommended.

    low, high: the middle 90 % of the thresholds recommended, None where hardly any resample has one.
    none: the share of resamples in which no threshold is allowed. holds: in which the recommended one is allowed.
    """

    low: int | None
    high: int | None
    none: float
    holds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A threshold chosen on the first part of the weeks, and what it comes to in the rest.

    weeks, rest: how many of each. threshold: None where none was allowed. broken: limits that it breaks in the rest.
    """

    weeks: int
    rest: int
    threshold: int | None
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What the last quarter alone would have said, and weeks from which on things are on another level.

    quarter: the threshold, None where none is allowed. changes: metric at the current threshold -> the change, with its
    Monday.
    """

    quarter: int | None
    changes: Mapping[str, tuple[date, Change]]


@dataclass(frozen=True, eq=False, repr=False)
class Recommendation:
    """A threshold under limits. `policy` has the current threshold, and says whether anything gave it."""

    figures: Figures
    limits: tuple[Limit, ...]
    policy: Policy

    @property
    def current(self) -> int:
        """The policy's own threshold."""
        return threshold_of(self.policy)

    @property
    def standing(self) -> str:
        """What the current threshold's figures are: `now`, `assumed 5`; `at 5` if these are other settings."""
        own = alike(self.policy.with_(flood=None), self.figures.thresholds.policy)
        return standing(self.policy) if own else f"at {self.current:,}"

    @cached_property
    def main(self) -> pl.DataFrame:
        """The main figures of the whole period at the current threshold and at the recommended one.

        Columns: metric, current, suggested (null where no threshold is allowed), worse (by more than a tenth). The
        fullest hour is counted before flood control, like all notifications here.
        """
        now = self._row(self.current)
        then = now if self.threshold is None else self._row(self.threshold)
        frame = pl.DataFrame(
            list(weighed(now, then)),
            {"metric": pl.String, "current": pl.Int64, "suggested": pl.Int64, "worse": pl.Boolean},
            orient="row",
        )
        return frame if self.threshold is not None else frame.with_columns(suggested=pl.lit(None, pl.Int64))

    @property
    def no_majors(self) -> bool:
        """Whether no incident would be major any more at the recommended threshold, where some are at the current."""
        if self.threshold is None:
            return False
        return bool(self._row(self.current)["incidents_major"]) and not self._row(self.threshold)["incidents_major"]

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The limited metrics, by name."""
        return {limit.metric: self.figures.metric(limit.metric) for limit in self.limits}

    @property
    def weeks(self) -> int:
        """How many calendar weeks the data have, the first and the last perhaps in part."""
        return len(self.figures.weeks.weeks)

    @cached_property
    def _whole(self) -> dict[str, Values]:
        return self._of(only(self.weeks, 0, self.weeks))

    @cached_property
    def _kept(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return kept(self.limits, self._whole)

    @cached_property
    def threshold(self) -> int | None:
        """The allowed threshold nearest to the current one, so that one itself if it is allowed; None: none is."""
        return self._nearest(self._kept)

    @property
    def same(self) -> tuple[int, int] | None:
        """The first and last threshold with exactly the same figures as the recommended one."""
        if self.threshold is None:
            return None
        stop = self.figures.stop_of(self.threshold)
        return int(self.figures.stops[stop]), self.figures.last_of(stop)

    @property
    def admissible(self) -> list[tuple[int, int]]:
        """All allowed thresholds, as first and last of each stretch."""
        stops, figures = self.figures.stops, self.figures
        return [(int(stops[first]), figures.last_of(last)) for first, last in spans(self._kept)]

    @cached_property
    def neighbours(self) -> tuple[Broken | None, Broken | None]:
        """The nearest threshold below and above that is not allowed, with the limit that it breaks worst."""
        if self.threshold is None:
            return None, None
        stop = self.figures.stop_of(self.threshold)
        below, above = (neighbour(self.limits, self._whole, self.figures.stops, stop, step) for step in (-1, 1))
        return below, above

    @cached_property
    def conflict(self) -> Conflict | None:
        """What stands in the way where no threshold is allowed."""
        return None if self.threshold is not None else conflict(self.limits, self._whole, self.figures.stops)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row per stretch of thresholds with equal figures, ascending.

        Columns: threshold, until (first and last of the stretch), each limited metric (Float64), admissible, broken
        (the metric whose limit is exceeded most in proportion, null where all are kept), excess (by how much, in its
        unit).
        """
        stops = self.figures.stops
        until = [self.figures.last_of(stop) for stop in range(len(stops))]
        over = np.array([limit.excess(self._whole[limit.metric]) for limit in self.limits])
        worst = (over / np.array([max(limit.value, 1.0) for limit in self.limits])[:, None]).argmax(axis=0)
        names = np.array([limit.metric for limit in self.limits])
        broken = pl.when(pl.col("admissible").not_()).then(pl.Series(names[worst], dtype=pl.String))
        excess = pl.when(pl.col("admissible").not_()).then(pl.Series(over[worst, np.arange(len(stops))]))
        frame = pl.DataFrame(
            {"threshold": stops, "until": pl.Series(until, dtype=pl.Int64), **self._whole, "admissible": self._kept}
        )
        return frame.with_columns(broken=broken, excess=excess)

    @cached_property
    def pareto(self) -> pl.DataFrame:
        """The thresholds that no other beats: as good in every objective and better in one.

        Columns: threshold, until; the limited metrics and major_cases, manual_closures, notifications_sent (Float64);
        admissible. Less is better, but for a metric that is limited from below.
        """
        at_least = {limit.metric for limit in self.limits if limit.at_least}
        names = [*self.metrics, *(name for name in WEIGHED if name not in self.metrics)]
        every = only(self.weeks, 0, self.weeks)
        figures = self._whole | {
            name: self.figures.metric(name).of_weeks(every)[0] for name in names if name not in self.metrics
        }
        costs = np.array([-figures[name] if name in at_least else figures[name] for name in names]).T
        frame = self.table.select("threshold", "until", "admissible").with_columns(
            pl.Series(name, figures[name]) for name in names
        )
        return frame.filter(pl.Series(undominated(costs))).select("threshold", "until", *names, "admissible")

    @cached_property
    def interval(self) -> Interval | None:
        """The threshold that other weeks of the same kind would have asked for; None with fewer than 8 weeks."""
        if self.weeks < FEWEST:
            return None
        # Tables of limits by resamples by thresholds can be large: a limit's figures are not kept.
        times = drawn(self.weeks)
        mask = np.ones((len(times), len(self.figures.stops)), bool)
        for limit in self.limits:
            mask &= limit.keeps(self.metrics[limit.metric].of_weeks(times))
        chosen = self._nearest_of(mask)
        some = chosen[chosen > 0]
        low, high = (None, None) if len(some) < len(chosen) / 10 else np.quantile(some, (0.05, 0.95), method="nearest")
        place = self.figures.stop_of(self.threshold if self.threshold is not None else self.current)
        return Interval(
            low=None if low is None else int(low),
            high=None if high is None else int(high),
            none=float((chosen == 0).mean()),
            holds=float(mask[:, place].mean()),
        )

    @cached_property
    def backtest(self) -> Backtest | None:
        """Chosen on the first two thirds of the weeks, judged by the rest; None with fewer than 8 weeks.

        Limits on totals of the period are taken in proportion to the weeks.
        """
        if self.weeks < FEWEST:
            return None
        cut = self.weeks * 2 // 3
        asked, figures = self._part(0, cut)
        threshold = self._nearest(kept(asked, figures))
        if threshold is None:
            return Backtest(weeks=cut, rest=self.weeks - cut, threshold=None, broken=())
        asked, figures = self._part(cut, self.weeks)
        stop = self.figures.stop_of(threshold)
        broken = [
            Broken(
                threshold, limit, float(figures[limit.metric][stop]), float(limit.excess(figures[limit.metric])[stop])
            )
            for limit in asked
        ]
        return Backtest(
            weeks=cut, rest=self.weeks - cut, threshold=threshold, broken=tuple(each for each in broken if each.by > 0)
        )

    @cached_property
    def drift(self) -> Drift | None:
        """Whether lately things are otherwise; None with fewer than 8 weeks. A quarter is 13 weeks, at most half."""
        if self.weeks < FEWEST:
            return None
        asked, figures = self._part(self.weeks - min(QUARTER, self.weeks // 2), self.weeks)
        at = min(max(self.current, 1), self.figures.thresholds.top) - 1
        found = {name: change_point(self.figures.weeks.values[name][:, at]) for name in WATCHED}
        mondays = self.figures.weeks.weeks
        changes = {name: (mondays[change.week], change) for name, change in found.items() if change is not None}
        return Drift(quarter=self._nearest(kept(asked, figures)), changes=changes)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "dataset": self.figures.thresholds.prepared.data.name,
                "current": self.current,
                "assumed": self.policy.assumed,
                "limits": self.limits,
                "threshold": self.threshold,
                "same": self.same,
                "main": self.main.to_dicts(),
                "no_majors": self.no_majors,
                "admissible": self.admissible,
                "neighbours": self.neighbours,
                "conflict": self.conflict,
                "weeks": self.weeks,
                "incidents": int(self.figures.weeks.incidents.sum()),
                "interval": self.interval,
                "backtest": self.backtest,
                "drift": self.drift,
                "table": self.table.to_dicts(),
                "pareto": self.pareto.to_dicts(),
            }
        )
        return found

    def __repr__(self) -> str:
        return recommendation_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": recommendation_html(self)}

    def _row(self, threshold: int) -> dict[str, int]:
        """The sweep's row at a threshold."""
        table = self.figures.thresholds.table
        return table.row(min(max(threshold, 1), table.height) - 1, named=True)

    def _of(self, times: Values) -> dict[str, Values]:
        """The limited figures at every stop, of one choice of weeks."""
        return {name: metric.of_weeks(times)[0] for name, metric in self.metrics.items()}

    def _part(self, first: int, last: int) -> tuple[tuple[Limit, ...], dict[str, Values]]:
        """The limits and the figures of some weeks."""
        share = (last - first) / self.weeks
        asked = tuple(
            limit.scaled(share) if self.metrics[limit.metric].how == "sum" else limit for limit in self.limits
        )
        return asked, self._of(only(self.weeks, first, last))

    def _nearest(self, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> int | None:
        found = int(self._nearest_of(mask)[0])
        return found or None

    def _nearest_of(self, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.int64]]:
        stops = self.figures.stops
        ends = np.append(stops[1:] - 1, max(self.figures.thresholds.top, self.current))
        return nearest_stop(mask, stops, ends, self.current)


def recommend(thresholds: Thresholds, policy: Policy, asked: Mapping[str, object]) -> Recommendation:
    """A threshold under limits.

    Args:
        thresholds: a dataset under one policy, at every threshold.
        policy: as it is now; its threshold is the current one.
        asked: `max_<metric>` or `min_<metric>` -> value; the metrics are `METRICS`.

    Raises:
        PolicyError: no limit, no such metric, or a value that is no number of at least 0.
    """
    return Recommendation(Figures(thresholds), limits(asked), policy)


__all__ = ["METRICS", "Recommendation", "recommend"]
