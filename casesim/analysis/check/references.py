"""References that lead nowhere, counted in one pass over each table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from casesim.analysis.check.values import Finding, Severity
from casesim.analysis.wording import many
from casesim.dataset import Dataset
from casesim.engine import keys
from casesim.tables import INPUT, RECORD


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that refers to other rows, and what follows where there is none."""

    column: str
    noun: str
    effect: str
    rule: str
    severity: Severity = "warning"


NO_EFFECT = "These rows have no effect."
KEPT = "Kept: cases are due all the same, but without a contact to tell."
AS_TEXT = "It is compared as text."

REFERENCES: Mapping[str, tuple[Reference, ...]] = {
    "task_ci": (Reference("task", "an incident", NO_EFFECT, "R1"),),
    "task_cmdb_ci_service": (
        Reference("task", "an incident", NO_EFFECT, "R1"),
        Reference("cmdb_ci_service", "a service", AS_TEXT, "R1", "note"),
    ),
    "affected_account": (
        Reference("incident", "an incident", NO_EFFECT, "R1.2"),
        Reference("account", "an account", KEPT, "R1.6"),
        Reference("consumer", "a consumer", KEPT, "R1.6"),
    ),
    "sn_install_base_item": (
        Reference("account", "an account", KEPT, "R1.6"),
        Reference("consumer", "a consumer", KEPT, "R1.6"),
    ),
    "svc_ci_assoc": (Reference("service_id", "a service", AS_TEXT, "R1", "note"),),
    "incident": (Reference("business_service", "a service", AS_TEXT, "R1", "note"),),
    "customer_account": (
        Reference("account_parent", "a parent account", "Such an account has no parent.", "R1.5", "note"),
        Reference("primary_contact", "a contact", "Mail to these accounts is suppressed, no_contact.", "R5.1"),
    ),
}
# What a row needs to have an effect: any one of each group.
NEEDS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "task_ci": ((("task",), "incident"), (("ci_item",), "configuration item")),
    "task_cmdb_ci_service": ((("task",), "incident"), (("cmdb_ci_service",), "service")),
    "svc_ci_assoc": ((("service_id",), "service"), (("ci_id",), "configuration item")),
    "affected_account": ((("incident",), "incident"), (("account", "consumer"), "account or consumer")),
    "sn_install_base_item": (
        (("configuration_item",), "configuration item"),
        (("account", "consumer"), "account or consumer"),
    ),
}


def references(data: Dataset) -> Iterable[Finding]:
    """Orphans by table and column, and rows that lack what they need to have an effect."""
    lookups = {target: keys.lookup(data, target) for target in _targets(data)}
    for table in dict.fromkeys((*REFERENCES, *NEEDS)):
        there = data.columns(table)
        own = [each for each in REFERENCES.get(table, ()) if each.column in there]
        needs = [each for each in NEEDS.get(table, ()) if any(column in there for column in each[0])]
        if not data.height(table) or not (own or needs):
            continue
        named = list(dict.fromkeys((*(each.column for each in own), *(c for need, _ in needs for c in need))))
        frame = keys.hashed(data.frame(table, named), *(each.column for each in own))
        lacking = frame.select(
            pl.all_horizontal(pl.col(c).is_null() for c in need).sum().alias(f"{n}")
            for n, (need, _) in enumerate(needs)
        )
        asked = [frame.select(key=each.column).drop_nulls().group_by("key").len() for each in own]
        first, *met = data.collect_all([lacking, *asked])
        for each, keyed in zip(own, met, strict=True):
            yield from _orphans(data, table, each, keyed, lookups)
        for (need, noun), count in zip(needs, first.row(0) if needs else (), strict=True):
            if count:
                yield Finding(
                    severity="note",
                    table=table,
                    column=need[0] if len(need) == 1 else None,
                    what=f"{many(count, 'row')} without {noun}",
                    count=count,
                    effect=NO_EFFECT,
                    rule=INPUT[table].rule,
                )


def _orphans(
    data: Dataset, table: str, each: Reference, keyed: pl.DataFrame, lookups: Mapping[str, keys.Lookup]
) -> Iterable[Finding]:
    """Keys (`key`, `len`) that no table they may point to has; a table that is not there is said elsewhere."""
    column = INPUT[table].column(each.column)
    targets = [name for name in (column.refers_to if column else ()) if data.has(name)]
    if not targets:
        return
    lost = keyed
    for target in targets:
        lost = lost.filter(lookups[target].rows(lost["key"]).is_null())
    if lost.height:
        rows = int(lost["len"].sum())
        yield Finding(
            severity=each.severity,
            table=table,
            column=each.column,
            what=f"{many(rows, 'row')} with {each.noun} not in the dataset ({many(lost.height, 'different one')})",
            count=rows,
            effect=each.effect,
            rule=each.rule,
        )


def _targets(data: Dataset) -> set[str]:
    found = {*RECORD}
    for table, columns in REFERENCES.items():
        for each in columns:
            column = INPUT[table].column(each.column)
            found |= set(column.refers_to if column else ())
    return {target for target in found if data.has(target)}
