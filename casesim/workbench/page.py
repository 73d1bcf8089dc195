"""What widgets cannot say or hear: names for screen readers, news said aloud, keys, and dragging on the curve."""

from collections.abc import Callable
from importlib.resources import files

import anywidget
import traitlets


class Page(anywidget.AnyWidget):
    """Shows nothing; it looks after the `cs-root` that it stands in.

    curve, weeks: the finding of each chart, its name for a reader.
    dragged: the threshold that a pointer stands at on the curve; 0 while there is none.
    top: the last threshold that anything changes at.
    """

    _esm = files("casesim.workbench").joinpath("page.js").read_text(encoding="utf-8")
    curve = traitlets.Unicode("").tag(sync=True)
    weeks = traitlets.Unicode("").tag(sync=True)
    dragged = traitlets.Int(0).tag(sync=True)
    top = traitlets.Int(1).tag(sync=True)

    def on_drag(self, moved: Callable[[int], None]) -> None:
        """Call it with each threshold that the pointer comes to."""
        self.observe(lambda change: moved(change["new"]) if change["new"] > 0 else None, "dragged")
