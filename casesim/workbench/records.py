"""One incident on the screen: as a row of a comparison, why it changes, and its case as the mapping makes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from casesim.analysis.findings import priority
from casesim.analysis.story import Story, story
from casesim.dataset import Dataset
from casesim.policy import Policy
from casesim.workbench import pieces


def row_of(row: Mapping[str, Any], ci: str | None) -> dict[str, Any]:
    """An incident of a comparison as the table shows it, with its configuration item."""
    return {
        "number": row["incident_number"],
        "opened": "" if row["opened_at"] is None else f"{row['opened_at']:%-d %b %Y}",
        "priority": priority(row["priority"]),
        "ci": ci or "",
        "customers": f"{row['affected_accounts']:,}",
        "outcomes": (row["outcome_a"] or "–", row["outcome_b"] or "–"),
        "by_hand": (f"{row['manual_closures_a']:,}", f"{row['manual_closures_b']:,}"),
        "why": row["reason"][:200],
    }


def explained(data: Dataset, now: Policy, proposed: Policy, number: str) -> tuple[str, Story]:
    """Why an incident changes, as HTML, and its story under the proposed policy."""
    a, b = story(data, now, number), story(data, proposed, number)
    return pieces.why(number, a, b), b


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
