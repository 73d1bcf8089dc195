"""Two policies side by side, as a user holds them: with the impact report and the change file."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from casesim.analysis import compare as analysis
from casesim.analysis.ran import Ran
from casesim.policy import Policy
from casesim.policy.keywords import Settings

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(analysis.Comparison):
    """A comparison that can be handed over."""

    def plot(self) -> "go.Figure":
        """By how much each total changes."""
        from casesim.analysis.compare.text import WORDS  # noqa: PLC0415
        from casesim.charts import totals  # noqa: PLC0415 - plotly is an extra

        return totals(self.totals, WORDS)

    def report(
        self,
        out: str | os.PathLike[str],
        *,
        change_file: str | os.PathLike[str] | None = None,
        shared: bool = False,
    ) -> list[Path]:
        """Write the impact report: one HTML file that loads nothing, with its evidence as csv beside it.

        Args:
            out: the .html file.
            change_file: also write the change file, and name its rollback in the report.
            shared: for others to read, as far as the umask lets them; else for their owner alone.

        Returns:
            The files written.

        Raises:
            OutputError: a file cannot be written; none was replaced then.
            PolicyError: the two policies are the same, or a change file is asked for and no property of the platform
                changes.
        """
        from casesim.export.report import write_package  # noqa: PLC0415 - and with it what draws the page

        change = None if change_file is None else Path(change_file)
        return write_package(self, report=Path(out), change_file=change, shared=shared)

    def change_file(self, out: str | os.PathLike[str], *, shared: bool = False) -> list[Path]:
        """Write the proposed properties in the platform's import form, and beside them the file that takes them back.

        Args:
            out: the .xml file; the way back is `<name>.rollback.xml`.
            shared: for others to read, as far as the umask lets them; else for their owner alone.

        Raises:
            OutputError: a file cannot be written; none was replaced then.
            PolicyError: no property of the platform changes.
        """
        from casesim.export.report import write_package  # noqa: PLC0415

        return write_package(self, change_file=Path(out), shared=shared)


def compare(data: Ran, a: Policy, b: Policy) -> Comparison:
    """Two policies over one dataset.

    Args:
        data: from `load` or `prepare`, or a Result.
        a, b: as it is now, and as proposed.

    Raises:
        PolicyError: a policy names a field that the dataset does not have.
        DatasetError: something that a rule needs cannot be read.
    """
    return _held(analysis.compare(data, a, b))


def preview(
    data: Ran, policy: Policy | None = None, *, set: Iterable[str] = (), **changes: Unpack[Settings]
) -> Comparison:
    """What changes would come of: the current policy compared with itself as changed.

    Args:
        data: from `load` or `prepare`, or a Result.
        policy: as it is now; none = that of the Result, else the dataset's own.
        set: changes as `NAME=VALUE`, as the command line takes them.
        changes: changes by keyword, as in `Policy.with_`.

    Raises:
        PolicyError: a change is no setting or its value is not accepted, or as `compare`.
        DatasetError: something that a rule needs cannot be read.
    """
    return _held(analysis.preview(data, policy, set=set, **changes))


def _held(found: analysis.Comparison) -> Comparison:
    return Comparison(found.now, found.proposed)
