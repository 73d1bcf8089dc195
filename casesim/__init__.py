"""casesim: a preview of proactive cases.

```
load        a dataset: a folder or zip of tables, or frames
Policy      the settings: properties, business rules, mapping, choices
prepare     who is affected, found once for several policies
simulate    the rules → Result: decisions, cases, notifications, journal, rejects
synth       a synthetic dataset of any size
```
One way through the house: dataset → engine (affected → decide → cases → resolve → journal → notify) → results →
analysis, export, command line. `casesim.tables` has every table and column, `casesim.engine` a module per rule family.
"""

from casesim.dataset import Dataset, load
from casesim.engine.prepare import Prepared, prepare
from casesim.policy import Policy
from casesim.results import Result, simulate
from casesim.synth import synth
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
    "synth",
]
