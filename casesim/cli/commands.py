"""The commands."""

import functools
import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from casesim.cli.console import say, steps
from casesim.dataset import Dataset, load
from casesim.export import refuse_existing
from casesim.policy import Policy
from casesim.results import simulate
from casesim.tables import PolicyError

Settings = Annotated[tuple[str, ...], Parameter(name="--set", negative="")]
Engine = Literal["polars", "duckdb", "spark"]
Format = Literal["parquet", "csv", "ndjson", "xlsx"]


def run(
    dataset: str | None = None,
    /,
    *,
    out: Path = Path("out"),
    policy: Path | None = None,
    settings: Settings = (),
    threshold: str | None = None,
    format: Format = "parquet",
    overwrite: bool = False,
    strict: bool = False,
    engine: Engine = "polars",
    json_: Annotated[bool, Parameter(name="--json")] = False,
    debug: bool = False,
) -> int:
    """Run the whole simulation: decisions, cases, notifications, journal and rejects, written to a folder.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    out
        The folder to write.
    policy
        A policy (TOML) or a sys_properties export (csv, json, xml). Without it, the dataset's own properties.
    settings
        NAME=VALUE, any number of times: a property, a choice, or a dotted policy key.
    threshold
        Short for --set threshold=N.
    format
        Of the tables written.
    overwrite
        Replace a result that is there already.
    strict
        Exit with 3 if any row was rejected.
    engine
        What works it out.
    json_
        Print the summary as one JSON object and nothing else.
    debug
        Show the traceback of an error.
    """
    from casesim.analysis.summary_text import summary_text  # noqa: PLC0415

    _refuse_engine(engine)
    refuse_existing(out, overwrite=overwrite)
    with steps(7) as step:
        step("Reading the dataset")
        data = _load(dataset)
        chosen = chosen_policy(data, policy, settings, threshold)
        step("Finding who is affected")
        result = simulate(data, chosen)
        step("Deciding")
        summary = result.summary
        result.write(out, format=format, overwrite=overwrite, progress=lambda name: step(f"Writing {name}"))
    if json_:
        say(json.dumps({**result.to_dict(), "out": str(out)}, ensure_ascii=False))
    else:
        say(summary_text(result.run, summary, out))
    return 3 if strict and data.rejects.height else 0


def chosen_policy(data: Dataset, path: Path | None, settings: tuple[str, ...], threshold: str | None = None) -> Policy:
    """The policy that the flags ask for: a file or the dataset's own, then each `--set`, then `--threshold`.

    Raises:
        PolicyError: the file or one of the settings cannot be used.
    """
    policy = data.policy if path is None else Policy.read(path)
    pairs = [*settings, *([f"threshold={threshold}"] if threshold is not None else [])]
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise PolicyError(f"--set {pair}: expected NAME=VALUE, as in --set threshold=12.")
        policy = policy.set(name.strip(), value)
    return policy


def _load(dataset: str | None) -> Dataset:
    return load(dataset if dataset is not None else demo_dataset())


@functools.cache
def demo_dataset() -> Path:
    """The dataset that the package ships: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "demo" / "telecom"
    return shipped if shipped.exists() else package.parent / "datasets" / "telecom"


def _refuse_engine(engine: Engine) -> None:
    if engine != "polars":
        raise PolicyError(f"--engine {engine}: does not work yet. Accepted: polars.")
