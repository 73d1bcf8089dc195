"""What widgets cannot say or hear: names for screen readers, news said aloud, keys, and dragging on the curve."""

from collections.abc import Callable
from importlib.resources import files

import anywidget
import traitlets


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
