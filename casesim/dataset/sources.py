"""What a dataset consists of: a folder, a zip of one, or frames, sorted into the files of each table."""

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casesim.dataset import packed
from casesim.dataset.settings import FILE, Settings, read_settings
from casesim.dataset.source import Source, folder_table, source_of, table_of
from casesim.files import LARGEST_SETTINGS, Stamp, content, reason, stamp
from casesim.tables import DatasetError, nearest
from casesim.visible import visible


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset before anything is read: its files in name order, what is none of them, and how to read them."""

    name: str
    sources: tuple[Source, ...]
    ignored: tuple[str, ...]
    settings: Settings


def find(source: str | os.PathLike[str] | Mapping[str, Any]) -> Found:
    """Look at what a dataset is made of. Only dataset.toml is read.

    Raises:
        DatasetError: no such folder, no folder and no zip, an unsafe zip, a table in a format that is not read.
    """
    if isinstance(source, Mapping):
        return _of_frames(source)
    path = Path(os.fspath(source))
    try:
        path = path.expanduser()
        if path.is_dir():
            return _of_folder(path)
        if path.is_file():
            return _of_zip(path)
        if path.exists():
            stamp(path)
    except (OSError, RuntimeError) as error:
        why = reason(error) if isinstance(error, OSError) else "there is no such user"
        raise DatasetError(f"{path}: cannot be read: {why}.") from None
    raise DatasetError(f"{path}: there is no such folder. {_sibling(path)}")


def _of_frames(frames: Mapping[str, Any]) -> Found:
    known = {str(name): table_of(str(name)) for name in frames}
    sources = (
        Source(table, str(name), "frame", frame=frames[name])
        for name in sorted(frames, key=str)
        if (table := known[str(name)]) is not None
    )
    return Found("frames", tuple(sources), tuple(sorted(n for n, table in known.items() if table is None)), Settings())


def _of_folder(folder: Path) -> Found:
    cfg = Settings()
    if os.path.lexists(folder / FILE):
        place = _found(folder, FILE)
        try:
            data = content(folder / FILE, known=place, most=LARGEST_SETTINGS)
        except OSError as error:
            raise DatasetError(f"{FILE}: cannot be read: {reason(error)}.") from None
        cfg = read_settings(data, where=FILE)
    sources, ignored = _sort(_files(folder), folder)
    return Found(folder.resolve().name, sources, ignored, cfg)


def _files(folder: Path) -> Iterator[str]:
    """Relative names of all files beside the tables and in the folders named after one.

    Other folders, and folders in which there is nothing, end in `/`.
    """
    for entry in folder.iterdir():
        if not entry.is_dir():
            yield entry.name
        elif folder_table(entry.name) is None:
            yield f"{entry.name}/"
        else:
            # Before it is walked: a link may lead to the root of everything.
            _refuse_outside(folder, entry.name)
            yield from _parts(entry, folder) or [f"{entry.name}/"]


def _parts(table: Path, folder: Path) -> list[str]:
    """The files below a folder that is named after a table."""

    def fail(error: OSError) -> None:
        raise error

    names: list[str] = []
    for parent, folders, files in os.walk(table, onerror=fail):
        here = Path(parent)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if (here / name).is_symlink():
                raise DatasetError(
                    f"{(here / name).relative_to(folder).as_posix()}: is a link to a folder, and such links are not "
                    "followed: they may lead round in a circle. Put the folder itself there."
                )
        names += [(here / name).relative_to(folder).as_posix() for name in files]
    return names


def _found(folder: Path, name: str) -> Stamp:
    """The stamp of a file in a folder.

    Raises:
        DatasetError: it is no plain file, cannot be looked at, or is a link that leads out of the folder.
    """
    try:
        _refuse_outside(folder, name)
        return stamp(folder / name)
    except OSError as error:
        raise DatasetError(f"{name}: cannot be read: {reason(error)}.") from None


def _refuse_outside(folder: Path, name: str) -> None:
    """Refuse a link that leads out of the folder: whoever made the dataset would choose which of our files is read."""
    if (folder / name).is_symlink():
        target = Path(os.path.realpath(folder / name))
        if not target.is_relative_to(os.path.realpath(folder)):
            raise DatasetError(
                f"{name}: is a link that leads out of the dataset, to {target}. Only what is in the folder is read: "
                "put the file or folder itself there."
            )


def _of_zip(path: Path) -> Found:
    if path.suffix.lower() != ".zip":
        raise DatasetError(f"{path}: is a file. A dataset is a folder of tables, or one zip of such a folder.")
    archive = packed.opened(path)
    members = packed.members(path, archive)
    base = _single_folder(members)
    settings = f"{base}{FILE}"
    cfg = Settings()
    if settings in members:
        cfg = read_settings(packed.member(archive, settings), where=f"{path.name}: {FILE}")
    inside = (name.removeprefix(base) for name in members)
    sources, ignored = _sort(inside, path, archive=archive, base=base)
    return Found(path.stem, sources, ignored, cfg)


def _single_folder(members: list[str]) -> str:
    """The folder that everything in a zip is in, as `name/`, or nothing: people zip the folder or what is in it."""
    tops = {name.split("/", 1)[0] for name in members if not name.startswith("__MACOSX/")}
    if len(tops) != 1 or any("/" not in name for name in members):
        return ""
    (top,) = tops
    return "" if folder_table(top) else f"{top}/"


def _sort(
    names: Iterable[str], path: Path, *, archive: zipfile.ZipFile | None = None, base: str = ""
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Files and what is none of a table, in name order. `path` is their folder, or the zip that has them at `base`."""
    sources: list[Source] = []
    ignored: list[str] = []
    faults: list[str] = []
    for name in sorted(names):
        if name == FILE:
            continue
        try:
            source = source_of(name)
            if source is None:
                ignored.append(visible(name))
            elif visible(name) != name:
                # Libraries and manifests take texts alone, and what is no text is here a surrogate.
                faults.append(f"{visible(name)}: a file of a table has a name of signs that can be seen. Rename it.")
            elif archive is None:
                sources.append(replace(source, path=path / name, stamp=_found(path, name)))
            else:
                sources.append(replace(source, path=path, archive=archive, member=base + name))
        except DatasetError as error:
            faults.append(str(error))
    if faults:
        raise DatasetError("\n".join(faults))
    return tuple(sources), tuple(ignored)


def _sibling(path: Path) -> str:
    parent = path.absolute().parent
    if not parent.is_dir():
        return f"Nor is there a folder {parent}."
    try:
        beside = [entry for entry in parent.iterdir() if not entry.name.startswith(".")]
        return nearest(path.name, [entry.name for entry in beside if entry.is_dir() or entry.suffix == ".zip"])
    except OSError:
        return f"The folder {parent} cannot be listed."
