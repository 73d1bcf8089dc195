"""The command `explain`."""

from pathlib import Path

from casesim.analysis.story import story
from casesim.cli.console import say
from casesim.cli.options import NONE, Options, as_json, chosen_policy, loaded, refuse_engine
from casesim.tables import DatasetError


def explain(dataset: str, incident: str | None = None, /, *, options: Options = NONE) -> int:
    """Show one incident from start to end: routes to each customer, rules, cases and mails, as a timeline.

    Parameters
    ----------
    dataset
        A folder or zip of tables. It may be left out: the incident is then one of the demo dataset.
    incident
        Its number, else its sys_id.
    """
    refuse_engine(options.engine)
    where, which = _told_apart(dataset, incident)
    data = loaded(where)
    told = story(data, chosen_policy(data, options), which)
    say(as_json(told.to_dict()) if options.json_ else repr(told))
    return 0


def _told_apart(first: str, second: str | None) -> tuple[str | None, str]:
    """The dataset, if one was given, and the incident: in whichever order they stand, only the dataset is on disk."""
    if second is None:
        if Path(first).exists():
            raise DatasetError(f"explain {first}: which incident? Its number comes after the dataset.")
        return None, first
    return (second, first) if Path(second).exists() and not Path(first).exists() else (first, second)
