"""The command `check`."""

from casesim.analysis.check import data_check
from casesim.cli.console import say, steps
from casesim.cli.options import NONE, Options, as_json, chosen_policy, loaded, refuse_engine


def check(dataset: str | None = None, /, *, options: Options = NONE) -> int:
    """Say what was read, rejected, orphaned or missing, and what each of these does to the result.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    """
    refuse_engine(options.engine)
    with steps(2) as step:
        step("Reading the dataset")
        data = loaded(dataset)
        # Without flags the dataset's own settings are checked, and what is wrong with them is a finding.
        policy = chosen_policy(data, options) if options.policy or options.settings else None
        step("Checking")
        found = data_check(data, policy)
    say(as_json(found.to_dict()) if options.json_ else repr(found))
    return 0
