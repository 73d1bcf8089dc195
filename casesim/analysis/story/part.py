"""One record's part of a dataset: the record, the rows that lead from it to its customers, and what people wrote.

A part is a dataset like any other, so every rule runs on it as it stands, in the time that a handful of rows takes.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from itertools import chain

import polars as pl

from casesim.analysis.wording import LONGEST, clean
from casesim.dataset import Dataset, load
from casesim.engine import keys
from casesim.engine.records import TABLES, records, references
from casesim.tables import CASE_TABLE, INPUT, RECORD, DatasetError, shown

NEAR = 200
NOUNS = {"incident": "incident", "change_request": "change request"}


def part_of(data: Dataset, record: str, sources: Collection[str]) -> Dataset:
    """The dataset with one incident or change alone. Each large table is passed over once, for what concerns it.

    Link tables, real cases, replies and actions keep the rows that mean the record, the journal those on it and on its
    real cases, `svc_ci_assoc` those of its CIs, `sn_install_base_item` those of its CIs and services. Rows that lead
    nowhere after all may be among them. All other tables are whole.

    Args:
        data: the dataset.
        record: a number, else a sys_id.
        sources: the tables whose records get cases (R12).

    Raises:
        DatasetError: there is no such record, or it is of no source; names the nearest numbers.
    """
    table, at = _found(data, record, sources)
    rows = {name: data.frame(name, data.columns(name)) for name in INPUT if data.has(name)}
    own = data.collect(rows[table].slice(at, 1))
    parts: dict[str, pl.DataFrame | pl.LazyFrame] = {**rows}
    for other in TABLES:
        if data.has(other):
            # The other kind of record stays as a table without rows: its columns are part of what a field's type is.
            parts[other] = own if other == table else data.collect(rows[other].head(0))
    means_it = _names(data, table, at, own)
    for name, column in _referring():
        if name in rows:
            parts[name] = _having(data, name, column, means_it)
    if "sys_journal_field" in rows:
        parts["sys_journal_field"] = _journal(data, table, at, own, means_it)
    cis = _texts(own, "cmdb_ci") | _texts(parts.get("task_ci"), "ci_item")
    parts["svc_ci_assoc"] = _having(data, "svc_ci_assoc", "ci_id", cis)
    services = _texts(own, "business_service")
    services |= _texts(parts.get("task_cmdb_ci_service"), "cmdb_ci_service")
    services |= _texts(parts["svc_ci_assoc"], "service_id")
    owned = cis | _every_name(data, services)
    parts["sn_install_base_item"] = _having(data, "sn_install_base_item", "configuration_item", owned)
    return load({name: frame for name, frame in parts.items() if data.has(name)}, name=data.name)


def identity(data: Dataset, table: str, references: pl.Series) -> pl.Series:
    """What references (text) mean: the key of the row they resolve to, else the text itself, as it is compared."""
    if not data.has(table):
        return references
    rows = keys.lookup(data, table).rows(keys.hash_of(references))
    return pl.select(pl.coalesce(keys.ids(data, table).gather(rows), references)).to_series()


def _found(data: Dataset, record: str, sources: Collection[str]) -> tuple[str, int]:
    """The table and row of a record, incidents first."""
    asked = records(data, sources).tables
    for table in asked:
        at = _position(data, table, record)
        if at is not None:
            return table, at
    named = shown(clean(record))
    for table in TABLES:
        if table not in asked and _position(data, table, record) is not None:
            kind = NOUNS[table]
            raise DatasetError(
                f"{data.name}: {named} is {'an' if table == 'incident' else 'a'} {kind}, and under this policy a {kind}"
                f" gets no cases: its sources are {', '.join(asked)} alone (R12)."
            )
    nouns = " or ".join(NOUNS[table] for table in asked)
    raise DatasetError(f"{data.name}: no {nouns} {named}. {_nearest(data, asked, record)}")


def _position(data: Dataset, table: str, record: str) -> int | None:
    """The row of a record in its table, by number (its sys_id where it has none), else by sys_id."""
    if not data.has(table):
        return None
    hashes = data.keys(table)
    wanted = keys.hash_of(pl.Series([record], dtype=pl.String))[0]
    for column in (pl.coalesce("number", "sys_id"), pl.col("sys_id")):
        at = hashes.select((column == wanted).fill_null(False).arg_true()).to_series()
        if len(at):
            return int(at[0])
    return None


def _nearest(data: Dataset, tables: Collection[str], record: str) -> str:
    """The numbers that come nearest; of a large dataset those are compared that begin or end alike."""
    numbers = pl.concat(
        data.frame(table, ["number", "sys_id"]).select(number=pl.coalesce("number", "sys_id"))
        for table in tables
        if data.has(table)
    )
    lower = pl.col("number").str.to_lowercase()
    given = record.strip().lower()[:LONGEST]
    alike = lower.str.ends_with(given[-5:]) | lower.str.starts_with(given[: max(len(given) - 1, 1)])
    some = [data.collect(rows.head(NEAR))["number"] for rows in (numbers.filter(alike), numbers)]
    by_lower = {number.lower(): number for number in chain(*some)}
    close = get_close_matches(given, by_lower, n=3)
    if close:
        return f"Nearest: {', '.join(clean(by_lower[number]) for number in close)}."
    ends = numbers.select(first=pl.col("number").min(), last=pl.col("number").max())
    first, last = data.collect(ends).row(0)
    return f"Its numbers go from {clean(first)} to {clean(last)}." if first is not None else "It has none at all."


def _names(data: Dataset, table: str, at: int, own: pl.DataFrame) -> set[str]:
    """The texts that mean this record: its sys_id and its number, as far as they are not first of all another's."""
    texts = pl.Series(sorted(_texts(own, "sys_id") | _texts(own, "number")), dtype=pl.String)
    start = data.height("incident") if table == "change_request" else 0
    return set(texts.filter((references(data).rows(keys.hash_of(texts)) == start + at).fill_null(False)))


def _referring() -> list[tuple[str, str]]:
    """Every table that says which record a row belongs to, and the column that does."""
    return [
        (name, column.name) for name, table in INPUT.items() for column in table.columns if column.refers_to == RECORD
    ]


def _having(data: Dataset, table: str, column: str, texts: Collection[str]) -> pl.DataFrame:
    """The rows of a table that have one of these texts in a column."""
    columns = data.columns(table)
    frame = data.frame(table, columns)
    if column not in columns:
        return data.collect(frame.head(0))
    return data.collect(frame.filter(pl.col(column).is_in(list(texts))), "streaming")


def _journal(data: Dataset, table: str, at: int, own: pl.DataFrame, means_it: Collection[str]) -> pl.DataFrame:
    """R6: the journal rows on the record and on its real cases.

    A row that names a table is on a record of that table alone, so a number that first of all means another record is
    asked for too.
    """
    real = data.frame(CASE_TABLE, ["sys_id", "number", "incident"]).with_row_index("row")
    real_cases = data.collect(real.filter(pl.col("incident").is_in(list(means_it))), "streaming")
    texts = {name for frame in (own, real_cases) for name in _texts(frame, "sys_id") | _texts(frame, "number")}
    rows = _having(data, "sys_journal_field", "element_id", texts)
    if not rows.height:
        return rows
    hashes = keys.hash_of(rows["element_id"])
    name = rows["name"] if "name" in rows.columns else pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    places = {each: keys.lookup(data, each).rows(hashes) for each in (*TABLES, CASE_TABLE)}
    return rows.filter(_on_it(name, places, {table: [at], CASE_TABLE: real_cases["row"].to_list()}))


def _on_it(name: pl.Series, places: Mapping[str, pl.Series], wanted: Mapping[str, list[int]]) -> pl.Series:
    """Which journal rows are on one of the wanted rows: of the table they name, else of the first that knows them.

    Args:
        name: the table that each journal row names; any other name than a record's is one of real cases.
        places: by table, in the order in which they are asked, the row that each journal row's element_id means.
        wanted: by table, its rows.
    """
    frame = pl.DataFrame({"name": name.cast(pl.String), **places})
    on_it, left = pl.lit(False), pl.lit(True)
    for table in places:
        named = pl.col("name") == table if table in TABLES else ~pl.col("name").is_in(TABLES)
        hit = left & named.fill_null(True) & pl.col(table).is_not_null()
        on_it |= hit & pl.col(table).is_in(wanted.get(table, [])).fill_null(False)
        left &= ~hit
    return frame.select(on_it.alias("on_it")).to_series()


def _texts(frame: pl.DataFrame | pl.LazyFrame | None, column: str) -> set[str]:
    """The distinct texts of a column, none if it is not there."""
    return set(frame[column].drop_nulls()) if isinstance(frame, pl.DataFrame) and column in frame.columns else set()


def _every_name(data: Dataset, services: Collection[str]) -> set[str]:
    """Services by every name they go by: an item may name by sys_id what an incident names by name."""
    named = pl.Series([*services], dtype=pl.String)
    meant = identity(data, "cmdb_ci_service", named)
    rows = data.frame("cmdb_ci_service", ["sys_id", "name"])
    known = data.collect(rows.filter(pl.coalesce("sys_id", "name").is_in(meant.implode())))
    return {*services, *meant, *_texts(known, "sys_id"), *_texts(known, "name")}
