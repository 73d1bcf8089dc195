"""Keys and random numbers that depend on nothing but the seed, the table and the row's position.

A reference is the same function of the same position as the key it points to, so no table of keys is ever held.
"""

from zlib import crc32

import numpy as np
import pyarrow as pa

from casesim.synth.profiles import Flags, Ints, Texts

_HEX = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), dtype=np.uint16)


def generator(seed: int, stream: str, part: int = 0) -> np.random.Generator:
    """Random numbers for one stream (a table or a step) and one part of it: the same wherever and whenever drawn."""
    return np.random.default_rng(np.random.SeedSequence([seed, crc32(stream.encode()), part]))


def sys_ids(seed: int, table: str, index: Ints, where: Flags | None = None) -> Texts:
    """32 hexadecimal digits for each position: distinct within a table, alike for table and references to it.

    Args:
        seed: of the dataset.
        table: the table the key belongs to.
        index: positions, 0 and up.
        where: rows that have a reference; the others are null. None: all have.

    Returns:
        A string array as long as `index`.
    """
    base = np.uint64(crc32(table.encode()) << 32 | crc32(str(seed).encode()))
    words = np.empty((len(index), 2), dtype=">u8")
    # Both steps are bijections on 64 bits: the first half alone is distinct.
    first = _mixed(index.astype(np.uint64) + base)
    words[:, 0] = first
    words[:, 1] = _mixed(first ^ base)
    digits = _HEX[words.view(np.uint8)]
    valid = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little").tobytes())
    offsets = np.arange(0, 32 * len(index) + 1, 32, dtype=np.int32)
    return pa.StringArray.from_buffers(len(index), pa.py_buffer(offsets), pa.py_buffer(digits), valid)


def _mixed(words: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    # splitmix64's finaliser.
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
