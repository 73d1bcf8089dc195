"""Names that change hands at once, what the disk is made to hold before, and what is said where it refuses."""

import ctypes
import errno
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

# Of Linux (renameat2) and macOS (renamex_np): both names have to exist, and each gets what the other one had.
EXCHANGE = 2
HERE = -100  # AT_FDCWD: a relative path is one from where the process stands


def exchanged(one: Path, other: Path) -> bool:
    """Let two names change places, at once; False where the system or the disk cannot, and nothing is done then.

    Raises:
        OSError: it could, and refuses: permission, no such name.
    """
    if sys.platform not in ("linux", "darwin"):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(system, "renameat2"):
        failed = system.renameat2(HERE, names[0], HERE, names[1], EXCHANGE)
    elif sys.platform == "darwin" and hasattr(system, "renamex_np"):
        failed = system.renamex_np(*names, EXCHANGE)
    else:
        return False
    if failed:
        number = ctypes.get_errno()
        # Which of these a file system without it gives is its own choice, or that of whoever fences the process in.
        if number in (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV):
            return False
        raise OSError(number, os.strerror(number), str(other))
    return True


def hold(path: Path) -> None:
    """Have the disk hold a file's content, or the names in a folder, before what comes next.

    Raises:
        OSError: the content of a file cannot be held.
    """
    if path.is_dir():
        # Not every system opens a folder for this; where one does not, names are held with the files.
        with suppress(OSError):
            _hold(path)
        return
    _hold(path)


def _hold(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def reason(fault: OSError) -> str:
    """Why the disk refuses, in the system's words: some libraries tell more than a reader needs, the number says it."""
    number = fault.errno
    if number is None and (told := re.search(r"os error (\d+)", str(fault))):
        number = int(told[1])
    return os.strerror(number) if number else str(fault)
