"""Pictures of answers: tables of an analysis in, a Plotly figure out. They know no dataset and no widget.

sweep_curve     every threshold, now and proposed: curve_ground stands still, curve_marks moves
weeks           major cases week by week
totals          now beside proposed, metric by metric
mails           how many mails people get in one hour, before and after flood control
recommendation  which thresholds are allowed, and what each costs
workload        cases that wait for people, week by week
fidelity        simulated beside real cases, by reason
tokens          colours, axes, words made safe
"""

from casesim.charts.curve_ground import MEASURES, curve_ground
from casesim.charts.curve_marks import curve_marks
from casesim.charts.fidelity import fidelity
from casesim.charts.mails import mails
from casesim.charts.recommendation import recommendation
from casesim.charts.sweep_curve import sweep_curve
from casesim.charts.totals import totals
from casesim.charts.weeks import week_parts, weeks
from casesim.charts.workload import workload

__all__ = [
    "MEASURES",
    "curve_ground",
    "curve_marks",
    "fidelity",
    "mails",
    "recommendation",
    "sweep_curve",
    "totals",
    "week_parts",
    "weeks",
    "workload",
]
