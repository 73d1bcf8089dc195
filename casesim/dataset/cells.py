"""How many cells a table may have, so that a small file does not become one that no memory holds."""

from typing import Final

from casesim.tables import DatasetError

CELLS: Final = 100_000_000


def refuse_mostly_empty(rows: int, columns: int, size: int) -> None:
    """Refuse a table with more cells than its text can have filled, and more than there is room for.

    Every cell that is written takes a byte at least: a file may be as large as it is. What is not written takes none.

    Args:
        rows, columns: of the table; size: bytes of its text.

    Raises:
        DatasetError: how many cells it would have, and how many are accepted.
    """
    most = max(CELLS, size)
    if rows * columns > most:
        raise DatasetError(
            f"would have {rows:,} rows of {columns:,} columns, nearly all of them empty, and up to {most:,} cells are "
            "accepted. Leave out the columns that are not needed."
        )
