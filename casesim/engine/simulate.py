"""The order of the rules: affected → decide → cases → resolve → journal → notify. Each table when it is asked for."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from casesim.dataset import Dataset
from casesim.engine import case_type, outputs
from casesim.engine.backend import (
    Size,
    attach,
    case_rows,
    collect,
    collect_in_order,
    distinct,
    in_case_order,
    in_record_order,
    in_time_order,
    lazy,
)
from casesim.engine.cases import cases
from casesim.engine.decide import condition_fields, decide
from casesim.engine.fields import KINDS, Field, fields
from casesim.engine.journal import entries
from casesim.engine.late import presence
from casesim.engine.layout import OutputTable
from casesim.engine.notify import notifications
from casesim.engine.prepare import Prepared, prepare
from casesim.engine.resolve import ends, resolve
from casesim.engine.sides import sides
from casesim.engine.sources import known_fields, number_order, records, source_types
from casesim.policy import Policy, effective_mapping

CASE_CODES = (
    *("incident", "customer", "kind", "place", "type", "table", "opened_at"),
    *("state", "resolved_at", "informed", "by_hand"),
)


def simulate(data: Dataset | Prepared, policy: Policy | None = None) -> "Simulation":
    """Run a policy over a dataset; nothing is worked out before it is asked for.

    Args:
        data: a dataset, or what `prepare` made of one; prepared under other R1 choices it is prepared again.
        policy: the settings; none = the dataset's own.

    Raises:
        PolicyError: the policy names a field that the dataset does not have, or asks for what does not work yet.
        DatasetError: something that a rule needs cannot be read.
    """
    dataset = data.data if isinstance(data, Prepared) else data
    policy = policy if policy is not None else dataset.policy
    policy.refuse_unsupported()
    policy.check_fields({**known_fields(dataset), "case": outputs.case_fields(policy)})
    if isinstance(data, Prepared) and data.serves(policy):
        return Simulation(data, policy)
    return Simulation(prepare(dataset, policy), policy)


@dataclass(frozen=True)
class Simulation:
    """One policy over one prepared dataset: every table of the result, in integer codes until it is spelt out."""

    prepared: Prepared
    policy: Policy

    @cached_property
    def order(self) -> pl.Series | None:
        """R3.1: the incidents' rows by number; from here on an incident's code is its place in this order."""
        return number_order(self.prepared.data)

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """R2.3: the (incident, customer) pairs that count, ascending."""
        pairs, first_consumer = self.prepared.pairs, self.prepared.customers.first_consumer
        match self.policy.choices.customers:
            case "accounts":
                pairs = pairs.filter(pl.col("customer") < first_consumer)
            case "consumers":
                pairs = pairs.filter(pl.col("customer") >= first_consumer)
        if self.order is None:
            return pairs
        moved = pairs.with_columns(incident=self.order.arg_sort().gather(pairs["incident"]))
        size = Size(self.prepared.customers.frame.height, len(self.prepared.definitions))
        return distinct(moved, "incident", "customer", size)

    @cached_property
    def decided(self) -> pl.DataFrame:
        """R2, R7, R8.2: one row per incident in order of number."""
        policy, also = self.policy, self.policy.also_major_when
        critical = also is not None and also.critical_services_at_least is not None
        base = records(self.prepared, self.order, condition_fields(policy), critical=critical)
        decided = collect(ends(decide(lazy(base), policy)))
        counts = ("first_count", "final_count", "peak_count")
        if not self.prepared.timed:
            return decided.with_columns(pl.col("counted").alias(name) for name in counts)
        present = collect(presence(lazy(self.pairs), lazy(decided)))
        joined = decided.join(present, on="incident", how="left", maintain_order="left")
        return joined.with_columns(pl.col(name).fill_null(0) for name in counts)

    @cached_property
    def case_codes(self) -> pl.DataFrame:
        """R3, R4, R7: one row per case in output order."""
        tried, decided = self.prepared.definitions, self.decided
        # By gathering instead of joining: an incident's code is its row, and rows stay in the order of output.
        rows = attach(case_rows(self.pairs, decided), decided, "outcome", "decided_at", "resolved", "cancelled")
        resolved = resolve(case_type.typed(cases(lazy(rows)), tried), self.policy)
        opened = collect_in_order(resolved.select(*CASE_CODES))
        votes = collect(case_type.of_majors(lazy(opened.filter(pl.col("kind") == "child")), tried))
        tables = decided.select("incident").join(votes, on="incident", how="left", maintain_order="left")
        own = pl.when(pl.col("kind") == "major").then("major_table").otherwise("table")
        typed = attach(opened, tables, "major_table").with_columns(table=own).drop("major_table")
        return in_case_order(typed, self.sides.incident["number"])

    @cached_property
    def mapped(self) -> tuple[Field, ...]:
        """R3.3: the mapped fields of cases."""
        templates = [each for kind in KINDS for each in effective_mapping(self.policy, kind).values()]
        sources = dict.fromkeys(source for template in templates for source in template.sources)
        return fields(self.policy, self.prepared.definitions, source_types(self.prepared.data, sources))

    @cached_property
    def sides(self) -> outputs.Sides:
        """What the codes stand for."""
        return sides(self.prepared, self.order, self.decided, self.mapped, outputs.template_sources(self.policy))

    @cached_property
    def decisions(self) -> OutputTable:
        """The table `decisions`."""
        return outputs.decisions(self.decided, self.sides)

    @cached_property
    def cases(self) -> OutputTable:
        """The table `cases`."""
        return outputs.cases(self.case_codes, self.sides, self.mapped)

    @cached_property
    def notification_codes(self) -> pl.DataFrame:
        """R5: one row per notification in output order."""
        return in_time_order(collect_in_order(notifications(lazy(self.case_codes), self.policy)))

    @cached_property
    def notifications(self) -> OutputTable:
        """The table `notifications`."""
        return outputs.notifications(self.notification_codes, self.sides, self.cases, self.policy)

    @cached_property
    def journal(self) -> OutputTable:
        """The table `journal`."""
        written = collect(entries(lazy(self.case_codes), lazy(self.decided)))
        codes = in_record_order(written, self.sides.incident["number"])
        return outputs.journal(codes, self.sides)
