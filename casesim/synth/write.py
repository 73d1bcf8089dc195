"""A folder of parquet tables, complete or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from casesim.tables import INPUT, OutputError


class Folder:
    """Open parquet files of one dataset folder; tables grow part by part."""

    def __init__(self, path: Path, files: ExitStack) -> None:
        self._path, self._files = path, files
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def append(self, name: str, part: pa.Table) -> None:
        """Add rows to a table. The first part sets its columns."""
        if name not in self._writers:
            # Without Arrow's own schema any reader sees plain text, numbers and UTC times.
            writer = pq.ParquetWriter(
                self._path / f"{name}.parquet", part.schema, compression="zstd", compression_level=3, store_schema=False
            )
            self._writers[name] = self._files.enter_context(writer)
            self.rows[name] = 0
        self._writers[name].write_table(part)
        self.rows[name] += len(part)


@contextmanager
def new_folder(out: Path, *, overwrite: bool) -> Iterator[Folder]:
    """A folder that appears under its name when the block ends well, and leaves nothing behind when it does not.

    Args:
        out: the folder to be.
        overwrite: replace it if it is there, provided that it holds tables of a dataset and nothing else.

    Raises:
        OutputError: it is there already, holds other things, or cannot be written.
    """
    _check(out, overwrite=overwrite)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise OutputError(f"{out}: cannot be written, {error.strerror}.") from error
    try:
        with ExitStack() as files:
            yield Folder(beside, files)
        beside.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written, {error.strerror}.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _check(out: Path, *, overwrite: bool) -> None:
    if not out.exists():
        return
    if not overwrite:
        raise OutputError(f"{out}: exists already. Add --overwrite to replace it. Give another --out.")
    if not out.is_dir():
        raise OutputError(f"{out}: is a file; a dataset is a folder. Give another --out.")
    ours = {f"{name}.parquet" for name in INPUT}
    others = sorted(entry.name for entry in out.iterdir() if entry.name not in ours)
    if others:
        held = f"holds {others[0]}, which is no table of a dataset; it is not replaced."
        raise OutputError(f"{out}: {held} Give another --out.")
