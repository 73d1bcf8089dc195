"""Rule tests and impact budgets in one TOML file, for CI: `casesim test FILE…`.

```
values  what a file says and what came of it
read    from TOML; every name is checked
check   a rule test: few records through the rules, what came out beside what was expected
budget  an impact budget: two policies over a dataset, and the records that go beyond a limit
report  as text, html, plain values and JUnit XML
```
A file:

```toml
policy = "current.toml"          # optional: a policy file beside this one, or [policy] with the settings themselves

[[test]]
name = "Five affected accounts make a major case"
set = { threshold = 5 }          # optional: settings by short, full or dotted name
                                 # policy = "other.toml" instead of the file's, or [test.policy] with tables on top
[test.given]                     # tables as in a dataset, a list of records each; all values as a csv would have them
incident = [{ number = "INC1", opened_at = 2026-03-05 10:00:00 }]
affected_account = [
  { incident = "INC1", account = "a1" },
  { incident = "INC1", account = "a2" },
]
[test.expect]
outcomes = { INC1 = "individual" }   # of the incidents that matter
cases = [                            # all rows, in any order; of a row the fields that matter, "" = missing
  { number = "INC1-0001", account = "a1", kind = "individual" },
  { account = "a2" },
]
mails = 0                            # or how many rows; mails are the notifications that are sent
# likewise decisions, notifications, journal, rejects

[[budget]]
name = "Threshold 12"
dataset = "../data/last-quarter"     # beside this file
before = "current.toml"              # optional: the dataset's own settings; a file or a table
after = "proposed.toml"              # optional: the file's policy; then `set` on top
set = { threshold = 12 }
since = 2026-01-01                   # optional: incidents opened from then on ...
until = 2026-04-01                   # ... and before then (UTC)
[budget.at_most]
flipped_percent = 2                  # % of the incidents with another outcome; flipped: how many
manual_closures_per_week = 30        # more to close by hand in the worst week (Monday to Sunday, UTC)
new_recipients = 0                   # people who get a mail and got none before
# likewise cases, major_cases, major_cases_per_week, manual_closures, mails, mails_per_week: after minus before
```
A value that is given and not used (rejected) fails a test that does not expect `rejects`.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from casesim.analysis.ruletest.budget import METRICS, measured
from casesim.analysis.ruletest.check import faults_of
from casesim.analysis.ruletest.read import read_file
from casesim.analysis.ruletest.report import Report
from casesim.analysis.ruletest.values import Budget, Fault, RuleFile, RuleTest, Verdict
from casesim.policy import Policy
from casesim.tables import CasesimError, shown

__all__ = ["METRICS", "Budget", "Fault", "Report", "RuleFile", "RuleTest", "Verdict", "read_file", "run_files"]

Found: TypeAlias = tuple[tuple[Fault, ...], dict[str, tuple[float, float]]]


def run_files(
    paths: Iterable[str | Path], *, policy: Policy | None = None, settings: Mapping[str, object] | None = None
) -> Report:
    """Run every test and budget of some files. All files are read before the first test is run.

    Args:
        paths: TOML files.
        policy: stands in for the files' own policy.
        settings: changed in it, by name.

    Raises:
        CasesimError: a file, a policy or a dataset that cannot be used; a line for each fault.
    """
    files = [read_file(Path(path), given=policy, settings=settings) for path in paths]
    return Report(tuple(verdict for file in files for verdict in _verdicts(file)))


def _verdicts(file: RuleFile) -> Iterable[Verdict]:
    for test in file.tests:
        yield _verdict(file.path, "test", test.name, partial(_tested, test))
    for budget in file.budgets:
        yield _verdict(file.path, "budget", budget.name, partial(measured, budget))


def _tested(test: RuleTest) -> Found:
    return faults_of(test), {}


def _verdict(file: str, kind: Literal["test", "budget"], name: str, run: Callable[[], Found]) -> Verdict:
    began = time.perf_counter()
    try:
        faults, figures = run()
    except CasesimError as fault:
        lines = str(fault).splitlines()
        raise type(fault)("\n".join(f"{file}, {kind} {shown(name)}: {line}" for line in lines)) from fault
    seconds = time.perf_counter() - began
    return Verdict(file=file, name=name, kind=kind, faults=faults, figures=figures, seconds=seconds)
