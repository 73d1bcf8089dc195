"""What widgets cannot say or hear: names for screen readers, news said aloud, keys, and dragging on the curve."""

from collections.abc import Callable
from importlib.resources import files

import anywidget
import ipywidgets as w
import traitlets

from casesim.workbench.pictures import Pictures
from casesim.workbench.table import ChangeTable

# What work beside the screen sets, by the kind of widget.
LATE: dict[type[w.Widget], tuple[str, ...]] = {
    w.HTML: ("value", "_dom_classes"),
    ChangeTable: ("columns", "rows", "chosen", "opens", "foot", "stale"),
    Pictures: ("figures",),
}


class Page(anywidget.AnyWidget):
    """Shows nothing; it looks after the `cs-root` that it stands in.

    curve, weeks: the finding of each chart, its name for a reader.
    top: the last threshold that anything changes at.
    """

    _esm = files("casesim.workbench").joinpath("page.js").read_text(encoding="utf-8")
    curve = traitlets.Unicode("").tag(sync=True)
    weeks = traitlets.Unicode("").tag(sync=True)
    top = traitlets.Int(1).tag(sync=True)

    def on_drag(self, moved: Callable[[int], None]) -> None:
        """Call it with each threshold that a pointer comes to on the curve."""

        def heard(_: object, message: object, __: object) -> None:
            threshold = message.get("dragged") if isinstance(message, dict) else None
            if isinstance(threshold, int):
                moved(min(max(threshold, 1), self.top))

        self.on_msg(heard)

    def on_ready(self, act: Callable[[], None]) -> None:
        """Call it when a browser has made the page."""

        def heard(_: object, message: object, __: object) -> None:
            if isinstance(message, dict) and message.get("ready") is True:
                act()

        self.on_msg(heard)


def tell_again(view: w.Widget) -> None:
    """Send what work beside the screen may have set before a browser was there to hear it.

    A browser asks for the state of everything first and listens then; what is sent in between is lost.
    """
    # anywidget makes a class of its own for each, so a class is not looked up but asked.
    for kind, parts in LATE.items():
        if isinstance(view, kind):
            view.send_state(parts)
    for child in getattr(view, "children", ()):
        tell_again(child)
