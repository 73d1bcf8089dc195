"""A folder of parquet tables, complete or not at all."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from casesim import disk
from casesim.disk.access import make_file
from casesim.tables import INPUT, OutputError


class Folder:
    """Open parquet files of one dataset folder; tables grow part by part."""

    def __init__(self, path: Path, files: ExitStack, *, shared: bool = False) -> None:
        self._path, self._files, self._shared = path, files, shared
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def append(self, name: str, part: pa.Table) -> None:
        """Add rows to a table. The first part sets its columns."""
        if name not in self._writers:
            path = self._path / f"{name}.parquet"
            # Made here, filled there: the writer opens it by name, and it keeps the mode it was made with.
            os.close(make_file(path, shared=self._shared))
            # Without Arrow's own schema any reader sees plain text, numbers and UTC times.
            writer = pq.ParquetWriter(path, part.schema, compression="zstd", compression_level=3, store_schema=False)
            self._writers[name] = self._files.enter_context(writer)
            self.rows[name] = 0
        self._writers[name].write_table(part)
        self.rows[name] += len(part)


@contextmanager
def new_folder(out: Path, *, overwrite: bool, shared: bool = False) -> Iterator[Folder]:
    """A folder that appears under its name when the block ends well, and leaves nothing behind when it does not.

    Args:
        out: the folder to be.
        overwrite: replace it if it is there, provided that it holds tables of a dataset and nothing else.
        shared: for others to read, as far as the umask lets them; else for its owner alone.

    Raises:
        OutputError: it is there already, holds other things, cannot be written, or is being written by another run.
    """

    def refuse() -> None:
        if fault := _fault(out, overwrite=overwrite):
            raise OutputError(f"{out}: {fault} Give another --out.")

    if out.name in {"", ".."}:
        refuse()
    with disk.new_folder(out, refuse, shared=shared) as beside, ExitStack() as files:
        yield Folder(beside, files, shared=shared)


def _fault(out: Path, *, overwrite: bool) -> str | None:
    if out.name in {"", ".."}:
        return "has no name of its own that a new folder could take."
    if not out.exists():
        return None
    if not overwrite:
        return "exists already. Add --overwrite to replace it."
    if not out.is_dir():
        return "is a file; a dataset is a folder."
    ours = {f"{name}.parquet" for name in INPUT}
    others = sorted(entry.name for entry in out.iterdir() if entry.name not in ours)
    return f"holds {others[0]}, which is no table of a dataset; it is not replaced." if others else None
