"""The command `recommend`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from casesim.cli.console import named, say
from casesim.cli.options import NONE, Options, Shared, as_json, chosen_policy, loaded, refuse_engine
from casesim.cli.tables import refuse_ending, write_table
from casesim.tables import PolicyError

Limits = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]


def recommend(
    dataset: str | None = None,
    /,
    *,
    max: Limits = (),
    min: Limits = (),
    out: Path | None = None,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """A threshold under limits, with its evidence: which are allowed, why not the next one, how sure that is.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    max
        METRIC=VALUE, any number of times: at most so much. A metric is a column of `sweep` for the whole period, with
        _per_week for its busiest week, with _per_week_mean for the average week; mails_per_contact_hour;
        major_value_percent.
    min
        METRIC=VALUE, any number of times: at least so much.
    out
        A .csv or .parquet file to write the table to, a row for each threshold at which anything changes.
    """
    from casesim.analysis.sweep import sweep as every_threshold  # noqa: PLC0415

    refuse_engine(options.engine)
    if out is not None:
        refuse_ending(out, "--out", ".csv", ".parquet")
    if not max and not min:
        raise PolicyError("recommend: needs a limit, as in --max manual_closures_per_week=40.")
    limits = {**_limits("max", max), **_limits("min", min)}
    data = loaded(dataset)
    found = every_threshold(data, chosen_policy(data, options)).recommend(**limits)
    if out is not None:
        write_table(found.table, out, shared=shared)
    if options.json_:
        say(as_json(found.to_dict()))
        return 0
    say(repr(found))
    if out is not None:
        say(f"\nWrote {named(out)}.")
    return 0


def _limits(side: str, pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise PolicyError(f"--{side} {pair}: expected METRIC=VALUE, as in --max manual_closures_per_week=40.")
        found[f"{side}_{name.strip()}"] = value
    return found
