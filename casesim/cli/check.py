"""The command `check`."""

import json

from casesim.cli.console import say
from casesim.cli.options import NONE, Options, loaded, refuse_engine


def check(dataset: str | None = None, /, *, options: Options = NONE) -> int:
    """Say what was read, rejected, orphaned or missing, and what each of these does to the result.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    """
    refuse_engine(options.engine)
    data = loaded(dataset)
    say(json.dumps({"dataset": data.name, "rejects": data.rejects.height}) if options.json_ else repr(data))
    return 0
