"""What is asked of an input: to be read, all of it, and some of them to be run. And what may come of it."""

import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import casesim as cs
from casesim.analysis.check import data_check
from casesim.analysis.ruletest import read_file
from casesim.dataset import Dataset, check, formats, load, unreadable
from casesim.dataset.source import Source
from casesim.dataset.workbook import Workbooks
from casesim.policy import Policy
from casesim.tables import INPUT, CasesimError
from tests.fuzz.inputs import ACCOUNTS, LISTED

SOUND = {
    "incident.csv": "number,opened_at\nINC1,2026-03-05 10:15:00\n",
    "affected_account.csv": LISTED,
    "customer_account.csv": ACCOUNTS,
}


# What readers in Rust raise becomes a sentence. What our own Python does wrong would become one too, unnoticed.
FAULTS_NAMED = formats.faults_named
OURS = (TypeError, KeyError, IndexError, AttributeError, NameError, AssertionError, ZeroDivisionError, MemoryError)


class Unnoticed(BaseException):
    """A fault of ours that would have been told as one of the file."""


@contextmanager
def strict(source: Source, *, column: str | None = None) -> Iterator[None]:
    """As `formats.faults_named`, but for faults that are ours."""
    with FAULTS_NAMED(source, column=column):
        try:
            yield
        except OURS as fault:
            raise Unnoticed("".join(traceback.format_exception(fault)[-2:])) from fault


class Asked:
    """Asks of one input after another, in a folder of its own; one process reads the workbooks as long as it lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = Workbooks()
        for reader in (formats, check, unreadable):
            reader.faults_named = strict
        self.small = _placed(folder / "small", {}, b"")

    def fault(self, kind: str, data: bytes, *, run: bool) -> str | None:
        """What is wrong, None if the input is read or refused as it should be.

        Args:
            kind: the name that the file has.
            data: its bytes.
            run: whether to run the rules on what is read, and to write the result.
        """
        place = self.folder / "input"
        shutil.rmtree(place, ignore_errors=True)
        before = _everything(_placed(place, SOUND if kind != "data.zip" else {}, data, kind))
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        found = None
        try:
            self._ask(kind, place, data, out if run else None)
        except CasesimError as refusal:
            found = _of_sentence(str(refusal))
            if out.exists():
                found = found or "a refusal left something behind"
        except BaseException as other:
            found = f"{type(other).__name__}: {other}"
        if _everything(place) != before or sorted(p.name for p in self.folder.iterdir() if p != out) != [
            "input",
            "small",
        ]:
            found = found or "something was written"
        return found

    def _ask(self, kind: str, place: Path, data: bytes, out: Path | None) -> None:
        if kind == "rules.toml":
            read_file(place / kind)
        elif kind.startswith("policy."):
            policy = Policy.read(place / kind)
            if out:
                cs.simulate(load(self.small), policy).write(out)
        elif kind == "incident.xlsx" and not out:
            # Through load a process would start for each: that takes ten times as long.
            self.books.read(data, "incident")
        else:
            read = load(place / kind if kind == "data.zip" else place)
            _all(read)
            if out:
                data_check(read)
                cs.simulate(read, read.policy).write(out)


def _all(data: Dataset) -> None:
    repr(data)
    for table in INPUT:
        if data.has(table):
            data.collect(data.frame(table, data.columns(table)))


def _placed(folder: Path, sound: dict[str, str], data: bytes, kind: str | None = None) -> Path:
    folder.mkdir()
    for name, text in (sound or (SOUND if kind is None else {})).items():
        if kind is None or name.split(".")[0] != kind.split(".")[0]:
            (folder / name).write_text(text)
    if kind is not None:
        (folder / kind).write_bytes(data)
    return folder


def _everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _of_sentence(text: str) -> str | None:
    lines = text.splitlines()
    if not lines or any(not line.strip() for line in lines):
        return "a refusal that says nothing"
    if "Traceback" in text or "[Errno" in text:
        return f"a refusal that is a traceback: {text[:300]}"
    if len(longest := max(lines, key=len)) > 8_000:
        return f"a sentence of {len(longest):,} letters: {longest[:300]}"
    return None
