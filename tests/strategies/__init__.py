"""Datasets and policies to try the rules on: small, so that everything collides, and full of odd values.

`datasets()` draws tables as rows, `policies()` a policy that is valid for any dataset, `scenarios()` a dataset and a
policy that may also use the columns which only this dataset has.
"""

from hypothesis import strategies as st

from tests.reference import Policy, Tables
from tests.strategies.datasets import datasets, known_fields
from tests.strategies.policies import policies


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[Tables, Policy]:
    """A dataset, and a policy that may use what only this dataset has."""
    tables = draw(datasets())
    return tables, draw(policies(known_fields(tables)))


__all__ = ["datasets", "known_fields", "policies", "scenarios"]
