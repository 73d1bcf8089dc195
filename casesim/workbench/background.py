"""Heavy work beside the screen: one piece at a time, the latest wins, and nothing old is shown as new."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from polars.exceptions import PanicException

from casesim.tables import CasesimError

Found = TypeVar("Found")
_LOG: Final = logging.getLogger(__name__)
# Small enough to feel like an answer, long enough to let a word be typed.
PAUSE = 0.3


def told_here(show: Callable[[str], None]) -> Callable[[str], None]:
    """A function that work may call from its thread; what it says is shown by the event loop's."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return show

    def told(said: str) -> None:
        loop.call_soon_threadsafe(show, said)

    return told


class Background:
    """Runs work of one kind; a newer piece of the same kind makes an older one's answer void.

    In a kernel work goes to a thread and its answer comes back between two messages; without an event loop, as in a
    test or a script, it is done at once.
    """

    def __init__(self, busy: Callable[[bool], None] = lambda busy: None) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._turn = 0
        self._busy = busy
        self._tasks: set[asyncio.Task[None]] = set()

    def run(
        self,
        work: Callable[[], Found],
        then: Callable[[Found], None],
        fault: Callable[[str], None],
        *,
        pause: float = PAUSE,
    ) -> None:
        """Work, then show what it found, or else what went wrong: bad input in its own words, our own faults by name.

        Args:
            work: touches no widget.
            then, fault: take its answer, or its fault's sentence, on the event loop's thread.
            pause: seconds to wait for something newer.
        """
        self._turn += 1
        turn = self._turn
        self._busy(True)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._settle(turn, self._safely(work), then, fault)
            return
        task = loop.create_task(self._later(turn, work, then, fault, pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Whatever is under way will not be shown."""
        self._turn += 1
        self._busy(False)

    async def _later(
        self,
        turn: int,
        work: Callable[[], Found],
        then: Callable[[Found], None],
        fault: Callable[[str], None],
        pause: float,
    ) -> None:
        await asyncio.sleep(pause)
        if turn != self._turn:
            return
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._if_latest, turn, work)
        self._settle(turn, answer, then, fault)

    def _if_latest(self, turn: int, work: Callable[[], Found]) -> tuple[Found | None, str | None]:
        """Work that waited behind an older piece is dropped if there is a newer one by then."""
        return self._safely(work) if turn == self._turn else (None, None)

    def _settle(
        self,
        turn: int,
        answer: tuple[Found | None, str | None],
        then: Callable[[Found], None],
        fault: Callable[[str], None],
    ) -> None:
        if turn != self._turn:
            return
        self._busy(False)
        found, said = answer
        if said is None and found is not None:
            said = self._safely(lambda: then(found))[1]
        if said is not None:
            fault(said)

    @staticmethod
    def _safely(work: Callable[[], Found]) -> tuple[Found | None, str | None]:
        try:
            return work(), None
        except CasesimError as error:
            return None, str(error)
        except MemoryError:
            return None, "Out of memory. What is shown is from before."
        except (Exception, PanicException) as error:  # a panic is no Exception
            # Whoever waits is told, instead of waiting for good; where it happened stands in the kernel's log.
            _LOG.exception("A fault of casesim itself")
            return None, f"casesim failed: {type(error).__name__}: {error}. What is shown is from before."
