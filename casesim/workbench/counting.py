"""What is being counted beside the screen, and the way out."""

from collections.abc import Callable

import ipywidgets as w

from casesim.workbench.pieces import text


class Counting:
    """Shows nothing while nothing is counted; else which step, and a button that gives up.

    Args:
        cancelled: what to do when the button is pressed.
    """

    def __init__(self, cancelled: Callable[[], None]) -> None:
        self._busy = False
        self.said = w.HTML()
        self.cancel = w.Button(description="Cancel", tooltip="back to the settings that the figures are of")
        self.cancel.add_class("cs-link")
        self.cancel.on_click(lambda _: cancelled())
        self.view = w.HBox([self.said, self.cancel], layout=w.Layout(display="none")).add_class("cs-counting")

    def busy(self, busy: bool) -> None:
        """Something is being counted, or nothing any more."""
        self._busy = busy
        self.view.layout.display = "" if busy else "none"
        self._say("counting with these settings…" if busy else "")

    def step(self, name: str) -> None:
        """What is counted now."""
        if self._busy:
            self._say(f"counting: {name}…")

    def _say(self, words: str) -> None:
        self.said.value = f'<span class="cs-muted" role="status">{text(words)}</span>' if words else ""
