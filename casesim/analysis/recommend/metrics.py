"""The figures that a limit can be set on, by week and threshold, so that weeks can be left out or drawn again."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from casesim.analysis.effects import Counts
from casesim.analysis.intervals import Thresholds
from casesim.analysis.peaks import contact_hours, peak_hours
from casesim.analysis.weekly import Weekly, week_of, weekly
from casesim.tables import PolicyError, nearest, shown

Values = NDArray[np.float64]
How = Literal["sum", "mean", "max", "share"]
WORDS: Mapping[str, str] = {
    "incidents_none": "incidents without a case",
    "incidents_individual": "individual incidents",
    "incidents_major": "major incidents",
    "major_cases": "major cases",
    "child_cases": "child cases",
    "individual_cases": "individual cases",
    "cases": "cases",
    "auto_resolved_cases": "cases that resolve by themselves",
    "manual_closures": "cases to close by hand",
    "notifications_sent": "notifications sent",
    "notifications_suppressed": "notifications suppressed",
}
PEAKS: Mapping[str, str] = {
    "notifications_peak_hour": "notifications sent in one hour",
    "mails_per_contact_hour": "notifications to one contact in one hour",
}
SHARE = {"major_value_percent": "% of the contract value of all incidents with cases in major ones"}
AVERAGE, BUSIEST = "_per_week_mean", "_per_week"
METRICS: Mapping[str, str] = {
    **{f"{name}{BUSIEST}": f"{words} in the busiest week" for name, words in WORDS.items()},
    **{f"{name}{AVERAGE}": f"{words} a week on average" for name, words in WORDS.items()},
    **WORDS,
    **PEAKS,
    **SHARE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One figure, by week and stop.

    weekly: weeks by stops. how: what makes one figure of several weeks. of: of a share, what each week's part is of.
    """

    name: str
    how: How
    weekly: Values
    of: Values | None = None

    def of_weeks(self, times: Values) -> Values:
        """The figure at every stop, for several choices of weeks.

        Args:
            times: choices by weeks, how often each week is taken.

        Returns:
            Choices by stops; a share of nothing is 0.
        """
        match self.how:
            case "sum":
                return self._sums(times)
            case "mean":
                found: Values = self._sums(times) / np.maximum(times.sum(axis=1, keepdims=True), 1)
                return found
            case "share":
                of = times @ (self.of if self.of is not None else np.ones(len(self.weekly)))
                return 100 * self._sums(times) / np.where(of == 0, 1, of)[:, None]
            case "max":
                return self._most(times > 0)

    def _sums(self, times: Values) -> Values:
        found: Values = times @ self.weekly
        return found

    def _most(self, taken: NDArray[np.bool_]) -> Values:
        found = np.zeros((len(taken), self.weekly.shape[1]))
        for week, there in zip(self.weekly, taken.T, strict=True):
            found[there] = np.maximum(found[there], week)
        return found


@dataclass(frozen=True, eq=False)
class Figures:
    """A dataset's figures under one policy at the thresholds at which anything changes, the stops."""

    thresholds: Thresholds

    @cached_property
    def weeks(self) -> Weekly:
        """By week and threshold."""
        return weekly(self.thresholds)

    @cached_property
    def stops(self) -> Counts:
        """The thresholds at which a figure of some week changes, ascending, 1 the first."""
        changed = np.zeros(self.thresholds.top, bool)
        changed[:1] = True
        for values in self.weeks.values.values():
            changed[1:] |= (np.diff(values, axis=1) != 0).any(axis=0)
        found: Counts = np.flatnonzero(changed) + 1
        return found

    def stop_of(self, threshold: int) -> int:
        """The place among the stops of the one whose figures hold at a threshold."""
        return int(np.searchsorted(self.stops, threshold, side="right")) - 1

    def last_of(self, stop: int) -> int:
        """The last threshold with the figures of a stop; beyond the last stop nothing changes any more."""
        return int(self.stops[stop + 1]) - 1 if stop + 1 < len(self.stops) else self.thresholds.top

    def metric(self, name: str) -> Metric:
        """A metric by its name.

        Raises:
            PolicyError: there is no such metric; names the nearest.
        """
        check_metric(name)
        if name in PEAKS:
            counted = peak_hours if name == "notifications_peak_hour" else contact_hours
            return Metric(
                name, "max", self._at_stops(counted(self.thresholds, self.weeks.first, len(self.weeks.weeks)))
            )
        if name in SHARE:
            return self._value()
        plain = name.removesuffix(AVERAGE).removesuffix(BUSIEST)
        how: How = "mean" if name.endswith(AVERAGE) else "max" if name.endswith(BUSIEST) else "sum"
        return Metric(name, how, self._at_stops(self.weeks.values[plain]))

    def _at_stops(self, values: Counts) -> Values:
        found: Values = values[:, self.stops - 1].astype(np.float64)
        return found

    def _value(self) -> Metric:
        """R2.2: the contract value of incidents, by week, major and in all."""
        low, whole = self.thresholds.low.decided, self.thresholds.whole
        value = low["contract_value"].cast(float).to_numpy()
        week = week_of(low["opened_at"]) - self.weeks.first
        width, weeks = whole.top + 2, len(self.weeks.weeks)
        record, begin, end = (whole.counts[name].to_numpy().astype(np.int64) for name in ("record", "first", "last"))
        steps = np.zeros(weeks * width)
        amount = value[record] * whole.counts["incidents_major"].to_numpy()
        np.add.at(steps, week[record] * width + begin, amount)
        np.add.at(steps, week[record] * width + end + 1, -amount)
        major = np.cumsum(steps.reshape(weeks, width), axis=1)[:, self.stops]
        due = (low["outcome"] != "none").to_numpy()
        of: Values = np.bincount(week, value * due, minlength=weeks).astype(np.float64)
        return Metric("major_value_percent", "share", major, of)


def check_metric(name: str) -> None:
    """Refuse what is no metric.

    Raises:
        PolicyError: with the nearest names.
    """
    if name not in METRICS:
        raise PolicyError(f"{shown(name)} is no metric to limit. {nearest(name, METRICS)}")
