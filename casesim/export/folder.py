"""One run, one folder: complete, or not there at all."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from casesim.disk import new_folder, put_right
from casesim.disk.access import make_file
from casesim.disk.moves import reason
from casesim.engine.layout import OutputTable
from casesim.export.parquet import write_parquet
from casesim.export.texts import write_csv, write_ndjson, write_xlsx
from casesim.tables import OUTPUT, OutputError

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
    shared: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> None:
    """Write every table and the manifest.

    Args:
        tables: by name, what gives the table.
        out: the folder to make; its parent must exist or be makeable.
        manifest: gives the manifest from the tables' row counts.
        format: parquet | csv | ndjson | xlsx.
        overwrite: replace a folder that casesim wrote before.
        shared: for others to read, as far as the umask lets them; else for its owner alone.
        progress: told the name of each table before it is written.

    Raises:
        OutputError: the folder exists, cannot be written, is being written by another run, or the disk is full. What
            was there stays, and nothing else is left behind.
    """
    if format not in FORMATS:
        raise OutputError(f"--format {format}: unknown. Accepted: {', '.join(FORMATS)}.")
    refuse_existing(out, overwrite=overwrite)
    with new_folder(out, lambda: _refuse(out, overwrite=overwrite), shared=shared) as folder:
        built = {name: table() for name, table in tables.items()}

        def write(name: str) -> int:
            progress(name)
            path = folder / f"{name}.{format}"
            # Made here, filled there: what writes a format opens it by name, and it keeps the mode it was made with.
            os.close(make_file(path, shared=shared))
            return FORMATS[format](built[name], path)

        # Two files at a time: encoding one leaves a core idle, and the two big tables take about as long as each other.
        with ThreadPoolExecutor(2) as pool:
            rows = dict(zip(built, pool.map(write, built), strict=True))
        text = msgspec.json.format(msgspec.json.encode(manifest(rows)), indent=2)
        with os.fdopen(make_file(folder / "manifest.json", shared=shared), "wb") as file:
            file.write(text + b"\n")


def refuse_existing(out: Path, *, overwrite: bool) -> None:
    """Refuse early what the end of a long run would refuse: an output that cannot be made or is there already.

    What a run that was stopped left there is put right first.

    Raises:
        OutputError: `out` exists without leave to replace it, is something else than a result folder, has no place, or
            another run is writing it.
    """
    try:
        if out.name not in {"", ".."}:
            put_right(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({reason(error)}). Give another --out.") from error
    _refuse(out, overwrite=overwrite)


def _refuse(out: Path, *, overwrite: bool) -> None:
    try:
        fault = _fault(out, overwrite=overwrite)
    except OSError as error:
        fault = f"cannot be written ({reason(error)})."
    if fault:
        raise OutputError(f"{out}: {fault} Give another --out.")


def _fault(out: Path, *, overwrite: bool) -> str | None:
    if out.name in {"", ".."}:
        return "has no name of its own that a new folder could take."
    if not out.exists():
        below = next(parent for parent in out.absolute().parents if parent.exists())
        return None if below.is_dir() else f"{below} is a file, and no folder can be made in it."
    if not out.is_dir():
        return "is a file; the result is a folder."
    if not overwrite:
        return "exists already. Add --overwrite to replace it."
    ours = {"manifest.json", *(f"{table}.{format}" for table in OUTPUT for format in FORMATS)}
    names = {entry.name for entry in out.iterdir()}
    # A file called manifest.json is in many a folder: it alone does not make a result.
    if names - ours or (names and "manifest.json" not in names):
        return f"holds other files than a result ({min(names - ours or names)}); it is not replaced."
    return None
