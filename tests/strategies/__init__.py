"""Datasets and policies to try the rules on: small, so that everything collides, and full of odd values.

`datasets()` draws tables as rows, `policies()` a policy that is valid for any dataset, `scenarios()` a dataset and a
policy that may also use the columns which only this dataset has. `scenarios(whole=True)` draws the tables and settings
of all rules, the others those of the core rules alone.
"""

from hypothesis import strategies as st

from tests.reference import Policy, Tables
from tests.strategies.datasets import datasets, known_fields
from tests.strategies.policies import policies, whole_policies
from tests.strategies.settings import sources
from tests.strategies.whole import STARTS, WHOLE, moved


@st.composite
def scenarios(draw: st.DrawFn, *, whole: bool = False) -> tuple[Tables, Policy]:
    """A dataset, and a policy that may use what only this dataset has."""
    if not whole:
        tables = draw(datasets())
        return tables, draw(policies(known_fields(tables)))
    start = draw(st.sampled_from(STARTS))
    tables = {table: moved(rows, start) for table, rows in draw(datasets(WHOLE)).items()}
    policy = draw(whole_policies(known_fields(tables))) | draw(sources(frozenset(tables)))
    return tables, policy


__all__ = ["datasets", "known_fields", "policies", "scenarios"]
