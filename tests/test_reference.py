"""The reference against the examples, which were worked by hand. `tests/reference/test_laws.py` has what holds always.

Each example is a test of its own, named after its rule: `test_example[r2_5_first_override_wins]`.
"""

import re
from collections import Counter
from copy import deepcopy

import pytest

from tests.examples import EXAMPLES, Example
from tests.frames import frames, rows
from tests.reference import Row, Tables, simulate
from tests.reference.values import as_text, read_duration, read_flag, read_number, read_time

RULES = [
    "R1",
    "R1.1",
    "R1.2",
    "R1.3",
    "R1.4",
    "R1.5",
    "R1.6",
    "R2",
    "R2.1",
    "R2.2",
    "R2.3",
    "R2.4",
    "R2.5",
    "R2.6",
    "R3",
    "R3.1",
    "R3.2",
    "R3.3",
    "R3.4",
    "R3.5",
    "R3.6",
    "R4",
    "R4.1",
    "R5",
    "R5.1",
    "R5.2",
    "R5.3",
    "R6",
    "R6.1",
    "R6.2",
    "R6.3",
    "R6.4",
    "R6.5",
    "R6.6",
    "R7",
    "R7.1",
    "R7.2",
    "R7.3",
    "R7.4",
    "R8",
    "R8.1",
    "R8.2",
    "R12",
    "R12.1",
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example):
    assert example.faults(simulate(deepcopy(example.tables), example.policy)) == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_an_example_of_its_name(rule: str):
    start = rule.lower().replace(".", "_")
    named = re.compile(rf"(reading|{start})_")
    assert any(example.rule == rule and named.match(example.name) for example in EXAMPLES)


def test_names_of_examples_are_distinct():
    assert [name for name, count in Counter(example.name for example in EXAMPLES).items() if count > 1] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_reads_the_same_from_frames(example: Example):
    again = {table: rows(frame) for table, frame in frames(example.tables).items()}
    assert example.faults(simulate(again, example.policy)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (250000.0, "250000"),
        (2.5, "2.5"),
        (3, "3"),
        (True, "true"),
        ("", None),
        (" ", " "),
        (read_time("2026-03-05T10:15:00.5"), "2026-03-05 10:15:00.500000"),
    ],
)
def test_values_as_text(value: object, text: str | None):
    assert as_text(value) == text


def test_what_cannot_be_read_is_none():
    assert [read_time(text) for text in ("", "soon", "2026-02-30 10:00:00", "2026-03-05")] == [None] * 4
    assert [read_number(text) for text in ("", "1,000", "12 EUR", "nan", "1_0", "١")] == [None] * 6
    assert [read_number(text) for text in ("1e3", "-.5", "+2.")] == [1000, -0.5, 2]
    assert [read_flag(text, missing=True) for text in ("No", "0", "FALSE", "nein", "")] == [False] * 3 + [True] * 2
    assert read_duration("PT1H30M") == read_duration("90m")


def test_simulate_leaves_its_input_alone():
    tables: Tables = {"incident": [Row(sys_id="i1", opened_at="2026-03-05 10:00:00")], "affected_account": []}
    before = deepcopy(tables)
    simulate(tables, {})
    assert tables == before
