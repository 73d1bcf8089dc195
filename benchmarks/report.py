"""Medians, ratios and goals, as text, Markdown and JSON."""

import json
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.compare import Comparison

JOURNAL = "telecom+journal"
PEERS = ("pandas", "polars", "duckdb")
LIBRARIES = ("casesim", "polars", "narwhals", "pandas", "pyarrow", "duckdb", "numpy")
TASKS = {
    "decide": "from files to the outcome of every incident and the counts for every threshold",
    "second": "another threshold, with what the first left in memory",
    "run": "from files to the five result tables as Parquet",
}
HEAD = ("", "seconds", "fastest–slowest", "× floor", "× casesim", "CPU seconds", "peak MB")


@dataclass(frozen=True)
class Goal:
    """One promise: what was measured, in the same unit as its limit."""

    text: str
    measured: float
    limit: float
    at_most: bool

    @property
    def met(self) -> bool:
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit

    def __str__(self) -> str:
        sign = "at most" if self.at_most else "at least"
        return f"{self.text}: {self.measured:.2f}, goal {sign} {self.limit:g}: {'met' if self.met else 'NOT MET'}"


def machine() -> dict[str, Any]:
    """What the figures depend on. `load`: runnable processes on average in the last minute, before anything began."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        cpu = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), cpu)
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def goals(found: Iterable[Comparison]) -> list[Goal]:
    """Every goal for which there are figures."""
    by = {(each.profile, each.incidents, each.task): each.figures for each in found}

    def time(profile: str, incidents: int, task: str, name: str) -> float | None:
        figures = by.get((profile, incidents, task), {}).get(name)
        return figures.time if figures else None

    def ratio(one: float | None, other: float | None) -> float | None:
        return one / other if one is not None and other is not None else None

    def best(profile: str, incidents: int, task: str) -> float | None:
        times = [each for name in PEERS if (each := time(profile, incidents, task, name)) is not None]
        return min(times, default=None)

    def peak(incidents: int) -> float | None:
        peaks = [
            memory
            for (profile, size, task), figures in by.items()
            if (profile, size) == ("telecom", incidents) and (memory := figures["casesim"].memory) is not None
        ]
        return max(peaks, default=None)

    m = 1_000_000
    tele, desk = ("telecom", m), ("service-desk", m)
    decide, run = (time(*tele, task, "casesim") for task in ("decide", "run"))
    wanted = (
        ("decide, 1e6: × floor", ratio(decide, time(*tele, "decide", "floor")), 3, True),
        ("decide, 1e6: faster than the best peer, ×", ratio(best(*tele, "decide"), decide), 4, False),
        ("run, 1e6: × floor", ratio(run, time(*tele, "run", "floor")), 1, True),
        ("run, 1e6: faster than the best peer, ×", ratio(best(*tele, "run"), run), 3, False),
        (
            "run with a journal, 1e6: × floor",
            ratio(*(time(JOURNAL, m, "run", who) for who in ("casesim", "floor"))),
            2.5,
            True,
        ),
        ("second policy, 1e6: × the first", ratio(time(*tele, "second", "casesim"), decide), 0.2, True),
        ("peak memory, 1e6, GB", ratio(peak(m), 1000), 3, True),
        ("decide, 1e7: × 1e6", ratio(time("telecom", 10 * m, "decide", "casesim"), decide), 13, True),
        ("peak memory, 1e7, GB", ratio(peak(10 * m), 1000), 4, True),
        *(
            (
                f"{task}, service-desk 1e6: faster than the best peer, ×",
                ratio(best(*desk, task), time(*desk, task, "casesim")),
                1.5,
                False,
            )
            for task in ("decide", "run")
        ),
    )
    return [Goal(text, value, limit, at_most) for text, value, limit, at_most in wanted if value is not None]


def rows(each: Comparison) -> Iterator[tuple[str, ...]]:
    """One row of texts per contestant, under HEAD."""
    floor, own = (each.figures[name].time if name in each.figures else None for name in ("floor", "casesim"))
    for name, figures in each.figures.items():
        if figures.time is None:
            yield (name, figures.failed or "not measured", *[""] * (len(HEAD) - 2))
            continue
        yield (
            name,
            f"{figures.time:.3g}",
            f"{min(figures.seconds):.3g}–{max(figures.seconds):.3g}",
            f"{figures.time / floor:.1f}" if floor else "",
            f"{figures.time / own:.2f}" if own else "",
            f"{sorted(figures.cpu_seconds)[len(figures.cpu_seconds) // 2]:.3g}",
            f"{figures.memory:,.0f}",
        )


def text(found: Iterable[Comparison]) -> str:
    """For the screen."""
    parts = []
    for each in found:
        table = [HEAD, *rows(each)]
        widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
        lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
        parts.append(f"{_title(each)}\n" + "\n".join(lines))
    parts.append("\n".join(str(goal) for goal in goals(found)))
    return "\n\n".join(part for part in parts if part)


def markdown(found: Sequence[Comparison], where: dict[str, Any], rounds: int) -> str:
    """For the documentation."""
    libraries = ", ".join(f"{name} {where[name]}" for name in LIBRARIES)
    parts = [
        f"Measured {where['when'][:10]} on {where['cpu']}, {where['cores']} cores, {where['memory_gb']} GB, Python "
        f"{where['python']}, {libraries}. Medians of {rounds}, contestants in turn, every answer equal to casesim's. "
        f"Load of the machine before it began: {where['load']}. The floor of a run holds the tables that it "
        "writes in memory from the start."
    ]
    for each in found:
        table = [HEAD, ("---", *["---:"] * (len(HEAD) - 1)), *rows(each)]
        parts.append(f"**{_title(each)}**\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in table))
    reached = [f"- {goal}" for goal in goals(found)]
    return "\n\n".join([*parts, *(["Goals:\n\n" + "\n".join(reached)] if reached else [])]) + "\n"


def write(found: Sequence[Comparison], where: dict[str, Any], rounds: int, folder: Path, name: str) -> tuple[Path, ...]:
    """Write `<name>.json` (every single measurement) and `<name>.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "machine": where,
        "rounds": rounds,
        "comparisons": [asdict(each) for each in found],
        "goals": [{**asdict(goal), "met": goal.met} for goal in goals(found)],
    }
    paths = folder / f"{name}.json", folder / f"{name}.md"
    paths[0].write_text(json.dumps(document, indent=2) + "\n")
    paths[1].write_text(markdown(found, where, rounds))
    return paths


def _title(each: Comparison) -> str:
    return f"{each.task}, {each.profile}, {each.incidents:,} incidents: {TASKS[each.task]}"
