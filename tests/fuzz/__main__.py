"""Any number of spoilt inputs, for as long as is asked: `python -m tests.fuzz --seed SEED --hours H`."""

import argparse
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.mutate import made

# Inputs that one process is asked about, and how long it may say nothing: an input takes some milliseconds.
BATCH, SILENCE = 500, 300


@dataclass(frozen=True, slots=True)
class Found:
    """An input that something went wrong with."""

    number: int
    kind: str
    fault: str


def faults(*words: str) -> Iterator[Found | int]:
    """What a process finds that is asked about these, and the number of each input that it gets to.

    Args:
        words: as `tests.fuzz.child` takes them.
    """
    environment = {**os.environ, "POLARS_MAX_THREADS": "2", "RUST_BACKTRACE": "0"}
    command = [sys.executable, "-m", "tests.fuzz.child", *words]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: [*map(lines.put, process.stdout), lines.put("")], daemon=True).start()
    at, why = -1, "ends its process"
    try:
        while line := lines.get(timeout=SILENCE):
            told = json.loads(line)
            at = told["at"]
            if at is None:
                return
            yield Found(at, told["kind"], told["fault"]) if "fault" in told else at
    except queue.Empty:
        why = "takes for ever"
    finally:
        process.kill()
        process.wait()
    yield Found(at, "", f"{why} ({process.returncode})")


def batch(seed: str, first: int, last: int) -> list[Found]:
    """What is found among these inputs of a seed. A process that an input ends is followed by another, after it."""
    found: list[Found] = []
    while first < last:
        ended = None
        for told in faults(seed, str(first), str(last)):
            if isinstance(told, Found) and told.kind:
                found.append(told)
            elif isinstance(told, Found):
                ended = told
        if ended is None:
            break
        kind = made(seed, ended.number)[0] if ended.number >= 0 else "start"
        found.append(Found(ended.number, kind, ended.fault))
        # Before the first input something is wrong with the fuzzing itself.
        first = ended.number + 1 if ended.number >= 0 else last
    return found


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--count", type=int, default=None, help="so many inputs, however long they take")
    parser.add_argument(
        "--keep", type=Path, default=Path("out/fuzz"), help="where inputs go that something is wrong with"
    )
    asked = parser.parse_args(words)
    again = f"python -m tests.fuzz --seed {asked.seed} --from {{}} --count 1"
    print(f"seed {asked.seed}; an input once more: {again.format('NUMBER')}", flush=True)
    end = time.monotonic() + asked.hours * 3600
    bad, first = 0, asked.first
    with ThreadPoolExecutor(2) as pool:
        while time.monotonic() < end if asked.count is None else first < asked.first + asked.count:
            last = first + 2 * BATCH if asked.count is None else min(first + 2 * BATCH, asked.first + asked.count)
            middle = (first + last) // 2
            for each in pool.map(lambda part: batch(asked.seed, *part), ((first, middle), (middle, last))):
                for found in each:
                    bad += 1
                    print(f"{found.number} {found.kind}: {found.fault[:500]}", flush=True)
                    if found.number >= 0:
                        asked.keep.mkdir(parents=True, exist_ok=True)
                        (asked.keep / f"{asked.seed}_{found.number}-{found.kind}").write_bytes(
                            made(asked.seed, found.number)[1]
                        )
            first = last
            print(f"{first - asked.first:,} inputs, {bad} bad", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
