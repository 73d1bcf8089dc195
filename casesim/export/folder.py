"""One run, one folder: complete, or not there at all."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from casesim.engine.layout import OutputTable
from casesim.export.parquet import write_parquet
from casesim.export.texts import write_csv, write_ndjson, write_xlsx
from casesim.tables import OutputError

FORMATS: Mapping[str, Callable[[OutputTable, Path], int]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "ndjson": write_ndjson,
    "xlsx": write_xlsx,
}


def write_folder(
    tables: Mapping[str, Callable[[], OutputTable]],
    out: Path,
    manifest: Callable[[Mapping[str, int]], Mapping[str, Any]],
    *,
    format: str = "parquet",
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> None:
    """Write every table and the manifest.

    Args:
        tables: by name, what gives the table.
        out: the folder to make; its parent must exist or be makeable.
        manifest: gives the manifest from the tables' row counts.
        format: parquet | csv | ndjson | xlsx.
        overwrite: replace a folder that casesim wrote before.
        progress: told the name of each table before it is written.

    Raises:
        OutputError: the folder exists, cannot be written, or the disk is full. Nothing is left behind.
    """
    if format not in FORMATS:
        raise OutputError(f"--format {format}: unknown. Accepted: {', '.join(FORMATS)}.")
    with new_folder(out, overwrite=overwrite) as folder:
        rows = {}
        for name, table in tables.items():
            progress(name)
            rows[name] = FORMATS[format](table(), folder / f"{name}.{format}")
        text = msgspec.json.format(msgspec.json.encode(manifest(rows)), indent=2)
        (folder / "manifest.json").write_bytes(text + b"\n")


@contextmanager
def new_folder(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """A folder to fill beside `out`, which becomes `out` if all goes well and is removed if not.

    Raises:
        OutputError: `out` exists and may not be replaced, or the disk refuses.
    """
    refuse_existing(out, overwrite=overwrite)
    partial = out.with_name(f".{out.name}.partial-{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
        if out.exists():
            shutil.rmtree(out)
        partial.rename(out)
    except OSError as fault:
        raise OutputError(f"{out}: cannot be written ({fault.strerror or fault}). Nothing was kept.") from fault
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse_existing(out: Path, *, overwrite: bool) -> None:
    """Refuse early what the end of a long run would refuse: an output that is there already.

    Raises:
        OutputError: `out` exists without leave to replace it, or is something else than a result folder.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputError(f"{out}: is a file; the result is a folder. Give another --out.")
    if not overwrite:
        raise OutputError(f"{out}: exists already. Add --overwrite to replace it, or give another --out.")
    if any(out.iterdir()) and not (out / "manifest.json").exists():
        raise OutputError(f"{out}: holds other files than a result; it is not replaced. Give another --out.")
