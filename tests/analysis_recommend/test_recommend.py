"""Recommendations worked by hand, and against a search over all thresholds one by one."""

import json
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim.analysis.recommend import recommend
from casesim.analysis.recommend.choose import undominated
from casesim.analysis.recommend.resample import blocks, change_point, drawn
from casesim.analysis.recommend.text import _chance
from casesim.cli import main

# Twelve weeks from Monday 2 March 2026. Week w (0 to 11) has one incident with w + 1 customers, resolved a day later.
START = datetime(2026, 3, 2, 10)
CUSTOMERS = [f"a{n:02}" for n in range(12)]


@pytest.fixture(scope="module")
def data():
    opened = [START + timedelta(weeks=week) for week in range(12)]
    listed = [(f"INC{week:02}", name) for week in range(12) for name in CUSTOMERS[: week + 1]]
    return cs.load(
        {
            "incident": pl.DataFrame(
                {
                    "number": [f"INC{week:02}" for week in range(12)],
                    "opened_at": opened,
                    "resolved_at": [at + timedelta(days=1) for at in opened],
                    "state": ["6"] * 12,
                }
            ),
            "affected_account": pl.DataFrame(listed, schema=["incident", "account"], orient="row"),
            "customer_account": pl.DataFrame(
                {"sys_id": CUSTOMERS, "primary_contact": CUSTOMERS, "contract_value": [100.0] + [0.0] * 11}
            ),
            "customer_contact": pl.DataFrame(
                {"sys_id": CUSTOMERS, "email": [f"{name}@example.com" for name in CUSTOMERS]}
            ),
        }
    )


def recommended(data, threshold=5, **limits):
    return cs.sweep(data, cs.Policy(threshold=threshold)).recommend(**limits)


def test_the_smallest_change_that_keeps_a_limit(data):
    # Incidents with 5 to 12 customers are major: 8. At most 4 are from T = 9 on.
    found = recommended(data, max_major_cases=4)
    assert (found.current, found.threshold, found.same) == (5, 9, (9, 9))
    assert found.admissible == [(9, 13)]
    below, above = found.neighbours
    assert (below.threshold, below.figure, below.by, above) == (8, 5, 1, None)


def test_the_current_threshold_is_kept_where_it_keeps_the_limits(data):
    found = recommended(data, max_major_cases=8)
    assert found.threshold == 5
    assert "keep threshold 5" in repr(found)
    assert "casesim preview" not in repr(found)


def test_two_limits_from_both_sides(data):
    # T = 9: majors have 9 + 10 + 11 + 12 customers, so 42 + 4 cases by hand; 36 resolve by themselves; T = 10: 36, 45.
    found = recommended(data, max_manual_closures=46, min_auto_resolved_cases=45)
    assert found.threshold == 10
    row = found.table.row(9, named=True)
    assert (row["threshold"], row["manual_closures"], row["auto_resolved_cases"], row["admissible"]) == (
        10,
        36,
        45,
        True,
    )
    row = found.table.row(8, named=True)
    assert (row["broken"], row["excess"]) == ("auto_resolved_cases", 9)


def test_limits_that_conflict(data):
    # 36 cases by hand at most: T >= 10, where 45 resolve by themselves; at most 20 do up to T = 6 (1 + 2 + 3 + 4 + 5).
    found = recommended(data, max_manual_closures=36, max_auto_resolved_cases=20)
    assert (found.threshold, found.same, found.admissible) == (None, None, [])
    assert {limit.metric for limit in found.conflict.limits} == {"manual_closures", "auto_resolved_cases"}
    near = found.conflict.nearest
    # T = 8: 50 + 5 by hand (1.5 times), 28 by themselves (1.4 times); T = 7: 63, 21; T = 9: 46, 36 (1.8 times).
    assert (near.threshold, near.limit.metric, near.figure, near.by) == (8, "manual_closures", 55, 19)
    assert "These conflict" in repr(found)


def test_a_limit_that_no_threshold_keeps(data):
    found = recommended(data, max_notifications_sent=10, max_major_cases=20)
    assert [limit.metric for limit in found.conflict.limits] == ["notifications_sent"]
    # All major: 78 opening mails and none on resolution.
    assert (found.conflict.nearest.threshold, found.conflict.nearest.figure) == (1, 78)


@pytest.mark.parametrize(
    ("metric", "at_5", "at_9"),
    [
        ("manual_closures_per_week", 13, 13),
        ("manual_closures_per_week_mean", (5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 8) / 12, 46 / 12),
        ("major_cases_per_week", 1, 1),
        ("notifications_sent", 78 + 10, 78 + 36),
        ("notifications_peak_hour", 12, 12),
        ("mails_per_contact_hour", 1, 1),
        # The account with all the value is in every incident: 8 and 4 of 12 are major.
        ("major_value_percent", 100 * 8 / 12, 100 * 4 / 12),
    ],
)
def test_each_metric_by_hand(data, metric, at_5, at_9):
    found = recommended(data, **{f"max_{metric}": 1000})
    by_threshold = dict(zip(found.table["threshold"], found.table[metric], strict=True))
    assert by_threshold[5] == pytest.approx(at_5)
    assert by_threshold[9] == pytest.approx(at_9)


def test_the_backtest_chooses_on_two_thirds_and_judges_by_the_rest(data):
    # The first 8 weeks have 1 to 8 customers; half a major case a week is 4 of 8: T = 5. Later all are major.
    found = recommended(data, threshold=1, max_major_cases_per_week_mean=0.5)
    assert (found.backtest.weeks, found.backtest.rest, found.backtest.threshold) == (8, 4, 5)
    [broken] = found.backtest.broken
    assert (broken.figure, broken.by) == (1.0, 0.5)


def test_drift_says_what_the_last_weeks_alone_would_have_said(data):
    # The last 6 weeks have 7 to 12 customers: 3 of 6 are major at T = 10; in all weeks 6 of 12 are at T = 7.
    found = recommended(data, threshold=1, max_major_cases_per_week_mean=0.5)
    assert (found.threshold, found.drift.quarter) == (7, 10)
    assert "Drift: the last weeks alone would have said 10." in repr(found)
    monday, change = found.drift.changes["manual_closures"]
    assert (monday, change.before, change.after) == (date(2026, 4, 13), 4.5, 10.5)


def test_too_few_weeks_are_said_to_be_too_few(data):
    few = cs.load(
        {
            "incident": pl.DataFrame({"number": ["INC1"], "opened_at": [START]}),
            "affected_account": pl.DataFrame({"incident": ["INC1"], "account": ["a1"]}),
        }
    )
    found = recommended(few, max_major_cases=0)
    assert (found.interval, found.backtest, found.drift) == (None, None, None)
    assert "cannot be said from 1 week of data" in repr(found)


def test_no_incidents():
    none = cs.load(
        {
            "incident": pl.DataFrame(
                {"number": [], "opened_at": []}, schema={"number": pl.String, "opened_at": pl.String}
            ),
            "affected_account": pl.DataFrame(schema={"incident": pl.String, "account": pl.String}),
        }
    )
    assert "no incidents" in repr(recommended(none, max_major_cases=0))


def test_the_interval_is_that_of_weeks_drawn_again(data):
    found = recommended(data, max_major_cases=4)
    majors = np.array([[week + 1 >= threshold for threshold in range(1, 14)] for week in range(12)])
    resampled = drawn(12) @ majors
    chosen = [next(T for T in range(1, 14) if row[T - 1] <= 4) for row in resampled]
    # From a current threshold of 5, smaller ones are as good where they keep the limit: the nearest is 5 itself.
    nearest = [max(each, 5) for each in chosen]
    assert found.interval.low == np.quantile(nearest, 0.05, method="nearest")
    assert found.interval.high == np.quantile(nearest, 0.95, method="nearest")
    assert found.interval.holds == pytest.approx((resampled[:, 8] <= 4).mean())


def test_the_band_of_the_curve_holds_95_of_100_resamples(data):
    low, high = cs.sweep(data, cs.Policy(threshold=5)).band("major_cases")
    # At 1 each week has its one major case, whichever are drawn; at 13 none has.
    assert (low[0], high[0], low[12], high[12]) == (12, 12, 0, 0)
    for threshold in range(1, 14):
        sums = sorted(
            sum(int(times) for week, times in enumerate(row) if week + 1 >= threshold) for row in drawn(12).tolist()
        )
        assert (low[threshold - 1], high[threshold - 1]) == (sums[25], sums[974])


def test_no_band_with_fewer_than_eight_weeks_or_for_the_fullest_hour(data):
    assert cs.sweep(data, cs.Policy(threshold=5)).band("notifications_peak_hour") is None
    incidents = {"number": ["INC1", "INC2"], "opened_at": [START, START + timedelta(weeks=6)]}
    listed = {"incident": ["INC1"], "account": ["a00"]}
    short = cs.load({"incident": pl.DataFrame(incidents), "affected_account": pl.DataFrame(listed)})
    assert cs.sweep(short, cs.Policy(threshold=5)).band("major_cases") is None
    incidents["opened_at"][1] += timedelta(weeks=1)
    enough = cs.load({"incident": pl.DataFrame(incidents), "affected_account": pl.DataFrame(listed)})
    assert cs.sweep(enough, cs.Policy(threshold=5)).band("major_cases") is not None


def test_resamples_are_blocks_of_weeks_as_many_as_there_are():
    times = drawn(30)
    assert blocks(30) == 3
    assert times.shape == (1000, 30)
    assert (times.sum(axis=1) == 30).all()
    assert times.mean() == pytest.approx(1)
    assert (times.mean(axis=0) > 0.8).all()
    assert np.array_equal(times, drawn(30))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25))
@settings(deadline=None)
def test_undominated_rows_are_those_that_no_row_beats(rows):
    costs = np.array(rows, float)
    plain = [
        not any(all(b <= a for a, b in zip(one, other, strict=True)) and other != one for other in rows) for one in rows
    ]
    assert undominated(costs).tolist() == plain


@given(st.lists(st.integers(0, 6), min_size=8, max_size=20))
@settings(deadline=None)
def test_the_change_point_is_pettitts(values):
    def u(t):
        return sum((x > y) - (x < y) for x in values[: t + 1] for y in values[t + 1 :])

    n = len(values)
    every = [u(t) for t in range(n - 1)]
    k = max(abs(each) for each in every)
    p = 2 * np.exp(-6 * k**2 / (n**3 + n**2))
    found = change_point(np.array(values))
    assert (found is None) == (p > 0.05)
    if found is not None:
        assert abs(every[found.week - 1]) == k
        assert found.before == pytest.approx(np.mean(values[: found.week]))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "needs a limit"),
        (["--max", "manual_closure_per_week=40"], "Nearest: manual_closures_per_week"),
        (["--max", "major_cases"], "expected METRIC=VALUE"),
        (["--max", "major_cases=-1"], "a number of at least 0"),
        (["--max", "major_cases=nan"], "a number of at least 0"),
        (["--min", "major_cases=lots"], "a number of at least 0"),
        (["--max", "major_cases=4", "--out", "table.txt"], ".csv"),
    ],
)
def test_the_command_refuses(flags, said, capsys):
    assert main(["recommend", *flags]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert said in told


def test_the_command(tmp_path, capsys):
    out = tmp_path / "table.csv"
    assert main(["recommend", "--max", "major_cases_per_week=100", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["threshold"] == 66
    assert told["admissible"] == [[66, 6416]]
    assert pl.read_csv(out).height == len(told["table"])


def test_the_text_fits_on_a_terminal(data):
    for found in (
        recommended(data, max_major_cases=4),
        recommended(data, max_manual_closures=1, max_notifications_sent=1),
    ):
        assert max(len(line) for line in repr(found).splitlines()) <= 80
        assert found._repr_mimebundle_()["text/html"].startswith("<div>")


def test_a_suggestion_says_what_it_costs(data):
    # Incidents with 5 to 12 customers are major, 8 of them with 5 + … + 12 = 68 children, and 1 + … + 4 = 10 cases
    # resolve by themselves. From T = 2 on 11 are major with 77 children; one case resolves by itself.
    found = recommended(data, max_auto_resolved_cases=1)
    assert found.threshold == 2
    assert found.main.rows() == [
        ("major_cases", 8, 11, True),
        ("individual_cases", 10, 1, False),
        ("manual_closures", 76, 88, True),
        ("auto_resolved_cases", 10, 1, True),
        # 78 when cases open, and one for each that resolves.
        ("notifications_sent", 88, 79, False),
        ("notifications_peak_hour", 12, 12, False),
    ]
    text, html = repr(found), found._repr_mimebundle_()["text/html"]
    said = (
        "It makes worse by more than a tenth: major cases 8 -> 11, cases to close by hand 76 -> 88, cases that resolve"
    )
    assert said in " ".join(text.split())
    assert [line.split()[:3] for line in text.splitlines() if line.startswith("[!] ") and "+" in line] == [
        ["[!]", "major", "cases"],
        ["[!]", "cases", "to"],
    ]
    assert "<td>major cases</td><td>8</td><td>11</td><td>+3</td><td>+37.5 %</td><td>worse</td>" in html
    assert found.to_dict()["main"][0] == {"metric": "major_cases", "current": 8, "suggested": 11, "worse": True}
    assert found.no_majors is False


def test_a_suggestion_says_that_nothing_is_major_any_more(data):
    found = recommended(data, max_major_cases=0)
    assert (found.threshold, found.no_majors) == (13, True)
    assert "No incident would be major any more." in repr(found)
    assert "No incident would be major any more." in found._repr_mimebundle_()["text/html"]
    assert "Allowed are 13 and more." in repr(found)


def test_other_settings_than_the_policys_are_not_now(data):
    thresholds = cs.sweep(data, cs.Policy(customers="both")).thresholds
    found = recommend(thresholds, cs.Policy(threshold=5), {"max_major_cases": 0})
    assert found.standing == "at 5"


def test_a_chance_is_never_none_at_all():
    assert [_chance(p) for p in (0.0, 0.00099, 0.001, 0.0123)] == ["p < 0.001", "p < 0.001", "p = 0.001", "p = 0.012"]
