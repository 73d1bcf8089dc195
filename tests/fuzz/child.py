"""The process that asks: `python -m tests.fuzz.child SEED FIRST LAST`, or `- FILE...` for files that went wrong once.

It says which input it is at before it asks, so that whoever started it knows which one ended it.
"""

import json
import os
import resource
import sys
import tempfile
import traceback
from pathlib import Path

# Beyond what a process has that has read one sound file of each kind. Polars and its threads set a lot of address space
# apart that they never use.
MEMORY = 3 * 2**30


def main(words: list[str]) -> None:
    from tests.fuzz.ask import Asked
    from tests.fuzz.inputs import inputs
    from tests.fuzz.mutate import made

    with tempfile.TemporaryFile() as noise, tempfile.TemporaryDirectory() as folder:
        os.dup2(noise.fileno(), 2)
        asked = Asked(Path(folder))
        for kind, files in inputs().items():
            if fault := asked.fault(kind, files[0], run=True):
                say(at=-1, kind=kind, fault=f"sound, but {fault}")
        limit()
        if words[0] == "-":
            each = ((-1, Path(name).name.partition("-")[2], Path(name).read_bytes()) for name in words[1:])
        else:
            each = ((n, *made(words[0], n)) for n in range(int(words[1]), int(words[2])))
        for n, kind, data in each:
            say(at=n)
            noise.truncate(0)
            fault = asked.fault(kind, data, run=n % 8 == 0 or n == -1)
            noise.seek(0)
            told = noise.read().decode("utf-8", "replace")
            # What is written in Rust says on stderr that it panics, whoever catches that.
            if not fault and told and "panicked at" not in told:
                fault = f"said on stderr: {told[:500]}"
            if fault:
                say(at=n, kind=kind, fault=fault)
        asked.books.__exit__(None, None, None)
    say(at=None)


def limit() -> None:
    """Let this process have so much memory more than it has, so that whoever asks for all of it ends it."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(**told: object) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BaseException:
        say(at=-1, kind="child", fault=traceback.format_exc())
