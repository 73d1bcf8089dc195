"""Whatever Python can hand a policy is taken for what it means, or refused in sentences; nothing else comes of it."""

import datetime
import decimal
import fractions
import math
from collections.abc import Callable

import numpy as np
import pytest

from casesim.policy import Policy
from casesim.policy.keywords import Settings
from casesim.policy.names import THRESHOLD
from casesim.tables import PolicyError


class NoIndex:
    """Something that says it is a whole number and then has none."""

    def __index__(self) -> int:
        raise OverflowError("no number")


class NoText:
    """Something that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


def inside_itself() -> dict[str, object]:
    table: dict[str, object] = {}
    table["when"] = table
    return table


ODD: dict[str, object] = {
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "complex": complex(1, 2),
    "bytes": b"5",
    "bytearray": bytearray(b"5"),
    "memoryview": memoryview(b"5"),
    "huge": 10**400,
    "hugest": 10**5000,
    "-huge": -(10**400),
    "huge text": "9" * 5000,
    "half": 5.5,
    "np.int64": np.int64(5),
    "np.int64 -1": np.int64(-1),
    "np.float64": np.float64(5),
    "np.float32 nan": np.float32("nan"),
    "np.bool": np.bool_(True),
    "np.str": np.str_("both"),
    "array": np.array([1, 2]),
    "array of one": np.array(5),
    "array of none": np.array([]),
    "np.datetime64": np.datetime64("NaT"),
    "Decimal": decimal.Decimal(5),
    "Decimal nan": decimal.Decimal("nan"),
    "Decimal sNaN": decimal.Decimal("sNaN"),
    "Fraction": fractions.Fraction(1, 2),
    "True": True,
    "empty text": "",
    "a surrogate": "\ud800",
    "a nul": "\0",
    "other digits": "٣",
    "a long text": "x" * 100_000,
    "a set": {"x"},
    "a range": range(3),
    "an iterator": iter([1]),
    "a function": len,
    "...": ...,
    "object": object(),
    "no index": NoIndex(),
    "no text": NoText(),
    "inside itself": inside_itself(),
    "key of no text": {1: 2},
    "key None": {None: 1},
    "nan inside": {"a": math.nan},
    "None inside": [None],
    "nan in a list": [math.nan],
    "lists in a list": [[1], {"when": [b"x"]}],
    "the last moment": datetime.datetime.max.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-5))),
    "a time of day": datetime.time(1),
    "a span": datetime.timedelta(1),
}

WAYS: dict[str, Callable[[str, object], Policy]] = {
    "Policy": lambda name, value: Policy(**{name: value}),  # type: ignore[misc]
    "with_": lambda name, value: Policy(threshold=3).with_(**{name: value}),  # type: ignore[misc]
    "set": lambda name, value: Policy(threshold=3).set(name, value),
    "from_dict": lambda name, value: Policy.from_dict({name: value}),
    "below": lambda name, value: Policy(**{name: dict.fromkeys(("enabled", "when", "message", THRESHOLD), value)}),  # type: ignore[misc]
    "in a list": lambda name, value: Policy(**{name: [{"when": value, "message": value, "table": value}]}),  # type: ignore[misc]
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_of_any_setting_is_a_policy_or_sentences(odd, way):
    for name in Settings.__annotations__:
        policy, said = None, ""
        try:
            policy = WAYS[way](name, ODD[odd])
        except PolicyError as fault:
            said = str(fault)
        if policy is None:
            assert said.strip(), name
            assert all(len(line) < 1_000 for line in said.splitlines()), name
        else:
            # What was taken is a policy like any other: it can be written, read and hashed.
            assert Policy.from_toml(policy.to_toml()).sha256 == policy.sha256, name


def test_a_number_that_is_none_is_refused_by_name_and_value():
    with pytest.raises(
        PolicyError, match=r"account_threshold\": NaN is not accepted; it must be a whole number of 1 or more"
    ):
        Policy(threshold=math.nan)


def test_numbers_of_numpy_are_numbers():
    policy = Policy(threshold=np.int64(7), also_major_when={"contract_value_at_least": np.int32(250)})
    assert policy == Policy(threshold=7, also_major_when={"contract_value_at_least": 250})


def test_a_setting_given_twice_is_refused_only_if_the_values_differ():
    assert Policy(threshold=3, properties={THRESHOLD: 3}).threshold == 3
    for other in (4, math.nan, np.array([1, 2]), decimal.Decimal("sNaN")):
        with pytest.raises(PolicyError, match="given twice"):
            Policy(threshold=3, properties={THRESHOLD: other})
