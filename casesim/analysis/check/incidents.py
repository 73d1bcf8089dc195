"""Incidents: whom they lead to, how they end, and what of that is odd."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from casesim.analysis.check.values import Finding, Severity
from casesim.analysis.wording import clean, listed, many
from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.engine.backend import collect, lazy
from casesim.engine.prepare import Prepared
from casesim.engine.resolve import CANCELED, DONE, ends
from casesim.policy import Policy
from casesim.tables import CHOICES

LINKS = (("task_ci", "task"), ("task_cmdb_ci_service", "task"), ("affected_account", "incident"))
WHOM = {"accounts": ("accounts", "consumers"), "consumers": ("consumers", "accounts")}


def incidents(prepared: Prepared, policy: Policy) -> Iterable[Finding]:
    """Findings about the incidents of a dataset."""
    data = prepared.data
    if "incident" in prepared.records.tables and not data.height("incident"):
        yield Finding(
            severity="warning",
            table="incident",
            what="no row that can be used",
            count=0,
            effect="Nothing can be said from this data.",
            rule="R1",
        )
    yield from _ends(data, policy)
    yield from _states(data)
    yield from _routes(prepared, policy)


def _finding(count: int, what: str, effect: str, *, sign: Severity, rule: str, column: str | None = None) -> Finding:
    words = f"{many(count, 'incident')} {what}"
    return Finding(severity=sign, table="incident", column=column, what=words, count=count, effect=effect, rule=rule)


def _ends(data: Dataset, policy: Policy) -> Iterable[Finding]:
    """R7, R7.3: incidents by how they end."""
    times = ["opened_at", "resolved_at", "closed_at"]
    frame = data.frame("incident", [*times, "state"]).with_columns(pl.col(name).dt.epoch("us") for name in times)
    ended = collect(ends(lazy(data.collect(frame.with_columns(change=pl.lit(False)), "streaming"))))
    done = pl.col("state").is_in(DONE).fill_null(False)
    cancelled = (pl.col("state") == CANCELED).fill_null(False)
    unresolved = pl.col("resolved").is_null() & ~cancelled
    start = pl.col("opened_at") + policy.choices.generation_delay
    counts = ended.select(
        by_closing=(pl.col("resolved").is_not_null() & pl.col("resolved_at").is_null()).sum(),
        no_time=(unresolved & done).sum(),
        open=(unresolved & ~done).sum(),
        backwards=(pl.col("resolved") < pl.col("opened_at")).fill_null(False).sum(),
        early=((pl.col("resolved") < start) & (pl.col("resolved") >= pl.col("opened_at"))).fill_null(False).sum(),
        cancelled=cancelled.sum(),
        no_end=(cancelled & pl.col("closed_at").is_null()).sum(),
    ).row(0, named=True)
    left = "Cases open after the resolution and are left alone: they stay open."
    stay = "Their cases stay open."
    cancel = policy.choices.cancel_cases_with_incident
    gone = "Their cases are cancelled with them." if cancel else "Their cases stay as they are."
    told: list[tuple[str, str, str, Severity, str, str]] = [
        ("backwards", "resolved before being opened", left, "warning", "R7", "resolved_at"),
        ("early", "resolved before any case opens", left, "warning", "R7", "resolved_at"),
        ("no_time", "Resolved or Closed without any time", f"Not resolved. {stay}", "warning", "R7", "resolved_at"),
        ("by_closing", "with a closing time only", "It is taken as resolution time.", "note", "R7", "resolved_at"),
        ("open", "not resolved", stay, "note", "R7", "state"),
        ("cancelled", "cancelled", gone, "note", "R7.3", "state"),
    ]
    if cancel:
        told.append(("no_end", "cancelled without closing time", "No case is.", "warning", "R7.3", "closed_at"))
    for name, what, effect, sign, rule, column in told:
        if counts[name]:
            yield _finding(counts[name], what, effect, sign=sign, rule=rule, column=column)


def _states(data: Dataset) -> Iterable[Finding]:
    """States that are none of the platform's."""
    known = sorted({*CHOICES["incident"]["state"].values()})
    odd = data.frame("incident", ["state"]).drop_nulls().filter(~pl.col("state").is_in(known))
    counted = odd.group_by("state").len().sort("len", "state", descending=[True, False])
    counts = data.collect(counted, "streaming")
    names = listed((f"{clean(state, 30)} {count:,}" for state, count in counts.iter_rows()), 3)
    if counts.height:
        effect = "Neither cancelled nor closed: resolved only where they have a resolution time."
        what = f"in a state not known here: {names}"
        yield _finding(int(counts["len"].sum()), what, effect, sign="warning", rule="R7", column="state")


def _routes(prepared: Prepared, policy: Policy) -> Iterable[Finding]:
    """R1, R2: incidents that lead to nobody; nothing is known of them where they are no source (R12)."""
    data = prepared.data
    if "incident" not in prepared.records.tables:
        return
    # Records are incidents first, then changes.
    counts = prepared.counts.head(data.height("incident"))
    nobody = counts.select(none=(pl.col("accounts") == 0) & (pl.col("consumers") == 0))["none"]
    linked = _linked(data)
    no_case = "Nobody is affected: no case."
    if bare := int((nobody & ~linked).sum()):
        what = "without configuration item, service or affected list"
        yield _finding(bare, what, no_case, sign="warning", rule="R2")
    if idle := int((nobody & linked).sum()):
        what = "whose configuration items, services and list lead to no customer"
        yield _finding(idle, what, no_case, sign="note", rule="R2")
    if policy.choices.customers in WHOM:
        whom, others = WHOM[policy.choices.customers]
        if only := int(((counts[whom] == 0) & (counts[others] > 0)).sum()):
            effect = f"No case, as customers = {whom}."
            yield _finding(only, f"that affect {others} only", effect, sign="warning", rule="R2.3")


def _linked(data: Dataset) -> pl.Series:
    """Whether an incident has anything that could lead to a customer."""
    own = data.frame("incident", ["cmdb_ci", "business_service"])
    some = data.collect(own.select(any=pl.any_horizontal(pl.all().is_not_null())), "streaming")["any"]
    linked = some.to_numpy().copy()
    found = keys.lookup(data, "incident")
    for table, column in LINKS:
        rows = data.collect(keys.hashed(data.frame(table, [column]), column).drop_nulls().unique(), "streaming")
        linked[found.rows(rows[column]).drop_nulls().to_numpy()] = True
    return pl.Series("linked", linked.astype(np.bool_))
