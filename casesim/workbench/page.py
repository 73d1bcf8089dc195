"""What widgets cannot say or hear: names for screen readers, news said aloud, keys, drags on the curve, accidents."""

from collections.abc import Callable

import ipywidgets as w
import traitlets

from casesim.workbench.script import Script


class Page(w.Widget):  # type: ignore[misc]
    """Shows nothing but accidents; its `view` looks after the `cs-root` that it stands in.

    curve, weeks: the finding of each chart, its name for a reader.
    top: the last threshold that anything changes at.
    """

    curve = traitlets.Unicode("").tag(sync=True)
    weeks = traitlets.Unicode("").tag(sync=True)
    top = traitlets.Int(1).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.view = Script("page.js", self)

    def on_drag(self, moved: Callable[[int], None]) -> None:
        """Call it with each threshold that a pointer comes to on the curve."""

        def heard(_: object, message: object, __: object) -> None:
            threshold = message.get("dragged") if isinstance(message, dict) else None
            if isinstance(threshold, int):
                moved(min(max(threshold, 1), self.top))

        self.on_msg(heard)

    def on_ready(self, act: Callable[[], None]) -> None:
        """Call it when a browser has made the page, or has found the kernel again."""

        def heard(_: object, message: object, __: object) -> None:
            if isinstance(message, dict) and message.get("ready") is True:
                act()

        self.on_msg(heard)


def tell_again(view: w.Widget) -> None:
    """Send what work beside the screen may have set before a browser was there to hear it.

    A browser asks for the state of everything first and listens then; what is sent in between is lost.
    """
    if isinstance(view, w.HTML):
        view.send_state(("value", "_dom_classes"))
    if isinstance(view, Script):
        view.kept.send_state()
    for child in getattr(view, "children", ()):
        tell_again(child)
