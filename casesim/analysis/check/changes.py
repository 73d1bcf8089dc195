"""Change requests: numbers that they share with incidents."""

from collections.abc import Iterable

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import clean, listed, many
from casesim.dataset import Dataset
from casesim.engine.records import TABLES, records
from casesim.policy import Policy


def changes(data: Dataset, policy: Policy) -> Iterable[Finding]:
    """R3.1: a case is numbered after its record, so two records of one number have cases of the same numbers."""
    shared = records(data, TABLES).shared_numbers
    if not shared.len():
        return
    both = {*TABLES} <= {*policy.sources}
    examples = listed((clean(number, 40) for number in shared), 3)
    yield Finding(
        severity="warning" if both else "note",
        table="change_request",
        column="number",
        what=f"{many(shared.len(), 'number')} that an incident has too: {examples}",
        count=shared.len(),
        effect="Numbers of their cases and ids of their journal entries occur twice; explain finds the incident."
        if both
        else "A reference by that number means the incident.",
        rule="R3.1",
    )
