"""Where casesim's own time goes: each stage once, in the order of a run.

python -m benchmarks.stages telecom 1e6
"""

import argparse
import contextlib
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import casesim.engine.prepare as preparing
from benchmarks.data import dataset
from casesim.dataset import load
from casesim.engine.layout import OutputTable
from casesim.engine.simulate import simulate
from casesim.export.parquet import write_parquet
from casesim.policy import Policy
from casesim.results import Result

# Inner steps of `prepare`, timed where they are called; one that calls another contains its time.
PIECES = ("_items", "_listed", "customers", "_counted_as", "_nodes", "_links", "_split", "_counts")


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<34}{time.perf_counter() - begun:8.2f} s{peak:9,.0f} MB", flush=True)


def timed_pieces() -> None:
    """Let `prepare` say what each of its pieces takes."""
    for name in PIECES:
        piece = getattr(preparing, name)

        def timed(*arguments: object, _piece=piece, _name=name, **named: object) -> object:
            with stage(f"    {_name}"):
                return _piece(*arguments, **named)

        setattr(preparing, name, timed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description="Where casesim's time goes.")
    parser.add_argument("profile")
    parser.add_argument("incidents", type=float)
    arguments = parser.parse_args()
    folder = dataset(arguments.profile, int(arguments.incidents))
    timed_pieces()
    policy = Policy(threshold=5)
    print(f"{'stage':<34}{'time':>10}{'peak so far':>12}")
    begun = time.perf_counter()
    with stage("load"):
        data = load(folder)
    with stage("prepare"):
        prepared = preparing.prepare(data, policy)
    run = simulate(prepared, policy)
    for name in ("order", "decided", "pairs", "sides", "case_codes", "notification_codes"):
        with stage(name):
            getattr(run, name)
    with stage("summary"):
        _ = Result(run, datetime.now(UTC)).summary
    with tempfile.TemporaryDirectory(dir=folder.parent) as out:
        for name in ("decisions", "cases", "notifications", "journal"):
            with stage(f"codes of {name}"):
                table: OutputTable = getattr(run, name)
            with stage(f"write {name}"):
                write_parquet(table, Path(out) / f"{name}.parquet")
    with stage("sha256 of the inputs"):
        for file in data.files:
            file.sha256()
    print(f"{'all':<34}{time.perf_counter() - begun:8.2f} s")


if __name__ == "__main__":
    main()
