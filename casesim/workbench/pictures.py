"""Two figures side by side in the browser: whole ones once, then only what differs, in one message.

Plotly's own widget would report every drawn figure back to the kernel, and two of them load the library twice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

import anywidget
import numpy as np
import plotly.graph_objects as go
import traitlets
from plotly.offline import get_plotlyjs

Drawn = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """What is another in a figure: of its layout by dotted name, and of each of its first traces. Shapes come whole."""

    layout: Mapping[str, Any] = field(default_factory=dict)
    traces: Sequence[Mapping[str, Any]] = ()


class Pictures(anywidget.AnyWidget):
    """The figures, left and right, as wide as there is room.

    The browser draws what is another in a layout at once, and traces when there is a pause: shapes move with a slider,
    hover texts follow.

    figures: what is drawn now, each `{data, layout}` as Plotly has it; a page that opens later starts with it.
    clicked: which figure was clicked, and the x of the point nearest to it, as [figure, x, how often].
    """

    _esm = get_plotlyjs() + "\n" + files("casesim.workbench").joinpath("pictures.js").read_text(encoding="utf-8")
    figures = traitlets.List(traitlets.Dict()).tag(sync=True)
    shares = traitlets.List(traitlets.Int()).tag(sync=True)
    clicked: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, figures: Sequence[go.Figure | Patch], shares: list[int], **kwargs: Any) -> None:
        whole = [{"data": [], "layout": {}} if isinstance(one, Patch) else _plain(one) for one in figures]
        super().__init__(figures=whole, shares=shares, **kwargs)

    def show(self, figures: Sequence[go.Figure | Patch]) -> None:
        """Draw these instead, or these changes; sent is what differs from what is drawn."""
        patches = [_to_send(kept, one) for kept, one in zip(self.figures, figures, strict=True)]
        # What is kept changes without a trait telling it: the browser hears of it by the patches.
        if any(patch["whole"] or patch["layout"] or any(patch["traces"]) for patch in patches):
            self.send({"patches": patches})

    def on_click(self, figure: int, told: Callable[[Any], None]) -> None:
        """Tell the x of each point of a figure that is clicked."""
        self.observe(lambda change: told(change["new"][1]) if change["new"][:1] == [figure] else None, "clicked")


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
