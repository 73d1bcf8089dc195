"""Plain files, by the names that people give.

A path can lead to other things: a pipe or a terminal is waited for, for ever, and some devices never end. All that is
read goes through here, so that each of them is told in a sentence instead.
"""

import os
import re
import stat
import tomllib
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, TypeAlias

# What a file was when it was looked at: device, inode, bytes, time of the last change (ns).
Stamp: TypeAlias = tuple[int, int, int, int]

# Bytes of a file of settings or rule tests; all properties of a large instance with all their fields have half of it.
LARGEST_SETTINGS: Final = 64 * 2**20

# A key of a hundred parts or more. Python works on one for the square of their number: a megabyte takes it for ever.
_LONG_KEY = re.compile(r"""(?<![\w-])(?<!\.)(?<!\. )(?:(?>[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""", re.ASCII)

_OTHER = {
    stat.S_IFDIR: "it is a folder, not a file",
    stat.S_IFIFO: "it is a pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
}


def stamp(path: Path) -> Stamp:
    """What tells this content of a file from any other that it may have later.

    Raises:
        OSError: there is none, or it is no plain file; `strerror` says which, as the end of a sentence.
    """
    return _stamp(path.stat(), path)


def opened(path: Path) -> BufferedReader:
    """A plain file, open for reading.

    Raises:
        OSError: as `stamp`.
    """
    # Opening a pipe already waits, and some devices act when they are opened.
    stamp(path)
    file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    try:
        _stamp(os.fstat(file.fileno()), path)
    except OSError:
        file.close()
        raise
    return file


def content(path: Path, *, known: Stamp | None = None, most: int | None = None) -> bytes:
    """All bytes of a plain file.

    Args:
        path: the file.
        known: its stamp when it was found; none: it is found now.
        most: how many bytes it may have.

    Raises:
        OSError: as `stamp`; it has more bytes; it is written to meanwhile, so that what is read is neither old nor new.
    """
    with opened(path) as file:
        before = known or _stamp(os.fstat(file.fileno()), path)
        if most is not None and before[2] > most:
            raise OSError(None, f"it has {before[2]:,} bytes, and up to {most:,} are accepted", str(path))
        # One byte more than there should be shows that it grows, and no file that grows for ever is followed.
        data = file.read(before[2] + 1)
        after = _stamp(os.fstat(file.fileno()), path)
    if before != after or len(data) != before[2]:
        raise OSError(None, "it was changed while it was read", str(path))
    return data


def toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        ValueError: it is none, or nested as deeply as no settings are; says where.
    """
    if found := _LONG_KEY.search(text):
        raise ValueError(f"a key of 100 parts or more (at line {text.count(chr(10), 0, found.start()) + 1})")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def reason(error: OSError) -> str:
    """What was wrong with a file, as the end of a sentence without its full stop."""
    text = " ".join((error.strerror or str(error)).split()).rstrip(".")
    return f"{text[:1].lower()}{text[1:]}"


def _stamp(found: os.stat_result, path: Path) -> Stamp:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise OSError(None, _OTHER.get(kind, "it is no file with content"), str(path))
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
