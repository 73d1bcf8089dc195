"""Weeks add up to the sweep, and the peaks of weeks are those of whole runs (R5, R7.1), for every threshold."""

from collections import Counter
from copy import deepcopy
from datetime import timedelta
from itertools import product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casesim.analysis import peaks
from casesim.analysis.peaks import contact_hours, peak_hours
from casesim.analysis.sweep import sweep
from casesim.analysis.weekly import CLOSING, weekly
from casesim.dataset import load
from casesim.policy import Policy
from tests.analysis_sweep.plain import at
from tests.engine.running import with_a_way
from tests.frames import frames
from tests.reference import simulate
from tests.strategies import scenarios

some = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def swept(tables, policy):
    return sweep(load(with_a_way(frames(deepcopy(tables)))), Policy.from_dict(policy))


@some
@given(scenarios(whole=True))
def test_weeks_add_up_to_the_sweep(scenario):
    found = swept(*scenario)
    weeks = weekly(found.thresholds)
    for name, values in weeks.values.items():
        assert values.sum(axis=0).tolist() == found.table[name].to_list()
        assert values.shape == (len(weeks.weeks), found.table.height)


@some
@given(scenarios(whole=True))
def test_the_fullest_hour_of_any_week_is_that_of_the_sweep(scenario):
    found = swept(*scenario)
    weeks = weekly(found.thresholds)
    if len(weeks.weeks):
        peaks = peak_hours(found.thresholds, weeks.first, len(weeks.weeks))
        assert peaks.max(axis=0).tolist() == found.table["notifications_peak_hour"].to_list()


@some
@given(scenarios(whole=True))
def test_the_most_to_one_contact_in_an_hour_is_that_of_each_run(scenario):
    tables, policy = scenario
    found = swept(tables, policy)
    weeks = weekly(found.thresholds)
    if not len(weeks.weeks):
        return
    peaks = contact_hours(found.thresholds, weeks.first, len(weeks.weeks)).max(axis=0)
    for threshold in range(1, found.table.height + 1):
        rows = simulate(deepcopy(tables), at(policy, threshold))["notifications"]
        hours = Counter(
            (
                row["contact"],
                row["consumer"] if row["contact"] is None else None,
                row["created_at"].replace(minute=0, second=0, microsecond=0),
            )
            for row in rows
            if row["status"] == "sent"
        )
        assert peaks[threshold - 1] == max(hours.values(), default=0)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(1, 5), st.integers(1, 5)), max_size=40),
    st.integers(1, 4),
)
def test_leaving_out_cells_that_cannot_be_the_highest_leaves_nothing_out(rows, times):
    # Cell, week, first and last threshold of a mail, each so many times; a cell is in one week.
    rows = [(cell * 3 + week, week, first, last) for cell, week, first, last in rows] * times
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    plain = np.zeros((3, 5), np.int64)
    for week, threshold in product(range(3), range(1, 6)):
        within = Counter(cell for cell, its, first, last in rows if its == week and first <= threshold <= last)
        plain[week, threshold - 1] = max(within.values(), default=0)
    cell, week, first, last = columns
    steps = {"cell": cell, "first": first, "last": last, "sent": np.ones_like(cell)}
    if len(rows):
        assert np.array_equal(peaks._highest(steps, week, 3, 5), plain)


def test_each_figure_falls_in_its_own_week():
    # Sunday 8 March 2026 23:59 and Monday 9 March 00:00 are in different weeks; INC1 is resolved in the second.
    tables = {
        "incident": [
            {"number": "INC1", "opened_at": "2026-03-08 23:59:00", "resolved_at": "2026-03-09 00:00:00", "state": "6"},
            {"number": "INC2", "opened_at": "2026-03-09 00:00:00"},
        ],
        "affected_account": [
            {"incident": "INC1", "account": "a1"},
            {"incident": "INC1", "account": "a2"},
            {"incident": "INC2", "account": "a1"},
        ],
    }
    weeks = weekly(swept(tables, {}).thresholds)
    assert [str(week) for week in weeks.weeks] == ["2026-03-02", "2026-03-09"]
    assert weeks.incidents.tolist() == [1, 1]
    # Weeks by T = 1, 2, 3: INC1 is major up to 2, INC2 up to 1.
    assert weeks.values["major_cases"].tolist() == [[1, 1, 0], [1, 0, 0]]
    assert weeks.values["manual_closures"].tolist() == [[0, 0, 0], [3, 3, 0]]
    assert weeks.values["auto_resolved_cases"].tolist() == [[0, 0, 0], [0, 0, 2]]
    assert set(CLOSING) <= set(weeks.values)
    assert weeks.weeks[1] - weeks.weeks[0] == timedelta(days=7)
    assert all(values.dtype == np.int64 for values in weeks.values.values())
