"""From files to files on a real service desk's log, where there is one: the figures were counted by hand once."""

import json
import os
from pathlib import Path

import polars as pl
import pytest

from casesim.cli import main

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def real_log() -> Path:
    """The folder that CASESIM_REAL_DATA names, else shared/data/itsm beside the repository or further up."""
    named = os.environ.get("CASESIM_REAL_DATA")
    places = [Path(named)] if named else [above / "shared" / "data" / "itsm" for above in ROOT.parents]
    for place in places:
        if place.is_dir():
            return place
    pytest.skip("no real log: set CASESIM_REAL_DATA to the folder of its tables")


@pytest.mark.slow
def test_the_real_log_at_threshold_5(real_log, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", str(real_log), "--out", str(out), "--threshold", "5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    # 6 + 12,973 + 11,939 = 24,918 incidents.
    assert told["incidents"] == {"none": 6, "individual": 12_973, "major": 11_939}
    # 11,939 + 438,746 + 18,349 = 469,034 cases.
    assert told["cases"] == {"major": 11_939, "child": 438_746, "individual": 18_349}
    assert told["largest"] == 94
    assert told["rejects"] == {}
    assert told["sent"] == {"case_created": 415_911, "comment": 0, "resolved": 16_317}
    # Invariant 4: 415,911 + 41,184 = 438,746 + 18,349 customer cases.
    assert told["suppressed"]["case_created"] == 41_184
    # R7.1: every incident is resolved, no major and no child closes by itself: 11,939 + 438,746.
    assert told["by_hand"] == 450_685
    assert told["peak_hour"]["sent"] == 1_797
    assert told["peak_contact"]["sent"] == 58
    rows = {table: pl.scan_parquet(out / f"{table}.parquet").select(pl.len()).collect().item() for table in TABLES}
    # Notifications: 457,095 on creation and 16,317 + 2,032 on resolution. Journal: a note on every case of an
    # individual incident and on every major incident, 18,349 + 11,939.
    assert rows == dict(zip(TABLES, (24_918, 469_034, 475_444, 30_288, 0), strict=True))


TABLES = ("decisions", "cases", "notifications", "journal", "rejects")
