"""The list of incidents that change: a page of rows, and which one is chosen. A browser never gets more than 200."""

from importlib.resources import files

import anywidget
import traitlets


class ChangeTable(anywidget.AnyWidget):
    """A page of rows, as `board.to_rows` makes them; `chosen` is the number of one of them."""

    _esm = files("casesim.workbench").joinpath("table.js").read_text(encoding="utf-8")
    _css = files("casesim.workbench").joinpath("table.css").read_text(encoding="utf-8")
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    foot = traitlets.Unicode("").tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)
