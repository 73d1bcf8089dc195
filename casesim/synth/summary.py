"""What was written, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from casesim.visible import visible


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SynthSummary:
    """A dataset folder that was written: where, from what, how many rows in each table, what story is in it.

    `history`: with times, comments, replies, notify actions, real cases and change requests.
    `first_day` and `last_day` of the period are ISO dates; `story` has pairs (what, where to find it), none without a
    story.
    """

    out: Path
    profile: str
    seed: int
    incidents: int
    history: bool
    first_day: str
    last_day: str
    rows: Mapping[str, int]
    story: tuple[tuple[str, str], ...]

    def lines(self) -> list[tuple[str, str]]:
        """What there is to say, as (name, value)."""
        return [
            ("folder", visible(str(self.out))),
            ("profile", f"{self.profile}, seed {self.seed}{'' if self.history else ', no history'}"),
            ("period", f"{self.first_day} to {self.last_day}"),
            *((name, f"{count:,} rows") for name, count in self.rows.items()),
            *self.story,
        ]

    def as_json(self) -> dict[str, Any]:
        """The same for a JSON object."""
        return {
            "out": str(self.out),
            "profile": self.profile,
            "seed": self.seed,
            "incidents": self.incidents,
            "history": self.history,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "rows": dict(self.rows),
            "story": dict(self.story),
        }

    def __repr__(self) -> str:
        return "\n".join(f"{name:<25}{value}" for name, value in self.lines())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        cells = (f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in self.lines())
        return {"text/plain": repr(self), "text/html": f"<table>{''.join(cells)}</table>"}
