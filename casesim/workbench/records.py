"""One incident on the screen: as a row of a comparison, why it changes, and its case as the mapping makes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w
import polars as pl

from casesim.analysis.findings import priority
from casesim.analysis.story import Story, both_stories
from casesim.analysis.wording import customers
from casesim.dataset import Dataset
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy
from casesim.workbench import pieces
from casesim.workbench.background import Background
from casesim.workbench.mapping import MappingRegion
from casesim.workbench.why import why


class Chosen:
    """The chosen incident under two policies, read beside the screen; its case's fields stand at the mapping."""

    def __init__(self, prepared: Prepared, mapping: MappingRegion) -> None:
        self._prepared, self._mapping = prepared, mapping
        # R5.3: what each mail comes to is told by a run over all incidents, which is kept for the next one chosen.
        self._wholes: dict[Policy, Simulation] = {}
        self._reader = Background()
        self._asked: tuple[str, Policy, Policy] | None = None
        self._story: Story | None = None
        self.view = w.HTML().add_class("cs-side")

    def show(self, number: str, now: Policy, proposed: Policy) -> None:
        """Another incident, or other policies; until it is read the one before stays, dimmed."""
        asked = (number, now, proposed)
        if asked == self._asked:
            return
        self._asked = asked
        if not number:
            self._story = None
            self.view.value = '<span class="cs-muted">Choose an incident to see why it changes.</span>'
            self.preview()
            return
        self.view.add_class("cs-stale")
        flooded = [policy for policy in (now, proposed) if policy.flood is not None]
        self._wholes = {each: self._wholes.get(each) or simulate(self._prepared, each) for each in flooded}
        wholes = self._wholes.get(now), self._wholes.get(proposed)
        data = self._prepared.data
        self._reader.run(lambda: explained(data, now, proposed, number, wholes), self._read, self._fault, pause=0.15)

    def preview(self) -> None:
        """The incident's case fields, for the kind of the tab in front."""
        if self._story is None:
            said = '<span class="cs-muted">Choose an incident for a preview of its case.</span>'
        else:
            said = case_preview(self._story, self._mapping.kind, self._mapping.targets)
        self._mapping.preview.value = said

    def _read(self, found: tuple[str, Story]) -> None:
        self.view.remove_class("cs-stale")
        self.view.value, self._story = found
        self.preview()

    def _fault(self, said: str) -> None:
        self.view.remove_class("cs-stale")
        # Nothing of the incident before stays, and the same one can be asked for again.
        self._asked = self._story = None
        self.preview()
        self.view.value = f'<div class="cs-error">{pieces.text(said)}</div>'


def row_of(row: Mapping[str, Any]) -> list[Any]:
    """An incident that changes as the table shows it (`table.INCIDENTS`).

    Args:
        row: of a comparison's `changed` with `ci`, or of `Incidents.listed`.
    """
    return [
        row["incident_number"],
        "" if row["opened_at"] is None else f"{row['opened_at']:%-d %b %Y}",
        priority(row["priority"]),
        row["ci"] or "",
        customers(row["counted_a"], row["counted_b"], row["affected_accounts"] + row["affected_consumers"]),
        [row["outcome_a"] or "–", row["outcome_b"] or "–"],
        [f"{row['manual_closures_a']:,}", f"{row['manual_closures_b']:,}"],
        row["reason"][:200],
    ]


def explained(
    data: Dataset,
    now: Policy,
    proposed: Policy,
    number: str,
    wholes: tuple[Simulation | None, Simulation | None] = (None, None),
) -> tuple[str, Story]:
    """Why an incident changes, as HTML, and its story under the proposed policy."""
    a, b = both_stories(data, now, proposed, number, wholes=wholes)
    return why(number, a, b, assumed=now.assumed), b


def case_preview(found: Story, kind: str, fields: Sequence[tuple[str, bool]]) -> str:
    """The mapped fields of the incident's first case of a kind.

    Args:
        found: its story under the proposed policy.
        kind: individual | major | child.
        fields: of the mapping, and whether their line is wrong.
    """
    number = pieces.text(found.incident["number"], 40)
    some = found.cases.filter(pl.col("kind") == kind)
    if not some.height:
        kinds = " and ".join(found.cases["kind"].unique().sort().to_list()) or "no"
        return f'<div class="cs-box cs-muted">{number} has {pieces.text(kinds)} cases under these settings.</div>'
    row = some.row(0, named=True)
    rows = []
    for name, wrong in dict(fields).items():
        value = row.get(name)
        shown = "left out until the line is right" if wrong else "–" if value is None else value
        rows.append((name, shown))
    table = pieces.plain_table(("field", "value"), rows)
    return f'<div class="cs-box"><b>{pieces.text(row["number"], 40)}</b>{table}</div>'
