"""The command `compare`."""

from pathlib import Path

from casesim.cli.console import named, say
from casesim.cli.options import NONE, Options, Shared, as_json, chosen_policy, loaded, refuse_engine
from casesim.cli.tables import refuse_ending, write_table
from casesim.policy import Policy
from casesim.tables import PolicyError


def compare(
    dataset: str | None = None,
    /,
    *,
    a: Path | None = None,
    b: Path | None = None,
    out: Path | None = None,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """Two policies side by side: totals, and every incident that changes, with why.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    a
        The policy as it is now. Without it, the one of --policy and --set, else the dataset's own.
    b
        The policy as proposed. Without it, the one of --policy and --set.
    out
        A .csv or .parquet file to write the incidents that change to.
    """
    from casesim.analysis.compare import compare as side_by_side  # noqa: PLC0415

    refuse_engine(options.engine)
    if out is not None:
        refuse_ending(out, "--out", ".csv", ".parquet")
    if a is None and b is None:
        raise PolicyError("compare: give the two policies, --a FILE and --b FILE, or one of them.")
    if a is not None and b is not None and (options.policy is not None or options.settings):
        raise PolicyError("compare: --policy and --set stand for --a or --b where it is left out; both are given.")
    data = loaded(dataset)
    now = chosen_policy(data, options) if a is None else Policy.read(a)
    proposed = chosen_policy(data, options) if b is None else Policy.read(b)
    found = side_by_side(data, now, proposed)
    if out is not None:
        write_table(found.incidents, out, shared=shared)
    if options.json_:
        say(as_json(found.to_dict()))
        return 0
    say(repr(found))
    if out is not None:
        say(f"\nWrote {named(out)}.")
    return 0
