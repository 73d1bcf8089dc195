"""Every threshold at once, as a user holds it: with its picture."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casesim.analysis import sweep as analysis
from casesim.analysis.ran import Ran
from casesim.analysis.verdict import standing
from casesim.policy import Policy

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(analysis.Sweep):
    """A sweep that can be drawn."""

    def plot(self, measure: str = "major_cases", *, proposed: int | None = None) -> "go.Figure":
        """The curve over all thresholds, the current one marked, and how far it would range in other weeks.

        Args:
            measure: major_cases | individual_cases | manual_closures | notifications_sent | notifications_peak_hour.
            proposed: another threshold to mark, and what changes in between.
        """
        from casesim.charts import sweep_curve  # noqa: PLC0415 - plotly is an extra

        band = self.band(measure)
        now = standing(self.policy)
        return sweep_curve(
            self.table, current=self.current, proposed=proposed, measure=measure, band=band, standing=now
        )


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
    found = analysis.sweep(data, policy)
    return Sweep(found.policy, found.thresholds)
