"""Comment switches and choices: what each is, and what it does, in words."""

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from casesim.policy import Policy
from casesim.workbench.pieces import reached

CUSTOMERS = [("Accounts", "accounts"), ("Consumers", "consumers"), ("Both", "both")]
LATE = [
    ("counted from the start", "known"),
    ("not counted", "first"),
    ("get a case then", "add"),
    ("can make it major", "promote"),
]
FLAGS = {
    "count_retired_install_base": "Retired install base items count (R1.3)",
    "count_inactive_accounts": "Inactive customers count (R1.4)",
    "roll_up_to_parent_account": "Accounts count through their parent (R1.5)",
    "cancel_cases_with_incident": "Cancelling an incident cancels its cases (R7.3)",
    "sync_children": "Children follow their major case (R7.2)",
}
DELAYS = {
    "generation_delay": "Cases open later by (R3.6)",
    "major_resolution_delay": "Major cases are resolved after (R7.2)",
}


class ChoicesRegion:
    """Every control tells which setting has which value now; None is the default."""

    def __init__(
        self, policy: Policy, current: Policy, customers: int, changed: Callable[[dict[str, Any]], None]
    ) -> None:
        self._current, self._customers, self._changed = current, customers, changed
        self._quiet = False
        self.sync = w.Checkbox(description="Sync comments with cases", indent=False).add_class("cs-switch")
        self.copy = w.Checkbox(description="Copy incident comments to its cases", indent=False).add_class("cs-switch")
        self._was = {"sync": w.HTML(), "copy": w.HTML()}
        self.reached = w.HTML()
        self.customers = w.ToggleButtons(options=CUSTOMERS, tooltips=["R2.3"] * 3)
        self.late = w.Dropdown(options=LATE, description="Later ones", style={"description_width": "70px"})
        self.flags = {name: w.Checkbox(description=words, indent=False) for name, words in FLAGS.items()}
        self.delays = {
            name: w.Text(
                description=words,
                placeholder="0s" if name == "generation_delay" else "never",
                continuous_update=False,
                style={"description_width": "190px"},
            )
            for name, words in DELAYS.items()
        }
        self.show(policy)
        for control in (self.sync, self.copy, self.customers, self.late, *self.flags.values(), *self.delays.values()):
            control.observe(self._tell, "value")
        more = w.Accordion([w.VBox([self.late, *self.flags.values(), *self.delays.values()])], titles=("More choices",))
        self.view = w.VBox(
            [
                w.HTML('<div class="cs-h">Comments to customers</div>'),
                _switch(self.sync, self._was["sync"]),
                _switch(self.copy, self._was["copy"]),
                self.reached,
                w.HTML('<div class="cs-h">Customers</div>'),
                self.customers,
                more,
            ]
        )

    def show(self, policy: Policy) -> None:
        """The controls as a policy has them."""
        self._quiet = True
        self.sync.value, self.copy.value = policy.sync_comments, policy.copy_comments
        self.customers.value, self.late.value = policy.choices.customers, policy.choices.late_customers
        for name, box in self.flags.items():
            box.value = policy.sync_children if name == "sync_children" else getattr(policy.choices, name)
        written = policy.to_dict().get("choices", {})
        for name, delay in self.delays.items():
            delay.value = str(written.get(name, ""))
        self._quiet = False
        self._reach()

    def settings(self) -> dict[str, Any]:
        """The settings as the controls have them."""
        return {
            "sync_comments": self.sync.value,
            "copy_comments": self.copy.value,
            "customers": self.customers.value,
            "late_customers": self.late.value,
            **{name: box.value for name, box in self.flags.items()},
            **{name: delay.value.strip() or None for name, delay in self.delays.items()},
        }

    def _reach(self) -> None:
        sync, copy = self._current.sync_comments, self._current.copy_comments
        self.reached.value = reached(self._customers, (sync, self.sync.value), (copy, self.copy.value))
        self._was["sync"].value = _state("additional_comments_sync", sync, self.sync.value)
        self._was["copy"].value = _state("Update case worknote for comments change", copy, self.copy.value)

    def _tell(self, _: object) -> None:
        if not self._quiet:
            self._reach()
            self._changed(self.settings())


def _switch(box: w.Checkbox, below: w.HTML) -> w.VBox:
    return w.VBox([box, below]).add_class("cs-switched")


def _state(name: str, now: bool, proposed: bool) -> str:
    """The platform's own name of a switch, and whether it is another way round now."""
    was = f'<b class="cs-was">{_on(proposed)}, is {_on(now)} now</b>' if now != proposed else ""
    return f'<span class="cs-mono">{name}</span>{was}'


def _on(value: bool) -> str:
    return "on" if value else "off"
