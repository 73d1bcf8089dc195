"""Small datasets as rows."""

from functools import cache

from hypothesis import strategies as st

from tests.reference import Row, Tables
from tests.reference.keys import COLUMNS, KEYS, column_type
from tests.reference.values import as_text
from tests.strategies import pools
from tests.strategies.pools import Pool, To

# At least one of these is there.
WAYS = ("affected_account", "sn_install_base_item")
OPTIONAL = tuple(table for table in pools.OFTEN if table not in ("incident", *WAYS))
MOST_ROWS = {"incident": 6, "affected_account": 8, "sn_install_base_item": 10, "customer_account": 6}
# A dataset without these is refused, not read.
NEVER_DROPPED = {"incident": ("number", "opened_at")}
MOST_EXTRAS = {"incident": 5}


@st.composite
def datasets(draw: st.DrawFn) -> Tables:
    """Tables of the core rules; every table but `incident` and one way to customers may be missing."""
    ways = draw(st.sampled_from([WAYS, WAYS, WAYS[:1], WAYS[1:]]))
    missing = draw(st.lists(st.sampled_from(OPTIONAL), max_size=2))
    names = ["incident", *ways, *(table for table in OPTIONAL if table not in missing)]
    tables = {table: draw(table_rows(table, draw(st.booleans()))) for table in names}
    targets = {table: reference_texts(table, rows) for table, rows in tables.items()}
    return {table: [filled(row, targets) for row in rows] for table, rows in tables.items()}


@cache
def table_rows(table: str, in_text: bool) -> st.SearchStrategy[list[Row]]:
    """The rows of one table, typed or all in text; sometimes without a column, sometimes with a row twice."""
    dealt = pools.DEALT.get(table, {})
    offsets = st.tuples(*(st.integers(0, len(pool) - 1) for pool in dealt.values()))
    rows = st.lists(table_row(table, in_text), max_size=MOST_ROWS.get(table, 4))
    droppable = [name for name in COLUMNS[table] if name not in NEVER_DROPPED.get(table, ())]
    # Mostly none; the empty name drops nothing.
    dropped = st.sampled_from([*[""] * len(droppable) * 3, *droppable])
    repeated = st.sampled_from([*[None] * 7, 0, -1])
    return st.tuples(rows, offsets, dropped, repeated).map(lambda parts: assembled(dealt, *parts))


def assembled(
    dealt: dict[str, Pool], rows: list[Row], offsets: tuple[int, ...], dropped: str, repeated: int | None
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
def table_row(table: str, in_text: bool) -> st.SearchStrategy[Row]:
    """The columns that every row has, and a few of the others."""
    often = {column: st.sampled_from(pool) for column, pool in pools.OFTEN[table].items()}
    kinds = {column: column_type(column) for column in COLUMNS[table]} | pools.EXTRA.get(table, {})
    for column in pools.OFTEN_TYPED.get(table, ()):
        pool = values(table, column, kinds[column], in_text)
        often[column] = st.sampled_from(opened(in_text) if column == "opened_at" else [None, *pool])
    others = [column for column in kinds if column not in often]
    if not others:
        return st.fixed_dictionaries(often)
    # Three times all but the keys, which would meet too often.
    weighted = [column for column in others for _ in range(1 if column in KEYS.get(table, []) else 3)]
    one = st.sampled_from(weighted).flatmap(lambda column: one_cell(table, column, kinds[column], in_text))
    extras = st.lists(one, max_size=MOST_EXTRAS.get(table, 2))
    return st.tuples(st.fixed_dictionaries(often), extras).map(lambda parts: parts[0] | dict(parts[1]))


def opened(in_text: bool) -> Pool:
    """Mostly the start; in a file of text sometimes missing or no time at all."""
    return [*pools.TIME_TEXTS, pools.TIME_TEXTS[0], *pools.BAD_TIMES[:1], ""] if in_text else pools.MOMENTS


@cache
def one_cell(table: str, column: str, kind: str, in_text: bool) -> st.SearchStrategy[tuple[str, object]]:
    return st.sampled_from([(column, value) for value in values(table, column, kind, in_text)])


def values(table: str, column: str, kind: str, in_text: bool) -> Pool:
    """What a cell may hold. In a file of text everything is text, and some of it cannot be read."""
    if kind == "text":
        return pools.DEALT.get(table, {}).get(column) or pools.SELDOM.get(table, {}).get(column, pools.TEXTS)
    if kind == "time":
        return [*pools.TIME_TEXTS, *pools.BAD_TIMES] if in_text else pools.MOMENTS
    if kind == "flag":
        return pools.FLAG_TEXTS if in_text else [False, True, None]
    numbers = pools.NUMBERS[column]
    return [*(as_text(number) for number in numbers), pools.BAD_NUMBER] if in_text else numbers


def reference_texts(table: str, rows: list[Row]) -> list[str | None]:
    """How rows of a table are referred to: by all of their keys, by a name that nobody has, or not at all."""
    texts = [as_text(row.get(column)) for column in KEYS.get(table, []) for row in rows]
    # Twice, so that most references resolve.
    return [*[text for text in texts if text] * 2, pools.UNKNOWN, None]


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
