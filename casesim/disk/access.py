"""Who may read what casesim writes: its owner alone, unless it is shared; then whoever the umask lets.

A mode is given at birth and the system takes the umask's bits off it. So a stricter umask holds in either case, nothing
is open to others for a moment, and nothing is set for the whole process, whose other threads write too.
"""

import os
from contextlib import suppress
from pathlib import Path

from casesim.disk.moves import reason
from casesim.tables import OutputError


def make_file(path: Path, *, shared: bool = False) -> int:
    """Make an empty file and open it for writing; returns its descriptor.

    Raises:
        OSError: it cannot be made, or the name is taken, be it by a link.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o666 if shared else 0o600)


def make_folder(folder: Path, *, shared: bool = False) -> None:
    """Make a folder, and those above it, where they are missing.

    Raises:
        OutputError: one of them cannot be made. None is left then.
    """
    try:
        make_missing(folder, shared=shared)
    except OSError as fault:
        raise OutputError(f"{folder}: cannot be made ({reason(fault)}).") from fault


def make_missing(folder: Path, *, shared: bool = False) -> list[Path]:
    """Make a folder, and those above it, where they are missing; returns those that were, innermost first.

    Raises:
        OSError: one of them cannot be made. None is left then.
    """
    missing = [place for place in (folder, *folder.parents) if not place.is_dir()]
    try:
        for place in reversed(missing):
            place.mkdir(0o777 if shared else 0o700, exist_ok=True)
    except OSError:
        remove_empty(missing)
        raise
    return missing


def remove_empty(folders: list[Path]) -> None:
    """Remove folders, innermost first, but for those that hold something by now."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
