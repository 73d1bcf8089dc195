"""Two policies over one dataset, side by side: what changes, which incidents, why, and for whom.

totals      metric by metric
by_decision the incidents that change where decisions alone differ, in closed form
both        the two runs on common ground, and which records can differ at all
fields      the case fields whose values differ
changes     exactly the incidents that differ, worst first
reasons     why each of them does
recipients  who is newly told, and who no longer
text        all of it for people
Where the policies differ in threshold, overrides, `also_major_when` or trigger alone, only incidents whose decision
differs are looked at; any other difference (and flood control, which looks across incidents) compares whole runs. And
where R2 to R7.1 have a closed form no case has to be listed to know which incidents change, and how.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from casesim.analysis.compare.both import Both, both
from casesim.analysis.compare.by_decision import changed_decisions, decided_apart
from casesim.analysis.compare.changes import COLUMNS, changed_incidents, worst_first
from casesim.analysis.compare.fields import CaseFields, case_fields
from casesim.analysis.compare.reasons import changed_settings
from casesim.analysis.compare.recipients import nobody, recipients, told_alike
from casesim.analysis.compare.text import comparison_html, comparison_text
from casesim.analysis.compare.totals import swept_totals, totals
from casesim.analysis.effects import closed_form, sharing
from casesim.analysis.ran import Ran, run_of
from casesim.analysis.sweep import thresholds
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy
from casesim.policy.keywords import Settings
from casesim.tables import PolicyError, shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two policies over one dataset; tables are Polars frames, worked out when they are asked for."""

    now: Simulation
    proposed: Simulation

    @property
    def a(self) -> Policy:
        """The policy compared with: as it is now."""
        return self.now.policy

    @property
    def b(self) -> Policy:
        """The policy compared: as proposed."""
        return self.proposed.policy

    @cached_property
    def both(self) -> Both:
        """The two runs on common ground."""
        return both(*self._runs)

    @cached_property
    def _runs(self) -> tuple[Simulation, Simulation]:
        return _with_what_is_known(self.now), _with_what_is_known(self.proposed)

    @cached_property
    def apart(self) -> bool:
        """Whether all that changes follows from the decisions (`by_decision`), so that no case is listed for it."""
        return decided_apart(*self._runs)

    @property
    def height(self) -> int:
        """How many incidents and changes were compared, those that do not change included."""
        return self.now.prepared.records.height if self.apart else self.both.records.height

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The settings that differ: dotted name -> the two values, None where a policy leaves the default."""
        return changed_settings(self.a, self.b)

    @cached_property
    def totals(self) -> pl.DataFrame:
        """`metric`, `a`, `b`, `change` (b - a), Int64.

        The metrics are the columns of a sweep, what the threshold really changes first (R7.1), counted after flood
        control (R5.3); and notifications that are digested, blocked (R6), or sent to somebody nobody chose (R6.2).
        """
        closed = closed_form(self.now) and closed_form(self.proposed)
        return swept_totals(self.now, self.proposed) if closed else totals(self.both)

    @cached_property
    def _fields(self) -> CaseFields:
        return case_fields(self.both)

    @cached_property
    def changed(self) -> pl.DataFrame:
        """`incidents`, and beside them priority (as stored), opened_at (UTC), record (place among those of both)."""
        runs = self._runs
        rows = changed_decisions(*runs) if self.apart else changed_incidents(self.both, self._fields)
        rows = worst_first(rows, *runs)
        return rows.with_columns(pl.col("opened_at").cast(pl.Datetime("us", "UTC")))

    @property
    def incidents(self) -> pl.DataFrame:
        """Exactly the incidents and changes that differ in outcome, or in any row of cases, notifications or journal.

        incident_number; affected_accounts, affected_consumers (of b); counted_a, counted_b (customers that count,
        R8.2), outcome_a, outcome_b (null: of no source, R12); cases_a, cases_b; notifications_a, notifications_b (rows,
        whatever their status); manual_closures_a, manual_closures_b; reason; fields (List[String]: case fields whose
        values differ on a case that both have). Worst first: changed outcomes, then priority, customers that count,
        change of cases to close by hand, number.
        """
        return self.changed.select(COLUMNS)

    @property
    def fields(self) -> pl.DataFrame:
        """Each value that differs: `incident_number`, `case_number`, `field`, `a`, `b` (as text); cases of both."""
        return self._fields.table

    @cached_property
    def recipients(self) -> pl.DataFrame:
        """Who is told under one policy and not at all under the other, by name.

        change (new | lost), contact, consumer, name, email, notifications (how many where they are told).
        """
        if self.apart and told_alike(*self._runs):
            return nobody()
        return recipients(self.both)

    def to_pandas(self) -> "pd.DataFrame":
        """`incidents` as a pandas frame."""
        return self.incidents.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """Everything but the single values as plain values, for JSON."""
        return {
            "dataset": self.now.prepared.data.name,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "a_assumed": self.a.assumed,
            "changes": {name: list(values) for name, values in self.changes.items()},
            "totals": self.totals.to_dicts(),
            "incidents": self.incidents.to_dicts(),
            "recipients": self.recipients.to_dicts(),
        }

    def __repr__(self) -> str:
        return comparison_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Text as well: a notebook opened without a kernel still shows the figures.
        return {"text/plain": repr(self), "text/html": comparison_html(self)}


def compare(data: Ran, a: Policy, b: Policy) -> Comparison:
    """Two policies over one dataset.

    Args:
        data: from `load` or `prepare`, or a Result.
        a, b: as it is now, and as proposed.

    Raises:
        PolicyError: a policy names a field that the dataset does not have.
        DatasetError: something that a rule needs cannot be read.
    """
    first = run_of(data, a)
    return Comparison(first, simulate(first.prepared, b))


def preview(
    data: Ran,
    policy: Policy | None = None,
    *,
    set: Iterable[str] = (),
    **changes: Unpack[Settings],
) -> Comparison:
    """What changes would come of: the current policy compared with itself as changed.

    Args:
        data: from `load` or `prepare`, or a Result.
        policy: as it is now; none = that of the Result, else the dataset's own.
        set: changes as `NAME=VALUE`, as the command line takes them.
        changes: changes by keyword, as in `Policy.with_`.

    Raises:
        PolicyError: a change is no setting or its value is not accepted, or as `compare`.
        DatasetError: something that a rule needs cannot be read.

    Example:
        >>> import polars as pl
        >>> from casesim.dataset import load
        >>> accounts = pl.DataFrame({"incident": ["INC1"] * 3, "account": ["a1", "a2", "a3"]})
        >>> opened = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05 10:00:00"]})
        >>> data = load({"incident": opened, "affected_account": accounts})
        >>> preview(data, Policy(threshold=5), threshold=3).incidents["reason"].to_list()
        ['count reaches 3 ≥ 3']
    """
    now = run_of(data, policy)
    proposed = now.policy.with_(**changes)
    for pair in set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise PolicyError(f"{shown(pair)}: expected NAME=VALUE, as in threshold=12.")
        proposed = proposed.set(name.strip(), value)
    return compare(data, now.policy, proposed)


def _with_what_is_known(run: Simulation) -> Simulation:
    """The run, sharing what the dataset's sweep has found under this policy but for T, if there is one."""
    if run.policy.flood is not None:
        return run
    known = thresholds(run)
    return sharing(known.low, run.policy)
