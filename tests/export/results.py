"""A result whose texts are as odd as texts get, and what reads a written table back."""

import re

import polars as pl

from casesim.dataset import load
from casesim.policy import Policy
from casesim.results import TABLES, Result, simulate
from casesim.tables import OUTPUT, Kind

TYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "time": pl.Datetime("us", "UTC"),
    "number": pl.Float64(),
    "flag": pl.Boolean(),
    "count": pl.Int64(),
}
ODD = (
    "=HYPERLINK(1)", "+1", "-1", "@sum", "\tx", "'quoted", "''", "a,b;c", 'say "no"', "line\nline", "end\r\nend",
    "a;=1", "a;'=1", "a\n-1", "\n=1", "＝1", "\ufeff=1", "\u3164@a", "a|\"=1", "https://ab.c/" + "x" * 2_100, "{=1}",
    "é", "e\u0301", "日本語", "😀", "\u202eabc", "\u200b", " blanks ", "0012", "1e5", "true", "2026-03-05", "NULL",
)  # fmt: skip


def odd(texts: tuple[str, ...] = ODD) -> Result:
    """A run of one incident for each text, which is its short description, its notes and the name of its account."""
    rows = range(len(texts))
    numbers = [f"INC{row:04}" for row in rows]
    data = load(
        {
            "incident": pl.DataFrame(
                {
                    "number": [*numbers, ""],
                    "short_description": [*texts, "without number"],
                    "close_notes": [*texts, None],
                    "state": ["6" if row % 2 else "2" for row in rows] + [None],
                    "opened_at": ["2026-03-05 10:15:00"] * len(texts) + [None],
                    "resolved_at": [f"2026-03-06 08:00:00.{row:06}" if row % 2 else None for row in rows] + [None],
                    "contact_type": [None] * (len(texts) + 1),
                },
                schema_overrides={"contact_type": pl.String},
            ),
            "affected_account": pl.DataFrame(
                {
                    "incident": [number for row in rows for number in [numbers[row]] * (1 + row % 3)],
                    "account": [f"A{row + place}" for row in rows for place in range(1 + row % 3)],
                }
            ),
            "customer_account": pl.DataFrame(
                {
                    "sys_id": [f"A{row}" for row in rows],
                    "name": list(texts),
                    "contract_value": [row / 3 if row % 4 else None for row in rows],
                }
            ),
        },
        name="odd",
    )
    child = {"u_value": "{account.contract_value}", "u_name": "{account.name}"}
    return simulate(data, Policy(threshold=3, mapping={"child": child, "individual": child}))


def frames(result: Result) -> dict[str, pl.DataFrame]:
    """The five tables of a result."""
    return {name: getattr(result, name) for name in TABLES}


def as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as the text formats spell them; an empty text is a missing value."""
    spelt = []
    for name, dtype in frame.schema.items():
        if isinstance(dtype, pl.Datetime):
            values = [
                None if value is None else value.strftime("%Y-%m-%d %H:%M:%S" + (".%f" if value.microsecond else ""))
                for value in frame[name]
            ]
            spelt.append(pl.Series(name, values, pl.String))
        else:
            spelt.append(frame[name])
    return pl.DataFrame(spelt)


def as_it_was(text: str | None) -> str | None:
    """What a reader does to a text of a csv or a workbook to have it as it was, as README says."""
    return None if text is None else re.sub(r"(^|\r\n|[\r\n\t;|])'", r"\1", text)


def standard(table: str) -> dict[str, pl.DataType]:
    """The fixed columns of a result table and their types."""
    return {name: TYPES[kind] for name, kind in OUTPUT[table].items()}
