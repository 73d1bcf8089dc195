"""The flags that commands share, and what they come to."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from casesim.dataset import Dataset, load
from casesim.dataset.demo import demo
from casesim.policy import Policy
from casesim.tables import PolicyError

Engine = Literal["polars", "duckdb", "spark"]
Switch = Parameter(negative="")
# Whatever a command writes is its owner's alone unless this is given; it has a line of its own in each command's help.
Shared = Annotated[bool, Parameter(negative="", help="Let others read what is written, as far as the umask lets them.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The flags of every command that runs the rules."""

    policy: Path | None = None
    """A policy (TOML) or a sys_properties export (csv, json, xml). Without it, the dataset's own properties."""
    settings: Annotated[tuple[str, ...], Parameter(name="--set", negative="", show_default=False)] = ()
    """NAME=VALUE, any number of times: a property, a choice, or a dotted policy key."""
    engine: Engine = "polars"
    """What works it out."""
    json_: Annotated[bool, Parameter(name="--json"), Switch] = False
    """Print one JSON object and nothing else."""
    debug: Annotated[bool, Switch] = False
    """Show the traceback of an error."""


NONE = Options()


def chosen_policy(data: Dataset, options: Options, threshold: str | None = None) -> Policy:
    """The policy that the flags ask for: a file or the dataset's own, then each `--set`, then `--threshold`.

    Raises:
        PolicyError: the file or one of the settings cannot be used.
    """
    policy = data.policy if options.policy is None else Policy.read(options.policy)
    pairs = [("--set", pair) for pair in options.settings]
    if threshold is not None:
        pairs.append(("--threshold", f"threshold={threshold}"))
    for flag, pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise PolicyError(f"{flag} {pair}: expected NAME=VALUE, as in --set threshold=12.")
        try:
            policy = policy.set(name.strip(), value, by=flag)
        except PolicyError as fault:
            # The file that the other settings come from has no part in this.
            given = pair if flag == "--set" else value
            lines = (line.removeprefix(policy.where).lstrip(",: ") for line in str(fault).splitlines())
            raise PolicyError("\n".join(f"{flag} {given}: {line}" for line in lines)) from fault
    return policy


def loaded(dataset: str | None) -> Dataset:
    """The dataset that a command was given, else the demo dataset."""
    return load(dataset if dataset is not None else demo())


def refuse_engine(engine: Engine) -> None:
    """Refuse an engine that the command line names but that does not work yet."""
    if engine != "polars":
        raise PolicyError(f"--engine {engine}: does not work yet. Accepted: polars.")


def as_json(value: Any) -> str:
    """One JSON object on one line. It is ASCII, so nothing in the data can act on a terminal; NaN is null."""
    return json.dumps(msgspec.json.decode(msgspec.json.encode(value)))
