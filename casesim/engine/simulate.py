"""The order of the rules: affected → decide → cases → resolve → journal → notify. Each table when it is asked for."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from casesim.dataset import Dataset
from casesim.engine import case_type, decide, late, outputs
from casesim.engine.backend import (
    Size,
    attach,
    case_rows,
    collect,
    collect_in_order,
    distinct,
    endings,
    in_case_order,
    in_record_order,
    in_time_order,
    lazy,
    timed,
)
from casesim.engine.calendar import refuse_beyond
from casesim.engine.cases import HEADS, cases, due
from casesim.engine.fields import Field, fields, used_templates
from casesim.engine.flood import flooded
from casesim.engine.journal import resolution_notes
from casesim.engine.layout import OutputTable
from casesim.engine.notify import notifications
from casesim.engine.prepare import Prepared, prepare
from casesim.engine.records import records
from casesim.engine.resolve import ends, passed_on, resolve
from casesim.engine.sides import sides
from casesim.engine.sources import base, known_fields, source_types
from casesim.engine.talk import Talk, talk
from casesim.policy import Policy

OF_RECORD = ("outcome", "decided_at", "promoted_at", "head_at", "resolved", "cancelled")
CASE_CODES = (
    *("incident", "customer", "kind", "place", "type", "table", "opened_at"),
    *("state", "resolved_at", "informed", "closes", "by_hand"),
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
    policy.check_fields({**known_fields(records(dataset, policy.sources)), "case": outputs.case_fields(policy)})
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
        """R3.1: the records' rows by number; from here on a record's code is its place in this order."""
        return self.prepared.records.order

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
    def served(self) -> pl.DataFrame | None:
        """R8.1: who gets a case if there are cases, and when, in that order; None where all do at the decision."""
        mode = self.policy.choices.late_customers
        if mode == "known" or self.policy.flow == "alerts" or not self.prepared.timed:
            return None
        rows = collect(late.served(lazy(self.pairs), lazy(self._base), mode))
        rows = rows.with_columns(value=self.prepared.customers.frame["value"].gather(rows["customer"]))
        return rows.sort("incident", "opened_at", "customer")

    @cached_property
    def _base(self) -> pl.DataFrame:
        also = self.policy.also_major_when
        critical = also is not None and also.critical_services_at_least is not None
        fields = decide.condition_fields(self.policy)
        rows = base(self.prepared, self.policy, self.order, fields, critical=critical)
        refuse_beyond(rows["start"], "generation_delay (R3.6)")
        return rows

    @cached_property
    def decided(self) -> pl.DataFrame:
        """R2, R7, R8.2: one row per record in order of number."""
        policy, served = self.policy, self.served
        if served is None:
            asked = collect_in_order(decide.on_all(lazy(self._base), policy))
        else:
            there = collect(late.at_decision(lazy(served)))
            asked = self._base.join(there, on="incident", how="left", maintain_order="left")
            asked = asked.with_columns(pl.col("k", "k_value").fill_null(0))
        decided = decide.decide(lazy(asked), policy)
        if served is not None and policy.choices.late_customers == "promote":
            rows = collect(decided).sort("incident")
            decided = late.promotion(lazy(rows), late.promoted(lazy(served), lazy(rows)))
        else:
            decided = decided.with_columns(promoted_at=late.NO_MOMENT)
        ended = collect(ends(due(decided, policy))).sort("incident")
        counts = ("first_count", "final_count", "peak_count")
        if not self.prepared.timed:
            return ended.with_columns(pl.col("counted").alias(name) for name in counts)
        moved = self.pairs.filter(timed(self.pairs, "incident"))
        present = collect(late.presence(lazy(moved), lazy(ended)))
        joined = ended.join(present, on="incident", how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce(name, "counted") for name in counts)

    @cached_property
    def case_codes(self) -> pl.DataFrame:
        """R3, R4, R7: one row per case in output order."""
        tried, decided, policy = self.prepared.definitions, self.decided, self.policy
        pairs = self.pairs if self.served is None else self.served
        # By gathering instead of joining: a record's code is its row, and rows stay in the order of output.
        rows = attach(case_rows(pairs, decided), decided, *OF_RECORD)
        resolved = resolve(case_type.typed(cases(lazy(rows), policy), tried), policy)
        opened = collect_in_order(resolved.select(*CASE_CODES, "managed"))
        refuse_beyond(opened["managed"], "major_resolution_delay (R7.2)")
        base_table = len(case_type.tables(tried)) - 1
        if policy.flow == "alerts":
            tables = decided.select("incident", major_table=pl.lit(base_table, pl.Int32))
        else:
            votes = collect(case_type.of_majors(lazy(opened.filter(pl.col("kind") == "child")), tried))
            tables = decided.select("incident").join(votes, on="incident", how="left", maintain_order="left")
        own = pl.when(pl.col("kind") == "major").then("major_table").otherwise("table")
        typed = attach(opened, tables, "major_table").with_columns(table=own)
        passed = collect_in_order(passed_on(lazy(typed), policy, base_table).select(*CASE_CODES))
        return in_case_order(passed, self.sides.incident["number"], self.endings)

    @cached_property
    def endings(self) -> pl.Series:
        """R3.1: what follows a record's number in a case's, by place."""
        most = self.decided.select((pl.col("accounts") + pl.col("consumers")).max()).item()
        return endings(most if isinstance(most, int) else 0, HEADS[self.policy.flow])["ending"]

    @cached_property
    def mapped(self) -> tuple[Field, ...]:
        """R3.3: the mapped fields of cases."""
        sources = dict.fromkeys(source for template in used_templates(self.policy) for source in template.sources)
        return fields(self.policy, self.prepared.definitions, source_types(self.prepared.records, sources))

    @cached_property
    def sides(self) -> outputs.Sides:
        """What the codes stand for."""
        messages = outputs.template_sources(self.policy)
        return sides(self.prepared, self.order, self.decided, self.mapped, messages, endings=self.endings)

    @cached_property
    def talk(self) -> Talk | None:
        """R6: what people wrote, and where it was copied; None if nobody wrote anything."""
        return talk(self.prepared, self.policy, self.order, self.decided, self.case_codes, sides=self.sides)

    @property
    def rejects(self) -> pl.DataFrame:
        """R6: rows that found no case or no record, beside what the dataset could not read."""
        found = self.prepared.data.rejects
        if self.talk is None or not self.talk.rejects.height:
            return found
        every = pl.concat([found, self.talk.rejects.select(found.columns)])
        return every.sort("table", "row", "column", "value", "reason", nulls_last=False)

    @cached_property
    def decisions(self) -> OutputTable:
        """The table `decisions`."""
        return outputs.decisions(self.decided, self.sides)

    @cached_property
    def cases(self) -> OutputTable:
        """The table `cases`."""
        return outputs.cases(self.case_codes, self.sides, self.mapped, self.policy)

    @cached_property
    def notification_codes(self) -> pl.DataFrame:
        """R5: one row per notification in output order."""
        told = collect_in_order(notifications(lazy(self.case_codes), self.policy))
        if self.talk is not None and self.policy.notifications["comment"].enabled:
            told = pl.concat([told, self.talk.notices], how="diagonal").sort("event", maintain_order=True)
        told = in_time_order(told)
        if self.policy.flood is None:
            return told
        person = self.sides.customer["person"].gather(told["customer"])
        rows = told.with_row_index("row").with_columns(person=person).filter(person.is_not_null())
        sent = rows.filter(pl.col("status").is_null()) if "status" in told.columns else rows
        fates = flooded(sent.select("person", "created_at"), self.policy.flood)
        refuse_beyond(fates["deliver_at"], "[flood] (R5.3)")
        return outputs.with_flood(told, sent["row"], fates)

    @cached_property
    def notifications(self) -> OutputTable:
        """The table `notifications`."""
        return outputs.notifications(self.notification_codes, self.sides, self.cases, self.policy, self.talk)

    @cached_property
    def journal_codes(self) -> pl.DataFrame:
        """R6, R7.4: one row per journal entry in output order."""
        head_first = HEADS[self.policy.flow] < "-J"
        notes = collect(resolution_notes(lazy(self.case_codes), lazy(self.decided), head_first))
        if self.talk is not None:
            notes = pl.concat([notes, self.talk.entries], how="diagonal")
        return in_record_order(notes, self.sides.incident["number"], self.endings)

    @cached_property
    def journal(self) -> OutputTable:
        """The table `journal`."""
        return outputs.journal(self.journal_codes, self.sides, self.talk)
