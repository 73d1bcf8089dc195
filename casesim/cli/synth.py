"""The command `synth`."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import rich.console
import rich.progress
from cyclopts import Parameter

from casesim.cli.console import named, say
from casesim.cli.options import Shared, Switch, as_json
from casesim.synth import synth as write_dataset


def synth(
    *,
    out: Path,
    incidents: int = 1_000,
    profile: str = "telecom",
    seed: int = 20261,
    history: bool = True,
    overwrite: Annotated[bool, Switch] = False,
    shared: Shared = False,
    json_: Annotated[bool, Parameter(name="--json"), Switch] = False,
    debug: Annotated[bool, Switch] = False,
) -> int:
    """Write a synthetic dataset of any size, calibrated on real logs; the same seed gives the same tables.

    Parameters
    ----------
    out
        The folder to write.
    incidents
        How many, at least 1.
    profile
        telecom or service-desk.
    seed
        0 or more.
    history
        Times at which customers are added and removed, comments, replies, notify actions, real cases, change requests.
    overwrite
        Replace a dataset that is there already.
    json_
        Print one JSON object and nothing else.
    debug
        Show the traceback of an error.
    """
    with _bar() as progress:
        summary = write_dataset(
            out,
            incidents=incidents,
            profile=profile,
            seed=seed,
            history=history,
            overwrite=overwrite,
            shared=shared,
            progress=progress,
        )
    if json_:
        say(as_json(summary.as_json()))
    else:
        source, result = (named(shlex.quote(path)) for path in (str(out), f"{out}-result"))
        say(f"{summary!r}\n\nNext: casesim run {source} --out {result}")
    return 0


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """What to tell of each table: a moving bar on a terminal, silence elsewhere."""
    screen = rich.console.Console(stderr=True)
    if not screen.is_terminal:
        yield lambda table, done, total: None
        return
    with rich.progress.Progress(console=screen, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda table, done, total: bar.update(task, description=table, completed=done, total=total)
