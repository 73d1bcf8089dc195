"""What each output table is made of: which code, which side, which work. Names and order are `tables.OUTPUT`'s."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from casesim.dataset.types import as_text
from casesim.engine.fields import KINDS, SIDES, Field, column, on_cases
from casesim.engine.layout import Fetch, OutputTable, Work
from casesim.engine.resolve import MAJOR_NOTE
from casesim.policy import Policy, effective_mapping
from casesim.tables import OUTPUT
from casesim.template import Source, Template

TIME = nw.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Sides:
    """What codes point into: incidents in order of number, customers by code, case tables, ends of case numbers."""

    incident: pl.DataFrame
    customer: pl.DataFrame
    table: pl.DataFrame
    place: pl.DataFrame

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
NO_TIME = Work(nw.lit(None, TIME))

# R3.1: a case's number, from its incident's number and its place among the incident's cases.
NUMBER_PARTS = {"incident.number": Fetch("incident", "number"), "ending": Fetch("place", "ending")}
CASE_NUMBER = nw.concat_str(nw.col("incident.number"), nw.col("ending"))
MAJOR_NUMBER = nw.concat_str(nw.col("incident.number"), nw.lit("-M"))
IS_MAJOR = nw.col("kind") == nw.lit("major")


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
        "source": _constant("incident"),
        "incident": _incident("id"),
        "incident_number": _incident("number"),
        **{name: Work(nw.col(name).cast(nw.Int64)) for name in counts},
        "outcome": _own("outcome"),
        "reason": _own("reason"),
        "contract_value": _own("contract_value"),
        "opened_at": _time("opened_at"),
        "decided_at": _time("decided_at"),
        "promoted_at": NO_TIME,
    }
    named = codes.rename({"accounts": "affected_accounts", "consumers": "affected_consumers"})
    return OutputTable(named, sides.named(), {name: columns[name] for name in OUTPUT["decisions"]})


def cases(codes: pl.DataFrame, sides: Sides, mapped: Iterable[Field]) -> OutputTable:
    """The table `cases`, mapped fields after the fixed columns, by name."""
    number = Work(CASE_NUMBER, NUMBER_PARTS)
    fixed: dict[str, Fetch | Work] = {
        "number": number,
        "correlation_id": number,
        "kind": _own("kind"),
        "parent": Work(nw.when(nw.col("kind") == nw.lit("child")).then(MAJOR_NUMBER), NUMBER_PARTS),
        "source": _constant("incident"),
        "incident": _incident("id"),
        "incident_number": _incident("number"),
        "account": Fetch("customer", "account"),
        "consumer": Fetch("customer", "consumer"),
        "contact": Fetch("customer", "contact"),
        "sys_class_name": Fetch("table", "table"),
        "major_case_state": Work(nw.when(IS_MAJOR).then(nw.lit("accepted"))),
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


def notifications(codes: pl.DataFrame, sides: Sides, cases: OutputTable, policy: Policy) -> OutputTable:
    """The table `notifications`; `codes` has `case`, `incident`, `customer`, `event`, `created_at`, in output order."""
    sent = Work(nw.when(nw.col("sent")).then(nw.col("created_at")).cast(TIME), {"sent": Fetch("customer", "sent")})
    asked = sorted({source.field for source in template_sources(policy) if source.scope == "case"})
    more = {"case": _as_texts(cases.only(*asked).frame())} if asked else {}
    columns: dict[str, Fetch | Work] = {
        "case_number": Work(CASE_NUMBER, NUMBER_PARTS),
        "incident_number": _incident("number"),
        "account": Fetch("customer", "account"),
        "consumer": Fetch("customer", "consumer"),
        "contact": Fetch("customer", "contact"),
        "email": Fetch("customer", "email"),
        "event": _own("event"),
        "status": Fetch("customer", "status"),
        "reason": Fetch("customer", "reason"),
        "unintended": _constant(False),
        "created_at": _time("created_at"),
        "deliver_at": sent,
        "subject": _message(policy, "subject"),
        "body": _message(policy, "body"),
        "journal_id": EMPTY,
    }
    return OutputTable(codes, sides.named(**more), columns)


def journal(codes: pl.DataFrame, sides: Sides) -> OutputTable:
    """The table `journal`; `codes` has `incident`, `case` and `place` (null: on the incident), `created_at`."""
    on_case = ~nw.col("case").is_null()
    record = nw.when(on_case).then(CASE_NUMBER).otherwise(nw.col("incident.number"))
    value = nw.when(on_case).then(nw.col("note")).otherwise(nw.lit(MAJOR_NOTE))
    columns: dict[str, Fetch | Work] = {
        "id": Work(nw.concat_str(record, nw.lit("-R")), NUMBER_PARTS),
        "table": Work(nw.when(on_case).then(nw.lit("case")).otherwise(nw.lit("incident"))),
        "record": Work(record, NUMBER_PARTS),
        "element": _constant("work_notes"),
        "value": Work(value, {"note": _incident("note")}),
        "created_at": _time("created_at"),
        "created_by": _constant("system"),
        "origin": _constant("resolution"),
        "copied_from": EMPTY,
        "unintended": _constant(False),
        "duplicate": _constant(False),
    }
    return OutputTable(codes, sides.named(), columns)


def case_fields(policy: Policy) -> tuple[str, ...]:
    """Every column that `cases` has under a policy, by itself or through its mapping."""
    mapped = {target for kind in KINDS for target in effective_mapping(policy, kind)}
    return (*OUTPUT["cases"], *sorted(mapped - set(OUTPUT["cases"])))


def template_sources(policy: Policy) -> tuple[Source, ...]:
    """R5.2: every source of the subjects and bodies of events that are on."""
    return tuple(dict.fromkeys(source for template in _templates(policy).values() for source in template.sources))


def _templates(policy: Policy) -> Mapping[tuple[str, str], Template]:
    found = {}
    for event in ("case_created", "resolved"):
        settings = policy.notifications[event]
        for part in ("subject", "body"):
            template = getattr(settings, part)
            if settings.enabled and template is not None:
                found[event, part] = template
    return found


def _message(policy: Policy, part: str) -> Work:
    """R5.2: the subject or body of each notification, by its event."""
    value = nw.lit(None, nw.String)
    inputs: dict[str, Fetch] = {}
    for (event, of), template in _templates(policy).items():
        if of == part:
            rendered = template.render(lambda source: nw.col(column(source, text=True)))
            value = nw.when(nw.col("event") == event).then(rendered).otherwise(value)
            inputs |= {column(each, text=True): _input(each) for each in template.sources}
    return Work(value, inputs)


def _input(source: Source) -> Fetch:
    return Fetch("case" if source.scope == "case" else SIDES[source.scope], column(source, text=True))


def _as_texts(cases: pl.DataFrame) -> pl.DataFrame:
    """The final rows of cases as templates read them: every column as `text.case.<name>`."""
    return cases.select(as_text(pl.col(name), dtype).alias(f"text.case.{name}") for name, dtype in cases.schema.items())
