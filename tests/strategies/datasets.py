"""Small datasets as rows."""

from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as st

from tests.reference import Row, Tables
from tests.reference.keys import COLUMNS, KEYS, column_type
from tests.reference.values import as_text
from tests.strategies import pools
from tests.strategies.pools import CORE, WAYS, AsListed, Kit, Pool, To


@st.composite
def datasets(draw: st.DrawFn, kit: Kit = CORE) -> Tables:
    """Tables of a kit; every table but a record table and one way to customers may be missing."""
    records = draw(st.sampled_from(kit.records))
    all_records = {table for tables in kit.records for table in tables}
    ways = draw(st.sampled_from([WAYS, WAYS, WAYS[:1], WAYS[1:]]))
    missing = draw(st.lists(st.sampled_from(kit.may_miss), max_size=kit.most_missing))
    others = [table for table in kit.often if table not in (*all_records, *WAYS, *missing)]
    names = [*records, *ways, *others]
    tables = {table: draw(table_rows(kit, table, draw(st.booleans()))) for table in names}
    listed = tables.get("affected_account", [])
    tables = {table: [about_listed(row, listed) for row in rows] for table, rows in tables.items()}
    targets = {table: reference_texts(table, rows, kit.repeats) for table, rows in tables.items()}
    return {table: [filled(row, targets) for row in rows] for table, rows in tables.items()}


@cache
def table_rows(kit: Kit, table: str, in_text: bool) -> st.SearchStrategy[list[Row]]:
    """The rows of one table, typed or all in text; sometimes without a column, sometimes with a row twice."""
    dealt = kit.dealt.get(table, {})
    offsets = st.tuples(*(st.integers(0, len(pool) - 1) for pool in dealt.values()))
    rows = st.lists(
        table_row(kit, table, in_text), min_size=kit.least_rows.get(table, 0), max_size=kit.most_rows.get(table, 4)
    )
    droppable = [name for name in COLUMNS[table] if name not in kit.never_dropped.get(table, ())]
    # Mostly none; the empty name drops nothing.
    dropped = st.sampled_from([*[""] * len(droppable) * 3, *droppable])
    repeated = st.sampled_from([*[None] * 7, 0, -1])
    return st.tuples(rows, offsets, dropped, repeated).map(lambda parts: assembled(dealt, *parts))


def assembled(
    dealt: Mapping[str, Pool], rows: list[Row], offsets: tuple[int, ...], dropped: str, repeated: int | None
) -> list[Row]:
    """Rows with their dealt keys; what a row has of its own wins."""
    whole = []
    for place, row in enumerate(rows):
        keys = {
            column: pool[(offset + place) % len(pool)]
            for (column, pool), offset in zip(dealt.items(), offsets, strict=True)
        }
        whole.append({column: value for column, value in (keys | row).items() if column != dropped})
    if whole and repeated is not None:
        whole.append(dict(whole[repeated]))
    return whole


@cache
def table_row(kit: Kit, table: str, in_text: bool) -> st.SearchStrategy[Row]:
    """The columns that every row has, and a few of the others."""
    often = {column: st.sampled_from(pool) for column, pool in kit.often[table].items()}
    kinds = {column: column_type(column) for column in COLUMNS[table]} | {**kit.extra.get(table, {})}
    for column in kit.often_typed.get(table, ()):
        often[column] = st.sampled_from(often_values(kit, table, column, kinds[column], in_text))
    others = [column for column in kinds if column not in often]
    if not others:
        return st.fixed_dictionaries(often)
    # Three times all but the keys, which would meet too often.
    weighted = [column for column in others for _ in range(1 if column in KEYS.get(table, []) else 3)]
    one = st.sampled_from(weighted).flatmap(lambda column: one_cell(kit, table, column, kinds[column], in_text))
    extras = st.lists(one, max_size=kit.most_extras.get(table, 2))
    return st.tuples(st.fixed_dictionaries(often), extras).map(lambda parts: parts[0] | dict(parts[1]))


def often_values(kit: Kit, table: str, column: str, kind: str, in_text: bool) -> Pool:
    """Cells of a column that every row has, where they depend on the type."""
    chosen = kit.times.get(table, {}).get(column)
    if chosen:
        return [*(as_text(moment) for moment in chosen), pools.BAD_TIMES[0]] if in_text else chosen
    if column == "opened_at":
        return opened(in_text)
    return [None, *values(kit, table, column, kind, in_text)]


def opened(in_text: bool) -> Pool:
    """Mostly the start; in a file of text sometimes missing or no time at all."""
    return [*pools.TIME_TEXTS, pools.TIME_TEXTS[0], *pools.BAD_TIMES[:1], ""] if in_text else pools.MOMENTS


@cache
def one_cell(kit: Kit, table: str, column: str, kind: str, in_text: bool) -> st.SearchStrategy[tuple[str, object]]:
    return st.sampled_from([(column, value) for value in values(kit, table, column, kind, in_text)])


def values(kit: Kit, table: str, column: str, kind: str, in_text: bool) -> Pool:
    """What a cell may hold. In a file of text everything is text, and some of it cannot be read."""
    if kind == "text":
        return kit.dealt.get(table, {}).get(column) or kit.seldom.get(table, {}).get(column, pools.TEXTS)
    if kind == "time":
        return [*pools.TIME_TEXTS, *pools.BAD_TIMES] if in_text else pools.MOMENTS
    if kind == "flag":
        return pools.FLAG_TEXTS if in_text else [False, True, None]
    numbers = pools.NUMBERS[column]
    return [*(as_text(number) for number in numbers), pools.BAD_NUMBER] if in_text else numbers


def reference_texts(table: str, rows: list[Row], repeats: int) -> list[str | None]:
    """How rows of a table are referred to: by all of their keys, by a name that nobody has, or not at all."""
    texts = [as_text(row.get(column)) for column in KEYS.get(table, []) for row in rows]
    # More than once, so that most references resolve.
    return [*[text for text in texts if text] * repeats, pools.UNKNOWN, None]


def about_listed(row: Row, listed: list[Row]) -> Row:
    """A row that is about a listed customer: incident and customer of that row; a row for everybody, the incident."""
    like = row.get("incident")
    if not isinstance(like, AsListed):
        return row
    if not listed:
        return row | {"incident": To("incident", like.place)}
    found = listed[like.place % len(listed)]
    named = row.get("account") is not None or row.get("consumer") is not None
    taken = ("incident", "account", "consumer") if named else ("incident",)
    return row | {column: found.get(column) for column in taken}


def filled(row: Row, targets: dict[str, list[str | None]]) -> Row:
    """The row with its references filled in."""
    return {column: text_of(value, targets) if isinstance(value, To) else value for column, value in row.items()}


def text_of(reference: To, targets: dict[str, list[str | None]]) -> str | None:
    texts = targets.get(reference.table, [pools.UNKNOWN, None])
    return texts[reference.place % len(texts)]


def known_fields(tables: Tables) -> frozenset[str]:
    """The columns that only this dataset has, as a template names them: `u_region`, `account.u_size`."""
    prefixes = {"incident": "", "customer_account": "account.", "customer_contact": "contact."}
    return frozenset(
        f"{prefixes[table]}{column}"
        for table, extra in pools.EXTRA.items()
        for row in tables.get(table, [])
        for column in extra
        if column in row
    )
