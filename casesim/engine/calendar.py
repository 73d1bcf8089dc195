"""R3.6, R5.3, R6, R7.2: settings move times, and the calendar that these are written in ends with the year 9999."""

from datetime import UTC, datetime

import polars as pl

from casesim.tables import PolicyError

# Epoch microseconds.
LAST = (datetime.max.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // datetime.resolution


def refuse_beyond(moved: pl.Series, setting: str) -> None:
    """Refuse times that a setting has moved out of the calendar.

    Args:
        moved: epoch microseconds, Int64; null where there is none.
        setting: what moves them, as errors call it.

    Raises:
        PolicyError: some are after the last moment of the year 9999.
    """
    beyond = int((moved > LAST).sum())
    if beyond:
        times = f"{beyond:,} time" + ("s" if beyond > 1 else "")
        raise PolicyError(
            f"{setting}: moves {times} of this dataset past 9999-12-31, the last day that can be written. "
            "Accepted: a shorter one, or data with earlier times."
        )
