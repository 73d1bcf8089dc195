import datetime as dt

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from casesim.dataset import load
from casesim.tables import DatasetError
from tests.dataset.helpers import column, frames

ROWS = {"number": ["INC1", "INC2"], "opened_at": ["2026-03-05 10:15:00", "2026-03-06"], "u_n": [1, None]}


class Streamed:
    """Anything with the Arrow C stream."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "make",
    [
        pl.DataFrame,
        pl.LazyFrame,
        pd.DataFrame,
        pa.table,
        lambda rows: pa.table(rows).to_reader(),
        lambda rows: Streamed(pa.table(rows)),
        lambda rows: duckdb.from_arrow(pa.table(rows)),
    ],
    ids=["polars", "polars lazy", "pandas", "pyarrow", "reader", "stream", "duckdb"],
)
def test_frames_of_every_make(make):
    data = frames(incident=make(ROWS))
    assert column(data, "incident", "number") == ["INC1", "INC2"]
    assert column(data, "incident", "u_n") == [1, None]
    assert column(data, "incident", "opened_at") == [
        dt.datetime(2026, 3, 5, 10, 15, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 6, tzinfo=dt.UTC),
    ]
    assert data.name == "frames"
    assert data.files[0].sha256() is None


def test_a_given_frame_is_left_as_it_was():
    given = pd.DataFrame({"number": ["INC1", "INC1"], "opened_at": ["2026-03-05", "x"], 7: [1, 2]})
    before = given.copy()
    frames(incident=given)
    pd.testing.assert_frame_equal(given, before)


def test_pandas_with_an_index_and_numbered_columns():
    given = pd.DataFrame({"number": ["INC1"], "opened_at": [pd.Timestamp("2026-03-05")], 7: [1]}, index=["a"])
    assert frames(incident=given).columns("incident") == ("number", "opened_at", "7")


def test_parts_and_other_names_in_a_mapping():
    data = frames(incident_2025={"number": ["INC0"], "opened_at": ["2026-03-05"]}, remarks={"a": [1]})
    assert column(data, "incident", "number") == ["INC1", "INC0"]
    assert data.ignored == ("remarks",)


@pytest.mark.parametrize("value", [None, 5, "incident.csv", {"number": ["INC1"]}])
def test_what_is_no_frame_is_refused(value):
    with pytest.raises(DatasetError, match=f"incident: is no table but {type(value).__name__}"):
        load({"incident": value})


def test_a_frame_that_cannot_be_converted_is_refused():
    with pytest.raises(DatasetError, match="incident: this frame cannot be read"):
        frames(incident=pd.DataFrame({"number": ["INC1", 2], "opened_at": ["2026-03-05"] * 2}))
    with pytest.raises(DatasetError, match="incident: column number holds Python objects"):
        frames(incident=pl.DataFrame({"number": [object()], "opened_at": ["2026-03-05"]}))
    with pytest.raises(DatasetError, match="incident: column number holds bytes"):
        frames(incident=pl.DataFrame({"number": [b"INC1"], "opened_at": ["2026-03-05"]}))


@pytest.mark.parametrize(
    "twice",
    [
        pa.table([["INC1"], ["INC2"]], names=["number", "number"]),
        pd.DataFrame([["INC1", "INC2"]], columns=["number", "number"]),
    ],
)
def test_two_columns_of_one_name_are_refused(twice):
    with pytest.raises(DatasetError, match='incident: has several columns named "number"'):
        frames(incident=twice)


def test_a_lazy_frame_that_fails_is_refused():
    with pytest.raises(DatasetError, match="incident: this frame cannot be read"):
        frames(incident=pl.LazyFrame({"a": [1]}).select("b"))
