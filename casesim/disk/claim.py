"""One writer at a time for each name, and what a stopped writer left beside it.

Beside `out` stand, while it is written, `.out.lock`, `.out.partial-N` (what is being written) and, for a moment,
`.out.before-N` (what was there). The system frees a lock when its holder ends, however it ends: what lies there while
nobody holds the lock was left by a writer that was stopped.
"""

import logging
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from casesim.tables import OutputError
from casesim.visible import visible

if sys.platform != "win32":
    import fcntl

Kind = Literal["partial", "before"]
_LOG: Final = logging.getLogger("casesim")


@contextmanager
def claimed(*targets: Path) -> Iterator[bool]:
    """Keep other writers off some names; gives whether that is certain: there are file systems without locks.

    Raises:
        OutputError: another writer is at one of them.
        OSError: nothing can be written beside one of them.
    """
    held: list[tuple[int, Path]] = []
    certain = True
    try:
        for target in sorted(set(targets)):
            lock = target.with_name(f".{target.name}.lock")
            opened = _locked(lock, target)
            if opened is None:
                certain = False
            else:
                held.append((opened, lock))
        yield certain
    finally:
        for opened, lock in held:
            # Removed while it is held: whoever waits for it sees that the name is gone and makes a new one.
            lock.unlink(missing_ok=True)
            os.close(opened)


def beside(target: Path, kind: Kind) -> Path:
    """A new name to keep something under beside a target."""
    return target.with_name(f".{target.name}.{kind}-{secrets.randbits(48)}")


def left(target: Path, kind: Kind) -> list[Path]:
    """What lies beside a target under such a name, by whichever writer; ascending."""
    name = re.compile(rf"\.{re.escape(target.name)}\.{kind}-\d+")
    try:
        return sorted(place for place in target.parent.iterdir() if name.fullmatch(place.name))
    except OSError:
        return []


def say_put_right(target: Path, *, restored: bool) -> None:
    """Say in one line, on stderr unless the program logs elsewhere, that an earlier writer was stopped here."""
    what = "what was there before is back in its place" if restored else "what it left beside it is removed"
    _LOG.warning("%s: an earlier run was stopped while it wrote here; %s.", visible(str(target)), what)


def _locked(lock: Path, target: Path) -> int | None:
    """The lock's descriptor, once it is held; None where there are no locks."""
    if sys.platform == "win32":
        return None
    while True:
        opened = _opened(lock)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The one who held it before may have removed it meanwhile; a lock without a name keeps nobody off.
            if lock.exists() and os.path.samestat(os.fstat(opened), lock.stat()):
                return opened
        except BlockingIOError:
            os.close(opened)
            raise OutputError(
                f"{target}: another run is writing it. Wait until it is done, or write elsewhere."
            ) from None
        except FileNotFoundError:
            pass
        except OSError:
            os.close(opened)
            lock.unlink(missing_ok=True)
            return None
        os.close(opened)


def _opened(lock: Path) -> int:
    # A lock holds nothing to read. Others may open it, so that two users who share a folder keep off each other.
    flags = getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(lock, os.O_RDWR | os.O_CREAT | flags, 0o644)
    except PermissionError:
        if not lock.exists():
            raise
        return os.open(lock, os.O_RDONLY | flags)
