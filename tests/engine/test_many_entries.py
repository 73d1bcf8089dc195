"""Policies of thousands of entries: each means what it says, and none is too many."""

import polars as pl
import pytest

from casesim.dataset import load
from casesim.engine import decide
from casesim.engine.backend import collect, lazy
from casesim.engine.simulate import simulate
from casesim.policy import Policy

MANY = 10_000
ROWS = 50


@pytest.fixture(scope="module")
def data():
    """Incidents of a category each, all on one CI, which five accounts own a product each of."""
    numbers = range(ROWS)
    return load(
        {
            "incident": pl.DataFrame(
                {
                    "number": [f"INC{number:02}" for number in numbers],
                    "opened_at": ["2026-03-05 10:00:00"] * ROWS,
                    "category": [f"c{number * MANY // ROWS}" for number in numbers],
                    "cmdb_ci": ["ci"] * ROWS,
                }
            ),
            "sn_install_base_item": pl.DataFrame(
                {
                    "sys_id": [f"i{own}" for own in range(5)],
                    "configuration_item": ["ci"] * 5,
                    "account": [f"a{own}" for own in range(5)],
                    "product": [f"p{own * (MANY // 5)}" for own in range(5)],
                }
            ),
        }
    )


def test_r2_5_the_first_of_ten_thousand_overrides_that_matches_wins():
    policy = Policy(
        threshold=7,
        # Each category twice: the second never wins. Every thirtieth is also asked for something that nobody has.
        overrides=[
            {
                "when": {"category": f"c{place // 2}", **({"state": "9"} if place % 30 == 0 else {})},
                "threshold": place + 1,
            }
            for place in range(MANY)
        ],
    )
    asked = [0, 1, 14, 15, 16, 2_500, 4_995, 4_999, 5_000, 9_999]
    seen = pl.DataFrame({"text.incident.category": [f"c{each}" for each in asked], "text.incident.state": "1"})
    found = collect(decide.with_threshold(lazy(seen), policy, decide.text)).sort(pl.col("threshold"))
    # In plain Python: the first place of a category that is no multiple of thirty.
    first = [next((at for at in (2 * each, 2 * each + 1) if at % 30 and at < MANY), None) for each in asked]
    expected = {f"c{each}": 7 if at is None else at + 1 for each, at in zip(asked, first, strict=True)}
    assert dict(found.select("text.incident.category", "threshold").iter_rows()) == expected


def test_r4_the_type_and_defaults_of_each_of_ten_thousand_definitions(data):
    types = [{"product": f"p{n}", "table": f"t{n}", "defaults": {"u_line": f"line {n}"}} for n in range(MANY)]
    cases = simulate(data, Policy(threshold=9, case_types=types)).cases.frame()
    wanted = {(f"a{own}", f"t{own * (MANY // 5)}", f"line {own * (MANY // 5)}") for own in range(5)}
    assert set(cases.select("account", "sys_class_name", "u_line").iter_rows()) == wanted


def test_r2_4_a_thousand_conditions_must_all_hold(data):
    fields = [f"u_{place}" for place in range(1_000)]
    incidents = data.collect(data.frame("incident", ["number", "opened_at"])).head(2)
    incidents = incidents.with_columns(pl.lit("x").alias(field) for field in fields)
    incidents = incidents.with_columns(u_999=pl.Series(["x", None]))
    listed = pl.DataFrame({"incident": incidents["number"], "account": ["a1", "a1"]})
    policy = Policy(trigger={field: {"set": True} for field in fields})
    decided = simulate(load({"incident": incidents, "affected_account": listed}), policy).decided
    assert decided["reason"].to_list() == ["below_threshold", "trigger"]


def test_r6_a_thousand_planned_actions_reach_whom_their_conditions_name(data):
    plans = [{"when": {"category": f"c{each * 10}"}, "message": f"m{each} {{number}}"} for each in range(1_000)]
    result = simulate(data, Policy(threshold=3, additional_comments_sync=True, notify=plans))
    # Every twentieth plan names a category that an incident has.
    told = {f"m{number * 20} INC{number:02}" for number in range(ROWS)}
    assert set(result.journal.frame()["value"]) == told


def test_a_template_of_thousands_of_parts(data):
    result = simulate(data, Policy(threshold=9, mapping={"individual": {"u_all": "{number} " * 2_000}}))
    assert result.cases.frame()["u_all"][0] == "INC00 " * 2_000
