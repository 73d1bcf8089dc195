"""Two figures side by side in the browser: whole ones once, then only what differs, in one message.

Plotly's own widget would report every drawn figure back to the kernel, and two of them load the library twice.
Plotly takes seconds to start on a slow machine. So the page is there first and asks for it then.
"""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import ipywidgets as w
import numpy as np
import plotly.graph_objects as go
import traitlets
from plotly.offline import get_plotlyjs

from casesim.workbench.script import Script

Drawn = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """What is another in a figure: of its layout by dotted name, and of each of its first traces. Shapes come whole."""

    layout: Mapping[str, Any] = field(default_factory=dict)
    traces: Sequence[Mapping[str, Any]] = ()


class Pictures(w.Widget):  # type: ignore[misc]
    """The figures, left and right, as wide as there is room; `view` shows them.

    The browser draws what is another in a layout at once, and traces when there is a pause: shapes move with a slider,
    hover texts follow. Until a browser says that it drew all of it, everything is sent whole; a browser that missed a
    change says so, and is sent everything again.

    drawn: `figures`, each `{data, layout}` as Plotly has it, and `turn`, the number of the last change to them.
    """

    drawn: "traitlets.Dict[str, Any]" = traitlets.Dict().tag(sync=True)
    shares = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, figures: Sequence[go.Figure | Patch], shares: list[int]) -> None:
        whole = [{"data": [], "layout": {}} if isinstance(one, Patch) else _plain(one) for one in figures]
        super().__init__(drawn={"turn": 0, "figures": whole}, shares=shares)
        self.view = Script("pictures.js", self)
        # Whether a browser has said that it drew them.
        self._seen = False
        self.on_msg(self._heard)

    @property
    def figures(self) -> list[Drawn]:
        """What is drawn now."""
        found: list[Drawn] = self.drawn["figures"]
        return found

    def show(self, figures: Sequence[go.Figure | Patch]) -> None:
        """Draw these instead, or these changes; sent is what differs from what is drawn."""
        patches = [_to_send(kept, one) for kept, one in zip(self.figures, figures, strict=True)]
        if not any(patch["whole"] or patch["layout"] or any(patch["traces"]) for patch in patches):
            return
        # What is kept changes without a trait telling it: the browser hears of it by the patches.
        self.drawn["turn"] += 1
        if self._seen:
            self.send({"turn": self.drawn["turn"], "patches": patches})
        else:
            self.send_state("drawn")

    def on_click(self, figure: int, told: Callable[[Any], None]) -> None:
        """Tell the x of the point of a figure nearest to each click on it."""

        def heard(_: object, message: object, __: object) -> None:
            match message:
                case {"clicked": [clicked, x]} if clicked == figure:
                    told(x)

        self.on_msg(heard)

    def on_failure(self, told: Callable[[str], None]) -> None:
        """Tell why a browser cannot draw them."""

        def heard(_: object, message: object, __: object) -> None:
            match message:
                case {"failed": str(why)}:
                    told(why)

        self.on_msg(heard)

    def _heard(self, _: object, message: object, __: object) -> None:
        match message:
            case {"wants": "library"}:
                self.send({"library": True}, buffers=[_library()])
            case {"drew": int(turn)} if turn == self.drawn["turn"]:
                self._seen = True
            case {"drew": _}:
                self.send_state("drawn")


@cache
def _library() -> bytes:
    """Plotly's script, packed: a third of its size on the way."""
    return gzip.compress(get_plotlyjs().encode(), 6)


def _plain(figure: go.Figure) -> Drawn:
    plain: Drawn = json.loads(figure.to_json(validate=False) or "{}")
    return {"data": plain.get("data", []), "layout": plain.get("layout", {})}


def _to_send(kept: Drawn, new: go.Figure | Patch) -> Drawn:
    """Put what is new into what is kept; whole: another figure, layout and traces: what differs."""
    if isinstance(new, go.Figure):
        whole = _plain(new)
        same = whole == kept
        kept.update(whole)
        return {"whole": None if same else whole, "layout": {}, "traces": []}
    layout = {}
    for name, value in new.layout.items():
        *path, last = name.split(".")
        within = kept["layout"]
        for part in path:
            within = within.setdefault(part, {})
        before = within.get(last)
        if before != value:
            within[last] = value
            layout[name] = _apart(before, value) if last == "shapes" else value
    traces = [
        {name: value for name, value in _listed(trace).items() if own.get(name) != value}
        for own, trace in zip(kept["data"], new.traces, strict=False)
    ]
    for own, trace in zip(kept["data"], traces, strict=False):
        own.update(trace)
    return {"whole": None, "layout": layout, "traces": traces}


def _apart(before: Any, after: list[Any]) -> list[Any]:
    """Shapes, with None in the place of each that is as it was: most of a path's weight need not go again."""
    same = isinstance(before, list) and len(before) == len(after)
    return [None if same and before[at] == each else each for at, each in enumerate(after)]


def _listed(trace: Mapping[str, Any]) -> Drawn:
    """Arrays and days as JSON has them."""
    return {name: _plain_values(values) for name, values in trace.items()}


def _plain_values(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return values.tolist()
    if isinstance(values, list):
        return [each.isoformat() if isinstance(each, date) else each for each in values]
    return values
