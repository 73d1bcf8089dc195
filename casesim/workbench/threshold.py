"""The threshold: a slider that stops where results change, a box for any number, and what it does in words."""

from collections.abc import Callable

import ipywidgets as w

from casesim.analysis.wording import clean
from casesim.workbench.layout import dim
from casesim.workbench.pieces import refused

LARGEST = 1_000_000_000
# Where the scale below the slider says a stop, in per cent of its width, and how near the current one leaves room.
MARKS, ROOM = (0, 33, 66, 100), 16


class ThresholdRegion:
    """Slider and box agree; a number between two stops puts the slider on the stop with equal results."""

    def __init__(self, stops: list[int], value: int, chosen: Callable[[int], None], standing: str = "now") -> None:
        self.value = value
        self._mark = f"{value:,} now" if standing == "now" else standing
        self._chosen = chosen
        self._quiet = False
        self.slider = w.SelectionSlider(
            options=[1],
            continuous_update=True,
            readout=False,
            layout=w.Layout(width="auto", flex="1 1 0"),
            description="",
        )
        self.slider.tooltip = "Threshold: arrows one stop, Page Up and Down five"
        self.box = w.Text(
            value=str(value),
            continuous_update=True,
            layout=w.Layout(width="74px"),
            tooltip="Threshold, any whole number from 1",
        )
        self.said, self.scale = w.HTML(), w.HTML()
        self.now = value
        self.error = w.HTML()
        self.down = w.Button(description="", tooltip="one step down", layout=w.Layout(width="auto"))
        self.up = w.Button(description="", tooltip="one step up", layout=w.Layout(width="auto"))
        self.view = w.VBox(
            [
                w.HTML('<div class="cs-h">Major case from this many customers</div>'),
                w.HTML('<span class="cs-mono">major_case_affected_account_threshold</span>'),
                w.HBox([w.VBox([self.slider, self.scale]).add_class("cs-slider"), self.box]),
                self.error,
                self.said,
                w.HBox([w.HTML('<span class="cs-muted">Next change:&nbsp;</span>'), self.down, self.up]).add_class(
                    "cs-row"
                ),
            ]
        )
        self.stops: list[int] = []
        self.set_stops(stops)
        self.slider.observe(self._slid, "value")
        self.box.observe(self._typed, "value")
        self.down.on_click(lambda _: self.step(-1))
        self.up.on_click(lambda _: self.step(1))

    def set_stops(self, stops: list[int]) -> None:
        """Other stops, as another policy has; the value stays."""
        if stops == self.stops:
            return
        self.stops = stops
        self._quiet = True
        self.slider.options = [(f"{stop:,}", stop) for stop in stops]
        self.slider.value = self.stop_of(self.value)
        self._quiet = False
        self.scale.value = _scale(stops, self._mark, self.stop_of(self.now))

    def stop_of(self, value: int) -> int:
        """The stop with the results of a threshold."""
        return max((stop for stop in self.stops if stop <= value), default=self.stops[0])

    def step(self, way: int) -> None:
        """To the next stop on one side."""
        place = self.stops.index(self.stop_of(self.value)) + way
        if 0 <= place < len(self.stops):
            self.set(self.stops[place])

    def set(self, value: int) -> None:
        """Another threshold, on slider and box, and told to whoever asked."""
        self._quiet = True
        self.value = value
        self.slider.value = self.stop_of(value)
        self.box.value = str(value)
        self._quiet = False
        self._right()
        self._chosen(value)

    def show(self, said: str, change: Callable[[int], str]) -> None:
        """What the threshold does, and what a step down or up would."""
        self.said.value = said
        place = self.stops.index(self.stop_of(self.value))
        for way, button in ((-1, self.down), (1, self.up)):
            there = 0 <= place + way < len(self.stops)
            button.disabled = not there
            button.description = f"{self.stops[place + way]:,} {change(self.stops[place + way])}" if there else "none"

    def dim(self, stale: bool) -> None:
        """Whether what it does is told of other settings than those asked for."""
        dim(stale, self.said, self.down, self.up)

    def _slid(self, change: dict[str, int]) -> None:
        if not self._quiet:
            self.set(change["new"])

    def _typed(self, change: dict[str, str]) -> None:
        if self._quiet:
            return
        written = change["new"].strip().replace(",", "")
        if not (written.isascii() and written.isdigit() and 1 <= int(written[:12]) <= LARGEST):
            self.box.add_class("cs-wrong")
            shown = f"{clean(written, 20)} is no threshold" if written else "The box is empty"
            said = f"{shown}: a whole number from 1 to {LARGEST:,}. Still {self.value:,}."
            self.error.value = refused(said)
            return
        self._quiet = True
        self.value = int(written)
        self.slider.value = self.stop_of(self.value)
        self._quiet = False
        self._right()
        self._chosen(self.value)

    def _right(self) -> None:
        self.box.remove_class("cs-wrong")
        self.error.value = ""


def _scale(stops: list[int], mark: str, stop: int) -> str:
    """Some stops below the slider, and a mark at the current one, which has its words."""
    last = max(len(stops) - 1, 1)
    here = 100 * stops.index(stop) / last
    marks = [f'<b style="left:{here:.1f}%">{mark}</b>']
    for place in sorted({round(share * last / 100) for share in MARKS}):
        there = 100 * place / last
        if place < len(stops) and abs(there - here) > ROOM:
            marks.append(f'<span style="left:{there:.1f}%">{stops[place]:,}</span>')
    return f'<div class="cs-scale" aria-hidden="true">{"".join(marks)}</div>'
