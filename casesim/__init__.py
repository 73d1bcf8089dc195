"""casesim: a preview of proactive cases.

```
load        a dataset: a folder or zip of tables, or frames
Policy      the settings: properties, business rules, mapping, choices
prepare     who is affected, found once for several policies
simulate    the rules → Result: decisions, cases, notifications, journal, rejects
synth.synth a synthetic dataset of any size (a package of its own: `from casesim.synth import synth`)
```
One way through the house: dataset → engine (affected → decide → cases → resolve → journal → notify) → results →
analysis, export, command line. `casesim.tables` has every table and column, `casesim.engine` a module per rule family.
"""

from casesim.dataset import Dataset, load
from casesim.engine.prepare import Prepared, prepare
from casesim.policy import Policy
from casesim.results import Result, simulate
from casesim.tables import CasesimError, DatasetError, OutputError, PolicyError

__all__ = [
    "CasesimError",
    "Dataset",
    "DatasetError",
    "OutputError",
    "Policy",
    "PolicyError",
    "Prepared",
    "Result",
    "load",
    "prepare",
    "simulate",
]
