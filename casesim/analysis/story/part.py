"""One incident's part of a dataset: the incident, and the rows that lead from it to its customers.

A part is a dataset like any other, so every rule runs on it as it stands, in the time that a handful of rows takes.
"""

from collections.abc import Collection
from difflib import get_close_matches

import polars as pl

from casesim.analysis.wording import LONGEST, clean
from casesim.dataset import Dataset, load
from casesim.engine import keys
from casesim.tables import INPUT, RECORD, DatasetError, shown

NEAR = 200


def part_of(data: Dataset, incident: str) -> Dataset:
    """The dataset with one incident alone. Each large table is passed over once, for the rows that concern it.

    Link tables keep the rows that mean the incident, `svc_ci_assoc` those of its CIs, `sn_install_base_item` those of
    its CIs and services. Rows that lead nowhere after all may be among them. All other tables are whole.

    Args:
        data: the dataset.
        incident: a number, else a sys_id.

    Raises:
        DatasetError: there is no such incident; names the nearest numbers.
    """
    at = _position(data, incident)
    rows = {table: data.frame(table, data.columns(table)) for table in INPUT if data.has(table)}
    own = rows["incident"].slice(at, 1).collect()
    parts: dict[str, pl.DataFrame | pl.LazyFrame] = {**rows, "incident": own}
    means_it = _names(data, own)
    for table, column in _referring():
        if table in rows:
            parts[table] = _having(data, table, column, means_it)
    cis = _texts(own, "cmdb_ci") | _texts(parts.get("task_ci"), "ci_item")
    parts["svc_ci_assoc"] = _having(data, "svc_ci_assoc", "ci_id", cis)
    services = _texts(own, "business_service")
    services |= _texts(parts.get("task_cmdb_ci_service"), "cmdb_ci_service")
    services |= _texts(parts["svc_ci_assoc"], "service_id")
    owned = cis | _every_name(data, services)
    parts["sn_install_base_item"] = _having(data, "sn_install_base_item", "configuration_item", owned)
    return load({table: frame for table, frame in parts.items() if data.has(table)}, name=data.name)


def identity(data: Dataset, table: str, references: pl.Series) -> pl.Series:
    """What references (text) mean: the key of the row they resolve to, else the text itself, as it is compared."""
    if not data.has(table):
        return references
    rows = keys.lookup(data, table).rows(keys.hash_of(references))
    return pl.select(pl.coalesce(keys.ids(data, table).gather(rows), references)).to_series()


def _position(data: Dataset, incident: str) -> int:
    """The incident's row, by number (its sys_id where it has none), else by sys_id."""
    if data.has("incident"):
        hashes = data.keys("incident")
        wanted = keys.hash_of(pl.Series([incident], dtype=pl.String))[0]
        for column in (pl.coalesce("number", "sys_id"), pl.col("sys_id")):
            at = hashes.select((column == wanted).fill_null(False).arg_true()).to_series()
            if len(at):
                return int(at[0])
    raise DatasetError(f"{data.name}: no incident {shown(clean(incident))}. {_nearest(data, incident)}")


def _nearest(data: Dataset, incident: str) -> str:
    """The numbers that come nearest; of a large dataset those are compared that begin or end alike."""
    numbers = data.frame("incident", ["number", "sys_id"]).select(number=pl.coalesce("number", "sys_id"))
    lower = pl.col("number").str.to_lowercase()
    given = incident.strip().lower()[:LONGEST]
    alike = lower.str.ends_with(given[-5:]) | lower.str.starts_with(given[: max(len(given) - 1, 1)])
    near = [*numbers.filter(alike).head(NEAR).collect()["number"], *numbers.head(NEAR).collect()["number"]]
    by_lower = {number.lower(): number for number in near}
    close = get_close_matches(given, by_lower, n=3)
    if close:
        return f"Nearest: {', '.join(clean(by_lower[number]) for number in close)}."
    first, last = numbers.select(first=pl.col("number").min(), last=pl.col("number").max()).collect().row(0)
    return f"Its numbers go from {clean(first)} to {clean(last)}." if first is not None else "It has none at all."


def _names(data: Dataset, own: pl.DataFrame) -> set[str]:
    """The texts that mean this incident: its sys_id, and its number unless that is the sys_id of another."""
    ids, numbers = _texts(own, "sys_id"), _texts(own, "number")
    taken = data.keys("incident")["sys_id"].is_in(keys.hash_of(pl.Series([*numbers], dtype=pl.String)).implode())
    return ids if taken.any() else ids | numbers


def _referring() -> list[tuple[str, str]]:
    """Every table that says which incident a row belongs to, and the column that does."""
    return [
        (name, column.name) for name, table in INPUT.items() for column in table.columns if column.refers_to == RECORD
    ]


def _having(data: Dataset, table: str, column: str, texts: Collection[str]) -> pl.DataFrame:
    """The rows of a table that have one of these texts in a column."""
    columns = data.columns(table)
    frame = data.frame(table, columns)
    if column not in columns:
        return frame.head(0).collect()
    return frame.filter(pl.col(column).is_in(list(texts))).collect(engine="streaming")


def _texts(frame: pl.DataFrame | pl.LazyFrame | None, column: str) -> set[str]:
    """The distinct texts of a column, none if it is not there."""
    return set(frame[column].drop_nulls()) if isinstance(frame, pl.DataFrame) and column in frame.columns else set()


def _every_name(data: Dataset, services: Collection[str]) -> set[str]:
    """Services by every name they go by: an item may name by sys_id what an incident names by name."""
    named = pl.Series([*services], dtype=pl.String)
    meant = identity(data, "cmdb_ci_service", named)
    rows = data.frame("cmdb_ci_service", ["sys_id", "name"])
    known = rows.filter(pl.coalesce("sys_id", "name").is_in(meant.implode())).collect()
    return {*services, *meant, *_texts(known, "sys_id"), *_texts(known, "name")}
