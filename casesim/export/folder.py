"""One run, one folder: complete, or not there at all."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

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
        built = {name: table() for name, table in tables.items()}

        def write(name: str) -> int:
            progress(name)
            return FORMATS[format](built[name], folder / f"{name}.{format}")

        # Two files at a time: encoding one leaves a core idle, and the two big tables take about as long as each other.
        with ThreadPoolExecutor(2) as pool:
            rows = dict(zip(built, pool.map(write, built), strict=True))
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
    before = out.with_name(f".{out.name}.before-{os.getpid()}")
    made = [parent for parent in out.parents if not parent.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
        if out.exists():
            out.rename(before)
        partial.rename(out)
    except OSError as fault:
        # Some libraries tell more than a reader needs; the number says it all.
        what = os.strerror(fault.errno) if fault.errno else fault
        raise OutputError(f"{out}: cannot be written ({what}). Nothing was kept.") from fault
    finally:
        if before.exists() and not out.exists():
            before.rename(out)
        shutil.rmtree(before, ignore_errors=True)
        shutil.rmtree(partial, ignore_errors=True)
        for parent in made:
            with suppress(OSError):  # what holds something by now stays
                parent.rmdir()


def refuse_existing(out: Path, *, overwrite: bool) -> None:
    """Refuse early what the end of a long run would refuse: an output that cannot be made or is there already.

    Raises:
        OutputError: `out` exists without leave to replace it, is something else than a result folder, or has no place.
    """
    try:
        fault = _fault(out, overwrite=overwrite)
    except OSError as error:
        fault = f"cannot be written ({error.strerror})."
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
