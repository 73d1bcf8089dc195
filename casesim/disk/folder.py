"""A folder: filled beside its place, then put there at once."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from casesim.disk.access import make_missing, remove_empty
from casesim.disk.claim import beside, claimed, left, say_put_right
from casesim.disk.moves import exchanged, hold, reason
from casesim.tables import OutputError


@contextmanager
def new_folder(out: Path, refuse: Callable[[], None], *, shared: bool = False) -> Iterator[Path]:
    """A folder to fill beside `out`, which becomes `out` if all goes well and is removed if not.

    Args:
        out: the folder to be; a link to a folder is followed. Folders above it that are missing are made.
        refuse: raises if what `out` is may not be replaced. Asked first, and again before it is replaced.
        shared: for others to read, as far as the umask lets them; else for its owner alone.

    Raises:
        OutputError: the disk refuses, or another run is writing `out`. What was there stays then.
    """
    place = out.resolve() if out.is_symlink() else out
    above: list[Path] = []
    try:
        above = make_missing(place.parent, shared=shared)
        with claimed(place) as alone:
            if alone:
                _put_right(place)
            refuse()
            partial = beside(place, "partial")
            partial.mkdir(0o777 if shared else 0o700)
            try:
                yield partial
                for file in partial.iterdir():
                    hold(file)
                hold(partial)
                refuse()
                _move(partial, place)
            finally:
                _remove(partial)
    except OSError as fault:
        stays = "What was there stays." if place.exists() else "Nothing was kept."
        raise OutputError(f"{out}: cannot be written ({reason(fault)}). {stays}") from fault
    finally:
        remove_empty(above)


def put_right(out: Path) -> None:
    """Put right what a run that was stopped left beside a folder, if it left anything, and say so.

    Raises:
        OutputError: another run is writing the folder.
        OSError: nothing can be written there.
    """
    place = out.resolve() if out.is_symlink() else out
    if place.parent.is_dir():
        with claimed(place) as alone:
            if alone:
                _put_right(place)


def _move(partial: Path, place: Path) -> None:
    """Put a filled folder in its place; the one that was there is left under the other's name."""
    if not place.exists():
        partial.rename(place)
    elif not exchanged(partial, place):
        before = beside(place, "before")
        try:
            place.rename(before)
            partial.rename(place)
        finally:
            if before.exists():
                # Under this name it is what was there before; it is removed under the one of what may go.
                before.rename(partial if place.exists() else place)
    hold(place.parent)


def _put_right(place: Path) -> None:
    """What was there before comes back if nothing is there; the rest is removed."""
    kept, partials = left(place, "before"), left(place, "partial")
    restored = False
    for before in kept:
        if not os.path.lexists(place):
            before.rename(place)
            restored = True
        else:
            _remove(before)
    for partial in partials:
        _remove(partial)
    if kept or partials:
        say_put_right(place, restored=restored)


def _remove(folder: Path) -> None:
    """Remove a folder of ours; a link of that name is none, and what it leads to is not touched."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
