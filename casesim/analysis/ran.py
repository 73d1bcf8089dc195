"""What an analysis of one run may be given: the run, what holds it, or what it is made from."""

from typing import Protocol, TypeAlias

from casesim.dataset import Dataset
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy


class Holder(Protocol):
    """What holds a simulation: a Result."""

    @property
    def run(self) -> Simulation:
        """The simulation."""
        ...


Ran: TypeAlias = Dataset | Prepared | Simulation | Holder


def run_of(data: Ran, policy: Policy | None) -> Simulation:
    """The run that is meant, made if it is not there yet; another policy than the run's makes another run.

    Args:
        data: a result, or what one is made from.
        policy: the settings; none = those of the run, else the dataset's own.
    """
    if isinstance(data, Dataset | Prepared):
        return simulate(data, policy)
    run = data if isinstance(data, Simulation) else data.run
    # Equal policies may still differ in what was given and what is assumed.
    if policy is None or (policy == run.policy and policy.given == run.policy.given):
        return run
    return simulate(run.prepared, policy)
