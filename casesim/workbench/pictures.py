"""Two figures side by side in the browser: whole ones once, then only what differs, in one message.

Plotly's own widget would report every drawn figure back to the kernel, and two of them load the library twice.
"""

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import anywidget
import plotly.graph_objects as go
import traitlets
from plotly.offline import get_plotlyjs

Drawn = dict[str, Any]


class Pictures(anywidget.AnyWidget):
    """The figures, left and right, as wide as there is room.

    figures: what is drawn now, each `{data, layout}` as Plotly has it; a page that opens later starts with it.
    clicked: which figure was clicked, and the x of the point nearest to it, as [figure, x, how often].
    """

    _esm = get_plotlyjs() + "\n" + files("casesim.workbench").joinpath("pictures.js").read_text(encoding="utf-8")
    figures = traitlets.List(traitlets.Dict()).tag(sync=True)
    shares = traitlets.List(traitlets.Int()).tag(sync=True)
    clicked: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, figures: list[go.Figure], shares: list[int], **kwargs: Any) -> None:
        super().__init__(figures=[_plain(figure) for figure in figures], shares=shares, **kwargs)

    def show(self, figures: list[go.Figure]) -> None:
        """Draw these instead; sent is what differs from what is drawn."""
        new = [_plain(figure) for figure in figures]
        if any(len(a["data"]) != len(b["data"]) for a, b in zip(self.figures, new, strict=True)):
            self.figures = new
            return
        patches = [
            {
                "data": [_changed(a, b) for a, b in zip(old["data"], drawn["data"], strict=True)],
                "layout": _changed(old["layout"], drawn["layout"]),
            }
            for old, drawn in zip(self.figures, new, strict=True)
        ]
        # Kept without telling: the browser hears of it by the patches.
        for kept, drawn in zip(self.figures, new, strict=True):
            kept.update(drawn)
        if any(patch["layout"] or any(patch["data"]) for patch in patches):
            self.send({"patches": patches})

    def on_click(self, figure: int, told: Callable[[Any], None]) -> None:
        """Tell the x of each point of a figure that is clicked."""
        self.observe(lambda change: told(change["new"][1]) if change["new"][:1] == [figure] else None, "clicked")


def _plain(figure: go.Figure) -> Drawn:
    plain: Drawn = json.loads(figure.to_json(validate=False) or "{}")
    return {"data": plain.get("data", []), "layout": plain.get("layout", {})}


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Drawn:
    """What has another value, and None for what is gone."""
    return {name: new.get(name) for name in {*old, *new} if old.get(name) != new.get(name)}
