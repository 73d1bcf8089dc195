"""The command `run`."""

from pathlib import Path
from typing import Annotated, Literal

from casesim.cli.console import say, steps
from casesim.cli.options import NONE, Options, Shared, Switch, as_json, chosen_policy, loaded, refuse_engine
from casesim.export import refuse_existing
from casesim.results import simulate

Format = Literal["parquet", "csv", "ndjson", "xlsx"]


def run(
    dataset: str | None = None,
    /,
    *,
    out: Path = Path("out"),
    threshold: str | None = None,
    format: Format = "parquet",
    overwrite: Annotated[bool, Switch] = False,
    strict: Annotated[bool, Switch] = False,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """Run the whole simulation: decisions, cases, notifications, journal and rejects, written to a folder.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    out
        The folder to write.
    threshold
        Short for --set threshold=N.
    format
        Of the tables written.
    overwrite
        Replace a result that is there already.
    strict
        Exit with 3 if any row was rejected.
    """
    from casesim.analysis.summary_text import summary_text  # noqa: PLC0415

    refuse_engine(options.engine)
    refuse_existing(out, overwrite=overwrite)
    with steps(7) as step:
        step("Reading the dataset")
        data = loaded(dataset)
        chosen = chosen_policy(data, options, threshold)
        step("Finding who is affected")
        result = simulate(data, chosen)
        step("Deciding")
        summary = result.summary
        result.write(
            out, format=format, overwrite=overwrite, shared=shared, progress=lambda name: step(f"Writing {name}")
        )
    if options.json_:
        say(as_json({**result.to_dict(), "out": str(out)}))
    else:
        say(summary_text(result.run, summary, out))
    return 3 if strict and result.rejects.height else 0
