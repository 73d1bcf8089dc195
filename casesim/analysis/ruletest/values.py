"""What a file of rule tests says, and what came of it, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from casesim.policy import Policy

Row: TypeAlias = Mapping[str, str | None]
Expected: TypeAlias = int | tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """Given these few records and this policy, expect this.

    given: table → rows, every value as stored text (None: missing); outcomes: incident number → outcome, of those that
    matter; expect: table (or `mails`) → how many rows, or all of them with the fields that matter.
    """

    name: str
    policy: Policy
    given: Mapping[str, tuple[Row, ...]]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, Expected] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a change may do to a dataset at most.

    before: None = the dataset's own policy; after: the changed policy, None = `before` with `changes`; changes:
    settings by name; since, until: only incidents opened from then on, and before then; at_most: metric → limit.
    """

    name: str
    dataset: Path
    before: Policy | None = None
    after: Policy | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    at_most: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One file of rule tests."""

    path: str
    tests: tuple[RuleTest, ...]
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One expectation that was not met: a sentence, and the records that break it (`more` are not listed)."""

    what: str
    records: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one test or budget. figures: of a budget, metric → value and limit; seconds: how long it took."""

    file: str
    name: str
    kind: Literal["test", "budget"]
    faults: tuple[Fault, ...]
    figures: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain values, for JSON."""
        return {
            "file": self.file,
            "name": self.name,
            "kind": self.kind,
            "passed": self.passed,
            "faults": [
                {"what": fault.what, "records": list(fault.records), "more": fault.more} for fault in self.faults
            ],
            "figures": {name: {"value": value, "at_most": limit} for name, (value, limit) in self.figures.items()},
            "seconds": round(self.seconds, 3),
        }
