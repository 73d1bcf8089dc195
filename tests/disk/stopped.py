"""A writer that is killed: in a process of its own, before any of the things it asks of the file system."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# What Python tells its auditors of before it asks the system for it.
ASKED = ("open", "os.", "shutil.", "pathlib.", "ctypes.dlopen")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts no process by fork")


def killed_at_every_step(before: Callable[[], object], write: Callable[[], object]) -> Iterator[int]:
    """Set up and write again and again, killed one step later each time; gives the step, when the writer is dead.

    Ends when it was not killed any more.
    """
    for step in range(1, 1000):
        before()
        if not killed(write, step):
            return
        yield step
    pytest.fail("the writer never came to its end")


def killed(write: Callable[[], object], step: int) -> bool:
    """Write in another process, which is killed at one of its steps; False if it had fewer."""
    child = os.fork()
    if child == 0:
        # Whatever happens, this process must not go on with the tests.
        try:
            kill_at(step)
            write()
            os._exit(0)
        except BaseException as fault:
            os.write(2, f"{fault!r}\n".encode())
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def kill_at(step: int) -> None:
    """End this process, as the system does where nothing may be done any more, at its n-th step from here."""
    left = [step]

    def asked(event: str, arguments: object) -> None:
        if event.startswith(ASKED):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(asked)


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden things too."""
    return sorted(entry.name for entry in folder.iterdir())


def contents(folder: Path) -> dict[str, str]:
    """Each file's text."""
    return {entry.name: entry.read_text() for entry in folder.iterdir()}
