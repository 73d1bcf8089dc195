import gzip
import io

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter

from casesim.dataset import load
from casesim.dataset.text_csv import read_csv
from casesim.tables import DatasetError
from tests.dataset.helpers import column, write

HEAD = "number,opened_at,description\n"
ROW = "INC1,2026-03-05,"


def text_of(folder, **files):
    """The descriptions of the incidents in a folder."""
    return column(load(write(folder / "d", **files)), "incident", "description")


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


def parquet(frame):
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


# csv: comma, semicolon, tab; UTF-8 with or without BOM, cp1252; quoted newlines


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_separators_encodings_and_line_ends(tmp_path, separator, encoding, end):
    lines = [["number", "opened_at", "Größe", "description"], ["INC1", "2026-03-05", "5", "Müller, 1; 2\t3"]]
    text = "".join(separator.join(f'"{cell}"' for cell in line) + end for line in lines)
    data = load(write(tmp_path / "d", incident_csv=text.encode(encoding)))
    assert data.columns("incident") == ("number", "description", "opened_at", "gr_e")
    assert column(data, "incident", "description") == ["Müller, 1; 2\t3"]


def test_tsv_is_csv_with_tabs(tmp_path):
    assert text_of(tmp_path, incident_tsv=(HEAD + ROW + "x").replace(",", "\t")) == ["x"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"two\nlines"', "two\nlines"),
        ('"two\r\n\r\nlines"', "two\r\n\r\nlines"),
        ('"a ""b"" c"', 'a "b" c'),
        ('a 5" pipe', 'a 5" pipe'),
        ('"a" b', "a b"),
        ("", None),
        ('""', None),
        ('"  "', "  "),
        (" x ", " x "),
        ("#1", "#1"),
    ],
)
def test_csv_cells(tmp_path, cell, value):
    assert text_of(tmp_path, incident_csv=f"{HEAD}{ROW}{cell}\n{ROW.replace('1', '2', 1)}last\n") == [value, "last"]


def test_blank_lines_are_no_rows_and_rows_may_lack_their_last_cells(tmp_path):
    text = f"\n{HEAD}\n{ROW}x\n\n,,\nINC2,2026-03-05\n\n\n"
    data = load(write(tmp_path / "d", incident_csv=text))
    assert data.rejects.rows() == [("incident", 2, "number", None, "no_key")]
    assert column(data, "incident", "description") == ["x", None]


def test_a_blank_line_in_a_csv_of_one_column_is_no_row(tmp_path):
    data = load(write(tmp_path / "d", customer_account_csv='name\n\nA\n""\nB\n\n'))
    assert column(data, "customer_account", "name") == ["A", None, "B"]


def test_a_long_text_in_an_irregular_csv(tmp_path):
    assert text_of(tmp_path, incident_csv=f"{HEAD}{ROW}{'x' * 200_000}\n\n") == ["x" * 200_000]


def test_only_a_header_is_no_rows(tmp_path):
    data = load(write(tmp_path / "d", incident_csv="number,opened_at", affected_account_csv="incident,account\n"))
    assert (data.height("incident"), data.height("affected_account")) == (0, 0)
    assert data.frame("incident", ["number", "opened_at"]).collect().height == 0


def test_columns_without_a_name_are_left_out(tmp_path):
    data = load(write(tmp_path / "d", incident_csv="number,,opened_at,\nINC1,x,2026-03-05,\n"))
    assert data.columns("incident") == ("number", "opened_at")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\n\n", "no column names in its first line"),
        (b"number,number,opened_at\n", 'several columns named "number"'),
        (f"{HEAD}{ROW}x,y\n".encode(), "the row that ends in line 2 has 4 values for 3 columns"),
        (f'{HEAD}{ROW}x\n{ROW}"y\n{ROW}z\n'.encode(), "a quote that opens after line 2 is never closed"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"number,opened_at\n\x81,x\xff\n", "neither UTF-8 nor cp1252"),
    ],
)
def test_bad_csv(tmp_path, content, complaint):
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", incident_csv=content))
    assert str(error.value).startswith("incident.csv: ")
    assert complaint in str(error.value)


def test_all_bad_files_are_named_at_once(tmp_path):
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", incident_csv="", incident_2_csv="", task_ci_json="{"))
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "incident.csv",
        "incident_2.csv",
        "task_ci.json",
    ]


# Compressed csv and json


@pytest.mark.parametrize(("ending", "compress"), [("gz", gzip.compress), ("zst", zstd)])
@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", f"{HEAD}{ROW}x\n"),
        ("json", '[{"number": "INC1", "opened_at": "2026-03-05", "description": "x"}]'),
        ("ndjson", '{"number": "INC1", "opened_at": "2026-03-05", "description": "x"}\n'),
    ],
)
def test_compressed_text(tmp_path, form, content, ending, compress):
    folder = write(tmp_path / "d", **{f"incident.{form}_{ending}": compress(content.encode())})
    assert column(load(folder), "incident", "description") == ["x"]


@pytest.mark.parametrize(("ending", "compress"), [("gz", gzip.compress), ("zst", zstd)])
def test_bad_compression(tmp_path, ending, compress):
    name = f"incident.csv_{ending}"
    for content in (b"no archive", compress(b"x" * 1000)[:-5]):
        with pytest.raises(DatasetError, match=f"incident.csv.{ending}: cannot be unpacked as"):
            load(write(tmp_path / "d", **{name: content}))


# json: [...], {"records": [...]}, {"result": [...]}, plain values or objects; ndjson

RECORD = '{"number": "INC1", "opened_at": "2026-03-05", "description": "x"}'


@pytest.mark.parametrize("form", ["[%s]", '{"records": [%s]}', '{"result": [%s]}', '\ufeff {"a": 1, "result": [%s]}'])
def test_json_forms(tmp_path, form):
    assert text_of(tmp_path, incident_json=form % RECORD) == ["x"]


def test_ndjson(tmp_path):
    assert text_of(tmp_path, incident_ndjson=f"{RECORD}\n\n{RECORD.replace('INC1', 'INC2')}") == ["x", "x"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ('{"display_value": "Closed", "value": "7"}', "7"),
        ('{"display_value": "Network", "link": "https://x.example/a"}', "Network"),
        ('{"link": "https://x.example/a", "value": "abc"}', "abc"),
        ('{"display_value": "", "value": ""}', None),
        ('{"value": null}', None),
        ('""', None),
        ("null", None),
        ("7", "7"),
        ("7.0", "7"),
        ("7.5", "7.5"),
        ("true", "true"),
        ('{"a": [1]}', '{"a":[1]}'),
        ("[1,2]", "[1,2]"),
        ('"{\\"value\\": 1}"', '{"value": 1}'),
        ("12345678901234567890123", "12345678901234567890123"),
    ],
)
@pytest.mark.parametrize("other", ["null", '"text"', '{"value": "abc"}', '""'])
def test_json_fields(tmp_path, field, value, other):
    records = f'[{{"number": "A", "opened_at": "2026-03-05", "description": {field}}},'
    records += f'{{"number": "B", "opened_at": "2026-03-05", "description": {other}}}]'
    assert text_of(tmp_path, incident_json=records)[0] == value


def test_json_types_of_other_columns(tmp_path):
    records = """[
        {"number": "A", "opened_at": "2026-03-05", "i": 1, "f": 1, "b": true, "m": 1, "e": "", "t": ""},
        {"number": "B", "opened_at": "2026-03-05", "i": null, "f": 2.5, "b": null, "m": "x", "e": 3, "late": "y"}
    ]"""
    data = load(write(tmp_path / "d", incident_json=records))
    frame = data.frame("incident", ["i", "f", "b", "m", "e", "t", "late"]).collect()
    assert dict(frame.schema) == {
        "i": pl.Int64,
        "f": pl.Float64,
        "b": pl.Boolean,
        "m": pl.String,
        "e": pl.Int64,
        "t": pl.String,
        "late": pl.String,
    }
    assert frame.rows() == [(1, 1.0, True, "1", None, None, None), (None, 2.5, None, "x", 3, None, "y")]


def test_json_without_records_is_an_empty_table(tmp_path):
    data = load(write(tmp_path / "d", incident_json='{"result": []}'))
    assert data.height("incident") == 0
    assert data.has("incident")


@pytest.mark.parametrize(
    "content", ["", "{", "5", '{"rows": []}', '{"result": {}}', "[1]", RECORD + RECORD, "[NaN]", "[" * 5000]
)
def test_bad_json(tmp_path, content):
    with pytest.raises(DatasetError, match=r"^incident.json: ") as error:
        load(write(tmp_path / "d", incident_json=content))
    assert "empty" in str(error.value) or "[...]" in str(error.value)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (b"[1]", "Expected `object`, got `array`"),
        (b"{", "Input data was truncated"),
        (RECORD[:-2].encode(), "JSON is malformed: invalid character"),
        (b"x", "JSON is malformed: invalid character"),
        (RECORD.encode() + b"}", "JSON is malformed: trailing characters"),
        (b'{"number": "M\xfcnchen"}', "'utf-8' codec can't decode byte 0xfc"),
        (b'{"a":' * 5000, "recursion"),
    ],
)
@pytest.mark.parametrize("sound", [0, 3, 60_000])
def test_bad_ndjson_names_the_line_and_what_is_wrong(tmp_path, fault, why, sound):
    # Blank lines are no records, but whoever looks for the line counts them.
    content = b"\xef\xbb\xbf\n" + b"\r\n".join([RECORD.encode()] * sound + [fault, b"[]"])
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", incident_ndjson=content))
    said = str(error.value)
    assert said.startswith(f"incident.ndjson: line {sound + 2:,}: ")
    assert why in said
    assert said.endswith("Expected: one JSON object a line.")


def test_many_records_in_batches_of_different_types(tmp_path):
    lines = [
        f'{{"number": {n}, "opened_at": "2026-03-05", "u_x": {n if n < 60_000 else "0.5"}}}\n' for n in range(60_001)
    ]
    data = load(write(tmp_path / "d", incident_ndjson="".join(lines)))
    assert data.frame("incident", ["number", "u_x"]).collect().row(-1) == ("60000", 0.5)


# xlsx


def workbook(rows, *sheets):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name in sheets or ["Page 1"]:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows if name == (sheets or ["Page 1"])[-1] else [["nothing"]]):
                sheet.write_row(at, 0, row)
    return buffer.getvalue()


def test_xlsx_keeps_the_types_of_its_cells(tmp_path):
    import datetime as dt

    rows = [
        ["Number", "Opened", "State", "u_count", "u_mixed", "u_none"],
        ["INC1", dt.datetime(2026, 3, 5, 10, 15), 7, 3, 4, None],
        ["INC2", dt.datetime(2026, 3, 6), 6, 2.5, "x", None],
    ]
    data = load(write(tmp_path / "d", incident_xlsx=workbook(rows)))
    frame = data.frame("incident", ["number", "opened_at", "state", "u_count", "u_mixed", "u_none"]).collect()
    assert frame["opened_at"].to_list()[0] == dt.datetime(2026, 3, 5, 10, 15, tzinfo=dt.UTC)
    assert frame.drop("opened_at").rows() == [("INC1", "7", 3.0, "4", None), ("INC2", "6", 2.5, "x", None)]


def test_xlsx_takes_the_sheet_of_the_table_else_the_first(tmp_path):
    rows = [["number", "opened_at"], ["INC1", "2026-03-05"]]
    assert load(write(tmp_path / "d", incident_xlsx=workbook(rows, "info", "incident"))).height("incident") == 1


def test_xlsx_says_nothing_on_an_empty_column(tmp_path, caplog):
    load(write(tmp_path / "d", incident_xlsx=workbook([["number", "opened_at", "x"], ["INC1", "2026-03-05", None]])))
    assert not caplog.records


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"no workbook", "is no xlsx workbook"),
        (workbook([]), 'sheet "Page 1" has no column names'),
        (workbook([["number", "number"], ["a", "b"]]), 'several columns named "number"'),
    ],
)
def test_bad_xlsx(tmp_path, content, complaint):
    with pytest.raises(DatasetError, match=f"incident.xlsx: .*{complaint}"):
        load(write(tmp_path / "d", incident_xlsx=content))


# parquet and arrow


FRAME = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05"], "description": ["x"]})


def arrow(frame, *, stream):
    buffer = io.BytesIO()
    (frame.write_ipc_stream if stream else frame.write_ipc)(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("incident_parquet", parquet(FRAME)),
        ("incident_pq", parquet(FRAME)),
        ("incident_arrow", arrow(FRAME, stream=False)),
        ("incident_feather", arrow(FRAME, stream=False)),
        ("incident_arrow", arrow(FRAME, stream=True)),
    ],
)
def test_binary_formats(tmp_path, name, content):
    assert text_of(tmp_path, **{name: content}) == ["x"]


@pytest.mark.parametrize("name", ["incident_parquet", "incident_arrow", "incident_feather"])
@pytest.mark.parametrize(
    "content", [b"", b"no such file", b"PAR1 but not", b"ARROW1\0\0 but not", parquet(FRAME)[:-20]]
)
def test_bad_binary_files(tmp_path, name, content):
    with pytest.raises(DatasetError, match=rf"^{name.replace('_', '.')}: (is empty|this \w+ file cannot be read)"):
        load(write(tmp_path / "d", **{name: content}))


def test_a_folder_whose_name_looks_like_a_pattern(tmp_path):
    folder = write(tmp_path / "a[1]*", incident_parquet=parquet(FRAME))
    assert load(folder).height("incident") == 1


@pytest.mark.parametrize("name", ["incident.ndjson", "incident.json", "incident.csv"])
def test_a_small_file_of_a_great_many_empty_cells_is_refused(tmp_path, name):
    """12,000 rows, each with a column of its own: 144 million cells in less than a megabyte."""
    rows = 12_000
    lines = [f'{{"number":"INC{at}","k{at}":"a"}}' for at in range(rows)]
    texts = {
        "incident.ndjson": "\n".join(lines),
        "incident.json": f"[{','.join(lines)}]",
        "incident.csv": "\n".join([",".join(["number", *(f"k{at}" for at in range(rows))]), *(["INC"] * rows)]),
    }
    (tmp_path / name).write_text(texts[name])
    with pytest.raises(DatasetError, match=rf"{name}.* would have 12,000 rows of 12,001 columns, nearly all"):
        load(tmp_path)


def test_a_header_of_more_than_a_field_may_have_is_read():
    names = ["number", "opened_at", *(f"name_{at}" for at in range(20_000))]
    frame = read_csv(f"{','.join(names)}\nINC1,2026-03-05 10:00:00{',' * 20_000}\n".encode())
    assert (frame.width, frame.rows()[0][:3]) == (20_002, ("INC1", "2026-03-05 10:00:00", None))
