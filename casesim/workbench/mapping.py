"""The field mapping: a tab per kind of case, a line per field, an error under its line with the fix to click (R3.3)."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from casesim.policy import Policy, effective_mapping
from casesim.policy.mapping import DEFAULT_MAPPING
from casesim.tables import CasesimError
from casesim.workbench.pieces import text

KINDS = {"individual": "Individual", "major": "Major", "child": "Child"}
# A template is a line or two; what is longer is a pasted page.
LONGEST = 20_000
# As many completions as a list shows without scrolling far.
MOST = 40
NEAREST = re.compile(r"Nearest: (\w+(?:\.\w+)?)")
NAMED = re.compile(r"\{([^{}]*)\}")

Check = Callable[[str, str, str], str | None]


def completions(template: str, fields: Sequence[str]) -> list[str]:
    """What a template that ends within a brace could become: the fields that begin so first, then those that hold it.

    Example:
        >>> completions("On {short", ["number", "short_description"])
        ['On {short_description}']
    """
    before, brace, begun = template.rpartition("{")
    if not brace or "}" in begun or len(template) > LONGEST:
        return []
    begun = begun.strip().lower()
    holding = sorted((name for name in fields if begun in name), key=lambda name: not name.startswith(begun))
    return [f"{before}{{{name}}}" for name in holding[:MOST]]


class Line:
    """A case field and its template."""

    def __init__(self, kind: str, region: "MappingRegion", field: str = "", template: str = "") -> None:
        self.kind = kind
        self.field = w.Combobox(
            value=field,
            options=region.fields,
            placeholder="case field",
            continuous_update=False,
            layout=w.Layout(width="128px"),
        )
        self._fields = region.fields
        # Its options complete the field that is being typed, whatever stands before it.
        self.template = w.Combobox(
            value=template,
            placeholder="{field} or a text",
            continuous_update=True,
            layout=w.Layout(width="auto", flex="1 1 0"),
        )
        remove = w.Button(description="×", tooltip="remove this field", layout=w.Layout(width="24px"))
        remove.on_click(lambda _: region.remove(self))
        self.fix = w.Button(layout=w.Layout(display="none")).add_class("cs-link")
        self.said = w.HTML()
        self.fault: str | None = None
        self.fix.on_click(lambda _: self._mend())
        self.field.observe(lambda _: region.changed(self), "value")
        self.template.observe(lambda _: self._typed(region), "value")
        self.view = w.VBox(
            [w.HBox([self.field, self.template, remove]).add_class("cs-row"), w.HBox([self.said, self.fix])]
        )
        self._meant = ""

    def _typed(self, region: "MappingRegion") -> None:
        options = completions(self.template.value, self._fields)
        if list(self.template.options) != options:
            self.template.options = options
        region.changed(self)

    def judge(self, fault: str | None) -> None:
        """Show what is wrong with the line, or nothing."""
        self.fault = fault
        nearest = NEAREST.search(fault or "")
        unknown = [name for name in NAMED.findall(self.template.value) if fault and name and name in fault]
        if fault is None:
            self.template.remove_class("cs-wrong")
            self.said.value = ""
        else:
            self.template.add_class("cs-wrong")
            self.said.value = f'<span class="cs-line-error" role="alert">{text(fault, 300)}</span>'
        show = nearest is not None and bool(unknown)
        self.fix.layout.display = "" if show else "none"
        if nearest is not None and unknown:
            self.fix.description = f"Use {{{nearest[1]}}}"
            self._meant = self.template.value.replace(f"{{{unknown[0]}}}", f"{{{nearest[1]}}}")

    def _mend(self) -> None:
        self.template.value = self._meant


class MappingRegion:
    """Lines with an error are left out of the policy until they are right; nothing that was typed is lost."""

    def __init__(
        self, policy: Policy, fields: Sequence[str], check: Check, changed: Callable[[dict[str, Any]], None]
    ) -> None:
        self.fields, self._check, self._told = [*fields], check, changed
        self.lines: dict[str, list[Line]] = {kind: [] for kind in KINDS}
        self._shown = policy
        self._boxes = {kind: w.VBox() for kind in KINDS}
        self.preview = w.HTML()
        self._tab = w.Tab([self._boxes[kind] for kind in KINDS], titles=tuple(KINDS.values()))
        add = w.Button(description="Add field").add_class("cs-link")
        reset = w.Button(description="Reset").add_class("cs-link")
        add.on_click(lambda _: self.add())
        reset.on_click(lambda _: self.show(self._shown, told=True))
        self.view = w.VBox(
            [
                w.HBox(
                    [w.HTML('<div class="cs-h">Fields copied to the case <small>R3.3</small></div>'), add, reset]
                ).add_class("cs-row"),
                self._tab,
                self.preview,
            ]
        )
        self.show(policy)

    def on_kind(self, looked: Callable[[], None]) -> None:
        """Call it when another kind's tab comes to the front."""
        self._tab.observe(lambda _: looked(), "selected_index")

    @property
    def kind(self) -> str:
        """The kind of the tab in front."""
        return list(KINDS)[self._tab.selected_index or 0]

    @property
    def targets(self) -> list[tuple[str, bool]]:
        """The case fields of the tab in front, and whether their line is wrong."""
        lines = self.lines[self.kind]
        return [(line.field.value.strip(), line.fault is not None) for line in lines if line.field.value.strip()]

    @property
    def faults(self) -> list[Line]:
        """The lines that are wrong."""
        return [line for lines in self.lines.values() for line in lines if line.fault]

    def mend_first(self) -> str | None:
        """Go to the first line that is wrong and say so, if there is one."""
        for line in self.faults[:1]:
            line.template.focus()
            return f"First mend {line.field.value[:60]} in the mapping: {line.fault}"
        return None

    def show(self, policy: Policy, *, told: bool = False) -> None:
        """The lines as a policy has them, its defaults among them."""
        self._shown = policy
        for kind in KINDS:
            templates = effective_mapping(policy, kind)
            shown = {field: each.text for field, each in templates.items() if each.text or field not in DEFAULT_MAPPING}
            self.lines[kind] = [Line(kind, self, field, template) for field, template in shown.items()]
        self._draw()
        if told:
            self._told(self.settings())

    def add(self) -> None:
        """An empty line on the tab in front."""
        self.lines[self.kind].append(Line(self.kind, self))
        self._draw()

    def remove(self, line: Line) -> None:
        """Take a line away."""
        self.lines[line.kind].remove(line)
        self._draw()
        self._told(self.settings())

    def changed(self, line: Line) -> None:
        """Judge a line; if it is right, the mapping is another."""
        line.judge(self.fault(line))
        self._title()
        self._told(self.settings())

    def fault(self, line: Line) -> str | None:
        """What is wrong with a line, in one sentence."""
        field, template = line.field.value.strip(), line.template.value
        if len(template) > LONGEST:
            return f"A template of {len(template):,} characters is too long: at most {LONGEST:,}."
        if not field:
            return "Which field of the case?" if template else None
        if sum(other.field.value.strip() == field for other in self.lines[line.kind]) > 1:
            return f"{field} is there twice."
        try:
            return self._check(line.kind, field, template)
        except CasesimError as error:
            return str(error)

    def settings(self) -> dict[str, Any]:
        """The mapping of all right lines, as a policy has it.

        A default field whose line was taken away is filled with nothing: a field that no policy names has its default.
        """
        found: dict[str, Mapping[str, str]] = {}
        for kind, lines in self.lines.items():
            right = [line for line in lines if not line.fault and line.field.value.strip()]
            named = {line.field.value.strip() for line in lines}
            empty = {field: "" for field in DEFAULT_MAPPING if field not in named}
            found[kind] = {**empty, **{line.field.value.strip(): line.template.value for line in right}}
        return {"mapping": found}

    def _draw(self) -> None:
        for kind, box in self._boxes.items():
            box.children = [line.view for line in self.lines[kind]]
        self._title()

    def _title(self) -> None:
        for place, (kind, words) in enumerate(KINDS.items()):
            wrong = sum(line.fault is not None for line in self.lines[kind])
            self._tab.set_title(place, f"{words} ({wrong} wrong)" if wrong else words)
