"""Trigger and overrides as rows: a field, how it is compared, a value (R2.4, R2.5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from casesim.policy import Policy
from casesim.tables import PolicyError, shown
from casesim.workbench.pieces import refused

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
            w.Text(placeholder="from", tooltip="threshold", continuous_update=False, layout=w.Layout(width="48px"))
            if override
            else None
        )
        remove = w.Button(description="×", tooltip="remove this line", layout=w.Layout(width="26px"))
        remove.on_click(lambda _: removed(self))
        controls = [self.field, self.operator, self.value, *([self.threshold] if self.threshold else [])]
        for control in controls:
            control.observe(lambda _: changed(), "value")
        self.view = w.HBox([*controls, remove]).add_class("cs-row")

    def condition(self) -> tuple[str, Any] | None:
        """The field with its condition, as a policy has it; None while the field or its value is missing."""
        name, value, operator = self.field.value.strip(), self.value.value.strip(), self.operator.value
        if not name or (not value and operator not in ("set", "unset")):
            return None
        match operator:
            case "any_of":
                return name, [part.strip() for part in value.split(",")]
            case "set":
                return name, {"set": True}
            case "unset":
                return name, {"set": False}
        return name, {operator: value}

    def fill(self, name: str, condition: Any) -> None:
        """The row as a policy's condition has it; of several operators one."""
        self.field.value = name
        if isinstance(condition, dict):
            [(operator, value)] = condition.items()
            self.operator.value = "unset" if operator == "set" and value is False else operator
            self.value.value = "" if operator == "set" else str(value)
        else:
            self.value.value = ", ".join(map(str, condition if isinstance(condition, list) else [condition]))


def apart(conditions: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Conditions as rows show them: of a field with several operators each by itself.

    Example:
        >>> apart({"priority": {"at_least": 2, "at_most": 3}, "category": "network"})
        [('priority', {'at_least': 2}), ('priority', {'at_most': 3}), ('category', 'network')]
    """
    found: list[tuple[str, Any]] = []
    for name, condition in conditions.items():
        several = condition.items() if isinstance(condition, dict) else ()
        found += [(name, {operator: value}) for operator, value in several] or [(name, condition)]
    return found


def together(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The rows as a policy's conditions, all of which must hold (R2.4).

    Raises:
        PolicyError: two rows of one field that a policy cannot say together.
    """
    found: dict[str, Any] = {}
    for name, condition in rows:
        known = found.get(name)
        if known is None:
            found[name] = condition
        elif isinstance(known, dict) and isinstance(condition, dict) and not known.keys() & condition.keys():
            found[name] = {**known, **condition}
        else:
            raise PolicyError(
                f"{shown(name)} stands in two conditions that cannot hold together; put its values into one line."
            )
    return found


class ConditionsRegion:
    """Rows of the trigger, and rows of overrides with one condition each; longer ones stay as they are."""

    def __init__(self, policy: Policy, fields: Sequence[str], changed: Callable[[dict[str, Any]], None]) -> None:
        self._fields, self._changed = fields, changed
        self._quiet = False
        self.trigger: list[Row] = []
        self.overrides: list[Row] = []
        # In their order, the first that holds counts (R2.5): rows, and overrides with several conditions as they are.
        self._in_order: list[Row | dict[str, Any]] = []
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
        self._in_order = []
        for name, condition in apart(settings.get("trigger", {})):
            self._row("trigger").fill(name, condition)
        for each in settings.get("overrides", []):
            conditions = apart(each["when"])
            if len(conditions) != 1:
                self._in_order.append(each)
                continue
            row = self._row("overrides")
            row.fill(*conditions[0])
            if row.threshold is not None:
                row.threshold.value = str(each["threshold"])
        self.error.value = ""
        self._draw()
        self._quiet = False

    def settings(self) -> dict[str, Any]:
        """Trigger and overrides as a policy has them; a line that is not complete is left out.

        Raises:
            PolicyError: two lines of the trigger that a policy cannot say together.
        """
        trigger = together(found for row in self.trigger if (found := row.condition()) is not None)
        overrides = []
        for each in self._in_order:
            if isinstance(each, dict):
                overrides.append(each)
                continue
            found = each.condition()
            if found is not None and each.threshold is not None and each.threshold.value.strip():
                written = each.threshold.value.strip()
                overrides.append({"when": dict([found]), "threshold": int(written) if written.isdigit() else written})
        return {"trigger": trigger or None, "overrides": overrides or None}

    def _add(self, name: str) -> None:
        self._row(name)
        self._draw()

    def _row(self, name: str) -> Row:
        row = Row(self._fields, self._tell, self._remove, override=name == "overrides")
        (self.trigger if name == "trigger" else self.overrides).append(row)
        if name == "overrides":
            self._in_order.append(row)
        return row

    def _remove(self, row: Row) -> None:
        for rows in (self.trigger, self.overrides, self._in_order):
            if row in rows:
                rows.remove(row)
        self._draw()
        self._tell()

    def _draw(self) -> None:
        self._lists["trigger"].children = [row.view for row in self.trigger]
        self._lists["overrides"].children = [row.view for row in self.overrides]

    def _tell(self) -> None:
        if self._quiet:
            return
        try:
            settings = self.settings()
        except PolicyError as fault:
            self.fail(str(fault))
        else:
            self._changed(settings)

    def fail(self, said: str) -> None:
        """Say what is wrong with the lines, or nothing any more."""
        self.error.value = refused(said) if said else ""
