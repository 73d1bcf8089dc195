"""Times at the ends of the calendar: told as they are, and whatever a setting moves past them in one sentence."""

import polars as pl
import pytest

import casesim as cs
from casesim.analysis.check import data_check
from casesim.tables import PolicyError

FIRST, LATE, LAST = "0001-01-01 00:00:00", "9999-12-31 23:00:00", "9999-12-31 23:59:59"


def data(opened: str, resolved: str = ""):
    """One incident of three accounts whose contact can be told, and a comment on it."""
    return cs.load(
        {
            "incident": pl.DataFrame(
                {
                    "number": ["INC1"],
                    "opened_at": [opened],
                    "resolved_at": [resolved],
                    "state": ["6" if resolved else "2"],
                }
            ),
            "affected_account": pl.DataFrame({"incident": ["INC1"] * 3, "account": ["a", "b", "c"]}),
            "customer_account": pl.DataFrame({"sys_id": ["a", "b"], "primary_contact": ["k", "k"]}),
            "customer_contact": pl.DataFrame({"sys_id": ["k"], "name": ["K"], "email": ["k@example.com"]}),
            "sys_journal_field": pl.DataFrame(
                {"element_id": ["INC1"], "element": ["comments"], "value": ["x"], "sys_created_on": [opened]}
            ),
        }
    )


def everything(dataset, policy, folder):
    """Everything that shows or writes a time."""
    result = cs.simulate(dataset, policy)
    result.write(folder / "parquet")
    result.write(folder / "csv", format="csv")
    story = result.explain("INC1")
    return [
        *(repr(result), repr(story), story.to_dict(), repr(cs.sweep(dataset, policy)), repr(cs.workload(result))),
        *(repr(cs.compare(dataset, policy, policy.with_(threshold=9))), repr(cs.floods(result)), repr(dataset)),
        repr(data_check(dataset, policy)),
    ]


@pytest.mark.parametrize(("opened", "resolved"), [(FIRST, "0001-01-01 01:00:00"), (LATE, LAST)])
def test_the_first_and_the_last_hour_are_like_any_other(tmp_path, opened, resolved):
    assert all(everything(data(opened, resolved), cs.Policy(threshold=2, additional_comments_sync=True), tmp_path))


FAR = {
    "generation_delay (R3.6)": {"generation_delay": "1h"},
    "major_resolution_delay (R7.2)": {"major_resolution_delay": "1s", "parent_child_case_sync": True},
    "[[notify]] after (R6)": {"additional_comments_sync": True, "notify": [{"message": "m", "after": "36500d"}]},
    "[flood] (R5.3)": {"flood": {"quiet_hours": ["22:00", "06:00"]}},
}


@pytest.mark.parametrize("setting", FAR)
def test_what_moves_a_time_past_the_year_9999_is_refused_by_name(tmp_path, setting):
    policy = cs.Policy(threshold=2, **FAR[setting])  # type: ignore[arg-type]
    with pytest.raises(PolicyError) as fault:
        everything(data(LATE, LAST), policy, tmp_path)
    assert str(fault.value).startswith(f"{setting}: moves ")
    assert "past 9999-12-31" in str(fault.value)
    assert not (tmp_path / "parquet").exists()


def test_a_digest_at_the_end_of_a_window_past_the_year_9999_is_refused(tmp_path):
    flood = {"max_per_contact": 1, "window": "36500d", "digest": True}
    with pytest.raises(PolicyError, match=r"^\[flood\] \(R5\.3\): moves 3 times of this dataset past"):
        everything(data(LATE), cs.Policy(threshold=9, flood=flood), tmp_path)
