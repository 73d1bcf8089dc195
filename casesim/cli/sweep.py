"""The command `sweep`."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from casesim.cli.console import named, say
from casesim.cli.options import NONE, Options, Shared, as_json, chosen_policy, loaded, refuse_engine
from casesim.cli.tables import flagged, refuse_ending, write_table
from casesim.disk import write_file
from casesim.tables import CasesimError


def sweep(
    dataset: str | None = None,
    /,
    *,
    out: Path | None = None,
    plot: Path | None = None,
    shared: Shared = False,
    options: Options = NONE,
) -> int:
    """Every threshold at once: major cases to manage, cases to close by hand, cases that resolve by themselves, mails.

    Parameters
    ----------
    dataset
        A folder or zip of tables. Without it, the demo dataset.
    out
        A .csv or .parquet file to write the table to, a row per threshold.
    plot
        An .html file to draw the curve into. It needs plotly.
    """
    from casesim.analysis.sweep import sweep as every_threshold  # noqa: PLC0415
    from casesim.analysis.verdict import standing  # noqa: PLC0415

    refuse_engine(options.engine)
    if out is not None:
        refuse_ending(out, "--out", ".csv", ".parquet")
    if plot is not None:
        refuse_ending(plot, "--plot", ".html")
    charts = _charts() if plot is not None else None
    data = loaded(dataset)
    found = every_threshold(data, chosen_policy(data, options))
    table = found.table
    if out is not None:
        write_table(table, out, shared=shared)
    if plot is not None and charts is not None:
        band, now = found.band("major_cases"), standing(found.policy)
        curve = charts.sweep_curve(table, current=found.current, band=band, standing=now)
        with flagged("--plot"):
            write_file(plot, curve.to_html(include_plotlyjs=True).encode(), shared=shared)
    if options.json_:
        say(as_json(found.to_dict()))
        return 0
    say(repr(found))
    wrote = [named(file) for file in (out, plot) if file is not None]
    if wrote:
        say(f"\nWrote {' and '.join(wrote)}.")
    return 0


def _charts() -> Any:
    """The module that draws.

    Raises:
        CasesimError: there is nothing to draw with.
    """
    if find_spec("plotly") is None:
        raise CasesimError("--plot needs plotly, which is not installed: pip install plotly. --out writes the figures.")
    if find_spec("casesim.charts") is None:
        raise CasesimError("--plot: this casesim comes without charts. --out writes the figures.")
    return import_module("casesim.charts")
