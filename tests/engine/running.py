"""One way to run the engine in tests: rows in, rows out, as the reference does it."""

import polars as pl

from casesim.dataset import load
from casesim.policy import Policy
from casesim.results import TABLES, Result, simulate
from tests.frames import frames, rows
from tests.reference import Tables


def engine_result(tables: Tables, policy: dict) -> Result:
    """The engine's result on tables given as rows."""
    return simulate(load(with_a_way(frames(tables))), Policy.from_dict(policy))


def engine_rows(tables: Tables, policy: dict) -> Tables:
    """The engine's tables as rows, in the order in which it gives them."""
    result = engine_result(tables, policy)
    return {name: rows(getattr(result, name)) for name in TABLES}


def with_a_way(found: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same tables; a dataset needs one way to customers, an empty list is one."""
    if "sn_install_base_item" in found or "affected_account" in found:
        return found
    return {**found, "affected_account": pl.DataFrame(schema={"incident": pl.String, "account": pl.String})}
