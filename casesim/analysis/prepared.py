"""A dataset made ready for questions: who is affected, and where they are cheap the figures of every threshold."""

from casesim.analysis.effects import closed_form
from casesim.analysis.sweep import thresholds
from casesim.dataset import Dataset
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import simulate
from casesim.policy import Policy


def prepare(data: Dataset, policy: Policy | None = None) -> Prepared:
    """Find who is affected (R1), once for many policies, and count for every threshold what it would come to.

    A policy that differs in threshold, mapping, switches or events uses all of it; one with other R1 choices makes its
    own. The counts are left until they are asked for where they need whole runs: with comments, parent-child sync, late
    customers or the alert flow.

    Args:
        data: from `load`.
        policy: the settings as they are now; none = the dataset's own.

    Raises:
        PolicyError: the policy names a field that the dataset does not have.
        DatasetError: a table or column that a rule needs cannot be read.
    """
    run = simulate(data, policy)
    if closed_form(run):
        _ = thresholds(run).table
    return run.prepared
