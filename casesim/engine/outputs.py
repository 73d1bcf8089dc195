"""What each output table is made of: which code, which side, which work. Names and order are `tables.OUTPUT`'s."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset.types import as_text
from casesim.engine.cases import HEADS
from casesim.engine.fields import SIDES, Field, column, on_cases
from casesim.engine.layout import Fetch, OutputTable, Work
from casesim.engine.notify import EVENTS
from casesim.engine.resolve import MAJOR_NOTE
from casesim.policy import Policy, extra_case_fields
from casesim.tables import OUTPUT
from casesim.template import Source, Template

if TYPE_CHECKING:
    from casesim.engine.talk import Talk

TIME = nw.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Sides:
    """What codes point into: incidents in order of number, customers by code, case tables, ends of case numbers."""

    incident: pl.DataFrame
    customer: pl.DataFrame
    table: pl.DataFrame
    place: pl.DataFrame

    @property
    def source(self) -> "Fetch | Work":
        """R12: the table of each record, mostly one and the same."""
        tables = self.incident["source"].unique()
        return _constant(tables[0]) if tables.len() == 1 else _incident("source")

    def named(self, **more: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """The sides by name."""
        own = {"incident": self.incident, "customer": self.customer, "table": self.table, "place": self.place}
        return {**own, **more}


def _time(name: str) -> Work:
    return Work(nw.col(name).cast(TIME))


def _own(name: str) -> Work:
    return Work(nw.col(name))


def _constant(value: str | bool) -> Work:
    return Work(nw.lit(value))


EMPTY = Work(nw.lit(None, nw.String))

# R3.1: a case's number, from its incident's number and its place among the incident's cases.
NUMBER_PARTS = {"incident.number": Fetch("incident", "number"), "ending": Fetch("place", "ending")}
CASE_NUMBER = nw.concat_str(nw.col("incident.number"), nw.col("ending"))
RECORD = nw.when(~nw.col("case").is_null()).then(CASE_NUMBER).otherwise(nw.col("incident.number"))

# R6.6: what stands between a root's id and the number of the record that an entry is on, by form.
_FORM = nw.col("form")
_BETWEEN = (
    nw.when(_FORM == 1).then(nw.lit(":")).otherwise(nw.when(_FORM == 2).then(nw.lit("+")).otherwise(nw.lit("++")))
)
ENTRY_ID = nw.when(_FORM == 0).then(nw.col("root.id")).otherwise(nw.concat_str(nw.col("root.id"), _BETWEEN, RECORD))


def _incident(column: str, only: str | None = None) -> Fetch:
    return Fetch("incident", column, only)


def decisions(codes: pl.DataFrame, sides: Sides) -> OutputTable:
    """The table `decisions` from the decided records, in order of incident number."""
    counts = (
        "affected_accounts",
        "affected_consumers",
        "counted",
        "threshold",
        "first_count",
        "final_count",
        "peak_count",
    )
    columns: dict[str, Fetch | Work] = {
        "source": sides.source,
        "incident": _incident("id"),
        "incident_number": _incident("number"),
        **{name: Work(nw.col(name).cast(nw.Int64)) for name in counts},
        "outcome": _own("outcome"),
        "reason": _own("reason"),
        "contract_value": _own("contract_value"),
        "opened_at": _time("opened_at"),
        "decided_at": _time("decided_at"),
        "promoted_at": _time("promoted_at"),
    }
    named = codes.rename({"accounts": "affected_accounts", "consumers": "affected_consumers"})
    return OutputTable(named, sides.named(), {name: columns[name] for name in OUTPUT["decisions"]})


def cases(codes: pl.DataFrame, sides: Sides, mapped: Iterable[Field], policy: Policy) -> OutputTable:
    """The table `cases`, mapped fields after the fixed columns, by name."""
    number = Work(CASE_NUMBER, NUMBER_PARTS)
    head_number = nw.concat_str(nw.col("incident.number"), nw.lit(HEADS[policy.flow]))
    accepted, proposed = nw.col("kind") == nw.lit("major"), nw.col("kind") == nw.lit("proactive")
    state: Mapping[str, Fetch] = {}
    major_state: nw.Expr = nw.when(accepted).then(nw.lit("accepted"))
    if policy.flow == "alerts":
        state = {"outcome": _incident("outcome")}
        proposed = proposed & (nw.col("outcome") == nw.lit("major"))
        proposal = nw.when(proposed).then(nw.lit("proposed"))
        major_state = nw.when(accepted).then(nw.lit("accepted")).otherwise(proposal)
    fixed: dict[str, Fetch | Work] = {
        "number": number,
        "correlation_id": number,
        "kind": _own("kind"),
        "parent": Work(nw.when(nw.col("kind") == nw.lit("child")).then(head_number), NUMBER_PARTS),
        "source": sides.source,
        "incident": _incident("id"),
        "incident_number": _incident("number"),
        "account": Fetch("customer", "account"),
        "consumer": Fetch("customer", "consumer"),
        "contact": Fetch("customer", "contact"),
        "sys_class_name": Fetch("table", "table"),
        "major_case_state": Work(major_state, state),
        "proactive": _constant(True),
        "state": _own("state"),
        "opened_at": _time("opened_at"),
        "resolved_at": _time("resolved_at"),
        "close_notes": _incident("close_notes", only="informed"),
        "resolution_code": _incident("close_code", only="informed"),
        "cause": _incident("cause", only="informed"),
    }
    found = on_cases(mapped)
    columns = {name: fixed.get(name) or found[name] for name in OUTPUT["cases"]}
    columns.update({name: found[name] for name in sorted(found) if name not in columns})
    return OutputTable(codes, sides.named(), columns)


def with_flood(told: pl.DataFrame, rows: pl.Series, flooded: pl.DataFrame) -> pl.DataFrame:
    """R5.3: notifications with what flood control makes of those that would be sent.

    Args:
        told: notifications in output order.
        rows: the rows of `told` that flood control looked at.
        flooded: for each of them `deliver_at` (epoch microseconds) and `fate` (sent | suppressed | digested).
    """
    fate = pl.when(pl.col("fate") != "sent").then("fate")
    found = flooded.with_columns(row=rows, fate=fate).rename({"fate": "flood"})
    joined = told.with_row_index("row").join(found, on="row", how="left", maintain_order="left").drop("row")
    own = [pl.col(name) if name in told.columns else pl.lit(None, pl.String) for name in ("status", "reason")]
    why = pl.when(pl.col("flood").is_not_null()).then(pl.lit("flood"))
    return joined.with_columns(
        status=pl.coalesce("flood", own[0]), reason=pl.coalesce(why, own[1]), digested=pl.col("flood") == "digested"
    ).drop("flood")


def notifications(
    codes: pl.DataFrame, sides: Sides, cases: OutputTable, policy: Policy, talk: "Talk | None"
) -> OutputTable:
    """The table `notifications`.

    `codes` has `case`, `incident`, `customer`, `event`, `created_at`, in output order; with comments (R6) `root`,
    `form`, `unintended`; where something but the contact decides (R5.3, R6) `status`, `reason`, `deliver_at`.
    """
    asked = sorted({source.field for source in template_sources(policy) if source.scope == "case"})
    more = {"case": _as_texts(cases.only(*asked).frame())} if asked else {}
    status, reason = nw.col("own.status"), nw.col("own.reason")
    sent, moment = nw.col("own.sent"), nw.col("created_at")
    if "status" in codes.columns:
        decided = ~nw.col("status").is_null()
        status = nw.when(decided).then(nw.col("status")).otherwise(status)
        reason = nw.when(decided).then(nw.col("reason")).otherwise(reason)
        sent = sent & (~decided | (nw.col("status") == nw.lit("digested")))
    if "deliver_at" in codes.columns:
        moment = nw.coalesce("deliver_at", "created_at")
    person = {f"own.{name}": Fetch("customer", name) for name in ("status", "reason", "sent", "email")}
    # Without a comment there is nothing that its texts could be worked out from.
    events = [event for event in EVENTS if event != "comment" or "root" in codes.columns]
    journal_id: Fetch | Work = EMPTY
    unintended: Fetch | Work = _constant(False)
    if talk is not None and "root" in codes.columns:
        more["root"] = talk.roots.with_columns(pl.col("value").alias("text.comment.value"))
        inputs = {**NUMBER_PARTS, "root.id": Fetch("root", "id")}
        journal_id = Work(nw.when(~nw.col("root").is_null()).then(ENTRY_ID), inputs)
        unintended = Work(nw.col("unintended").fill_null(False))
    columns: dict[str, Fetch | Work] = {
        "case_number": Work(CASE_NUMBER, NUMBER_PARTS),
        "incident_number": _incident("number"),
        "account": Fetch("customer", "account"),
        "consumer": Fetch("customer", "consumer"),
        "contact": Fetch("customer", "contact"),
        "email": Work(nw.when(sent).then(nw.col("own.email")), person),
        "event": _own("event"),
        "status": Work(status, person),
        "reason": Work(reason, person),
        "unintended": unintended,
        "created_at": _time("created_at"),
        "deliver_at": Work(nw.when(sent).then(moment).cast(TIME), person),
        "subject": _message(policy, "subject", events),
        "body": _message(policy, "body", events),
        "journal_id": journal_id,
    }
    if "status" not in codes.columns:
        # Mostly only the contact decides, and nothing has to be worked out.
        columns |= {name: Fetch("customer", name) for name in ("email", "status", "reason")}
    return OutputTable(codes, sides.named(**more), columns)


def journal(codes: pl.DataFrame, sides: Sides, talk: "Talk | None") -> OutputTable:
    """The table `journal`.

    `codes` has `incident`, `case` and `place` (null: on the record), `created_at`; with comments (R6) `root` (null: a
    work note of resolution), `form`, `element`, `origin`, `unintended`, `duplicate`.
    """
    on_case = ~nw.col("case").is_null()
    value = nw.when(on_case).then(nw.col("note")).otherwise(nw.lit(MAJOR_NOTE))
    columns: dict[str, Fetch | Work] = {
        "id": Work(nw.concat_str(RECORD, nw.lit("-R")), NUMBER_PARTS),
        "table": Work(nw.when(on_case).then(nw.lit("case")).otherwise(nw.lit("incident"))),
        "record": Work(RECORD, NUMBER_PARTS),
        "element": _constant("work_notes"),
        "value": Work(value, {"note": _incident("note")}),
        "created_at": _time("created_at"),
        "created_by": _constant("system"),
        "origin": _constant("resolution"),
        "copied_from": EMPTY,
        "unintended": _constant(False),
        "duplicate": _constant(False),
    }
    if talk is None:
        return OutputTable(codes, sides.named(), columns)
    said = ~nw.col("root").is_null()
    root = {name: Fetch("root", name.removeprefix("root.")) for name in ("root.id", "root.value", "root.author")}
    note = nw.concat_str(RECORD, nw.lit("-R"))
    copied = said & (nw.col("form") > 0)
    columns |= {
        "id": Work(nw.when(said).then(ENTRY_ID).otherwise(note), {**NUMBER_PARTS, **root}),
        "element": Work(nw.when(said).then(nw.col("element")).otherwise(nw.lit("work_notes"))),
        "value": Work(nw.when(said).then(nw.col("root.value")).otherwise(value), {"note": _incident("note"), **root}),
        "created_by": Work(nw.when(said).then(nw.col("root.author")).otherwise(nw.lit("system")), root),
        "origin": Work(nw.when(said).then(nw.col("origin")).otherwise(nw.lit("resolution"))),
        "copied_from": Work(nw.when(copied).then(nw.col("root.id")), root),
        "unintended": Work(nw.col("unintended").fill_null(False)),
        "duplicate": Work(nw.col("duplicate").fill_null(False)),
    }
    return OutputTable(codes, sides.named(root=talk.roots), columns)


def case_fields(policy: Policy) -> tuple[str, ...]:
    """Every column that `cases` has under a policy, by itself or through its mapping."""
    return (*OUTPUT["cases"], *extra_case_fields(policy))


def template_sources(policy: Policy) -> tuple[Source, ...]:
    """R5.2: every source of the subjects and bodies of events that are on."""
    return tuple(dict.fromkeys(source for template in _templates(policy).values() for source in template.sources))


def _templates(policy: Policy) -> Mapping[tuple[str, str], Template]:
    found = {}
    for event in EVENTS:
        settings = policy.notifications[event]
        for part in ("subject", "body"):
            template = getattr(settings, part)
            if settings.enabled and template is not None:
                found[event, part] = template
    return found


def _message(policy: Policy, part: str, events: Collection[str]) -> Work:
    """R5.2: the subject or body of each notification, by its event."""
    value = nw.lit(None, nw.String)
    inputs: dict[str, Fetch] = {}
    for (event, of), template in _templates(policy).items():
        if of == part and event in events:
            rendered = template.render(lambda source: nw.col(column(source, text=True)))
            value = nw.when(nw.col("event") == event).then(rendered).otherwise(value)
            inputs |= {column(each, text=True): _input(each) for each in template.sources}
    return Work(value, inputs)


def _input(source: Source) -> Fetch:
    if source.scope == "comment":
        return Fetch("root", column(source, text=True))
    return Fetch("case" if source.scope == "case" else SIDES[source.scope], column(source, text=True))


def _as_texts(cases: pl.DataFrame) -> pl.DataFrame:
    """The final rows of cases as templates read them: every column as `text.case.<name>`."""
    return cases.select(as_text(pl.col(name), dtype).alias(f"text.case.{name}") for name, dtype in cases.schema.items())
