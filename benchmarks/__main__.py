"""`python -m benchmarks`: generate, check, measure, compare, report."""

import argparse
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.compare import Comparison, DifferentAnswersError, Failed, check, compare
from benchmarks.measure import MODULES, TASKS

# Nobody but casesim copies comments: with a journal there is only the floor to compare with, and only a whole run.
JOURNAL = "telecom+journal"
PROFILES = ("telecom", "service-desk", JOURNAL)
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    asked = _arguments()
    where = report.machine()
    contestants = ["casesim", *(name for name in MODULES if name in asked.contestants and name != "casesim")]
    found: list[Comparison] = []
    try:
        for profile in asked.profiles:
            rivals = [name for name in contestants if profile != JOURNAL or name in ("casesim", "floor")]
            tasks = [task for task in asked.tasks if profile != JOURNAL or task == "run"]
            if not asked.no_check:
                check(profile, rivals, timeout=asked.timeout, say=_say)
            for size in asked.sizes:
                found += compare(profile, size, tasks, rivals, rounds=asked.rounds, timeout=asked.timeout, say=_say)
    except (DifferentAnswersError, Failed) as fault:
        print(f"benchmarks: {fault}", file=sys.stderr)
        return 1
    print(report.text(found))
    for path in report.write(found, where, asked.rounds, asked.out, asked.name):
        print(f"written: {path}")
    return 0 if not asked.strict or all(goal.met for goal in report.goals(found)) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="casesim beside pandas, Polars, DuckDB and the floor: same data, same answers, in turn.",
    )
    parser.add_argument("--sizes", type=_size, nargs="+", default=[100_000, 1_000_000], help="incidents, such as 1e6")
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=PROFILES)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument(
        "--contestants", nargs="+", choices=MODULES, default=list(MODULES), help="casesim always is one"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one measurement")
    parser.add_argument("--no-check", action="store_true", help="leave out the comparison value by value at 10,000")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a goal is not met")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--name", default="latest", help="their name without ending")
    return parser.parse_args()


def _size(text: str) -> int:
    return int(float(text))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
