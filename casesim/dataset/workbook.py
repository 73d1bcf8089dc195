"""xlsx: the sheet named like the table, else the first; types as the cells have them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl

from casesim.tables import DatasetError, shown

_LOG: Final = logging.getLogger("fastexcel.types.dtype")


def read_xlsx(data: bytes, table: str) -> pl.DataFrame:
    """One sheet of a workbook. A column of several types is text.

    Raises:
        DatasetError: no workbook, no header row, two equal headers.
    """
    import fastexcel  # noqa: PLC0415 only workbooks need it

    with _quiet():
        try:
            book = fastexcel.read_excel(data)
            names = book.sheet_names
            sheet = names.index(table) if table in names else 0
            first = pl.DataFrame(book.load_sheet(sheet, header_row=None, n_rows=1, dtypes="string"))
            cells = pl.DataFrame(book.load_sheet(sheet, header_row=0, schema_sample_rows=None))
        except fastexcel.FastExcelError as error:
            raise DatasetError(f"is no xlsx workbook that can be read: {str(error).splitlines()[0]}.") from None
    header: list[str | None] = list(first.row(0)) if first.height else []
    named = [name for name in header if name is not None and name.strip()]
    if not named:
        raise DatasetError(f"sheet {shown(names[sheet])} has no column names in its first row.")
    repeated = sorted({name for name in named if named.count(name) > 1})
    if repeated:
        raise DatasetError(f"has several columns named {', '.join(map(shown, repeated))}.")
    numbered = cells.rename(dict(zip(cells.columns, map(str, range(cells.width)), strict=True)))
    return numbered.select(
        pl.col(f"{i}").alias(name) for i, name in enumerate(header) if name is not None and name.strip()
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """An empty column is none of the user's concerns; fastexcel would warn on stderr."""

    def only_errors(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR

    _LOG.addFilter(only_errors)
    try:
        yield
    finally:
        _LOG.removeFilter(only_errors)
