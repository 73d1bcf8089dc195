"""Text columns made of short lists and numbers, a whole column at a time."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.profiles import Flags, Ints, Texts


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


def times(microseconds: Ints, where: Flags | None = None) -> Texts:
    """UTC times from microseconds since 1970; null where `where` is false."""
    kind = pa.timestamp("us", tz="UTC")
    return pa.array(microseconds.astype("datetime64[us]"), mask=None if where is None else ~where).cast(kind)


def drawn(shares: Sequence[float], random: np.random.Generator, rows: int) -> Ints:
    """Positions 0 and up, each as often as its share (of the sum of shares) says."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges[:-1] / edges[-1], random.random(rows), side="right")
