"""The command `preview`."""

from dataclasses import replace

from casesim.cli.console import say
from casesim.cli.options import NONE, Options, as_json, chosen_policy, loaded, refuse_engine
from casesim.tables import PolicyError


def preview(dataset: str | None = None, /, *, options: Options = NONE) -> int:
    """What changes would come of: the current policy compared with itself as --set changes it.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    """
    from casesim.analysis.compare import compare  # noqa: PLC0415

    refuse_engine(options.engine)
    if not options.settings:
        raise PolicyError("preview: what would change? Name it, as in --set threshold=12.")
    data = loaded(dataset)
    now = chosen_policy(data, replace(options, settings=()))
    found = compare(data, now, chosen_policy(data, options))
    say(as_json(found.to_dict()) if options.json_ else repr(found))
    return 0
