"""Small datasets for the tests of reading."""

from pathlib import Path
from typing import Any

import polars as pl

from casesim.dataset import Dataset, load

INCIDENT = "number,opened_at\nINC1,2026-03-05 10:15:00\n"
LISTED = "incident,account\nINC1,A\n"


def write(folder: Path, **files: str | bytes) -> Path:
    """Files in a folder: `incident_csv="..."` is incident.csv. What every dataset needs is added if it is not given."""
    folder.mkdir(exist_ok=True)
    names = {name.replace("__", "/"): content for name, content in files.items()}
    named = {".".join(name.rsplit("_", 1)): content for name, content in names.items()}
    if not any(name.startswith(("incident", "change_request")) for name in named):
        named["incident.csv"] = INCIDENT
    if not any(name.startswith(("affected_account", "sn_install_base_item")) for name in named):
        named["affected_account.csv"] = LISTED
    for name, content in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def frames(**tables: Any) -> Dataset:
    """A dataset of frames; dicts become polars frames. What every dataset needs is added if it is not given."""
    base = {
        "incident": {"number": ["INC1"], "opened_at": ["2026-03-05 10:15:00"]},
        "affected_account": {"incident": ["INC1"], "account": ["A"]},
    }
    made = {n: pl.DataFrame(t, strict=False) if isinstance(t, dict) else t for n, t in {**base, **tables}.items()}
    return load(made)


def column(data: Dataset, table: str, name: str) -> list[Any]:
    """One column as Python values."""
    return data.frame(table, [name]).collect()[name].to_list()


def rejects(data: Dataset) -> list[tuple[Any, ...]]:
    """Rejects as tuples, without the table where there is only one."""
    return data.rejects.rows()
