"""One incident, start to end: who is affected and by which routes, what was decided and why, cases, mails, timeline.

part       the incident's own part of a dataset, which every rule runs on as on any other
routes     R1: every way to a customer
customers  each customer with its routes, its case, and what it was told
rules      the decision in words, and the rules that had a part
timeline   what happened, in order of time
values     what a story is made of
text       a story as text
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import msgspec
import polars as pl

from casesim.analysis.story.customers import customer_cases, customers
from casesim.analysis.story.part import part_of
from casesim.analysis.story.rules import decision, fired
from casesim.analysis.story.text import story_text
from casesim.analysis.story.timeline import timeline
from casesim.analysis.story.values import Case, Customer, Decision, Fired, Moment, Route, Told
from casesim.dataset import Dataset
from casesim.engine.simulate import simulate
from casesim.policy import Policy

__all__ = ["Case", "Customer", "Decision", "Fired", "Moment", "Route", "Story", "Told", "story"]

FACTS = (
    *("number", "sys_id", "short_description", "state", "priority", "category", "subcategory", "cmdb_ci"),
    *("business_service", "opened_at", "resolved_at", "closed_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Story:
    """One incident under one policy. Times are UTC, ids are those of the result.

    dataset: its name; incident: the incident's own fields; customers: those that count first, in the order of their
    cases; major: the major case, if there is one; fired: the rules that had a part; cases, notifications, journal: the
    incident's rows of the result, with its columns.
    """

    dataset: str
    incident: Mapping[str, Any]
    decision: Decision
    fired: tuple[Fired, ...]
    customers: tuple[Customer, ...]
    major: Case | None
    timeline: tuple[Moment, ...]
    cases: pl.DataFrame
    notifications: pl.DataFrame
    journal: pl.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON; times are ISO 8601."""
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        rows = {name: value.to_dicts() for name, value in fields.items() if isinstance(value, pl.DataFrame)}
        plain: dict[str, Any] = msgspec.to_builtins({**fields, **rows})
        return plain

    def __repr__(self) -> str:
        return story_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        text = repr(self)
        return {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>"}


def story(data: Dataset, policy: Policy, incident: str) -> Story:
    """Tell what a policy does to one incident; the other incidents are not run.

    Args:
        data: the dataset.
        policy: the settings.
        incident: its number, else its sys_id.

    Raises:
        DatasetError: there is no such incident; names the nearest numbers.
        PolicyError: the policy names a field that the dataset does not have, or asks for what does not work yet.
    """
    run = simulate(part_of(data, incident), policy)
    own = run.prepared.data.frame("incident", FACTS).with_columns(number=pl.coalesce("number", "sys_id")).collect()
    found, decided = customers(run), decision(run)
    by_customer = customer_cases(run)
    cases = sorted(by_customer.values(), key=lambda case: case.number)
    return Story(
        dataset=data.name,
        incident=own.row(0, named=True),
        decision=decided,
        fired=fired(run, found, cases, decided),
        customers=found,
        major=by_customer.get(None),
        timeline=timeline(run, cases, decided),
        cases=run.cases.frame(),
        notifications=run.notifications.frame(),
        journal=run.journal.frame(),
    )
