"""Trigger and overrides as rows: a field, how it is compared, a value (R2.4, R2.5)."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from casesim.policy import Policy

OPERATORS = [
    ("is one of", "any_of"),
    ("starts with", "starts_with"),
    ("at least", "at_least"),
    ("at most", "at_most"),
    ("is set", "set"),
    ("is missing", "unset"),
]


class Row:
    """One condition; for an override also the threshold."""

    def __init__(
        self, fields: Sequence[str], changed: Callable[[], None], removed: Callable[["Row"], None], *, override: bool
    ) -> None:
        self.field = w.Combobox(
            options=list(fields), placeholder="field", continuous_update=False, layout=w.Layout(width="86px")
        )
        self.operator = w.Dropdown(options=OPERATORS, layout=w.Layout(width="84px"))
        self.value = w.Text(
            placeholder="value, value", continuous_update=False, layout=w.Layout(width="auto", flex="1 1 0")
        )
        self.threshold = (
            w.Text(placeholder="T", continuous_update=False, layout=w.Layout(width="44px")) if override else None
        )
        remove = w.Button(description="×", tooltip="remove this line", layout=w.Layout(width="26px"))
        remove.on_click(lambda _: removed(self))
        controls = [self.field, self.operator, self.value, *([self.threshold] if self.threshold else [])]
        for control in controls:
            control.observe(lambda _: changed(), "value")
        self.view = w.HBox([*controls, remove]).add_class("cs-row")

    def condition(self) -> tuple[str, Any] | None:
        """The field with its condition, as a policy has it; None while no field is named."""
        name, value = self.field.value.strip(), self.value.value.strip()
        if not name:
            return None
        match self.operator.value:
            case "any_of":
                return name, [part.strip() for part in value.split(",")]
            case "set":
                return name, {"set": True}
            case "unset":
                return name, {"set": False}
            case operator:
                return name, {operator: value}

    def fill(self, name: str, condition: Any) -> None:
        """The row as a policy's condition has it."""
        self.field.value = name
        if isinstance(condition, dict) and condition:
            operator, value = next(iter(condition.items()))
            self.operator.value = "unset" if operator == "set" and value is False else operator
            self.value.value = "" if operator == "set" else str(value)
        else:
            self.value.value = ", ".join(map(str, condition if isinstance(condition, list) else [condition]))


class ConditionsRegion:
    """Rows of the trigger, and rows of overrides with one condition each; longer ones are written as TOML."""

    def __init__(self, policy: Policy, fields: Sequence[str], changed: Callable[[dict[str, Any]], None]) -> None:
        self._fields, self._changed = fields, changed
        self._quiet = False
        # With several conditions, which no row can show.
        self._kept: list[dict[str, Any]] = []
        self.trigger: list[Row] = []
        self.overrides: list[Row] = []
        self.error = w.HTML()
        self._lists = {"trigger": w.VBox(), "overrides": w.VBox()}
        add = {
            name: w.Button(description="Add condition" if name == "trigger" else "Add override").add_class("cs-link")
            for name in self._lists
        }
        add["trigger"].on_click(lambda _: self._add("trigger"))
        add["overrides"].on_click(lambda _: self._add("overrides"))
        self.view = w.VBox(
            [
                w.HBox(
                    [
                        w.HTML('<div class="cs-h">Trigger <small>which incidents take part, R2.4</small></div>'),
                        add["trigger"],
                    ]
                ).add_class("cs-row"),
                self._lists["trigger"],
                w.HBox(
                    [
                        w.HTML('<div class="cs-h">Overrides <small>another threshold for some, R2.5</small></div>'),
                        add["overrides"],
                    ]
                ).add_class("cs-row"),
                self._lists["overrides"],
                self.error,
            ]
        )
        self.show(policy)

    def show(self, policy: Policy) -> None:
        """The rows as a policy has them."""
        self._quiet = True
        settings = policy.to_dict()
        self.trigger, self.overrides = [], []
        for name, condition in settings.get("trigger", {}).items():
            self._row("trigger").fill(name, condition)
        self._kept = [each for each in settings.get("overrides", []) if len(each["when"]) != 1]
        for each in settings.get("overrides", []):
            if len(each["when"]) == 1:
                row = self._row("overrides")
                row.fill(*next(iter(each["when"].items())))
                if row.threshold is not None:
                    row.threshold.value = str(each["threshold"])
        self._draw()
        self._quiet = False

    def settings(self) -> dict[str, Any]:
        """Trigger and overrides as a policy has them; a line without a field is left out."""
        trigger = dict(found for row in self.trigger if (found := row.condition()) is not None)
        overrides = list(self._kept)
        for row in self.overrides:
            found = row.condition()
            if found is not None and row.threshold is not None and row.threshold.value.strip():
                written = row.threshold.value.strip()
                overrides.append({"when": dict([found]), "threshold": int(written) if written.isdigit() else written})
        return {"trigger": trigger or None, "overrides": overrides or None}

    def _add(self, name: str) -> None:
        self._row(name)
        self._draw()

    def _row(self, name: str) -> Row:
        row = Row(self._fields, self._tell, self._remove, override=name == "overrides")
        (self.trigger if name == "trigger" else self.overrides).append(row)
        return row

    def _remove(self, row: Row) -> None:
        for rows in (self.trigger, self.overrides):
            if row in rows:
                rows.remove(row)
        self._draw()
        self._tell()

    def _draw(self) -> None:
        self._lists["trigger"].children = [row.view for row in self.trigger]
        self._lists["overrides"].children = [row.view for row in self.overrides]

    def _tell(self) -> None:
        if not self._quiet:
            self._changed(self.settings())
