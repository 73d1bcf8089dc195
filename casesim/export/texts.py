"""Result tables as csv, ndjson and xlsx, for people and for systems that read text.

A spreadsheet runs a cell that begins like a formula, and it makes its own cells: of a csv file that it takes to be
separated by its own list separator, it begins a cell in the middle of a text. So in csv and xlsx an apostrophe stands
wherever a cell could begin that runs (`neutral`), and taking one away wherever a cell could begin gives every text
back.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import polars.selectors as cs
import xlsxwriter

from casesim.engine.layout import OutputTable
from casesim.tables import OutputError

BATCH = 100_000
SHEET_ROWS = 1_048_576
SHEET_TEXT = 32_767
INSTEAD = "Use --format parquet or csv."
# A workbook says when it was made. Here that is a fixed day, as equal runs write equal bytes.
CREATED = datetime(2000, 1, 1)
# Where a cell can begin in a text, whatever separates cells. The file's own comma is none: there the quotes hold.
BEGINS = r"^|\r\n|[\r\n\t;|]"
# As a spreadsheet reads it: ASCII, full width and small.
FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫"
# What may stand before it unseen, and quotes, which go where a cell begins in the middle of a text.
UNSEEN = r'(?:[^\p{L}\p{N}\p{P}\p{S}\r\n\t]|\p{Default_Ignorable_Code_Point}|[\x{2800}"])*'
RUNS = rf"({BEGINS})({UNSEEN}[{FORMULA}]|')"
# Some spreadsheets drop these and begin the cell with what follows.
OPENS = r"\A[\t\r\n]"


def neutral(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with an apostrophe wherever in a text a spreadsheet would run what follows, or one stands there.

    That is at its beginning and behind a line break, tab, `;` or `|`; before `=`, `+`, `-`, `@`, full width and small
    ones too, whatever unseen characters stand between; before an apostrophe; and at the beginning of a text that begins
    with a tab or line break. To have a text back take one apostrophe away from each of these places where one stands,
    as in `re.sub(r"(^|\\r\\n|[\\r\\n\\t;|])'", r"\\1", text)`.

    Example:
        >>> neutral(pl.DataFrame({"a": ["=1+1", "'", "plain", "a;=1", "- b", "a - b; c"]}))["a"].to_list()
        ["'=1+1", "''", 'plain', "a;'=1", "'- b", 'a - b; c']
    """
    for pattern, instead in ((RUNS, "${1}'${2}"), (OPENS, "'${0}")):
        # Few columns have such a text: looking is cheaper than writing all of them anew.
        some = [name for name in frame.select(cs.string()).columns if frame[name].str.contains(pattern).any()]
        frame = frame.with_columns(pl.col(some).str.replace_all(pattern, instead))
    return frame


def spelt(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as text in UTC, `2026-03-05 10:15:00`, with a fraction only where there is one."""
    time = cs.datetime()
    whole = time.dt.strftime("%Y-%m-%d %H:%M:%S")
    fine = time.dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
    return frame.with_columns(pl.when(time.dt.microsecond() == 0).then(whole).otherwise(fine))


def csv(frame: pl.DataFrame, *, header: bool = True) -> bytes:
    """Rows as csv: UTF-8, comma, every text quoted and neutral, times in UTC; a missing value is an empty cell.

    Args:
        frame: columns of ours, whose names need no quotes.
        header: whether the line of names comes first.
    """
    texts = (
        pl.concat_str(pl.lit('"'), pl.col(name).str.replace_all('"', '""', literal=True), pl.lit('"')).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )
    content = BytesIO()
    spelt(neutral(frame).with_columns(texts)).write_csv(content, include_header=header, quote_style="never")
    return content.getvalue()


def write_csv(table: OutputTable, path: Path) -> int:
    """Write one table as csv (`csv`, with a header); returns its number of rows."""
    with path.open("wb") as file:
        for number, batch in enumerate(table.batches(BATCH)):
            file.write(csv(batch, header=number == 0))
    return table.codes.height


def write_ndjson(table: OutputTable, path: Path) -> int:
    """Write one table as ndjson, an object per row, texts verbatim; returns its number of rows."""
    with path.open("wb") as file:
        for batch in table.batches(BATCH):
            if batch.height:
                spelt(batch).write_ndjson(file)
    return table.codes.height


def write_xlsx(table: OutputTable, path: Path) -> int:
    """Write one table as a workbook of one sheet; returns its number of rows.

    Raises:
        OutputError: more rows, or a longer text, than a sheet holds.
    """
    rows = table.codes.height
    if rows >= SHEET_ROWS:
        raise OutputError(f"{path.name}: {rows:,} rows do not fit a sheet ({SHEET_ROWS - 1:,}); {INSTEAD}")
    frame = neutral(spelt(table.frame()))
    longest = frame.select(cs.string().str.len_chars().max()).transpose().to_series().max() if rows else 0
    if isinstance(longest, int) and longest > SHEET_TEXT:
        raise OutputError(
            f"{path.name}: a text of {longest:,} characters does not fit a cell ({SHEET_TEXT:,}); {INSTEAD}"
        )
    content = BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": CREATED})
        frame.write_excel(book, worksheet=path.stem, table_style=None)
    path.write_bytes(content.getvalue())
    return rows
