"""Every format holds the values of the result, and a spreadsheet runs none of them."""

import csv
import io
import json
import re
import unicodedata
from datetime import UTC, datetime

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from casesim.engine.layout import OutputTable
from casesim.export import parquet, texts
from casesim.export.texts import neutral, write_ndjson, write_xlsx
from casesim.results import TABLES, simulate
from casesim.tables import OutputError
from tests.dataset.helpers import frames as dataset
from tests.export.results import as_it_was, as_texts, frames, odd, standard

# Any text that can be written as UTF-8.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Texts that try: whatever opens a formula, separates cells, is quoted, or is not seen.
FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫"
FILLERS = '\u115f\u1160\u3164\uffa0\u2800"'
HOSTILE = st.text(f'{FORMULA}{FILLERS}\'"";;|,\t\r\n \u00a0\u200b\ufeff\u0301a1', max_size=8) | TEXTS


@pytest.fixture(scope="module")
def result():
    return odd()


@pytest.fixture
def written(result, tmp_path, request):
    return result.write(tmp_path / "out", format=request.param)


def test_the_result_has_rows_of_every_kind(result):
    assert {name: frame.height > 0 for name, frame in frames(result).items()} == dict.fromkeys(TABLES, True)
    assert set(result.cases["kind"]) == {"individual", "major", "child"}


@pytest.mark.parametrize("written", ["parquet"], indirect=True)
def test_parquet_holds_the_frames(written, result):
    for name, frame in frames(result).items():
        assert_frame_equal(pl.read_parquet(written / f"{name}.parquet"), frame)


@pytest.mark.parametrize("written", ["ndjson"], indirect=True)
def test_ndjson_holds_the_frames(written, result):
    for name, frame in frames(result).items():
        lines = (written / f"{name}.ndjson").read_text(encoding="utf-8").split("\n")
        assert [json.loads(line) for line in lines if line] == as_texts(frame).to_dicts()


@pytest.mark.parametrize("written", ["csv"], indirect=True)
def test_csv_holds_the_frames_but_for_an_apostrophe(written, result):
    for name, frame in frames(result).items():
        with (written / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == frame.columns
        words = {place for place, dtype in enumerate(frame.dtypes) if dtype == pl.String}
        assert not any(runs(row[place]) for row in rows for place in words)
        back = [[as_it_was(v) if p in words else v for p, v in enumerate(row)] for row in rows]
        assert back == [[in_csv(value) for value in row] for row in as_texts(frame).rows()]


def in_csv(value):
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return str(value)


@pytest.mark.parametrize("written", ["xlsx"], indirect=True)
def test_xlsx_holds_the_frames_but_for_an_apostrophe(written, result):
    for name, frame in frames(result).items():
        book = fastexcel.read_excel(written / f"{name}.xlsx")
        assert book.sheet_names == [name]
        sheet = pl.DataFrame(book.load_sheet(0, dtypes=dict.fromkeys(range(frame.width), "string")))
        assert sheet.columns == frame.columns
        for column in frame.columns:
            values = as_texts(frame)[column]
            if values.dtype == pl.String:
                back = [as_it_was(text) for text in sheet[column]]
                assert back == values.to_list(), (name, column)
            elif values.dtype == pl.Boolean:
                assert [str(text).lower() for text in sheet[column]] == [str(value).lower() for value in values]
            else:
                assert sheet[column].cast(pl.Float64).to_list() == pytest.approx(values.cast(pl.Float64).to_list())


def runs(cell: str) -> bool:
    """Whether a spreadsheet might run a cell: a formula behind nothing that is seen, or a tab or line break first."""
    seen = next((c for c in cell if unicodedata.category(c)[0] not in "CZM" and c not in FILLERS), "")
    return (seen != "" and seen in FORMULA) or cell[:1] in ("\t", "\r", "\n")


@settings(deadline=None)
@given(HOSTILE)
def test_neutral_texts_run_in_no_spreadsheet_and_come_back(text):
    (cell,) = neutral(pl.DataFrame({"a": [text]}))["a"]
    assert not runs(cell)
    assert as_it_was(cell) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *((f"{opening}1", f"'{opening}1") for opening in "=+-@\t\r\n'＝＋－＠"),
        *((f"{unseen}=1", f"'{unseen}=1") for unseen in ' \u00a0\u200b\ufeff\u202e\u3164\u2800\0"'),
        ("\n=1", "'\n'=1"),
        ("\r\n=1", "'\r\n'=1"),
        ("a;=cmd", "a;'=cmd"),
        ('a;"=cmd', "a;'\"=cmd"),
        ("a\t=1|+1\n@x", "a\t'=1|'+1\n'@x"),
        ("to do:\r\n- one\r\n - two", "to do:\r\n'- one\r\n' - two"),
        ("'a;'b", "''a;''b"),
        # What begins no cell, and what begins as no formula, stays.
        *((text, text) for text in ("a=1", "a, -1", "a - b; c", "a\n\nb", "it's", "a; b|c", "1-2", "", "e@mail")),
    ],
)
def test_where_the_apostrophe_stands(text, written):
    frame = pl.DataFrame({"a": [text, None], "n": [-1, 0], "b": ["x", text]})
    assert neutral(frame).to_dict(as_series=False) == {"a": [written, None], "n": [-1, 0], "b": ["x", written]}
    assert as_it_was(written) == text


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), min_size=1, max_size=4))
def test_csv_gives_texts_back_and_runs_nowhere_whichever_separator_a_reader_takes(rows):
    written = texts.csv(pl.DataFrame(rows, schema=["a", "b", "c"], orient="row")).decode()
    header, *read = cells(written, ",")
    assert header == ["a", "b", "c"]
    assert [tuple(map(as_it_was, row)) for row in read] == rows
    for separator in ",;\t|":
        for found in (*cells(written, separator), lax(written, separator)):
            assert not [cell for cell in found if runs(cell.lstrip("\t\r\n"))]


def cells(written: str, separator: str) -> list[list[str]]:
    """Rows as a reader finds them to whom a quote ends a text wherever it stands alone."""
    return list(csv.reader(io.StringIO(written, newline=""), delimiter=separator))


def lax(written: str, separator: str) -> list[str]:
    """Cells as a reader finds them to whom a quote ends a text only where a cell ends too."""
    ends = re.escape(separator) + r"\r\n"
    quoted = rf'"((?:""|"(?![{ends}]|\Z)|[^"])*)"?'
    return [cell[1] or cell[2] or "" for cell in re.finditer(rf"(?:\A|[{ends}])(?:{quoted}|([^{ends}]*))", written)]


def test_every_text_is_quoted_and_nothing_else_is():
    day = datetime(2026, 3, 5, 10, 15, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "text": ["INC1", None, ""],
            "count": [-1, None, 2],
            "part": [0.5, None, -2.0],
            "flag": [True, None, False],
            "time": [day, None, day.replace(microsecond=5)],
        },
        schema_overrides={"time": pl.Datetime("us", "UTC")},
    )
    assert texts.csv(frame).decode() == (
        "text,count,part,flag,time\n"
        '"INC1",-1,0.5,true,2026-03-05 10:15:00\n'
        ",,,,\n"
        '"",2,-2.0,false,2026-03-05 10:15:00.000005\n'
    )
    assert texts.csv(frame.select("count")).decode() == "count\n-1\n\n2\n"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS), max_size=20))
def test_parquet_and_ndjson_are_verbatim(tmp_path_factory, rows):
    frame = pl.DataFrame(rows, schema={"number": pl.String, "b": pl.String}, orient="row")
    folder = tmp_path_factory.mktemp("verbatim")
    parquet.write_parquet(OutputTable.plain(frame), folder / "t.parquet")
    assert_frame_equal(pl.read_parquet(folder / "t.parquet"), frame)
    write_ndjson(OutputTable.plain(frame), folder / "t.ndjson")
    lines = (folder / "t.ndjson").read_bytes().decode().split("\n")
    assert [json.loads(line) for line in lines if line] == frame.to_dicts()


def test_parquet_keeps_what_other_formats_may_not(tmp_path):
    texts = ("\0", "a\0b", "\r", "\r\n\t", "\x1b[31m", "\ufeff", "\uffff", "😀" * 1000, "x" * 100_000)
    result = odd(texts)
    out = result.write(tmp_path / "out")
    assert set(texts) <= set(pl.read_parquet(out / "cases.parquet")["short_description"])
    for name, frame in frames(result).items():
        assert_frame_equal(pl.read_parquet(out / f"{name}.parquet"), frame)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_row_groups_do_not_show(result, tmp_path, monkeypatch, size):
    monkeypatch.setattr(parquet, "ROW_GROUP", size)
    out = result.write(tmp_path / "out")
    for name, frame in frames(result).items():
        path = out / f"{name}.parquet"
        assert_frame_equal(pl.read_parquet(path), frame)
        assert parquet.pq.ParquetFile(path).num_row_groups == -(-frame.height // size)


def test_batches_do_not_show(result, tmp_path, monkeypatch):
    whole = {format: result.write(tmp_path / format, format=format) for format in ("csv", "ndjson")}
    monkeypatch.setattr("casesim.export.texts.BATCH", 7)
    for format, before in whole.items():
        out = result.write(tmp_path / f"{format}-7", format=format)
        for name in TABLES:
            file = f"{name}.{format}"
            assert (out / file).read_bytes() == (before / file).read_bytes()


def test_empty_tables_have_their_columns_and_types(tmp_path):
    nothing = simulate(dataset(incident=pl.DataFrame(schema={"number": pl.String, "opened_at": pl.String})))
    out = nothing.write(tmp_path / "out")
    for name in TABLES:
        read = pl.read_parquet(out / f"{name}.parquet")
        assert read.height == 0
        assert read.schema == standard(name)
    comma = nothing.write(tmp_path / "csv", format="csv")
    for name in TABLES:
        assert (comma / f"{name}.csv").read_text() == ",".join(standard(name)) + "\n"
    assert (nothing.write(tmp_path / "nd", format="ndjson") / "cases.ndjson").read_bytes() == b""
    sheet = nothing.write(tmp_path / "xlsx", format="xlsx") / "cases.xlsx"
    assert fastexcel.read_excel(sheet).load_sheet(0).to_polars().columns == list(standard("cases"))


def test_filled_tables_have_the_same_types(result):
    for name, frame in frames(result).items():
        fixed = standard(name)
        assert {column: frame.schema[column] for column in fixed} == fixed
        assert frame.columns[: len(fixed)] == list(fixed)


def test_a_sheet_refuses_what_it_cannot_hold(tmp_path, monkeypatch):
    long = OutputTable.plain(pl.DataFrame({"a": ["x" * 40_000]}))
    with pytest.raises(OutputError, match=r"t\.xlsx: a text of 40,000 characters .* Use --format parquet or csv"):
        write_xlsx(long, tmp_path / "t.xlsx")
    monkeypatch.setattr("casesim.export.texts.SHEET_ROWS", 3)
    with pytest.raises(OutputError, match=r"t\.xlsx: 3 rows do not fit a sheet \(2\); Use --format parquet or csv"):
        write_xlsx(OutputTable.plain(pl.DataFrame({"a": ["x"] * 3})), tmp_path / "t.xlsx")
    assert not list(tmp_path.iterdir())
