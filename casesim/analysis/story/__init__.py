"""One record, start to end: who is affected by which routes, what was decided and why, cases, comments, mails.

part       the record's own part of a dataset, which every rule runs on as on any other
routes     R1: every way to a customer
customers  each customer with its routes and its case, and why one does not count
cases      each case: how it ends, what was told of it and written on it
told       the notifications, as they come out in the whole run
said       what people wrote, and where it was copied
decision   the decision in words
rules      the rules that had a part
timeline   what happened, in order of time; spoken, mails: its lines about comments and about mails
words      who, which cases, and how many more
values     what a story is made of
text       a story as text
html       a story for a notebook
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from casesim.analysis.compare.both import differs_in_decisions_alone
from casesim.analysis.compare.part import share_sides
from casesim.analysis.story.cases import customer_cases
from casesim.analysis.story.customers import customers
from casesim.analysis.story.decision import decision
from casesim.analysis.story.html import story_html
from casesim.analysis.story.part import part_of
from casesim.analysis.story.rules import fired
from casesim.analysis.story.said import said
from casesim.analysis.story.text import story_text
from casesim.analysis.story.timeline import timeline
from casesim.analysis.story.told import notifications, told_by_case
from casesim.analysis.story.values import Case, Copy, Customer, Decision, Fired, Moment, Route, Said, Told
from casesim.dataset import Dataset
from casesim.engine.prepare import prepare
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy

__all__ = [
    "Case",
    "Copy",
    "Customer",
    "Decision",
    "Fired",
    "Moment",
    "Route",
    "Said",
    "Story",
    "Told",
    "both_stories",
    "story",
]

FACTS = (
    *("number", "sys_id", "short_description", "state", "priority", "category", "subcategory", "cmdb_ci"),
    *("business_service", "opened_at", "resolved_at", "closed_at", "authorized_at", "start_date"),
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Story:
    """One incident, or change (R12), under one policy. Times are UTC, ids are those of the result.

    dataset: its name; incident: the record's own fields; customers: those that count first, in the order of their
    cases; major: the case of the whole issue, if there is one without a customer: the major case, or the -A case of
    the alert flow; comments: what people wrote, and its way; fired: the rules that had a part; cases, notifications,
    journal: the record's rows of the result, with its columns. Mails are those of the whole run, as flood control
    (R5.3) counts a contact's mails of all incidents.
    """

    dataset: str
    incident: Mapping[str, Any]
    decision: Decision
    fired: tuple[Fired, ...]
    customers: tuple[Customer, ...]
    major: Case | None
    comments: tuple[Said, ...]
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
        return {"text/plain": repr(self), "text/html": story_html(self)}


def story(data: Dataset, policy: Policy, incident: str, *, whole: Simulation | None = None) -> Story:
    """Tell what a policy does to one incident or change; the others are run for flood control (R5.3) alone.

    Args:
        data: the dataset.
        policy: the settings.
        incident: the number of an incident or, where they are a source (R12), of a change; else its sys_id.
        whole: a run of this policy over this dataset, where there is one; without it flood control makes its own.

    Raises:
        DatasetError: there is no such record, or it is of no source; names the nearest numbers.
        PolicyError: the policy names a field that the dataset does not have.
    """
    return _told(data, simulate(part_of(data, incident, policy.sources), policy), whole)


def both_stories(
    data: Dataset,
    a: Policy,
    b: Policy,
    incident: str,
    *,
    wholes: tuple[Simulation | None, Simulation | None] = (None, None),
) -> tuple[Story, Story]:
    """The same under two policies; who is affected, and whatever else they share, is found once.

    Args:
        data, a, b, incident: as for `story`.
        wholes: a run of each policy over this dataset, where there is one.

    Raises:
        As `story`.
    """
    if a.sources != b.sources:
        return story(data, a, incident, whole=wholes[0]), story(data, b, incident, whole=wholes[1])
    part = prepare(part_of(data, incident, a.sources), a)
    runs = simulate(part, a), simulate(part, b)
    if differs_in_decisions_alone(a, b):
        share_sides(*runs)
    first, second = (_told(data, run, whole) for run, whole in zip(runs, wholes, strict=True))
    return first, second


def _told(data: Dataset, run: Simulation, whole: Simulation | None) -> Story:
    """The story of a run over one record's part of a dataset."""
    policy = run.policy
    if policy.flood is None:
        whole = None
    elif whole is None:
        whole = simulate(data, policy)
    mails, journal = notifications(run, whole), run.journal.frame()
    facts = run.prepared.records.frame(FACTS).with_columns(number=pl.coalesce("number", "sys_id"))
    own = run.prepared.data.collect(facts)
    by_customer = customer_cases(run, told_by_case(mails, journal), journal)
    cases = sorted(by_customer.values(), key=lambda case: case.number)
    found, decided, spoken = customers(run, by_customer), decision(run), said(run, journal, mails)
    return Story(
        dataset=data.name,
        incident=own.row(0, named=True),
        decision=decided,
        fired=fired(run, found, cases, decided, spoken),
        customers=found,
        major=by_customer.get(None),
        comments=spoken,
        timeline=timeline(run, found, cases, decided, spoken),
        cases=run.cases.frame(),
        notifications=mails,
        journal=journal,
    )
