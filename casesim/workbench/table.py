"""A page of rows, and which one is chosen. A browser never gets more than 200."""

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import traitlets

from casesim.workbench.script import Script

# Name, words, and how it is set: a number, monospace, or as text.
INCIDENTS = (
    ("number", "Incident", "m"),
    ("opened", "Opened", ""),
    ("priority", "Priority", ""),
    ("ci", "CI", "m"),
    ("customers", "Customers", "n"),
    ("outcomes", "Now → proposed", ""),
    ("by_hand", "By hand", "n"),
    ("why", "Why", ""),
)


class ChangeTable(w.Widget):  # type: ignore[misc]
    """A page of rows; `view` shows it.

    columns: of each its name, its words, and how it is set: "n" a number, "m" monospace, "" text.
    rows: a cell for each column: a text, or two of which the second is what is proposed. After them may come the row's
        id; else its first cell is that.
    chosen: the id of the row that is chosen. Whether a row can be opened: `opens`.
    """

    columns = traitlets.List(traitlets.List()).tag(sync=True)
    rows = traitlets.List(traitlets.List()).tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    opens = traitlets.Bool(False).tag(sync=True)
    foot = traitlets.Unicode("").tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.view = Script("table.js", self)

    @property
    def ids(self) -> list[str]:
        """The id of each row."""
        return [row[len(self.columns)] if len(row) > len(self.columns) else row[0] for row in self.rows]

    def on_open(self, told: Callable[[str], None]) -> None:
        """Call it with the id of a row that is clicked, or chosen and entered, while rows can be opened."""

        def heard(_: object, message: Any, __: object) -> None:
            row = message.get("opened") if isinstance(message, dict) else None
            if self.opens and isinstance(row, str) and row in self.ids:
                told(row)

        self.on_msg(heard)
