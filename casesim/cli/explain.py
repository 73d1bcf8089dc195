"""The command `explain`."""

import json
from pathlib import Path

import polars as pl

from casesim.cli.console import say
from casesim.cli.options import NONE, Options, chosen_policy, loaded, refuse_engine
from casesim.results import simulate
from casesim.tables import DatasetError


def explain(first: str, second: str | None = None, /, *, options: Options = NONE) -> int:
    """Show one incident from start to end."""
    refuse_engine(options.engine)
    dataset, incident = (None, first) if second is None else (first, second)
    if second is not None and Path(second).exists():
        dataset, incident = second, first
    data = loaded(dataset)
    result = simulate(data, chosen_policy(data, options))
    found = result.decisions.filter(pl.col("incident_number") == incident)
    if not found.height:
        raise DatasetError(f"{data.name}: no incident {incident}.")
    row = found.row(0, named=True)
    say(json.dumps(row, default=str) if options.json_ else "\n".join(f"{k:<20}{v}" for k, v in row.items()))
    return 0
