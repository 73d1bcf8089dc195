"""What the command line writes where: results to stdout, progress and errors to stderr."""

import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TextIO

import rich.console
import rich.progress

from casesim.visible import visible

WIDTH = 80
BESIDE = 12  # characters by which a line feed in a message is known for one that was typed


def fail(message: str, code: int, typed: Sequence[str] = (), *, debug: bool = False) -> int:
    """Print one readable paragraph on stderr and give the exit code back.

    Args:
        message: what to say, a line for each fault.
        code: the exit code.
        typed: the words of the command line: they are quoted on one line, whatever they hold.
        debug: the traceback as well.
    """
    if debug:
        _write(sys.stderr, _on_one_line(traceback.format_exc(), typed))
    # What acts on a terminal goes first: textwrap takes some of it for blanks.
    lines = _on_one_line(message, typed).split("\n")
    text = "\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)
    _write(sys.stderr, text + "\n")
    return code


def _on_one_line(text: str, typed: Sequence[str]) -> str:
    """A text for the screen. A message has lines of its own; those of a typed word are told by what is beside them."""
    text = visible(text, keep="\n")
    for word in typed:
        for before, after in pairwise(visible(word, keep="\n").split("\n")):
            joint = f"{before[-BESIDE:]}\n{after[:BESIDE]}"
            if joint.strip():
                text = text.replace(joint, visible(joint))
    return text


def named(path: object) -> str:
    """A path on one line: a line feed in its name would begin a line that nobody wrote."""
    return visible(str(path))


def say(text: str) -> None:
    """Print a result."""
    _write(sys.stdout, text + "\n")


def _write(stream: TextIO, text: str) -> None:
    """Every text leaves here: whatever the data, file names or arguments hold, nothing of it acts on a screen."""
    stream.write(visible(text, keep="\n"))


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
