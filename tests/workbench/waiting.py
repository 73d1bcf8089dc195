"""Waiting for a state instead of for a time: a slow machine takes as long as it takes."""

import asyncio
from collections.abc import Callable

# Seconds after which something has gone wrong on any machine.
LONGEST = 120


async def until(holds: Callable[[], object]) -> None:
    """Let the event loop go on until something holds."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.01)


async def everything() -> None:
    """Let the event loop go on until all that was begun beside it has ended, and what that begins."""
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})
