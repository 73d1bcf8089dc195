"""Work beside the screen: the latest wins, whatever waits behind older work is dropped, faults are said."""

import asyncio
import threading

import pytest
from polars.exceptions import PanicException

from casesim.tables import CasesimError
from casesim.workbench.background import Background
from tests.workbench.waiting import LONGEST, everything, until


def test_what_waits_behind_older_work_is_dropped_when_something_newer_comes():
    began, shown, on = [], [], threading.Event()

    def work(name: str):
        began.append(name)
        on.wait(LONGEST)
        return name

    async def moves() -> None:
        beside = Background()
        for behind, name in enumerate(("first", "second", "third", "fourth")):
            beside.run(lambda name=name: work(name), shown.append, shown.append, pause=0)
            # Each is handed to the thread before the next one comes; the first is at work, the others wait behind it.
            await until(lambda behind=behind: began and beside._pool._work_queue.qsize() == behind)
        on.set()
        await everything()

    asyncio.run(moves())
    assert began == ["first", "fourth"]
    assert shown == ["fourth"]


def test_a_pause_lets_something_newer_come_before_anything_begins():
    began, shown = [], []

    async def moves() -> None:
        beside = Background()
        for name in ("first", "second"):
            beside.run(lambda name=name: began.append(name) or name, shown.append, shown.append, pause=0.1)
        await everything()

    asyncio.run(moves())
    assert (began, shown) == (["second"], ["second"])


def test_a_fault_is_said_and_busy_ends():
    busy, said = [], []

    def work():
        raise CasesimError("No such field.")

    async def moves() -> None:
        Background(busy.append).run(work, said.append, said.append, pause=0)
        await everything()

    asyncio.run(moves())
    assert said == ["No such field."]
    assert busy == [True, False]


def test_stopped_work_is_not_shown():
    shown = []

    async def moves() -> None:
        beside = Background()
        beside.run(lambda: "answer", shown.append, shown.append, pause=0.05)
        beside.stop()
        await everything()

    asyncio.run(moves())
    assert shown == []


@pytest.mark.parametrize("raised", [ZeroDivisionError("division by zero"), PanicException("left == right")])
@pytest.mark.parametrize("place", ["work", "then"])
def test_a_fault_of_our_own_is_said_too_and_nobody_waits_for_good(raised, place, caplog):
    busy, said = [], []

    def fails(*_):
        raise raised

    async def moves() -> None:
        beside = Background(busy.append)
        beside.run(*((fails, said.append) if place == "work" else (lambda: "answer", fails)), said.append, pause=0)
        await everything()

    asyncio.run(moves())
    name = type(raised).__name__
    assert said == [f"casesim failed: {name}: {raised}. What is shown is from before."]
    assert busy == [True, False]
    assert name in caplog.text
