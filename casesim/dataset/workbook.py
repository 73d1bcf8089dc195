"""xlsx: the sheet named like the table, else the first; types as the cells have them. Read in a process of its own."""

import json
import os
import subprocess
import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Any, Final, cast

import polars as pl

from casesim.dataset import packed
from casesim.dataset.cells import CELLS
from casesim.tables import DatasetError, shown

# What one workbook may take. One of 600,000 rows and 20 columns takes 2 GiB and, on a slow machine, a minute.
MEMORY: Final = 8 * 2**30
SECONDS: Final = 15 * 60

_READER: Final = Path(__file__).with_name("workbook_reader.py")


class Workbooks:
    """Reads workbooks, one after another, in one process apart from ours, which starts with the first of them.

    Used in `with`, at whose end that process ends; it also ends by itself when ours does.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Workbooks":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, data: bytes, table: str) -> pl.DataFrame:
        """One sheet of a workbook. A column of several types is text.

        Raises:
            DatasetError: no workbook, no header row, two equal headers; or one that takes too much memory or time.
        """
        _refuse_bomb(data)
        told, content = self._ask(data, table)
        if "fault" in told:
            raise DatasetError(told["fault"])
        header: list[str | None] = told["header"]
        named = [name for name in header if name is not None and name.strip()]
        if not named:
            raise DatasetError(f"sheet {shown(told['sheet'])} has no column names in its first row.")
        repeated = sorted({name for name in named if named.count(name) > 1})
        if repeated:
            raise DatasetError(f"has several columns named {', '.join(map(shown, repeated))}.")
        return pl.read_ipc_stream(content).select(
            pl.col(f"{i}").alias(name) for i, name in enumerate(header) if name is not None and name.strip()
        )

    def _ask(self, data: bytes, table: str) -> tuple[dict[str, Any], bytes]:
        process = self._process or self._start()
        into, out = _pipes(process)
        timer = Timer(SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            with suppress(OSError):  # it has ended: there will be no answer either
                for block in (table.encode(), data):
                    into.write(len(block).to_bytes(8, "little"))
                    into.write(block)
                into.flush()
            told, content = _block(out), _block(out)
        finally:
            timer.cancel()
        if told is None or content is None:
            self._end()
            raise DatasetError(
                f"takes more than the {MEMORY // 2**30} GiB of memory or the {SECONDS // 60} minutes that a workbook "
                "may. Something far out may make it so large: Ctrl+End in a spreadsheet leads there. "
                "Saved as csv or parquet it is read whatever its size."
            )
        return json.loads(told), content

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: beside the script are modules whose names Python's own have. What we find, it finds as well.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            process = subprocess.Popen(  # noqa: S603 - the script is ours
                [sys.executable, "-P", str(_READER), json.dumps({"memory": MEMORY, "cells": CELLS})],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise DatasetError(_NO_READER.format(f": {error.strerror or error}")) from None
        self._process = process
        if _block(_pipes(process)[1]) is None:
            self._end()
            raise DatasetError(_NO_READER.format(""))
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in _pipes(process):
                with suppress(OSError):  # what it did not take any more is still in there
                    pipe.close()
            process.wait()


_NO_READER: Final = "cannot be read: the process that reads workbooks does not start{}. Save it as csv or parquet."


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What goes in and what comes out; both were asked for, so both are there."""
    return cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)


def _block(stream: IO[bytes]) -> bytes | None:
    """What the process says next: its length, in eight bytes, and itself; None if it has ended."""
    size = stream.read(8)
    data = stream.read(int.from_bytes(size, "little"))
    return data if len(size) == 8 and len(data) == int.from_bytes(size, "little") else None


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except Exception:  # it is no zip: whoever reads it says so better
        return
    packed.refuse_bomb(infos)
