"""Answers beside the list: mails and floods, a suggestion under limits, scenarios side by side."""

from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as w

from casesim.analysis.recommend.metrics import METRICS
from casesim.policy import Policy
from casesim.tables import CasesimError
from casesim.workbench.pieces import plain_table, text

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

    def __init__(self, ask: Callable[[Mapping[str, str]], None], use: Callable[[int], None]) -> None:
        self.rows = [
            (
                w.Combobox(options=list(METRICS), value=name, layout=w.Layout(width="230px"), continuous_update=False),
                w.Text(placeholder="at most", layout=w.Layout(width="90px"), continuous_update=False),
            )
            for name in LIMITS
        ]
        self.go = w.Button(description="Suggest a threshold").add_class("cs-primary")
        self.use = w.Button(description="Use it", disabled=True)
        self.said = w.HTML()
        self._found: int | None = None
        self.go.on_click(lambda _: ask(self.limits()))
        self.use.on_click(lambda _: use(self._found) if self._found is not None else None)
        lines = [w.HBox([metric, w.HTML("at most"), value]).add_class("cs-row") for metric, value in self.rows]
        self.view = w.VBox([*lines, w.HBox([self.go, self.use]).add_class("cs-row"), self.said])

    def limits(self) -> dict[str, str]:
        """The limits that have a value."""
        return {
            f"max_{metric.value.strip()}": value.value.strip() for metric, value in self.rows if value.value.strip()
        }

    def show(self, said: str, found: int | None) -> None:
        """The answer as text, and the threshold that can be used."""
        self._found = found
        self.use.disabled = found is None
        self.use.description = "Use it" if found is None else f"Use {found:,}"
        self.said.value = f'<div class="cs-why"><pre>{escape(said)}</pre></div>'

    def fault(self, said: str) -> None:
        """Why there is no answer."""
        self._found, self.use.disabled = None, True
        self.said.value = f'<div class="cs-error" role="alert">{text(said)}</div>'


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
            self.said.value = '<div class="cs-error" role="alert">Give the scenario a name first.</div>'
            return
        try:
            self.kept[name] = self._keep()
        except CasesimError as fault:
            self.said.value = f'<div class="cs-error" role="alert">{text(fault)}</div>'
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


class HandOver:
    """What leaves the workbench, where it went, and settings that come in as text or file."""

    def __init__(self, folder: str, act: Callable[[str], str], take: Callable[[str, str], str]) -> None:
        self.folder = w.Text(
            value=folder, description="Folder", style={"description_width": "50px"}, layout=w.Layout(width="380px")
        )
        self.format = w.Dropdown(
            options=["parquet", "csv", "xlsx", "ndjson"], value="csv", layout=w.Layout(width="100px")
        )
        self.said = w.HTML(layout=w.Layout(max_width="100%"))
        self.toml = w.Textarea(placeholder="a policy as TOML", layout=w.Layout(width="100%", height="110px"))
        self.buttons = {
            "result": w.Button(description="Cases and notifications"),
            "report": w.Button(description="Impact report"),
            "change": w.Button(description="Change file"),
            "policy": w.Button(description="Policy as TOML"),
            "show": w.Button(description="Show policy below"),
        }
        for name, button in self.buttons.items():
            button.on_click(lambda _, name=name: self.tell(act(name)))
        apply = w.Button(description="Apply the text").add_class("cs-primary")
        apply.on_click(lambda _: self.tell(take(self.toml.value, ".toml")))
        self.file = w.FileUpload(accept=".toml,.csv,.json,.xml", multiple=False, description="Import file")
        self.file.observe(lambda change: self._took(change["new"], take), "value")
        self.view = w.VBox(
            [
                w.HBox([self.folder, self.format]).add_class("cs-row"),
                w.HBox(list(self.buttons.values())).add_class("cs-row"),
                self.said,
                self.toml,
                w.HBox(
                    [apply, self.file, w.HTML("<span class='cs-muted'>TOML, or an export of sys_properties</span>")]
                ).add_class("cs-row"),
            ]
        )

    def tell(self, said: str) -> None:
        """What was done, or why not."""
        self.said.value = said

    def _took(self, files: tuple[Mapping[str, object], ...], take: Callable[[str, str], str]) -> None:
        for file in files:
            name, content = str(file["name"]), file["content"]
            raw = bytes(content) if isinstance(content, memoryview | bytes) else b""
            try:
                written = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.tell(f'<div class="cs-error" role="alert">{text(name, 60)} is not UTF-8 text.</div>')
                return
            self.tell(take(written, "." + name.rpartition(".")[2].lower()))
