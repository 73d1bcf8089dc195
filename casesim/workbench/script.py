"""A script in the browser that draws what a plain widget keeps.

anywidget gives a model two seconds to start. One that took longer, as on a busy machine, draws and speaks but hears
nothing for good: every message to it is dropped. So a script keeps nothing itself: what it draws, and all that is said
to it, belongs to a plain model, which hears from the start and has no script to wait for.
"""

from importlib.resources import files

import anywidget
import ipywidgets as w
import traitlets


class Script(anywidget.AnyWidget):
    """What is put into the page for a widget that has no view of its own.

    Args:
        name: the file of the script, beside this one; it asks the host for the model `of`.
        kept: the widget whose traits and messages it is about.
    """

    _esm = traitlets.Unicode("").tag(sync=True)
    of = traitlets.Unicode("").tag(sync=True)

    def __init__(self, name: str, kept: w.Widget) -> None:
        script = files("casesim.workbench").joinpath(name).read_text(encoding="utf-8")
        super().__init__(_esm=script, of=f"anywidget:{kept.model_id}")
        self.kept = kept
