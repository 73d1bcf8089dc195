"""One file of a table: which table and format its name stands for, and its bytes."""

import hashlib
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from casesim.dataset import packed
from casesim.files import Stamp, content, opened, reason, stamp
from casesim.tables import INPUT, DatasetError

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


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one frame, of one table.

    Attributes:
        table: ours.
        name: relative to the dataset, with `/`.
        format: a value of `FORMATS`, or `frame`.
        compression: `gzip`, `zstd` or None.
        path: the file, or the zip it is in.
        stamp: what the file was when it was found; None in a zip, which stays open.
        archive: the zip, opened.
        member: its name in the zip.
        frame: what the mapping holds.
        partition: what `name=value` folders on its path say.
    """

    table: str
    name: str
    format: str
    compression: str | None = None
    path: Path = Path()
    stamp: Stamp | None = None
    archive: zipfile.ZipFile | None = None
    member: str = ""
    frame: Any = None
    partition: Mapping[str, str | None] = field(default_factory=dict)

    def read(self) -> bytes:
        """The bytes of the file as it is stored; nothing is unpacked to disk.

        Raises:
            DatasetError: it cannot be read, or is written to meanwhile.
        """
        if self.archive is not None:
            return packed.member(self.archive, self.member)
        try:
            return content(self.path, known=self.stamp)
        except OSError as error:
            raise DatasetError(f"{self.name}: cannot be read: {reason(error)}.") from None

    def sha256(self) -> str | None:
        """The hash of the stored bytes, None for a frame.

        Raises:
            DatasetError: the file is gone, or is another one by now than was read.
        """
        if self.format == "frame":
            return None
        if self.archive is not None:
            return hashlib.sha256(self.read()).hexdigest()
        try:
            with opened(self.path) as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise DatasetError(f"{self.name}: cannot be read: {reason(error)}.") from None
        if changed := self.changed():
            raise DatasetError(changed)
        return found

    def changed(self) -> str | None:
        """What to say if the file is another one than was found; None if it is the same, or is gone."""
        try:
            same = self.stamp is None or stamp(self.path) == self.stamp
        except OSError:
            return None
        return None if same else f"{self.name}: was changed after it was loaded. Load the dataset again."

    def gone(self) -> str | None:
        """What to say if the file is not there any more, or is no plain file by now; None if it is."""
        try:
            if self.stamp is not None:
                stamp(self.path)
        except OSError as error:
            return f"{self.name}: cannot be read: {reason(error)}."
        return None


def table_of(name: str) -> str | None:
    """The table a file name stands for: its own, or one with a part after it.

    Example:
        >>> table_of("incident"), table_of("Incident_2025"), table_of("incident_task"), table_of("README")
        ('incident', 'incident', None, None)
    """
    lower = name.lower()
    match = _TABLE.fullmatch(lower)
    return None if match is None or _OTHER_TABLES.fullmatch(lower) else match[1]


def source_of(name: str) -> Source | None:
    """The table and the format that a name stands for, None if it is no file of a table."""
    *folders, file = name.split("/")
    if not file or any(part.startswith((".", "_")) for part in (*folders, file)):
        return None
    stem, ending, compression = _ending(file)
    table = folder_table(folders[0]) if folders else table_of(stem)
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


def folder_table(folder: str) -> str | None:
    """The table whose parts a folder holds; engines that write in parts name it `incident.parquet`."""
    stem, ending, _ = _ending(folder)
    return table_of(stem if ending in FORMATS else folder)


def _partition(folder: str) -> tuple[str, str | None]:
    name, _, value = folder.partition("=")
    return unquote(name), None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)
