"""What a user holds: a Result, frozen. Its tables are worked out when they are asked for, and kept."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from casesim.analysis.story import Story, story
from casesim.analysis.summary import Totals, totals
from casesim.analysis.summary_text import summary_html, summary_text
from casesim.dataset import Dataset
from casesim.engine.layout import OutputTable
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation
from casesim.engine.simulate import simulate as run_rules
from casesim.policy import Policy

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("decisions", "cases", "notifications", "journal", "rejects")


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """One policy over one dataset. `decisions`, `cases`, `notifications`, `journal`, `rejects` are Polars frames."""

    run: Simulation
    started: datetime

    @property
    def policy(self) -> Policy:
        """The settings of this run."""
        return self.run.policy

    @property
    def data(self) -> Dataset:
        """The dataset of this run."""
        return self.run.prepared.data

    @cached_property
    def decisions(self) -> pl.DataFrame:
        """R2: one row per incident, ascending by number."""
        return self.run.decisions.frame()

    @cached_property
    def cases(self) -> pl.DataFrame:
        """R3, R4, R7: one row per case, ascending by number."""
        return self.run.cases.frame()

    @cached_property
    def notifications(self) -> pl.DataFrame:
        """R5: one row per notification, ascending by time, case and event."""
        return self.run.notifications.frame()

    @cached_property
    def journal(self) -> pl.DataFrame:
        """R7.4: one row per journal entry, ascending by record, time and id."""
        return self.run.journal.frame()

    @property
    def rejects(self) -> pl.DataFrame:
        """What the dataset holds and could not be used, with the reason."""
        return self.run.rejects

    @cached_property
    def summary(self) -> Totals:
        """The counts of this run."""
        return totals(self.run)

    def explain(self, incident: str) -> Story:
        """One incident, start to end: routes to each customer, the rules that had a part, cases, mails, timeline.

        Args:
            incident: its number, else its sys_id.

        Raises:
            DatasetError: there is no such incident; names the nearest numbers.
        """
        return story(self.data, self.policy, incident, whole=self.run)

    def __repr__(self) -> str:
        return summary_text(self.run, self.summary)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Text as well: a notebook opened without a kernel still shows the figures.
        return {"text/plain": repr(self), "text/html": summary_html(self.run, self.summary)}

    def to_pandas(self) -> "dict[str, pd.DataFrame]":
        """The five tables as pandas frames, by name."""
        return {name: getattr(self, name).to_pandas() for name in TABLES}

    def write(
        self,
        out: str | os.PathLike[str],
        *,
        format: str = "parquet",
        overwrite: bool = False,
        shared: bool = False,
        progress: Callable[[str], None] = lambda step: None,
    ) -> Path:
        """Write the result folder: the five tables and `manifest.json`, complete or not at all.

        Args:
            out: the folder to make.
            format: parquet | csv | ndjson | xlsx.
            overwrite: replace a result that is there already.
            shared: for others to read, as far as the umask lets them; else for its owner alone.
            progress: told each table's name before it is written.

        Raises:
            OutputError: the folder exists, is not writable, is being written by another run, or the disk is full.
        """
        from casesim.export import write_folder  # noqa: PLC0415 - pyarrow is loaded when something is written

        run = self.run
        tables: Mapping[str, Callable[[], OutputTable]] = {
            "decisions": lambda: run.decisions,
            "cases": lambda: run.cases,
            "notifications": lambda: run.notifications,
            "journal": lambda: run.journal,
            "rejects": lambda: OutputTable.plain(self.rejects),
        }
        write_folder(
            tables, Path(out), self.manifest, format=format, overwrite=overwrite, shared=shared, progress=progress
        )
        return Path(out)

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain values, for JSON."""
        counts = msgspec.to_builtins(self.summary)
        rejects = dict(sorted(self.rejects["reason"].value_counts().iter_rows()))
        return {"dataset": self.data.name, "policy_sha256": self.policy.sha256, "rejects": rejects, **counts}

    def manifest(self, rows: Mapping[str, int]) -> dict[str, Any]:
        """What was run, from what, and what came of it; only `started` and `finished` differ between equal runs."""
        return {
            "casesim": version("casesim"),
            "engine": "polars",
            "policy": self.policy.to_dict(),
            "policy_sha256": self.policy.sha256,
            "inputs": [
                {"table": file.table, "name": file.name, "rows": file.rows, "sha256": file.sha256()}
                for file in self.data.files
            ],
            "rows": dict(rows),
            "rejects": dict(sorted(self.rejects["reason"].value_counts().iter_rows())),
            "outcomes": self.summary.incidents,
            "cases": self.summary.cases,
            "started": self.started.isoformat(),
            "finished": datetime.now(UTC).isoformat(),
        }


def simulate(data: Dataset | Prepared, policy: Policy | None = None) -> Result:
    """Run the rules: which cases and notifications would have come of a dataset's incidents.

    Args:
        data: from `load`, or from `prepare` to run several policies over one dataset.
        policy: the settings; none = the instance's own, read from the dataset's `sys_properties`.

    Raises:
        PolicyError: the policy names a field that the dataset does not have, or asks for what does not work yet.
        DatasetError: something that a rule needs cannot be read.
    """
    return Result(run_rules(data, policy), datetime.now(UTC))
