"""One file, or several that belong together: written beside their places, then moved there."""

import os
from collections.abc import Mapping
from pathlib import Path

from casesim.disk.access import make_file
from casesim.disk.claim import beside, claimed, left, say_put_right
from casesim.disk.moves import hold, reason
from casesim.tables import OutputError


def write_file(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Write one file in the place of an older one; a link is replaced, a pipe or device is written into.

    Args:
        path: its folder must be there.
        content: all of it.
        shared: for others to read, as far as the umask lets them; else for its owner alone.

    Raises:
        OutputError: it cannot be written, or another run is writing it. An older file stays then.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        try:
            path.write_bytes(content)
        except OSError as fault:
            raise OutputError(f"{path}: cannot be written ({reason(fault)}).") from fault
        return
    write_files({path: content}, shared=shared)


def write_files(files: Mapping[Path, bytes], *, shared: bool = False) -> None:
    """Write files that belong together in the place of older ones: all of them, or none.

    The last of them vouches for the others: it goes away before any of them is replaced and comes last. Whoever finds
    it finds the others as it says; whoever does not finds files that are being written, or were when the writer was
    stopped.

    Args:
        files: path -> content, the voucher last. The folders must be there.
        shared: for others to read, as far as the umask lets them; else for their owner alone.

    Raises:
        OutputError: one of them cannot be written, or another run is writing one. All older ones stay then.
    """
    for path in files:
        if path.is_dir():
            raise OutputError(f"{path}: cannot be written (is a folder). Nothing was replaced.")
    last = [*files][-1]
    new = {path: beside(path, "partial") for path in files}
    try:
        with claimed(*files) as alone:
            if alone:
                _put_right(files)
            try:
                for path, content in files.items():
                    _write(path, new[path], content, shared=shared)
                _move(new, last)
            finally:
                for partial in new.values():
                    partial.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputError(f"{last}: cannot be written ({reason(fault)}). Nothing was replaced.") from fault


def _write(path: Path, partial: Path, content: bytes, *, shared: bool) -> None:
    try:
        with os.fdopen(make_file(partial, shared=shared), "wb") as file:
            file.write(content)
        hold(partial)
    except OSError as fault:
        raise OutputError(f"{path}: cannot be written ({reason(fault)}). Nothing was replaced.") from fault


def _move(new: Mapping[Path, Path], last: Path) -> None:
    """Move what was written to its places; what was there is kept beside until then, and comes back if that fails."""
    others = [path for path in new if path != last]
    kept = {path: beside(path, "before") for path in [last, *others] if others and os.path.lexists(path)}
    done = False
    try:
        for path, before in kept.items():
            _keep(path, before)
            if path == last:
                last.unlink(missing_ok=True)
        for path in [*others, last]:
            new[path].replace(path)
        done = True
    finally:
        if not done:
            for path in [*others, last]:
                if path not in kept and not new[path].exists():
                    path.unlink(missing_ok=True)
                elif path in kept and kept[path].exists():
                    kept[path].replace(path)
        for before in kept.values():
            before.unlink(missing_ok=True)
    for folder in {path.parent for path in new}:
        hold(folder)


def _keep(path: Path, before: Path) -> None:
    """A second name for what is there; where a file has but one name, that one."""
    try:
        os.link(path, before, follow_symlinks=False)
    except (OSError, NotImplementedError):
        path.rename(before)


def _put_right(files: Mapping[Path, bytes]) -> None:
    """What a writer that was stopped left: without its voucher, what was there before comes back, the voucher last."""
    last = [*files][-1]
    restore = not os.path.lexists(last)
    kept = [(path, before) for path in files for before in left(path, "before")]
    partials = [partial for path in files for partial in left(path, "partial")]
    for path, before in kept:
        if restore:
            before.replace(path)
        before.unlink(missing_ok=True)
    for partial in partials:
        partial.unlink(missing_ok=True)
    if kept or partials:
        say_put_right(last, restored=restore and bool(kept))
