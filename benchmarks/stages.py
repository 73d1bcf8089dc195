"""Where casesim's own time goes: each stage once, in the order of a run.

python -m benchmarks.stages telecom 1e6
"""

import argparse
import contextlib
import inspect
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.data import dataset
from benchmarks.measure import clock
from casesim.dataset import load
from casesim.engine import prepare as preparing
from casesim.engine.simulate import Simulation, simulate
from casesim.export.parquet import write_parquet
from casesim.policy import Policy
from casesim.results import Result

SHOWN_FROM = 0.02  # seconds


@contextlib.contextmanager
def stage(name: str, *, from_seconds: float = 0.0) -> Iterator[None]:
    """Print what the block takes, if it takes that long."""
    with clock() as figures:
        yield
    if figures["seconds"] >= from_seconds:
        times = f"{figures['seconds']:8.2f} s{figures['cpu_seconds']:8.2f} s"
        print(f"{name:<30}{times}{figures['peak_mb']:10,.0f} MB", flush=True)


def timed_pieces() -> None:
    """Let every function that `prepare` calls say what it takes; one that calls another contains its time."""
    for name, piece in list(vars(preparing).items()):
        if (
            inspect.isfunction(piece)
            and name not in ("prepare", "lazy", "collect")
            and piece.__module__.startswith("casesim.engine")
        ):

            def timed(*arguments: object, _piece: Any = piece, _name: str = name, **named: object) -> object:
                with stage(f"    {_name}", from_seconds=SHOWN_FROM):
                    return _piece(*arguments, **named)

            setattr(preparing, name, timed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description="Where casesim's time goes.")
    parser.add_argument("profile")
    parser.add_argument("incidents", type=float)
    arguments = parser.parse_args()
    folder = dataset(arguments.profile, int(arguments.incidents))
    timed_pieces()
    print(f"{'stage':<30}{'time':>10}{'CPU':>10}{'peak so far':>13}")
    with stage("all"):
        _run(folder)


def _run(folder: Path) -> None:
    policy = Policy(threshold=5)
    with stage("load"):
        data = load(folder)
    with stage("prepare"):
        prepared = preparing.prepare(data, policy)
    run = simulate(prepared, policy)
    for name, value in vars(Simulation).items():
        # In the order in which the class lists them; what one needs of a later one is counted with the first.
        if isinstance(value, cached_property):
            with stage(name, from_seconds=SHOWN_FROM):
                getattr(run, name)
    with stage("summary"):
        _ = Result(run, datetime.now(UTC)).summary
    with tempfile.TemporaryDirectory(dir=folder.parent) as out:
        for name in ("decisions", "cases", "notifications", "journal"):
            with stage(f"write {name}"):
                write_parquet(getattr(run, name), Path(out) / f"{name}.parquet")
    with stage("sha256 of the inputs"):
        for file in data.files:
            file.sha256()


if __name__ == "__main__":
    main()
