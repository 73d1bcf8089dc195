"""Impact budgets: each figure against sums by hand and against the tables of both results."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casesim.analysis.ruletest import METRICS, run_files
from casesim.analysis.ruletest.budget import between
from casesim.cli import main
from tests.engine.running import engine_result
from tests.examples.example import threshold
from tests.strategies import scenarios


@pytest.fixture
def log(tmp_path):
    """A dataset of five incidents, a day apart from Thursday 5 March 2026, with 1, 2, 3, 3 and 4 accounts.

    All are resolved two hours later. Each account has a contact who can be told.
    """
    folder = tmp_path / "log"
    folder.mkdir()
    begin = datetime(2026, 3, 5, 10, tzinfo=UTC)
    opened = [begin + timedelta(days=day) for day in range(5)]
    affected = [(f"INC{n}", f"a{m}") for n, k in enumerate((1, 2, 3, 3, 4), 1) for m in range(1, k + 1)]
    ids = [f"a{n}" for n in range(1, 5)]
    tables = {
        "incident": {
            "number": [f"INC{n}" for n in range(1, 6)],
            "opened_at": opened,
            "resolved_at": [at + timedelta(hours=2) for at in opened],
            "state": "6",
        },
        "affected_account": {"incident": [n for n, _ in affected], "account": [a for _, a in affected]},
        "customer_account": {"sys_id": ids, "primary_contact": [f"p{one}" for one in ids]},
        "customer_contact": {"sys_id": [f"p{one}" for one in ids], "email": [f"{one}@example.com" for one in ids]},
    }
    for name, columns in tables.items():
        pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")
    return folder


def budget(folder, limits: str, *, was: int = 4, now: int = 3, more: str = ""):
    """A file of one budget: the threshold goes from `was` to `now`."""
    path = folder.parent / "budget.toml"
    path.write_text(
        '[[budget]]\nname = "change"\ndataset = "log"\n'
        f"before.properties.major_case_affected_account_threshold = {was}\n"
        f"set = {{ threshold = {now} }}\n{more}\n[budget.at_most]\n{limits}\n",
        encoding="utf-8",
    )
    return path


def verdict(path):
    [found] = run_files([path]).verdicts
    return found


def test_each_figure_by_hand(log):
    # T from 4 to 3: INC3 and INC4 (3 accounts each, Saturday and Sunday of one week) become major.
    # 2 of 5 flip. One major case more each. Its case and 3 children each are to be closed by hand: 8 more.
    # No case is resolved any more, so 6 mails on resolution are not sent.
    limits = "\n".join(f"{name} = 0" for name in METRICS)
    found = verdict(budget(log, limits))
    assert {name: value for name, (value, _) in found.figures.items()} == {
        "flipped": 2,
        "flipped_percent": 40,
        "cases": 2,
        "major_cases": 2,
        "major_cases_per_week": 2,
        "manual_closures": 8,
        "manual_closures_per_week": 8,
        "mails": -6,
        "mails_per_week": 0,
        "new_recipients": 0,
    }
    assert [fault.what for fault in found.faults][:2] == [
        "flipped: 2 incidents with another outcome, at most 0",
        "flipped_percent: 40 % of the incidents with another outcome, at most 0",
    ]
    assert found.faults[0].records == ("INC3 individual -> major", "INC4 individual -> major")
    weekly = next(fault for fault in found.faults if fault.what.startswith("manual_closures_per_week"))
    assert weekly.records == ("INC3 0 -> 4 (week of 2 Mar 2026)", "INC4 0 -> 4 (week of 2 Mar 2026)")


def test_a_limit_that_is_met_exactly_passes(log):
    assert verdict(budget(log, "flipped = 2\nflipped_percent = 40\nmanual_closures_per_week = 8")).passed
    assert not verdict(budget(log, "manual_closures_per_week = 7")).passed


def test_the_worst_week_counts_and_a_week_begins_on_monday(log):
    # T from 5 to 3: INC5 (4 accounts) is resolved on Monday 9 March, its 5 cases are of the next week.
    found = verdict(budget(log, "manual_closures = 0\nmanual_closures_per_week = 0", was=5))
    assert found.figures == {"manual_closures": (13, 0), "manual_closures_per_week": (8, 0)}


def test_only_incidents_of_the_period(log):
    # Sunday alone: INC4 of INC4 flips.
    period = "since = 2026-03-08\nuntil = 2026-03-09"
    assert verdict(budget(log, "flipped_percent = 2", more=period)).figures == {"flipped_percent": (100, 2)}


def test_who_got_no_mail_before_is_named_with_the_case(log):
    # Before, only incidents of one account get cases: a trigger on INC1. After it is gone, p2 to p4 are mailed too.
    path = log.parent / "budget.toml"
    path.write_text(
        '[[budget]]\nname = "open up"\ndataset = "log"\nbefore.trigger = { number = "INC1" }\nafter = {}\n'
        "[budget.at_most]\nnew_recipients = 2\n",
        encoding="utf-8",
    )
    [fault] = verdict(path).faults
    assert fault.what == "new_recipients: 3 people get a mail who got none before, at most 2"
    assert fault.records == ("pa2 by INC2-0002", "pa3 by INC3-0003", "pa4 by INC5-0004")


def test_the_command_fails_with_the_records(log, capsys):
    assert main(["test", str(budget(log, "flipped_percent = 2"))]) == 1
    shown = capsys.readouterr().out
    assert "INC3 individual -> major" in shown
    assert "0 passed, 1 failed." in shown


def test_the_policy_at_the_top_is_the_change(log):
    path = log.parent / "budget.toml"
    path.write_text(
        'policy.properties.major_case_affected_account_threshold = 3\n[[budget]]\nname = "b"\ndataset = "log"\n'
        "at_most.flipped = 9\n",
        encoding="utf-8",
    )
    # The dataset has no settings of its own: T = 5 is assumed before, so INC3 to INC5 flip.
    assert verdict(path).figures == {"flipped": (3, 9)}
    [found] = run_files([path], settings={"threshold": 2}).verdicts
    assert found.figures == {"flipped": (4, 9)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(whole=True), st.integers(1, 4), st.booleans())
def test_the_same_as_counted_from_the_tables(scenario, t, copies):
    tables, policy = scenario
    rule = {"business_rules": {"Update case worknote for comments change": copies}}
    results = engine_result(tables, policy), engine_result(tables, {**policy, **threshold(t), **rule})
    change = between(*(result.run for result in results))
    found = {name: metric.measure(change) for name, metric in METRICS.items()}
    before, after = results
    outcomes = [dict(zip(r.decisions["incident_number"], r.decisions["outcome"], strict=True)) for r in results]
    flips = [
        f"{number} {was} -> {outcomes[1][number]}" for number, was in outcomes[0].items() if was != outcomes[1][number]
    ]
    assert sorted(found["flipped"][1]) == sorted(flips)
    assert found["flipped"][0] == len(flips)
    assert found["flipped_percent"][0] == 100 * len(flips) / max(len(outcomes[0]), 1)
    assert found["cases"][0] == after.cases.height - before.cases.height
    majors = [(result.cases["kind"] == "major").sum() for result in results]
    assert found["major_cases"][0] == majors[1] - majors[0]
    sent = [result.notifications.filter(pl.col("status") == "sent") for result in results]
    assert found["mails"][0] == sent[1].height - sent[0].height
    was, now = (set(frame.select("contact", "consumer", "email").rows()) for frame in sent)
    assert found["new_recipients"][0] == len(now - was)
    hands = [summed(result) for result in results]
    assert found["manual_closures"][0] == hands[1].total() - hands[0].total()
    for name in ("manual_closures", "mails", "major_cases"):
        assert found[f"{name}_per_week"][0] >= 0


def summed(result) -> Counter:
    """Cases to close by hand, by incident."""
    codes = result.run.case_codes.filter("by_hand")
    return Counter(result.run.sides.incident["number"].gather(codes["incident"]).to_list())
