"""`python -m benchmarks.slider`: what a move of the workbench's slider costs the kernel, at two sizes of data.

Without a browser: from the new threshold to the last widget value set, background work left out. Bytes are those of the
messages that a browser would get.
"""

import statistics
import time

import ipywidgets

import casesim as cs
from benchmarks.data import dataset
from casesim.workbench import Workbench
from casesim.workbench.background import Background

MOVES = 100


def main() -> None:
    Background.run = lambda self, work, then, fault, pause=0: None  # type: ignore[method-assign]
    for incidents in (10_000, 1_000_000):
        bench = Workbench(cs.load(dataset("telecom", incidents)), cs.Policy(threshold=5))
        sent: list[int] = []
        _count(bench.view, sent)
        times = []
        for threshold in range(6, 6 + MOVES):
            started = time.perf_counter()
            bench.threshold.set(threshold)
            times.append(1000 * (time.perf_counter() - started))
        print(
            f"{incidents:>9,} incidents: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms, "
            f"{sum(sent) / MOVES / 1024:.0f} KB a move"
        )


def _count(widget: ipywidgets.Widget, sent: list[int]) -> None:
    """Have every widget below report how much it sends."""
    seen, rest = set(), [widget]
    while rest:
        one = rest.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        rest += [child for child in getattr(one, "children", ()) if isinstance(child, ipywidgets.Widget)]
        plain = one._send

        def counted(message: object, buffers: object = None, plain: object = plain) -> None:
            sent.append(len(repr(message)))
            plain(message, buffers=buffers)  # type: ignore[operator]

        one._send = counted


if __name__ == "__main__":
    main()
