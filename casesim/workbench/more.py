"""Beside the list: a threshold that keeps limits, and settings kept by name and compared."""

from collections.abc import Callable, Mapping

import ipywidgets as w

from casesim.analysis.recommend import Recommendation
from casesim.analysis.recommend.metrics import METRICS
from casesim.analysis.recommend.text import recommendation_html
from casesim.policy import Policy
from casesim.tables import CasesimError, PolicyError
from casesim.workbench.pieces import plain_table, refused

LIMITS = ("manual_closures_per_week", "major_cases_per_week", "mails_per_contact_hour", "notifications_peak_hour")
SCENARIO = (
    ("incidents_major", "major incidents"),
    ("major_cases", "major cases"),
    ("manual_closures", "to close by hand"),
    ("auto_resolved_cases", "resolve alone"),
    ("notifications_sent", "sent"),
    ("notifications_peak_hour", "peak hour"),
)


class Suggest:
    """Limits, and the nearest threshold that keeps them."""

    def __init__(self, ask: Callable[[Mapping[str, str]], Recommendation], use: Callable[[int], None]) -> None:
        self.rows = [
            (
                w.Dropdown(
                    options=[(words, metric) for metric, words in METRICS.items()],
                    value=name,
                    layout=w.Layout(width="auto", flex="1 1 150px", min_width="0"),
                ),
                w.Text(placeholder="no limit", layout=w.Layout(width="76px"), continuous_update=False),
            )
            for name in LIMITS
        ]
        self.go = w.Button(description="Suggest a threshold").add_class("cs-primary")
        self.use = w.Button(description="Use it", disabled=True)
        self.said = w.HTML('<p class="cs-muted">Finds the nearest threshold that keeps the limits.</p>')
        self.said.add_class("cs-told")
        self._found: int | None = None
        self.go.on_click(lambda _: self._answer(ask))
        self.use.on_click(lambda _: use(self._found) if self._found is not None else None)
        lines = [w.HBox([metric, value]).add_class("cs-row") for metric, value in self.rows]
        head = w.HTML('<span class="cs-muted">Keep these at most</span>')
        asked = w.VBox([head, *lines, w.HBox([self.go, self.use]).add_class("cs-row")])
        asked.layout.flex, asked.layout.min_width = "0 0 56%", "0"
        self.view = w.HBox([asked, self.said]).add_class("cs-beside")

    def limits(self) -> dict[str, str]:
        """The limits that have a value."""
        return {f"max_{metric.value}": value.value.strip() for metric, value in self.rows if value.value.strip()}

    def _answer(self, ask: Callable[[Mapping[str, str]], Recommendation]) -> None:
        """The answer as text, and the threshold that can be used; or why there is none."""
        try:
            if not (limits := self.limits()):
                raise PolicyError("Give one of the limits a number first.")
            answer = ask(limits)
        except CasesimError as fault:
            self._found, said = None, refused(fault)
        else:
            self._found, said = answer.threshold, recommendation_html(answer)
        self.said.value = said
        self.said.remove_class("cs-stale")
        self._usable()

    def outdated(self) -> None:
        """Other settings: what was suggested for those before is dimmed, and no longer offered."""
        if self._found is not None:
            self._found = None
            self.said.add_class("cs-stale")
            self._usable()

    def _usable(self) -> None:
        self.use.disabled = self._found is None
        self.use.description = "Use it" if self._found is None else f"Use {self._found:,}"


class Scenarios:
    """Settings kept by name, and their figures side by side."""

    def __init__(self, keep: Callable[[], tuple[Policy, Mapping[str, int]]], load: Callable[[Policy], None]) -> None:
        self._keep, self._load = keep, load
        self.kept: dict[str, tuple[Policy, Mapping[str, int]]] = {}
        self.name = w.Text(placeholder="name of this scenario", layout=w.Layout(width="220px"))
        self.save = w.Button(description="Save scenario").add_class("cs-primary")
        self.pick = w.Dropdown(options=[], layout=w.Layout(width="220px"))
        self.load = w.Button(description="Load")
        self.drop = w.Button(description="Remove")
        self.said = w.HTML("<span class='cs-muted'>Save one to compare settings side by side.</span>")
        self.save.on_click(lambda _: self._save())
        self.load.on_click(lambda _: self._loaded())
        self.drop.on_click(lambda _: self._drop())
        self.view = w.VBox(
            [
                w.HBox([self.name, self.save]).add_class("cs-row"),
                w.HBox([self.pick, self.load, self.drop]).add_class("cs-row"),
                self.said,
            ]
        )

    def _save(self) -> None:
        name = self.name.value.strip()[:60]
        if not name:
            self.said.value = refused("Give the scenario a name first.")
            return
        try:
            self.kept[name] = self._keep()
        except CasesimError as fault:
            self.said.value = refused(fault)
            return
        self._draw(name)

    def _loaded(self) -> None:
        if self.pick.value in self.kept:
            self._load(self.kept[self.pick.value][0])

    def _drop(self) -> None:
        if self.pick.value in self.kept:
            del self.kept[self.pick.value]
            self._draw(None)

    def _draw(self, chosen: str | None) -> None:
        self.pick.options = list(self.kept)
        if chosen is not None:
            self.pick.value = chosen
        head = ["scenario", "threshold", *(words for _, words in SCENARIO)]
        rows = [
            [name, f"{figures['threshold']:,}", *(f"{figures[metric]:,}" for metric, _ in SCENARIO)]
            for name, (_, figures) in self.kept.items()
        ]
        self.said.value = plain_table(head, rows, frozenset(range(1, len(head))))
