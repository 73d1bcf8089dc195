"""The process that reads workbooks, apart from ours: a few kilobytes can ask for any memory and time.

It is a script, started by its path; it imports nothing of casesim, so that it is there in a tenth of a second and finds
no `__main__` to import again. It ends when its input ends, also in the middle of its work: nobody waits for it then.

Given: what it may take, as JSON. In: the name of a table and a workbook, any number of times. Out: nothing, once, when
it is there; then, each time, JSON (`sheet` and `header`, or `fault`), and the sheet as an Arrow stream, columns named
by their position. Everything has its length before it, in eight bytes.
"""

import io
import json
import os
import queue
import re
import signal
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

import fastexcel
import pyarrow as pa

# A cell with something in it, and where it is. Cells that only have a format do not count, wherever they are.
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*(?<!/)>\s*<(?!/)")
# Fast to look for: a column after ZZ, a row of eight digits. Without any there is no need to look closer.
_FAR = re.compile(rb" r=[\"'](?:[A-Za-z]{3}|[A-Za-z]{1,2}[0-9]{8})")
# A date that cannot be told, as fastexcel tells of it.
_DATE = re.compile(r".*value: ([^,]*),.*", re.DOTALL)
_STEP = 2**20
# No cell's tag is longer. What a step ends in the middle of is looked at again with the next one.
_TAG = 2**10


class Fault(Exception):
    """What is wrong with a workbook, as a sentence that lacks the file."""


def main() -> None:
    """Answer until the input ends."""
    limits = json.loads(sys.argv[1])
    # Interrupts are for whoever started this, who ends it then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    _limit_memory(limits["memory"])
    _write(sys.stdout.buffer, b"")
    while True:
        table, data = asked.get()
        try:
            told, content = _read(data, table, limits["cells"])
        except Fault as fault:
            told, content = {"fault": str(fault)}, b""
        except (MemoryError, pa.ArrowMemoryError):
            # As if it had been ended for it, which is what happens to whoever asks for more at once.
            os._exit(1)
        except BaseException as fault:  # what reads it is written in Rust and panics in its own way
            first = str(fault).strip().split("\n", 1)[0].rstrip(".")
            told, content = {"fault": f"is no xlsx workbook that can be read: {first or type(fault).__name__}."}, b""
        _write(sys.stdout.buffer, json.dumps(told).encode(), content)


def _listen(stream: BinaryIO, asked: "queue.SimpleQueue[tuple[str, bytes]]") -> None:
    while True:
        table, data = _block(stream), _block(stream)
        if table is None or data is None:
            os._exit(0)
        asked.put((table.decode(), data))


def _block(stream: BinaryIO) -> bytes | None:
    size = stream.read(8)
    data = stream.read(int.from_bytes(size, "little")) if len(size) == 8 else b""
    return data if len(size) == 8 and len(data) == int.from_bytes(size, "little") else None


def _write(stream: BinaryIO, *blocks: Any) -> None:
    for block in blocks:
        stream.write(len(block).to_bytes(8, "little"))
        stream.write(block)
    stream.flush()


def _limit_memory(more: int) -> None:
    """Let this process have so many bytes beyond what it has; where systems know no such limit it has none."""
    try:
        import resource  # noqa: PLC0415 there is none on Windows

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


def _read(data: bytes, table: str, cells: int) -> tuple[dict[str, Any], Any]:
    """The sheet named like the table, else the first: name and header, and its cells as an Arrow stream."""
    book = fastexcel.read_excel(data)
    names = book.sheet_names
    if not names:
        raise Fault("has no sheet.")
    at = names.index(table) if table in names else 0
    _refuse_far(data, names[at], cells)
    first = book.load_sheet(at, header_row=None, n_rows=1, dtypes="string").to_arrow()
    header = [column[0].as_py() for column in first.columns] if first.num_rows else []
    batch, errors = book.load_sheet(at, header_row=0, schema_sample_rows=None).to_arrow_with_errors()
    columns = list(batch.columns)
    beyond = [error for error in errors.errors if "DateTime" in error.detail] if errors else []
    if beyond:
        # Dates that no calendar has would just be missing: in a column of text they stand as the numbers that they are.
        texts: dict[Any, Any] = dict.fromkeys((error.offset_position[1] for error in beyond), "string")
        columns = list(book.load_sheet(at, header_row=0, schema_sample_rows=None, dtypes=texts).to_arrow().columns)
        for n in texts:
            found = columns[n].to_pylist()
            for error in beyond:
                row, column = error.offset_position
                if column == n:
                    found[row] = _DATE.sub(r"\1", error.detail)
            columns[n] = pa.array(found, pa.string())
    numbered = pa.RecordBatch.from_arrays(columns, [str(n) for n in range(len(columns))])
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, numbered.schema) as writer:
        writer.write_batch(numbered)
    return {"sheet": names[at], "header": header}, stream.getvalue()


def _refuse_far(data: bytes, sheet: str, most: int) -> None:
    """Refuse a sheet whose cells span more than `most`: they are laid out as one block, however few there are.

    What the sheet says of its own dimension is not asked: it may lie.
    """
    try:
        column, height = _corner(data, sheet)
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, expat.ExpatError):
        return  # whoever reads it either can, or says better what is wrong; the limit on memory holds
    width = _number(column)
    if width * height > most:
        raise Fault(
            f'sheet "{sheet}" reaches to column {column.decode()} and row {height:,}: {width * height:,} cells. '
            f"Accepted: {most:,}. Delete what stands far out (Ctrl+End in a spreadsheet leads there), or save it "
            "as csv."
        )


def _corner(data: bytes, sheet: str) -> tuple[bytes, int]:
    """The last column and the last row in which there is something: A1 if all is near, or cannot be told."""
    columns, rows = {b"A"}, {b"1"}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        place = _place(archive, sheet)
        if place is not None and any(_FAR.search(piece) for piece in _pieces(archive, place)):
            for piece in _pieces(archive, place):
                for column, row in _CELL.findall(piece):
                    columns.add(column.upper())
                    rows.add(row)
    return max(columns, key=lambda name: (len(name), name)), max(map(int, rows))


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    rest = b""
    with archive.open(name) as stream:
        while step := stream.read(_STEP):
            yield rest + step
            rest = step[-_TAG:]


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _place(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The file in a workbook that holds a sheet, None where it cannot be told."""
    names = set(archive.namelist())
    ids = {found.get("name"): found.get("id") for found in _elements(archive, "xl/workbook.xml", "sheet")}
    targets = {
        found.get("Id"): found.get("Target", "")
        for found in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    target = targets.get(ids.get(sheet), "")
    return next((name for name in (target.lstrip("/"), f"xl/{target}") if name in names), None)


def _elements(archive: zipfile.ZipFile, name: str, tag: str) -> list[dict[str, str]]:
    """The attributes of all elements of that name in a small file; prefixes play no part."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == tag:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    def refuse(*_declaration: object) -> None:
        # Entities, which stand in it, can blow up a small file.
        raise Fault("declares a document type, which no workbook does.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(name) as stream:
        parser.ParseFile(stream)
    return found


if __name__ == "__main__":
    main()
