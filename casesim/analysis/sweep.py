"""Every threshold at once: what each T makes of a dataset, exact, without a run for each.

T decides how many major cases there are to manage and, since a major incident resolves none of its cases (R7.1), how
many somebody has to close by hand and how many resolve by themselves. Everybody with a case is told when it opens,
whatever T (R5); an individual case tells once more when it resolves, so a higher T sends more mails in all. With
`known` and no comments or parent-child sync the figures follow in
closed form from each incident's k and outcome. With comments (R6), sync (R7.2), other `late_customers` (R8.1) or the
alert flow (R2.6) the rules run twice, with everything major and with everything individual, and each incident takes its
part of the one or the other. `promote` is slower still: what it can promote is run again for every T that matters.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from casesim.analysis.effects import SWEPT, Counts
from casesim.analysis.intervals import Thresholds, at, threshold_of
from casesim.analysis.ran import Ran, run_of
from casesim.analysis.segments import segments
from casesim.analysis.spread import spread
from casesim.analysis.sweep_text import sweep_html, sweep_text
from casesim.analysis.weekly import weekly
from casesim.engine.simulate import Simulation
from casesim.policy import Policy

if TYPE_CHECKING:
    import pandas as pd

    from casesim.analysis.recommend import Recommendation

# How many policies a prepared dataset keeps the figures of; those that differ in T alone are one.
KEPT = 2


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What every threshold makes of one dataset under one policy. `policy` says which threshold is the current one."""

    policy: Policy
    thresholds: Thresholds

    @property
    def current(self) -> int:
        """The policy's own threshold: the property, in the alert flow `affected_account_threshold`."""
        return threshold_of(self.policy)

    @property
    def table(self) -> pl.DataFrame:
        """One row per threshold, from 1 to one more than the most customers that can count in one incident.

        Columns, all Int64: threshold; incidents_none, incidents_individual, incidents_major; major_cases, child_cases,
        individual_cases, cases (all, the alert flow's own included); auto_resolved_cases (Resolved and not of kind
        major); manual_closures (cases that stay open although their incident is resolved, R7.1, but for children that
        R7.2 closes); notifications_sent, notifications_suppressed (every event, before flood control);
        notifications_peak_hour (most sent with `created_at` in one UTC clock hour).
        """
        return self.thresholds.table

    def row(self, threshold: int) -> dict[str, int]:
        """The figures at one threshold; beyond the last row nothing changes any more."""
        place = min(max(threshold, 1), self.table.height) - 1
        return {**self.table.row(place, named=True), "threshold": threshold}

    def band(self, measure: str) -> tuple[Counts, Counts] | None:
        """How far a column would range in other weeks, its bounds at every threshold (`spread`).

        None with fewer than 8 weeks, and for the fullest hour, which does not add up from weeks.
        """
        return spread(weekly(self.thresholds), measure) if measure in SWEPT else None

    def by(self, segment: str) -> pl.DataFrame:
        """The table of each segment, one below the other.

        Args:
            segment: `month` (`2026-03`) or `hour` (`00` to `23`) of `opened_at` in UTC, a field of incidents, or a
                field of accounts as `account.<field>`.

        Returns:
            `segment` (text, ascending, a missing value first), then the columns of `table`, for the same thresholds.
            By a field of accounts an incident stands in the segment of each of its customers, with their cases and
            notifications alone; a major case is in every segment of its incident, so its columns do not add up.

        Raises:
            DatasetError: no such field, with the nearest names, or too many different values.
        """
        found = segments(self.thresholds.low, segment)
        amounts = self.thresholds.whole if found.cells is None else self.thresholds.amounts(found.cells)
        group = found.cells.frame["segment"] if found.cells is not None else found.of_record
        parts = [
            amounts.table(group, place).select(pl.lit(value, pl.String).alias("segment"), pl.all())
            for place, value in enumerate(found.values)
        ]
        if not parts:
            return self.table.head(0).select(pl.lit(None, pl.String).alias("segment"), pl.all())
        return pl.concat(parts)

    def recommend(self, **limits: float | str) -> "Recommendation":
        """A threshold that keeps limits, with its evidence.

        Args:
            limits: `max_<metric>` or `min_<metric>`: a column of `table` for the whole period, with `_per_week` for its
                busiest calendar week, with `_per_week_mean` for the average week; `mails_per_contact_hour`;
                `major_value_percent`.

        Raises:
            PolicyError: no limit, no such metric (names the nearest), or a value that is no number of at least 0.
        """
        from casesim.analysis.recommend import recommend  # noqa: PLC0415 - it stands on sweeps

        return recommend(self.thresholds, self.policy, limits)

    def to_pandas(self) -> "pd.DataFrame":
        """`table` as a pandas frame."""
        return self.table.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        return {
            "dataset": self.thresholds.prepared.data.name,
            "policy_sha256": self.policy.sha256,
            "current": self.current,
            "assumed": self.policy.assumed,
            "thresholds": self.table.to_dicts(),
        }

    def __repr__(self) -> str:
        return sweep_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Text as well: a notebook opened without a kernel still shows the figures.
        return {"text/plain": repr(self), "text/html": sweep_html(self)}


def sweep(data: Ran, policy: Policy | None = None) -> Sweep:
    """Every threshold at once.

    Args:
        data: from `load` or `prepare`, or a Result. A prepared dataset keeps what was found, so the next sweep of a
            policy that differs in T or flood control alone takes no time.
        policy: the settings; none = those of the Result, else the dataset's own.

    Raises:
        PolicyError: the policy names a field that the dataset does not have.
        DatasetError: something that a rule needs cannot be read.
    """
    run = run_of(data, policy)
    return Sweep(run.policy, thresholds(run))


def thresholds(run: Simulation) -> Thresholds:
    """A run's dataset and policy at every threshold; kept with what was prepared, like its other findings."""
    policy = at(run.policy.with_(flood=None), 1)
    kept: dict[Policy, Thresholds] = run.prepared.kept.setdefault("thresholds", {})
    if policy not in kept:
        for old in list(kept)[: 1 - KEPT]:
            del kept[old]
        kept[policy] = Thresholds(run.prepared, policy)
    return kept[policy]
