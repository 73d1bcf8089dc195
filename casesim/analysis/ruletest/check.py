"""Running a rule test: its few records through the rules, and what came out beside what was expected."""

from collections.abc import Mapping, Sequence

import polars as pl

from casesim.analysis.ruletest.values import Expected, Fault, Row, RuleTest
from casesim.analysis.wording import clean, listed, many
from casesim.dataset import Dataset, load
from casesim.dataset.types import as_text
from casesim.engine.layout import OutputTable
from casesim.engine.simulate import Simulation, simulate
from casesim.tables import INPUT

# What names a row in a sentence.
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "decisions": ("incident_number",),
    "cases": ("number",),
    "notifications": ("case_number", "event", "journal_id"),
    "mails": ("case_number", "event", "journal_id"),
    "journal": ("id",),
    "rejects": ("table", "row", "column", "reason"),
}


def faults_of(test: RuleTest) -> tuple[Fault, ...]:
    """What differs from what a test expects; nothing if it passes.

    Raises:
        DatasetError: the given tables are no dataset.
        PolicyError: the policy names a field that they do not have.
    """
    run = simulate(dataset_of(test), test.policy)
    faults = list(_outcome_faults(run, test.outcomes))
    for name, wanted in test.expect.items():
        faults += _table_faults(name, wanted, result_rows(run, name))
    if "rejects" not in test.expect and run.rejects.height:
        rows = tuple(_named("rejects", row) for row in result_rows(run, "rejects"))
        faults.append(Fault(what=f"rejects: {many(len(rows), 'given value')} not used", records=rows))
    return tuple(faults)


def dataset_of(test: RuleTest) -> Dataset:
    """The given records as a dataset; without a way to customers, an empty list of affected accounts."""
    tables = {name: _frame(name, rows) for name, rows in test.given.items()}
    if not {"sn_install_base_item", "affected_account"} & set(tables):
        tables["affected_account"] = _frame("affected_account", ())
    return load(tables, name=test.name)


def _frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    columns = dict.fromkeys(column for row in rows for column in row) or dict.fromkeys(INPUT[table].names)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in columns}, schema=dict.fromkeys(columns, pl.String)
    )


def result_rows(run: Simulation, name: str) -> list[dict[str, str | None]]:
    """A table of a result, in its order, every value as stored text; `mails` are the notifications that are sent."""
    match name:
        case "rejects":
            frame = run.rejects
        case "mails":
            frame = run.notifications.frame().filter(pl.col("status") == "sent")
        case _:
            table: OutputTable = getattr(run, name)
            frame = table.frame()
    return frame.select(as_text(pl.col(column), dtype) for column, dtype in frame.schema.items()).to_dicts()


def _outcome_faults(run: Simulation, wanted: Mapping[str, str]) -> list[Fault]:
    if not wanted:
        return []
    decided = {row["incident_number"]: row for row in result_rows(run, "decisions")}
    faults = []
    for number, outcome in wanted.items():
        row = decided.get(number)
        if row is None:
            faults.append(Fault(what=f"{clean(number)}: {outcome} expected, but there is no such incident"))
        elif row["outcome"] != outcome:
            why = f"{row['reason']}, {row['counted']} counted, threshold {row['threshold']}"
            faults.append(Fault(what=f"{clean(number)}: outcome {outcome} expected, got {row['outcome']} ({why})"))
    return faults


def _table_faults(name: str, wanted: Expected, got: list[dict[str, str | None]]) -> list[Fault]:
    if isinstance(wanted, int):
        if len(got) == wanted:
            return []
        what = f"{name}: {many(wanted, 'row')} expected, got {len(got):,}"
        return [_with_records(what, [_named(name, row) for row in got])]
    pairs = matched(wanted, got)
    alone = [place for place in range(len(got)) if place not in pairs.values()]
    faults = []
    for place, row in enumerate(wanted):
        if place in pairs:
            continue
        near = _nearest(row, got, alone)
        if near is None:
            faults.append(Fault(what=f"{name}: no row with {_fields(row)}"))
            continue
        alone.remove(near)
        differs = ", ".join(
            f"{column} {_cell(value)} expected, got {_cell(got[near].get(column))}"
            for column, value in row.items()
            if got[near].get(column) != value
        )
        faults.append(Fault(what=f"{name} {_named(name, got[near])}: {differs}"))
    if alone:
        faults.append(
            _with_records(f"{name}: {many(len(alone), 'row')} not expected", [_named(name, got[at]) for at in alone])
        )
    return faults


def matched(wanted: Sequence[Row], got: Sequence[Row]) -> dict[int, int]:
    """Which row meets which expectation: as many pairs as can be, each row and each expectation in one pair at most.

    An expectation is met by every row that has its fields; a row that is taken is given up if its owner finds another.

    Example:
        >>> matched([{}, {"kind": "major"}], [{"kind": "major"}, {"kind": "child"}])
        {1: 0, 0: 1}
    """
    fits = [
        [at for at, row in enumerate(got) if all(row.get(name) == value for name, value in want.items())]
        for want in wanted
    ]
    owner: dict[int, int] = {}

    def place(want: int, seen: set[int]) -> bool:
        for at in fits[want]:
            if at not in seen:
                seen.add(at)
                if at not in owner or place(owner[at], seen):
                    owner[at] = want
                    return True
        return False

    for want in range(len(wanted)):
        place(want, set())
    return {want: at for at, want in owner.items()}


def _nearest(row: Row, got: Sequence[Row], free: Sequence[int]) -> int | None:
    """The free row that agrees in most fields, in at least one; the first of several."""
    agreed = {at: sum(got[at].get(name) == value for name, value in row.items()) for at in free}
    best = max(agreed, key=lambda at: (agreed[at], -at), default=None)
    return best if best is not None and (agreed[best] or len(row) == 1) else None


def _with_records(what: str, records: Sequence[str]) -> Fault:
    return Fault(what=what, records=tuple(records))


def _named(name: str, row: Row) -> str:
    return " ".join(clean(row[column]) for column in NAMED_BY[name] if row.get(column) is not None)


def _fields(row: Row) -> str:
    return listed((f"{name} {_cell(value)}" for name, value in row.items()), 8) or "any value"


def _cell(value: str | None) -> str:
    return "nothing" if value is None else f'"{clean(value, 80)}"'
