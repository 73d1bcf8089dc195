"""Contestants take turns, each measurement in a fresh process; different answers are refused."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
CHECKED_AT = 10_000
Say = Callable[[str], None]


class DifferentAnswersError(Exception):
    """A contestant's answer is not casesim's: its time would compare nothing."""


@dataclass
class Figures:
    """All measurements of one contestant on one task and dataset; `failed` says why there are none."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    failed: str | None = None

    @property
    def time(self) -> float | None:
        return median(self.seconds) if self.seconds and not self.failed else None

    @property
    def memory(self) -> float | None:
        return max(self.peak_mb) if self.peak_mb and not self.failed else None


@dataclass(frozen=True)
class Comparison:
    """One task on one dataset: figures by contestant."""

    profile: str
    incidents: int
    task: str
    figures: dict[str, Figures]


class Failed(Exception):
    """A measurement that came to no end: out of memory, out of time, or an error."""


def make_dataset(profile: str, incidents: int) -> Path:
    """The dataset's folder; a process of its own makes it, so that this one stays small.

    Linux counts the memory of the process that starts another to the peak of the one it starts.
    """
    done = _python("benchmarks.data", profile, str(incidents), timeout=3600)
    return Path(done.strip())


def compare(
    profile: str,
    incidents: int,
    tasks: Iterable[str],
    contestants: Sequence[str],
    *,
    rounds: int,
    timeout: float,
    say: Say,
) -> list[Comparison]:
    """Measure all tasks on one dataset.

    Args:
        profile, incidents: which dataset.
        tasks: decide, second, run.
        contestants: who takes part; casesim always does.
        rounds: how often each is measured. An untimed casesim has read every file once before the first.
        timeout: seconds for one measurement.
        say: told what is being measured.

    Raises:
        DifferentAnswersError: an answer differs from casesim's.
    """
    data = make_dataset(profile, incidents)
    expected = DATA / f"expected-{profile}-{incidents}"
    found = []
    for task in tasks:
        playing = [name for name in contestants if not (name == "floor" and task == "second")]
        figures = {name: Figures() for name in playing}
        say(f"{profile} {incidents:,} {task}: casesim's answer")
        right = _measured("casesim", task, data, expected, None, timeout)["answer"]
        for turn in range(rounds):
            # Who begins changes from round to round.
            for name in [*playing[turn % len(playing) :], *playing[: turn % len(playing)]]:
                if figures[name].failed:
                    continue
                try:
                    one = _measured(name, task, data, DATA / "out", expected, timeout)
                except Failed as failure:
                    figures[name].failed = str(failure)
                    say(f"{profile} {incidents:,} {task}, round {turn + 1}: {name} {failure}")
                    continue
                if one["answer"] != right and (one["answer"] is not None or name != "floor"):
                    raise DifferentAnswersError(
                        f"{task} on {profile} {incidents:,}: {name} gives {one['answer']}, casesim {right}. "
                        "Times of different answers are not compared."
                    )
                for key in ("seconds", "cpu_seconds", "peak_mb"):
                    getattr(figures[name], key).append(one[key])
                say(
                    f"{profile} {incidents:,} {task}, round {turn + 1}: {name:<8}"
                    f"{one['seconds']:8.2f} s{one['cpu_seconds']:8.2f} s of CPU{one['peak_mb']:8,.0f} MB"
                )
        found.append(Comparison(profile, incidents, task, figures))
        for folder in (expected, DATA / "out"):
            shutil.rmtree(folder, ignore_errors=True)
    return found


def check(profile: str, contestants: Sequence[str], *, timeout: float, say: Say) -> None:
    """Compare every answer with casesim's on a small dataset, table by table and value by value.

    Raises:
        DifferentAnswersError: names the first column that differs.
    """
    data = make_dataset(profile, CHECKED_AT)
    expected, out = DATA / "expected-check", DATA / "out"
    right = {task: _measured("casesim", task, data, expected, None, timeout)["answer"] for task in ("decide", "run")}
    for name in contestants:
        if name in ("casesim", "floor"):
            continue
        say(f"{profile} {CHECKED_AT:,}: is {name}'s answer casesim's?")
        decided = _measured(name, "decide", data, out, None, timeout)["answer"]
        if decided != right["decide"]:
            raise DifferentAnswersError(f"decide on {profile}: {name} gives {decided}, casesim {right['decide']}.")
        _measured(name, "run", data, out, None, timeout)
        difference = _python("benchmarks.same", str(expected), str(out), timeout=timeout).strip()
        if difference:
            raise DifferentAnswersError(f"run on {profile}: {name} differs from casesim in {difference}")
    for folder in (expected, out):
        shutil.rmtree(folder, ignore_errors=True)


def _measured(
    contestant: str, task: str, data: Path, out: Path, expected: Path | None, timeout: float
) -> dict[str, Any]:
    if task == "run":
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
    told = ["--expected", str(expected)] if expected else []
    line = _python("benchmarks.measure", contestant, task, str(data), "--out", str(out), *told, timeout=timeout)
    return json.loads(line.splitlines()[-1])


def _python(module: str, *arguments: str, timeout: float) -> str:
    """What a module prints, run in a fresh process."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {timeout:,.0f} s") from None
    if done.returncode < 0:
        raise Failed(f"ended by signal {-done.returncode}" + (" (out of memory?)" if done.returncode == -9 else ""))
    if done.returncode:
        last = done.stderr.strip().splitlines() or ["no message"]
        raise Failed(f"failed: {last[-1]}")
    return done.stdout
