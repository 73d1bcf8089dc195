"""Figures show the tables' figures, say the finding, and take no text of the data for markup."""

import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim import charts
from casesim.analysis.compare.text import WORDS
from casesim.charts import tokens
from casesim.charts.curve_ground import clipped
from tests.analysis_sweep.test_by_hand import TABLES


@pytest.fixture(scope="module")
def data():
    return cs.load(TABLES, name="three")


@pytest.fixture(scope="module")
def table(data):
    return cs.sweep(data, cs.Policy(threshold=3)).table


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#FFFFFF", "#111317"])
@pytest.mark.parametrize("mark", [tokens.NOW, tokens.PROPOSED, tokens.CHANGE, tokens.INK])
def test_marks_stand_out_on_both_grounds(mark, ground):
    lighter, darker = sorted((luminance(mark), luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


@pytest.mark.parametrize("measure", charts.MEASURES)
def test_the_curve_has_the_value_of_every_threshold(table, measure):
    parts = charts.curve_ground(table, measure, 3)
    steps = dict(zip(parts["line"]["x"], parts["line"]["y"].tolist(), strict=True))
    value = None
    for threshold, expected in table.select("threshold", measure).iter_rows():
        value = steps.get(threshold, value)
        assert value == expected


def test_the_band_stands_behind_the_curve_and_in_its_texts(table):
    band = np.array([0, 0, 0, 0]), np.array([9, 6, 3, 1])
    figure = charts.sweep_curve(table, current=3, band=band)
    low, high, line = figure.data[:3]
    assert dict(zip(high.x, high.y, strict=True)).items() <= {1: 9, 2: 6, 3: 3, 4: 1}.items()
    assert list(low.x) == list(high.x) == list(line.x)
    assert set(low.y) == {0}
    assert line.customdata[0].endswith("<br>95 % of resampled weeks: 0 to 9")
    assert any("95 %" in note.text for note in figure.layout.annotations)
    bare = charts.sweep_curve(table, current=3)
    assert [len(trace.x) for trace in bare.data[:2]] == [0, 0]
    assert not any("95 %" in note.text for note in bare.layout.annotations)


@pytest.mark.parametrize(
    ("now", "proposed", "title"),
    [
        (3, 4, "Raising the threshold from 3 to 4: 1 fewer major case, 1 → 0"),
        (4, 1, "Lowering the threshold from 4 to 1: 2 more major cases, 0 → 2"),
        (2, 3, "Raising the threshold from 2 to 3 leaves 1 major case"),
        (3, 3, "At threshold 3: 1 major case"),
        # Beyond the last threshold of the table nothing changes.
        (3, 99, "Raising the threshold from 3 to 99: 1 fewer major case, 1 → 0"),
    ],
)
def test_the_title_says_the_finding(table, now, proposed, title):
    assert charts.sweep_curve(table, current=now, proposed=proposed).layout.title.text == title


def test_stems_are_the_incidents_with_exactly_so_many_customers(table):
    parts = charts.curve_ground(table, "major_cases", 3)
    assert (parts["stems"]["x"], parts["stems"]["y"]) == ([1, 1, None, 3, 3, None], [0, 1, None, 0, 1, None])
    assert parts["stems"]["customdata"][3] == "1 incident has exactly 3 customers"
    # Those that change between 3 and 4 have 3, and between 3 and 1 those that have 1.
    for proposed, stems in ((4, ["M3,0V1"]), (1, ["M1,0V1"]), (2, []), (3, [])):
        shapes = charts.curve_marks(table, "major_cases", 3, proposed)["shapes"]
        assert [shape["path"] for shape in shapes if shape.get("yref") == "y2"] == stems


def test_the_part_of_the_line_that_changes_runs_along_the_line(table):
    def line(now, proposed):
        shapes = charts.curve_marks(table, "major_cases", now, proposed)["shapes"]
        return [shape["path"] for shape in shapes if shape["type"] == "path" and shape.get("yref") == "y"]

    # Two major cases at 1, one at 2 and 3, none at 4.
    assert line(1, 4) == line(4, 1) == ["M1,2H2V1H4V0"]
    assert line(3, 3) == []


def test_now_is_hollow_and_dotted_and_proposed_is_full_and_solid(table):
    shapes = charts.sweep_curve(table, current=3, proposed=4).layout.shapes
    now, proposed = (shape for shape in shapes if shape.type == "line")
    assert (now.x0, now.line.dash, proposed.x0, proposed.line.dash) == (3, "dot", 4, None)
    hollow, full = (shape for shape in shapes if shape.xsizemode == "pixel")
    assert (hollow.xanchor, hollow.yanchor, full.xanchor, full.yanchor) == (3, 1, 4, 0)
    assert hollow.fillcolor != hollow.line.color
    assert full.fillcolor == full.line.color


def spans(shape: dict, values: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """What a label covers, in parts of the plot: its words take a quarter of the width, a tenth of the height.

    Below its dot it stands apart by half as much again.
    """
    x, y = np.log(shape["x0"]) / np.log(len(values)), shape["y0"] / values.max()
    wide = (x - 0.25, x) if shape["label"]["xanchor"] == "right" else (x, x + 0.25)
    return wide, ((y - 0.15, y) if shape["label"]["yanchor"] == "top" else (y, y + 0.1))


# Near either end, and anywhere.
NEAR = st.integers(1, 8) | st.integers(1, 500) | st.integers(40, 60)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=50, max_size=60).filter(any), NEAR, NEAR)
def test_no_label_stands_out_of_the_picture_or_on_the_other(steps, now, proposed):
    majors = np.cumsum(steps[::-1])[::-1]
    table = pl.DataFrame({"threshold": np.arange(len(majors)) + 1, "incidents_major": majors, "major_cases": majors})
    table = table.with_columns(incidents_none=pl.lit(0), incidents_individual=pl.Series(majors[0] - majors))
    shapes = charts.curve_marks(table, "major_cases", now, proposed)["shapes"]
    labels = [shape for shape in shapes if "<b>" in shape.get("label", {}).get("text", "")]
    top = len(majors)
    assert len(labels) == (1 if min(now, top) == min(proposed, top) else 2)
    reach = [spans(shape, majors) for shape in labels]
    for (left, right), (low, high) in reach:
        assert left >= -0.02
        assert right <= 1.02
        # The axis ends a little above the highest value.
        assert low >= 0
        assert high <= 1.05
    if len(reach) == 2:
        (one, lower), (other, upper) = reach
        apart = one[1] <= other[0] or other[1] <= one[0]
        assert apart or lower[1] <= upper[0] + 1e-9 or upper[1] <= lower[0] + 1e-9


def test_weeks_stack_to_what_is_major_on_either_side():
    mondays = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]
    now, proposed = np.array([0, 5, 3, 0]), np.array([0, 2, 3, 0])
    parts = charts.week_parts(mondays, now, proposed)
    assert parts["hover"]["x"] == mondays[1:3]
    moves, stays = parts["shapes"]
    # From Friday to Thursday around each Monday: of 5 and 3 there stay 2 and 3.
    bars = "M2026-03-06,0H2026-03-06V{}H2026-03-12V0H2026-03-13V{}H2026-03-19V0Z"
    assert (moves["path"], stays["path"]) == (bars.format(5, 3), bars.format(2, 3))
    assert (stays["fillcolor"], moves["fillcolor"]) == (tokens.PROPOSED, tokens.CHANGE)
    assert (parts["moves_words"], parts["axis"]) == ("no longer major", "week starting; 2 weeks without any not drawn")
    assert parts["hover"]["customdata"].tolist() == [[5, 2], [3, 3]]
    assert (parts["span"], parts["top"]) == (["2026-03-05", "2026-03-20"], 6)
    assert charts.week_parts(mondays, proposed, now)["moves_words"] == "newly major"


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=20))
def test_no_bar_stands_out_of_the_picture(pairs):
    mondays = [date(2026, 3, 2) + timedelta(weeks=week) for week in range(len(pairs))]
    now, proposed = np.array(pairs).T
    top = charts.week_parts(mondays, now, proposed)["top"]
    assert top >= max(1, now.max(), proposed.max())
    # And none is lost at its bottom.
    assert top <= max(1, 2.2 * max(now.max(), proposed.max()))


def test_totals_show_what_changes_alone(data):
    found = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)).totals
    [bars] = charts.totals(found, WORDS).data
    assert len(bars.y) == found.filter(pl.col("change") != 0).height
    by_metric = dict(zip(bars.y, bars.text, strict=True))
    assert by_metric["cases to close by hand"] == "−4 (−100.0 %)"
    assert by_metric["cases that resolve by themselves"] == "+3 (from none)"


def test_mails_before_and_after(data):
    found = cs.floods(data, cs.Policy(threshold=9)).with_control({"max_per_contact": 1, "window": "1d"})
    figure = charts.mails(found.hours)
    assert figure.layout.title.text == "Up to 3 mails to one person in one hour; with flood control up to 1"
    assert [trace.name for trace in figure.data] == ["before", "after"]


def test_a_recommendation_shades_what_is_allowed(data):
    found = cs.sweep(data, cs.Policy(threshold=1)).recommend(max_major_cases=1)
    limits = {limit.metric: (limit.value, str(limit)) for limit in found.limits}
    figure = charts.recommendation(found.table, limits, current=1, recommended=found.threshold)
    assert figure.layout.title.text == "Threshold 2 instead of 1 (shaded: allowed)"
    [shaded] = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (shaded.x0, shaded.x1) == (2, 5)


def test_workload_and_fidelity(data):
    weeks = cs.workload(data, cs.Policy(threshold=3), team=2).weeks
    assert charts.workload(weeks).layout.title.text == "No case waits at the end of any week"
    reasons = pl.DataFrame(
        {
            "status": ["matched", "surplus", "surplus"],
            "reason": ["as_predicted", "left_out", "no_real_case"],
            "words": ["as predicted", "<b>x</b>", "no real case"],
            "cases": [3, 1, 90],
        }
    )
    figure = charts.fidelity(reasons)
    assert figure.layout.title.text == "75.0 % of the cases are both real and simulated"
    assert list(figure.data[0].y) == ["simulated, not real: &lt;b&gt;x&lt;/b&gt;", "both: as predicted"]


def test_empty_tables_say_so(table):
    empty = [
        charts.sweep_curve(table.head(0), current=1),
        charts.weeks([], np.zeros(0, int), np.zeros(0, int)),
        charts.totals(pl.DataFrame(schema={"metric": str, "a": int, "b": int, "change": int}), {}),
        charts.mails(pl.DataFrame(schema={"mails": int, "contact_hours": int})),
        charts.fidelity(pl.DataFrame(schema={"status": str, "reason": str, "words": str, "cases": int})),
        charts.workload(
            pl.DataFrame(schema={"week": pl.Date, "waiting": int, "hours_needed": float, "hours_available": float})
        ),
    ]
    for figure in empty:
        assert not figure.data
        assert figure.layout.annotations[0].text.endswith(".")


def test_no_figure_loads_anything(table):
    page = charts.sweep_curve(table, current=3).to_html(include_plotlyjs=False, full_html=False)
    assert not re.search(r"<script[^>]+src=", page)


@pytest.mark.parametrize("text", ["<b>x</b>", "<a href='javascript:1'>x</a>", "a&b", "x\nscript"])
def test_texts_of_the_data_are_no_markup(text):
    assert not re.search(r"[<>\n]|&(?!lt;|gt;|amp;)", tokens.safe(text))


def test_values_draw_themselves(data):
    swept = cs.sweep(data, cs.Policy(threshold=3))
    assert swept.plot("manual_closures", proposed=4).layout.title.text.startswith(
        "Raising the threshold from 3 to 4: 4 fewer"
    )
    change = cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4))
    assert change.plot().layout.title.text == "Cases to close by hand: 4 → 0"


def test_the_command_draws_the_curve(tmp_path, capsys):
    from casesim.cli import main

    file = tmp_path / "curve.html"
    assert main(["sweep", "--plot", str(file)]) == 0
    assert f"Wrote {file}" in capsys.readouterr().out
    assert "At threshold 5: 1,531 major cases" in file.read_text()


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=80))
def test_no_two_stems_of_different_length_look_alike(steps):
    majors = np.append(np.cumsum(steps[::-1])[::-1], 0)
    _, heights, clip = clipped(majors)
    drawn = sorted(zip(heights.tolist(), np.minimum(heights, clip).tolist(), strict=True))
    for (length, shown), (longer, above) in pairwise(drawn):
        assert (above > shown) is (longer > length)
