"""3,000 spoilt files of every kind that is read: each gives a table or a sentence, and none ends the process."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fuzz.__main__ import Found, batch, faults
from tests.fuzz.inputs import inputs
from tests.fuzz.mutate import KINDS, made

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is one that Linux knows")

# Always the same ones here, so that a failure is there the next time; `make fuzz` tries others.
SEED, COUNT = "casesim", 3_000
FOUND = sorted((Path(__file__).parent / "found").iterdir())


def test_whatever_a_file_holds():
    halves = [(0, COUNT // 2), (COUNT // 2, COUNT)]
    with ThreadPoolExecutor(2) as pool:
        found = [each for part in pool.map(lambda half: batch(SEED, *half), halves) for each in part]
    again = f"python -m tests.fuzz --seed {SEED} --count 1 --from "
    assert [f"{again}{each.number} ({each.kind}): {each.fault}" for each in found] == []


def test_every_kind_is_tried():
    assert {made(SEED, number)[0] for number in range(COUNT)} == set(inputs()) == set(KINDS)


def test_what_is_made_up_is_always_the_same():
    assert [made("a", n) for n in (7, 3)] == [made("a", n) for n in (7, 3)]
    assert made("a", 7) != made("b", 7)


def test_what_went_wrong_once():
    """tests/fuzz/found has the inputs, reduced: WHAT-KIND."""
    assert FOUND
    found = [each for each in faults("-", *map(str, FOUND)) if isinstance(each, Found)]
    assert found == []
