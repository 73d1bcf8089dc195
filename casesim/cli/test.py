"""The command `test`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from casesim.analysis.ruletest import run_files
from casesim.cli.console import say, steps
from casesim.cli.options import NONE, Options, Shared, as_json, refuse_engine
from casesim.cli.tables import flagged
from casesim.policy import Policy
from casesim.tables import CasesimError, PolicyError


def rule_test(
    *files: Annotated[Path, Parameter(required=True)],
    junit: Path | None = None,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """Run rule tests and impact budgets; exit with 1 if one of them fails, naming the records that break it.

    Parameters
    ----------
    files
        TOML files of tests. --policy stands in for their own policy, --set changes it.
    junit
        Also write the outcome as JUnit XML to this file.
    """
    refuse_engine(options.engine)
    if not files:
        raise CasesimError("test: which files? As in: casesim test rules.toml.")
    policy = None if options.policy is None else Policy.read(options.policy)
    with steps(1) as step:
        step("Testing")
        report = run_files(files, policy=policy, settings=_settings(options))
    if junit is not None:
        with flagged("--junit"):
            report.write_junit(junit, shared=shared)
    say(as_json(report.to_dict()) if options.json_ else repr(report))
    return 0 if report.passed else 1


def _settings(options: Options) -> dict[str, object]:
    """Each `--set NAME=VALUE`, by name."""
    found: dict[str, object] = {}
    for pair in options.settings:
        name, equals, value = pair.partition("=")
        if not equals:
            raise PolicyError(f"--set {pair}: expected NAME=VALUE, as in --set threshold=12.")
        found[name.strip()] = value
    return found
