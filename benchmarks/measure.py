"""One measurement in a process of its own: `python -m benchmarks.measure CONTESTANT TASK DATA …` prints a line of JSON.

The clock runs from after the imports until the answer is there (`run`: until its files are closed). Peak memory is
the process's, read when the clock stops, interpreter and libraries included. What checks the answer comes after that.
"""

import argparse
import contextlib
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import SECOND_THRESHOLD, THRESHOLD

TASKS = ("decide", "second", "run")
MODULES = {
    "casesim": "casesim_engine",
    "pandas": "pandas_way",
    "polars": "polars_way",
    "duckdb": "duckdb_way",
    "floor": "floor",
}


@contextlib.contextmanager
def clock() -> Iterator[dict[str, float]]:
    """What the block takes: `seconds` by the clock, `cpu_seconds` of all threads, `peak_mb` of the process so far."""
    figures: dict[str, float] = {}
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    yield figures
    figures["seconds"] = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    figures["cpu_seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures["peak_mb"] = after.ru_maxrss * _UNIT / 1e6


# Linux counts in KiB, macOS in bytes.
_UNIT = 1 if sys.platform == "darwin" else 1024


def measure(contestant: str, task: str, data: Path, out: Path, expected: Path | None) -> dict[str, Any]:
    """Run one task once.

    Args:
        contestant: a key of MODULES.
        task: decide | second | run.
        data: the dataset's folder.
        out: an empty folder for `run`.
        expected: casesim's tables, which the floor writes.

    Returns:
        `seconds`, `cpu_seconds`, `peak_mb`, and `answer`: what must be equal for all contestants (floor: null if it
        has none).
    """
    module = importlib.import_module(f"benchmarks.{MODULES[contestant]}")
    from benchmarks import same

    answer: Any = None
    match task:
        case "decide":
            with clock() as figures:
                decided = module.decide(data, THRESHOLD)
            if decided is not None:
                answer = same.decided_digest(decided, module.per_incident(decided))
        case "second":
            decided = module.decide(data, THRESHOLD)
            with clock() as figures:
                answer = module.second(decided, SECOND_THRESHOLD)
        case "run":
            work = module.prepare_run(expected) if contestant == "floor" else module.run
            # What earlier writers left for the disk is not this one's to wait for.
            os.sync()
            with clock() as figures:
                work(data, out)
            answer = same.run_digest(out)
        case _:
            raise ValueError(f"{task} is no task; {', '.join(TASKS)} are.")
    return {**figures, "answer": answer}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure", description="One measurement.")
    parser.add_argument("contestant", choices=MODULES)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--expected", type=Path)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.contestant, asked.task, asked.data, asked.out, asked.expected)))


if __name__ == "__main__":
    main()
