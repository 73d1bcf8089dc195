"""Data quality: what was read, rejected, orphaned or missing, and what each of these does to the result.

settings    the policy that a run would use, and what of it is not accepted
rejected    rows and values that could not be used
absent      optional tables and columns that are not there
references  references that lead nowhere
changes     numbers that change requests share with incidents
incidents   whom incidents lead to, how they end
customers   who counts, who can be told
values      what a check is made of
text        a check as text
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import msgspec
import polars as pl

from casesim.analysis.check.absent import absent
from casesim.analysis.check.changes import changes
from casesim.analysis.check.customers import customers
from casesim.analysis.check.incidents import incidents
from casesim.analysis.check.references import references
from casesim.analysis.check.rejected import rejected
from casesim.analysis.check.settings import settings
from casesim.analysis.check.text import SIGNS, check_text
from casesim.analysis.check.values import Finding, TableRead
from casesim.analysis.intervals import threshold_of
from casesim.analysis.wording import clean
from casesim.dataset import Dataset
from casesim.engine.prepare import prepare
from casesim.engine.simulate import simulate
from casesim.policy import Policy
from casesim.tables import INPUT, PolicyError

__all__ = ["Check", "Finding", "TableRead", "data_check"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Check:
    """What a dataset is like. Times are UTC.

    dataset: its name; tables: those that were read; ignored: names that are no table; threshold: the one a run would
    use (R2.1), threshold_given: false where nothing gives one; first, last: when incidents were opened; findings: the
    worst first.
    """

    dataset: str
    tables: tuple[TableRead, ...]
    ignored: tuple[str, ...]
    threshold: int
    threshold_given: bool
    first: datetime | None
    last: datetime | None
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON; times are ISO 8601."""
        plain: dict[str, Any] = msgspec.to_builtins(
            {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        )
        return plain

    def __repr__(self) -> str:
        return check_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f"<tr><td>{SIGNS[each.severity]}</td><td>{escape(each.table)}</td><td>{escape(each.column or '')}</td>"
            f"<td>{escape(clean(each.what))}</td><td>{escape(each.effect)}</td><td>{each.rule}</td></tr>"
            for each in self.findings
        )
        head = "".join(f"<th>{name}</th>" for name in ("", "table", "column", "what", "effect", "rule"))
        html = f"<table><caption>Check of {escape(clean(self.dataset))}</caption><tr>{head}</tr>{rows}</table>"
        return {"text/plain": repr(self), "text/html": html}


def _rejects(data: Dataset, policy: Policy) -> pl.DataFrame:
    """What a run would reject; where its settings are refused, what reading does."""
    try:
        return simulate(data, policy).rejects
    except PolicyError:
        return data.rejects


def data_check(data: Dataset, policy: Policy | None = None) -> Check:
    """Check a dataset under a policy. Each table is passed over once or twice.

    Cases are made only where somebody wrote something (R6).

    Args:
        data: the dataset.
        policy: the settings; none = the dataset's own, and the default ones where these are not accepted.

    Raises:
        DatasetError: a file that cannot be read any more.
    """
    chosen, faults = settings(data, policy)
    prepared = prepare(data, chosen)
    found = [
        *faults,
        *rejected(_rejects(data, chosen)),
        *references(data),
        *changes(data, chosen),
        *incidents(prepared, chosen),
        *customers(prepared, chosen),
        *absent(data, chosen),
    ]
    order = list(SIGNS)
    opened = data.frame("incident", ["opened_at"])
    ends = opened.select(first=pl.col("opened_at").min(), last=pl.col("opened_at").max())
    first, last = data.collect(ends).row(0)
    return Check(
        dataset=data.name,
        tables=tuple(_read(data, table) for table in INPUT if data.has(table)),
        ignored=data.ignored,
        threshold=threshold_of(chosen),
        threshold_given=not chosen.assumed,
        first=first,
        last=last,
        findings=tuple(sorted(found, key=lambda each: order.index(each.severity))),
    )


def _read(data: Dataset, table: str) -> TableRead:
    files = [file for file in data.files if file.table == table]
    rows = sum(file.rows for file in files)
    return TableRead(table=table, rows=rows, used=data.height(table), files=tuple(file.name for file in files))
