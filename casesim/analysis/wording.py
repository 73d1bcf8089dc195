"""Small words of the texts for people: counts, times, and data made harmless to show."""

import textwrap
from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from casesim.visible import harmful

WIDTH = 80
LONGEST = 200


def clean(value: object, width: int = LONGEST) -> str:
    """A value of the data as it may stand on a screen: on one line, nothing that a terminal acts on, not too long.

    Example:
        >>> clean("red \\x1b[31m alert\\r\\nnext", 20)
        'red ·[31m alert next'
        >>> clean("x" * 30, 10)
        'xxxxxxxxx…'
    """
    text = str(value)[: 4 * width + 100]
    words = " ".join(text.split()) if text.strip() else text
    shown = "".join("·" if harmful(sign) else sign for sign in words)
    return shown if len(shown) <= width else shown[: max(width - 1, 0)] + "…"


def by_count(values: pl.Series) -> list[tuple[str, int]]:
    """Each text with how often it is there, the most frequent first, and of several in order of text.

    Example:
        >>> by_count(pl.Series(["b", "a", "c", "c"]))
        [('c', 2), ('a', 1), ('b', 1)]
    """
    counted = values.drop_nulls().value_counts().iter_rows()
    return sorted(counted, key=lambda each: (-each[1], each[0]))


def many(count: int, word: str, plural: str | None = None) -> str:
    """A count with its noun.

    Example:
        >>> many(1, "case"), many(1200, "case"), many(2, "entry", "entries")
        ('1 case', '1,200 cases', '2 entries')
    """
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def customers(a: int | None, b: int | None, affected: int) -> str:
    """How many customers of an incident count, now and as proposed, and of how many affected where these are more.

    None: the incident is of no source (R12), so nobody was counted.

    Example:
        >>> customers(5, 5, 5), customers(5, 7, 9), customers(None, 0, 3)
        ('5', '5 → 7 of 9', '0 of 3')
    """
    counted = [count for count in dict.fromkeys((a, b)) if count is not None]
    of = f" of {affected:,}" if affected > max(counted, default=0) else ""
    return f"{' → '.join(f'{count:,}' for count in counted) or '0'}{of}"


def moment(at: datetime) -> str:
    """A time, to the second.

    Example:
        >>> moment(datetime(2026, 3, 5, 10, 15))
        '5 Mar 2026 10:15:00'
    """
    return f"{at.day} {at:%b %Y %H:%M:%S}"


def day(at: date) -> str:
    """A day, as in `5 Mar 2026`."""
    return f"{at.day} {at:%b %Y}"


def folded(text: str, indent: str = "", more: str | None = None, width: int = WIDTH) -> str:
    """A paragraph in lines; `more` begins all lines but the first, the same blanks as `indent` unless told."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=more if more is not None else indent,
        break_long_words=True,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def listed(parts: Iterable[str], most: int = 5, between: str = ", ") -> str:
    """A few things, and how many more there are."""
    every = list(parts)
    left = f" and {len(every) - most:,} more" if len(every) > most else ""
    return between.join(every[:most]) + left
