"""Words of the timeline: who, which cases, and how many more there are."""

from collections.abc import Iterable, Sequence

from casesim.analysis.story.values import Case
from casesim.analysis.wording import clean, listed, many

# Of what one line lists, and of what happens at many times, so many; the rest is counted.
MOST = 8
LONGEST_NAME = 40


def named(texts: Iterable[str | None]) -> str:
    """Names, each once, those that stand there several times with their number.

    Example:
        >>> named(["a", "b", "a"]), named(str(n) for n in range(620))
        ('a (2), b', '0, 1, 2, 3, 4, 5, 6, 7 and 612 more')
    """
    counts: dict[str, int] = {}
    for text in texts:
        if text is not None:
            counts[text] = counts.get(text, 0) + 1
    return listed(
        (f"{clean(text, LONGEST_NAME)}{f' ({count:,})' if count > 1 else ''}" for text, count in counts.items()), MOST
    )


def listed_cases(cases: Sequence[Case], kind: str = "") -> str:
    """Cases that stand side by side, by the first and the last of them."""
    word = f"{kind} case".strip()
    first = clean(cases[0].number, 2 * LONGEST_NAME)
    if len(cases) == 1:
        return f"{word} {first}"
    last = cases[-1].number.rpartition("-")[2]
    return f"{many(len(cases), word)}, {first} to -{clean(last, LONGEST_NAME)},"
