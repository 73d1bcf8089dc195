"""What a dataset consists of: a folder, a zip of one, or frames, sorted into the files of each table."""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from casesim.dataset.settings import FILE, Settings, read_settings
from casesim.tables import INPUT, DatasetError, nearest, shown

FORMATS: Final[Mapping[str, str]] = {
    "csv": "csv",
    "tsv": "csv",
    "json": "json",
    "ndjson": "ndjson",
    "jsonl": "ndjson",
    "xlsx": "xlsx",
    "parquet": "parquet",
    "pq": "parquet",
    "arrow": "arrow",
    "feather": "arrow",
    "ipc": "arrow",
}
_TEXT = ("csv", "json", "ndjson")
_COMPRESSED = {"gz": "gzip", "zst": "zstd"}
# Tables in formats that are known but not read: passing over them in silence would lose data.
_REFUSED = ("xml", "xls", "xlsb", "xlsm", "ods", "orc", "avro")
ACCEPTED: Final = "csv, json, ndjson (also .gz, .zst), xlsx, parquet, arrow or feather"

# The platform's own tables and views whose names go on from one of ours: no parts of ours.
_OTHER_TABLES = re.compile(
    r"(incident|change_request)_(task|alert|alert_task|sla|metric|time_worked|imac|template)"
    r"|cmdb_ci_service_(auto|discovered|business|technical|calculated|group|manual|tags?|by_.*|query.*)"
    r"|(customer_account|customer_contact|csm_consumer|sn_install_base_item|sn_customerservice_case)_(rel.*|m2m.*|sla|task)"
)
# The longest name first: a table's name may go on from another's.
_TABLE = re.compile(f"({'|'.join(sorted(INPUT, key=len, reverse=True))})([_. (-].*)?", re.DOTALL)

# What a zip may unpack to. A real dataset stays far below; a bomb does not.
MAX_UNPACKED: Final = 8 * 2**30
MAX_RATIO: Final = 250
_RATIO_FROM = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one frame, of one table.

    Attributes:
        table: ours.
        name: relative to the dataset, with `/`.
        format: a value of `FORMATS`, or `frame`.
        compression: `gzip`, `zstd` or None.
        path: the file, or the zip it is in.
        member: its name in the zip.
        frame: what the mapping holds.
        partition: what `name=value` folders on its path say.
    """

    table: str
    name: str
    format: str
    compression: str | None = None
    path: Path = Path()
    member: str | None = None
    frame: Any = None
    partition: Mapping[str, str | None] = field(default_factory=dict)

    def read(self) -> bytes:
        """The bytes of the file as it is stored; a zip is opened for it, nothing is unpacked to disk."""
        if self.member is None:
            return self.path.read_bytes()
        with opened(self.path) as archive:
            try:
                return archive.read(self.member)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
                raise DatasetError(f"{self.path.name}: {self.member} cannot be unpacked: {error}.") from None

    def sha256(self) -> str | None:
        """The hash of the stored bytes, None for a frame."""
        if self.format == "frame":
            return None
        if self.member is not None:
            return hashlib.sha256(self.read()).hexdigest()
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


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
    path = Path(os.fspath(source)).expanduser()
    try:
        if path.is_dir():
            return _of_folder(path)
        if path.is_file():
            return _of_zip(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror or error}.") from None
    raise DatasetError(f"{path}: there is no such folder. {_sibling(path)}")


def table_of(name: str) -> str | None:
    """The table a file name stands for: its own, or one with a part after it.

    Example:
        >>> table_of("incident"), table_of("Incident_2025"), table_of("incident_task"), table_of("README")
        ('incident', 'incident', None, None)
    """
    lower = name.lower()
    match = _TABLE.fullmatch(lower)
    return None if match is None or _OTHER_TABLES.fullmatch(lower) else match[1]


def opened(path: Path) -> zipfile.ZipFile:
    """A zip, opened."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise DatasetError(f"{path}: is not a zip that can be read: {error}.") from None


def _of_frames(frames: Mapping[str, Any]) -> Found:
    known = {str(name): table_of(str(name)) for name in frames}
    sources = (
        Source(table, str(name), "frame", frame=frames[name])
        for name in sorted(frames, key=str)
        if (table := known[str(name)]) is not None
    )
    return Found("frames", tuple(sources), tuple(sorted(n for n, table in known.items() if table is None)), Settings())


def _of_folder(folder: Path) -> Found:
    settings = folder / FILE
    cfg = read_settings(settings.read_bytes(), where=FILE) if settings.is_file() else Settings()
    sources, ignored = _sort(_files(folder), folder)
    return Found(folder.resolve().name, sources, ignored, cfg)


def _files(folder: Path) -> Iterator[str]:
    """Relative names of all files beside the tables and in the folders named after one; other folders end in `/`."""
    for entry in folder.iterdir():
        if not entry.is_dir():
            yield entry.name
        elif _folder_table(entry.name) is None:
            yield f"{entry.name}/"
        else:
            for parent, folders, names in os.walk(entry):
                folders[:] = [name for name in folders if not name.startswith(".")]
                yield from ((Path(parent) / name).relative_to(folder).as_posix() for name in names)


def _of_zip(path: Path) -> Found:
    if path.suffix.lower() != ".zip":
        raise DatasetError(f"{path}: is a file. A dataset is a folder of tables, or one zip of such a folder.")
    with opened(path) as archive:
        members = _safe_members(path, archive)
    base = _single_folder(members)
    settings = f"{base}{FILE}"
    here = Source("", FILE, "toml", path=path, member=settings)
    cfg = read_settings(here.read(), where=f"{path.name}: {FILE}") if settings in members else Settings()
    inside = (name.removeprefix(base) for name in members)
    sources, ignored = _sort(inside, path, base=base)
    return Found(path.stem, sources, ignored, cfg)


def _safe_members(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """The files in a zip; one that reaches outside, or unpacks to far more than it weighs, refuses the whole zip."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    names = [info.filename for info in infos]
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or re.match("[A-Za-z]:", name):
            raise DatasetError(f"{path}: the entry {shown(name)} points outside the zip; the zip is not read.")
        if names.count(name) > 1:
            raise DatasetError(f"{path}: holds {shown(name)} more than once; which one is meant cannot be told.")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)):
        raise DatasetError(
            f"{path}: would unpack to {unpacked:,} bytes, {unpacked // max(packed, 1):,} times its size. Accepted: "
            f"{MAX_UNPACKED:,} bytes and {MAX_RATIO} times. If it is no bomb, unpack it and load the folder."
        )
    return names


def _single_folder(members: list[str]) -> str:
    """The folder that everything in a zip is in, as `name/`, or nothing: people zip the folder or what is in it."""
    tops = {name.split("/", 1)[0] for name in members if not name.startswith("__MACOSX/")}
    if len(tops) != 1 or any("/" not in name for name in members):
        return ""
    (top,) = tops
    return "" if _folder_table(top) else f"{top}/"


def _sort(names: Iterable[str], path: Path, *, base: str | None = None) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Files and what is none of a table, in name order. `path` is their folder, or the zip that has them at `base`."""
    sources: list[Source] = []
    ignored: list[str] = []
    faults: list[str] = []
    for name in sorted(names):
        if name == FILE:
            continue
        try:
            source = _source(name)
        except DatasetError as error:
            faults.append(str(error))
            continue
        if source is None:
            ignored.append(name)
        elif base is None:
            sources.append(replace(source, path=path / name))
        else:
            sources.append(replace(source, path=path, member=base + name))
    if faults:
        raise DatasetError("\n".join(faults))
    return tuple(sources), tuple(ignored)


def _source(name: str) -> Source | None:
    """The table and the format that a name stands for, None if it is no file of a table."""
    *folders, file = name.split("/")
    if not file or any(part.startswith((".", "_")) for part in (*folders, file)):
        return None
    stem, ending, compression = _ending(file)
    table = _folder_table(folders[0]) if folders else table_of(stem)
    if table is None:
        return None
    if ending in _REFUSED:
        raise DatasetError(f"{name}: .{ending} files are not read. Save table {table} as {ACCEPTED}.")
    if ending not in FORMATS or (compression and FORMATS[ending] not in _TEXT):
        return None
    partition = dict(_partition(folder) for folder in folders[1:] if "=" in folder)
    return Source(table, name, FORMATS[ending], compression, partition=partition)


def _ending(file: str) -> tuple[str, str, str | None]:
    """A file name's stem, its format's ending, and its compression.

    Example:
        >>> _ending("incident.csv.gz"), _ending("task_ci.Parquet"), _ending("README")
        (('incident', 'csv', 'gzip'), ('task_ci', 'parquet', None), ('README', '', None))
    """
    stem, dot, last = file.rpartition(".")
    if not dot:
        return file, "", None
    if last.lower() in _COMPRESSED:
        inner, dot, ending = stem.rpartition(".")
        return (inner, ending.lower(), _COMPRESSED[last.lower()]) if dot else (stem, "", None)
    return stem, last.lower(), None


def _folder_table(folder: str) -> str | None:
    """The table whose parts a folder holds; engines that write in parts name it `incident.parquet`."""
    stem, ending, _ = _ending(folder)
    return table_of(stem if ending in FORMATS else folder)


def _partition(folder: str) -> tuple[str, str | None]:
    name, _, value = folder.partition("=")
    return unquote(name), None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)


def _sibling(path: Path) -> str:
    parent = path.absolute().parent
    if not parent.is_dir():
        return f"Nor is there a folder {parent}."
    try:
        beside = [entry for entry in parent.iterdir() if not entry.name.startswith(".")]
        return nearest(path.name, [entry.name for entry in beside if entry.is_dir() or entry.suffix == ".zip"])
    except OSError:
        return f"The folder {parent} cannot be listed."
