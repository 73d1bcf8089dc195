"""casesim: a preview of proactive cases.

```
load        a dataset: a folder or zip of tables, or frames
Policy      the settings: properties, business rules, mapping, choices
prepare     who is affected, found once for several policies
simulate    the rules → Result: decisions, cases, notifications, journal, rejects
sweep       every threshold at once
compare     two policies side by side; preview: one against itself with changes
floods      mails by contact, hour and day, with and without flood control
fidelity    simulated beside real cases
synth.synth a synthetic dataset of any size (a package of its own: `from casesim.synth import synth`)
```
One way through the house: dataset → engine (affected → decide → cases → resolve → journal → notify) → results →
analysis, export, command line. `casesim.tables` has every table and column, `casesim.engine` a module per rule family.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from casesim.dataset import Dataset, load
from casesim.dataset.demo import demo
from casesim.engine.prepare import Prepared
from casesim.policy import Policy
from casesim.results import Result, simulate
from casesim.tables import CasesimError, DatasetError, OutputError, PolicyError

if TYPE_CHECKING:
    from casesim.analysis.fidelity import fidelity
    from casesim.analysis.floods import floods
    from casesim.analysis.prepared import prepare
    from casesim.analysis.workload import workload
    from casesim.results.comparison import compare, preview
    from casesim.results.sweep import sweep
    from casesim.workbench import Workbench

# What not every program needs is loaded when it is asked for.
_LATER = {
    "Workbench": "casesim.workbench",
    "compare": "casesim.results.comparison",
    "fidelity": "casesim.analysis.fidelity",
    "floods": "casesim.analysis.floods",
    "prepare": "casesim.analysis.prepared",
    "preview": "casesim.results.comparison",
    "sweep": "casesim.results.sweep",
    "workload": "casesim.analysis.workload",
}

__all__ = [
    "CasesimError",
    "Dataset",
    "DatasetError",
    "OutputError",
    "Policy",
    "PolicyError",
    "Prepared",
    "Result",
    "Workbench",
    "compare",
    "demo",
    "fidelity",
    "floods",
    "load",
    "prepare",
    "preview",
    "simulate",
    "sweep",
    "workload",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
