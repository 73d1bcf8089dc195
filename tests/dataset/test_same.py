"""The same table reads the same, whatever it is written as."""

import io
import tempfile
from pathlib import Path

import pandas as pd
import polars as pl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.dataset import load
from tests.dataset.helpers import LISTED

# What a workbook cannot hold is left out: control characters, and \r, which XML makes \n.
TEXT = st.text(st.characters(exclude_categories=["C"], include_characters="\n,;\t\"'"), max_size=8)
TIME = st.one_of(
    st.datetimes().map(lambda time: time.isoformat(sep=" ")),
    st.dates().map(str),
    st.sampled_from(["2026-03-05T10:15:00Z", "2026-03-05T10:15:00.5+02:00", "2026-03-05 10:15", "2026-02-30", "soon"]),
)
ROW = st.fixed_dictionaries(
    {
        "number": st.sampled_from([None, "INC1", "INC2", "INC3", "INC4", " "]),
        "sys_id": st.sampled_from([None, "a", "b", "INC1"]),
        "Opened": st.none() | TIME,
        "Resolved": st.none() | TIME,
        "state": st.sampled_from([None, "Resolved", "6", "mine"]),
        "u_text": st.none() | TEXT,
    }
)


def _csv(separator):
    return lambda frame, path: frame.write_csv(path, separator=separator)


def _xlsx(frame, path):
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([frame.columns, *frame.rows()]):
            for across, value in enumerate(row):
                if value:
                    sheet.write_string(at, across, value)


def _parts(frame, path):
    path.mkdir()
    for at in range(0, max(frame.height, 1), 2):
        frame[at : at + 2].write_parquet(path / f"{at:03}.parquet")


WRITERS = {
    "incident.csv": _csv(","),
    "incident.tsv": _csv("\t"),
    "incident_semicolon.csv": _csv(";"),
    "incident_cp1252.csv": lambda frame, path: path.write_bytes(frame.write_csv().encode("utf-8-sig")),
    "incident.parquet": pl.DataFrame.write_parquet,
    "incident.arrow": pl.DataFrame.write_ipc,
    "incident.feather": pl.DataFrame.write_ipc_stream,
    "incident.json": pl.DataFrame.write_json,
    "incident.ndjson": pl.DataFrame.write_ndjson,
    "incident.xlsx": _xlsx,
    "incident": _parts,
}


def seen(data, rows_in_file=True):
    frame = data.frame("incident", ["sys_id", "number", "opened_at", "resolved_at", "state", "u_text"]).collect()
    rejects = data.rejects if rows_in_file else data.rejects.drop("row").sort(pl.all())
    return frame.rows(), data.keys("incident").rows(), rejects.rows()


@settings(max_examples=12, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=7).filter(lambda rows: any(rows[-1].values())))
def test_every_format_reads_the_same(rows):
    schema = ["number", "sys_id", "Opened", "Resolved", "state", "u_text"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String))
    listed = pl.read_csv(io.StringIO(LISTED))
    expected = seen(load({"incident": frame, "affected_account": listed}))
    for made in (frame.lazy(), frame.to_pandas(), frame.to_arrow(), pd.DataFrame(rows, columns=schema, dtype="str")):
        assert seen(load({"incident": made, "affected_account": listed})) == expected
    for name, write in WRITERS.items():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "affected_account.csv").write_text(LISTED)
            write(frame, Path(folder) / name)
            whole = name != "incident"
            found = seen(load(folder), whole)
            if whole:
                assert found == expected, name
            else:
                # Each part counts its rows anew.
                in_parts = seen(load({"incident": frame, "affected_account": listed}), False)
                assert found == in_parts, name
