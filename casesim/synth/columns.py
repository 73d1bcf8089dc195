"""Text columns made of short lists and numbers, a whole column at a time."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.profiles import Flags, Floats, Ints, Texts


def chosen(words: Sequence[str | None], index: Ints, where: Flags | None = None) -> Texts:
    """`words[i]` for each i; null where `where` is false."""
    mask = None if where is None else ~where
    return pa.array(words, pa.string()).take(pa.array(index, mask=mask))


def picked(texts: Texts, index: Ints, where: Flags | None = None) -> Texts:
    """Like `chosen`, from a column."""
    return texts.take(pa.array(index, mask=None if where is None else ~where))


def numbered(prefix: str, index: Ints, width: int) -> Texts:
    """`prefix` and the number, filled up with zeros to `width` digits."""
    digits = pc.utf8_lpad(pc.cast(pa.array(index), pa.string()), width, "0")
    return joined(prefix, digits) if prefix else digits


def joined(*parts: str | Texts) -> Texts:
    """The parts one after the other, row by row; null where any part is."""
    return pc.binary_join_element_wise(*(pa.scalar(p) if isinstance(p, str) else p for p in parts), "")


def filled(templates: Sequence[str], index: Ints, ci: Texts, town: Texts) -> Texts:
    """`templates[i]` for each i, with {ci} and {town}, in this order and once each, filled in."""
    pieces = [(*head.split("{ci}"), rest) for head, _, rest in (text.partition("{town}") for text in templates)]
    before, between, after = (chosen(piece, index) for piece in zip(*pieces, strict=True))
    return joined(before, ci, between, town, after)


def told(texts: Sequence[str], index: Ints, town: Texts) -> Texts:
    """`texts[i]` for each i, with {town} filled in where the text has it."""
    pieces = [text.partition("{town}") for text in texts]
    named = pa.array([bool(middle) for _, middle, _ in pieces]).take(pa.array(index))
    before, after = (chosen([piece[n] for piece in pieces], index) for n in (0, 2))
    return joined(before, pc.if_else(named, town, ""), after)


def one_of(groups: Sequence[Sequence[str]], group: Ints, chance: Floats) -> tuple[list[str], Ints]:
    """All texts of the groups in one list, and for each row which one of its group the chance (0 to 1) picks."""
    counts = np.array([len(texts) for texts in groups])
    first = np.cumsum(counts) - counts
    return [text for texts in groups for text in texts], first[group] + (chance * counts[group]).astype(np.int64)


def within(counts: Ints) -> Ints:
    """0, 1, 2 … for each run of that many rows."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def times(microseconds: Ints, where: Flags | None = None) -> Texts:
    """UTC times from microseconds since 1970; null where `where` is false."""
    kind = pa.timestamp("us", tz="UTC")
    return pa.array(microseconds.astype("datetime64[us]"), mask=None if where is None else ~where).cast(kind)


def drawn(shares: Sequence[float], random: np.random.Generator, rows: int) -> Ints:
    """Positions 0 and up, each as often as its share (of the sum of shares) says."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges[:-1] / edges[-1], random.random(rows), side="right")
