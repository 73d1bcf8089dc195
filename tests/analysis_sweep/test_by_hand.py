"""Sweeps worked by hand, bad segments, and the command."""

import json
from importlib.util import find_spec

import polars as pl
import pytest

import casesim as cs
from casesim.cli import main
from casesim.tables import DatasetError

# INC1 (10:00, resolved 12:00) affects a1, a2, a3; INC2 (10:30, open) affects a1; INC3 nobody.
TABLES = {
    "incident": pl.DataFrame(
        {
            "number": ["INC1", "INC2", "INC3"],
            "opened_at": ["2026-03-05 10:00:00", "2026-03-05 10:30:00", "2026-04-01 09:00:00"],
            "resolved_at": ["2026-03-05 12:00:00", None, None],
            "state": ["6", "2", "2"],
            "category": ["network", None, "network"],
        }
    ),
    "affected_account": pl.DataFrame(
        {"incident": ["INC1", "INC1", "INC1", "INC2"], "account": ["a1", "a2", "a3", "a1"]}
    ),
    # a3 has no contact: what it would be told is suppressed.
    "customer_account": pl.DataFrame(
        {
            "sys_id": ["a1", "a2", "a3"],
            "primary_contact": ["p1", "p1", None],
            "customer_tier": ["gold", "silver", "gold"],
        }
    ),
    "customer_contact": pl.DataFrame({"sys_id": ["p1"], "name": ["Ann"], "email": ["ann@example.com"]}),
}
COLUMNS = (
    *("threshold", "incidents_none", "incidents_individual", "incidents_major", "major_cases", "child_cases"),
    *("individual_cases", "cases", "auto_resolved_cases", "manual_closures"),
    *("notifications_sent", "notifications_suppressed", "notifications_peak_hour"),
)


@pytest.fixture
def data():
    return cs.load(TABLES, name="three")


@pytest.fixture
def folder(tmp_path):
    for name, frame in TABLES.items():
        frame.write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_every_threshold_of_three_incidents(data):
    found = cs.sweep(data, cs.Policy(threshold=3))
    assert tuple(found.table.columns) == COLUMNS
    assert set(found.table.dtypes) == {pl.Int64}
    assert found.table.rows() == [
        # T = 1: both are major, 2 majors and 3 + 1 children; INC1's four cases are closed by hand. Sent: a1, a2 at
        # 10:00 and a1 at 10:30, three in one hour; a3 has nobody to tell.
        (1, 1, 0, 2, 2, 4, 0, 6, 0, 4, 3, 1, 3),
        # T = 2: INC2 is individual, but it is not resolved, so nothing else changes.
        (2, 1, 1, 1, 1, 3, 1, 5, 0, 4, 3, 1, 3),
        (3, 1, 1, 1, 1, 3, 1, 5, 0, 4, 3, 1, 3),
        # T = 4: INC1's three cases resolve by themselves and say so, to a1 and a2, not to a3.
        (4, 1, 2, 0, 0, 0, 4, 4, 3, 0, 5, 2, 3),
    ]
    assert found.current == 3


def test_the_next_sweep_of_a_prepared_dataset_finds_the_table_made(data):
    prepared = cs.prepare(data)
    assert cs.sweep(prepared, cs.Policy(threshold=3)).table is cs.sweep(prepared, cs.Policy(threshold=9)).table


def test_overrides_stay_as_they_are(data):
    policy = cs.Policy(threshold=3, overrides=[{"when": {"category": "network"}, "threshold": 4}])
    # INC1 asks 4, whatever T is: it is never major. INC2 is at T = 1.
    assert cs.sweep(data, policy).table["major_cases"].to_list() == [1, 0, 0, 0]


def test_by_a_field_of_incidents(data):
    by = cs.sweep(data).by("category")
    assert by.select("segment", "threshold", "major_cases", "cases").rows() == [
        *((None, 1, 1, 2), (None, 2, 0, 1), (None, 3, 0, 1), (None, 4, 0, 1)),
        *(("network", 1, 1, 4), ("network", 2, 1, 4), ("network", 3, 1, 4), ("network", 4, 0, 3)),
    ]
    assert cs.sweep(data).by("month")["segment"].unique().sort().to_list() == ["2026-03", "2026-04"]
    assert cs.sweep(data).by("hour")["segment"].unique().sort().to_list() == ["09", "10"]


def test_by_a_field_of_accounts_each_customer_brings_its_own_cases(data):
    by = cs.sweep(data).by("account.customer_tier").filter(pl.col("threshold").is_in([3, 4]))
    # gold: a1 and a3 in INC1, a1 in INC2; silver: a2 in INC1. INC1's major case is in both.
    assert by.select(
        "segment", "threshold", "major_cases", "cases", "manual_closures", "notifications_sent"
    ).rows() == [
        *(("gold", 3, 1, 4, 3, 2), ("gold", 4, 0, 3, 0, 3)),
        *(("silver", 3, 1, 2, 2, 1), ("silver", 4, 0, 1, 0, 2)),
    ]


@pytest.mark.parametrize(
    ("segment", "nearest"),
    [("categry", "category"), ("account.customer_teir", "account.customer_tier"), ("incident.stat", "incident.state")],
)
def test_an_unknown_segment_names_the_nearest_fields(data, segment, nearest):
    with pytest.raises(DatasetError, match=f"{segment}.*Nearest:.*{nearest}"):
        cs.sweep(data).by(segment)


def test_text_and_html(data):
    found = cs.sweep(data, cs.Policy(threshold=3))
    assert "three: every threshold from 1 to 4" in repr(found)
    assert "now" in repr(found)
    assert all(len(line) <= 80 for line in repr(found).splitlines())
    assert "<table>" in found._repr_mimebundle_()["text/html"]
    assert found.to_pandas()["cases"].tolist() == found.table["cases"].to_list()


def test_command(folder, capsys):
    assert main(["sweep", str(folder), "--set", "threshold=3"]) == 0
    assert "every threshold from 1 to 4" in capsys.readouterr().out
    assert main(["sweep", str(folder), "--json", "--out", str(folder / "curve.csv")]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert pl.read_csv(folder / "curve.csv").to_dicts() == shown["thresholds"]
    assert main(["sweep", str(folder), "--out", str(folder / "curve.parquet")]) == 0
    assert pl.read_parquet(folder / "curve.parquet").to_dicts() == shown["thresholds"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--out", "curve.txt"], "--out curve.txt: expected a file that ends in .csv or .parquet."),
        (["--out", "no/where/curve.csv"], "there is no folder"),
        (["--plot", "curve.png"], "expected a file that ends in .html"),
        (["--set", "treshold=3"], "Nearest: threshold"),
    ],
)
def test_bad_input(folder, capsys, words, says):
    assert main(["sweep", str(folder), *words]) in (1, 2)
    shown = capsys.readouterr()
    assert says in " ".join(shown.err.split())
    assert shown.out == ""


@pytest.mark.parametrize("lost", ["plotly", "casesim.charts"])
def test_plot_needs_something_to_draw_with(folder, capsys, monkeypatch, lost):
    monkeypatch.setattr("casesim.cli.sweep.find_spec", lambda name: None if name == lost else find_spec("json"))
    assert main(["sweep", str(folder), "--plot", str(folder / "curve.html")]) == 2
    assert "--out writes the figures" in " ".join(capsys.readouterr().err.split())
    assert not (folder / "curve.html").exists()
