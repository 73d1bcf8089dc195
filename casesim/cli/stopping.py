"""Being stopped: Ctrl+C, the SIGTERM of a service manager or a container, the SIGHUP of a closed terminal are one.

Whatever runs is interrupted, takes away what it has half written, and the exit code says which signal it was. A query
that is being worked out is not cut short: Python hears of a signal when it is through.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# SIGINT is Ctrl+C. Windows has no SIGHUP.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop:
    """Which signal came first, if any did."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def code(self) -> int:
        """The exit code of whoever is ended by a signal, as shells count: 130 after Ctrl+C, 143 after SIGTERM."""
        return 128 + (self.signal if self.signal is not None else signal.SIGINT)

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """What a signal does: the first one interrupts, as another would interrupt the cleaning up.

        Polars tells of a Ctrl+C in a query itself, and then lets it come here as well.
        """
        first, self.signal = self.signal is None, number if self.signal is None else self.signal
        if first and not isinstance(sys.exc_info()[1], KeyboardInterrupt):
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Signals that end a program raise KeyboardInterrupt, wherever it is, at most once; as before afterwards.

    A signal that somebody has decided on already, as `nohup` does, keeps its meaning. Elsewhere than in the main thread
    nothing changes: Python has no signals there.
    """
    stop = Stop()
    before = {}
    if threading.current_thread() is threading.main_thread():
        usual = (signal.SIG_DFL, signal.default_int_handler)
        before = {number: signal.getsignal(number) for number in SIGNALS if signal.getsignal(number) in usual}
    for number in before:
        signal.signal(number, stop.interrupt)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
