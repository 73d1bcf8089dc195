"""The command `preview`."""

from dataclasses import replace
from pathlib import Path

from casesim.cli.console import named, say
from casesim.cli.options import NONE, Options, Shared, as_json, chosen_policy, loaded, refuse_engine
from casesim.cli.tables import refuse_ending, write_table
from casesim.tables import PolicyError


def preview(
    dataset: str | None = None,
    /,
    *,
    out: Path | None = None,
    report: Path | None = None,
    change_file: Path | None = None,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """What changes would come of: the current policy compared with itself as --set changes it.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    out
        A .csv or .parquet file to write the incidents that change to.
    report
        An .html file: the impact report, for whoever approves the change. Its evidence is written beside it as csv.
    change_file
        An .xml file with the proposed properties for the platform to import; the way back is written beside it.
    """
    from casesim.analysis.compare import compare  # noqa: PLC0415

    refuse_engine(options.engine)
    for file, flag, endings in (
        (out, "--out", (".csv", ".parquet")),
        (report, "--report", (".html",)),
        (change_file, "--change-file", (".xml",)),
    ):
        if file is not None:
            refuse_ending(file, flag, *endings)
    if not options.settings:
        raise PolicyError("preview: what would change? Name it, as in --set threshold=12.")
    data = loaded(dataset)
    now = chosen_policy(data, replace(options, settings=()))
    found = compare(data, now, chosen_policy(data, options))
    wrote = []
    if report is not None or change_file is not None:
        from casesim.export.report import write_package  # noqa: PLC0415 - and with it what draws the page

        wrote = write_package(found, report=report, change_file=change_file, shared=shared)
    if out is not None:
        write_table(found.incidents, out, shared=shared)
        wrote.append(out)
    say(as_json(found.to_dict()) if options.json_ else repr(found))
    if wrote and not options.json_:
        say("\nWrote " + ", ".join(named(file) for file in wrote) + ".")
    return 0
