"""What the command line writes where: results to stdout, progress and errors to stderr."""

import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich.console
import rich.progress

WIDTH = 80


def fail(message: str, code: int, *, debug: bool = False) -> int:
    """Print one readable paragraph on stderr and give the exit code back."""
    if debug:
        traceback.print_exc()
    lines = message.splitlines() or [message]
    text = "\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)
    print(text, file=sys.stderr)
    return code


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text + "\n")


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """A function to name each step of long work with: a moving bar on a terminal, silence elsewhere."""
    screen = rich.console.Console(stderr=True)
    if not screen.is_terminal:
        yield lambda step: None
        return
    with rich.progress.Progress(
        rich.progress.TextColumn("{task.description:<24}"),
        rich.progress.BarColumn(),
        rich.progress.TimeElapsedColumn(),
        console=screen,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=total, completed=-1)
        yield lambda step: bar.update(task, advance=1, description=step)
