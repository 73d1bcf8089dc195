"""Examples of the rules, worked by hand: each runs through the reference and through the engine."""

from tests.examples import (
    affected,
    case_types,
    cases,
    conditions,
    late,
    mapping,
    meeting,
    notify,
    outcome,
    reading,
    resolution,
)
from tests.examples.example import Example

MODULES = (reading, affected, outcome, conditions, cases, mapping, case_types, notify, resolution, late, meeting)

EXAMPLES: list[Example] = [example for module in MODULES for example in module.EXAMPLES]

__all__ = ["EXAMPLES", "Example"]
