"""Other settings are counted beside the screen: it says which step, and can be given up."""

import asyncio
import threading

import pytest

import casesim as cs
from casesim.workbench import Workbench, workbench
from tests.analysis_sweep.test_by_hand import TABLES
from tests.workbench.test_workbench import words
from tests.workbench.waiting import LONGEST, everything, until

whole_board = workbench.whole_board


class Steps(list):
    """The steps that a board told; each waits until all may go on."""

    def __init__(self) -> None:
        self.on = threading.Event()
        self.on.set()


@pytest.fixture
def slow(monkeypatch):
    """Every board says its steps, and waits where it is told to."""
    begun = Steps()

    def slowly(prepared, policy, progress):
        def step(name: str) -> None:
            begun.append(name)
            progress(name)
            begun.on.wait(LONGEST)

        return whole_board(prepared, policy, step)

    monkeypatch.setattr(workbench, "whole_board", slowly)
    return begun


def in_kernel(act) -> None:
    """Within an event loop, as in a kernel."""
    asyncio.run(act(Workbench(cs.load(TABLES, name="three"), cs.Policy(threshold=3))))


def test_each_step_is_named_and_the_way_out_is_there_for_as_long(slow):
    async def act(bench) -> None:
        said = []
        bench.counting.said.observe(lambda change: said.append(words(change["new"])), "value")
        assert bench.counting.view.layout.display == "none"
        bench.choices.sync.value = True
        assert bench.counting.view.layout.display == ""
        await until(lambda: bench._stale is False)
        steps = ["who is affected", "every threshold", "every week", "the list of incidents"]
        assert slow == steps
        assert said == ["counting with these settings…", *(f"counting: {step}…" for step in steps), ""]
        assert bench.counting.view.layout.display == "none"
        assert bench._stale is False

    in_kernel(act)


def test_cancel_goes_back_to_the_settings_that_are_counted_and_keeps_the_threshold(slow):
    async def act(bench) -> None:
        bench.threshold.set(4)
        slow.on.clear()
        bench.choices.sync.value = True
        await until(lambda: slow)
        assert slow == ["who is affected"]
        dimmed = (bench.answers.verdict, bench.answers.tiles, bench.answers.checks, bench.charts.view)
        dimmed += (bench.changes.title, bench.threshold.said)
        for view in dimmed:
            assert "cs-stale" in view._dom_classes
        assert bench.changes.table.stale
        assert bench.changes.table.foot == "counting which incidents change…"
        bench.counting.cancel.click()
        assert (bench.choices.sync.value, bench.policy.sync_comments, bench.threshold.value) == (False, False, 4)
        for view in dimmed:
            assert "cs-stale" not in view._dom_classes
        assert not bench.changes.table.stale
        assert bench.counting.view.layout.display == "none"
        tiles = bench.answers.tiles.value
        # What was begun ends by itself and is not shown.
        slow.on.set()
        await everything()
        assert words(bench.answers.tiles.value).split()[:2] == words(tiles).split()[:2]
        assert bench._stale is False
        assert words(bench.counting.said.value) == ""

    in_kernel(act)


def test_settings_that_have_been_counted_are_there_at_once(slow):
    async def act(bench) -> None:
        bench.choices.sync.value = True
        await until(lambda: bench._stale is False)
        slow.clear()
        bench.choices.sync.value = False
        assert bench._stale is False
        bench.load(bench.policy.with_(threshold=4))
        assert bench._stale is False
        await everything()
        assert slow == []

    in_kernel(act)


def test_what_fails_is_said_in_the_verdicts_place_and_a_reset_mends_it(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(workbench, "whole_board", fails)
    bench = Workbench(cs.load(TABLES, name="three"), cs.Policy(threshold=3))
    bench.choices.sync.value = True
    assert "casesim failed: ZeroDivisionError" in words(bench.answers.verdict.value)
    assert "cs-stale" not in bench.answers.verdict._dom_classes
    assert "cs-stale" in bench.answers.tiles._dom_classes
    assert bench.changes.table.foot == "These settings have not been counted."
    bench.load(bench.current)
    assert words(bench.answers.verdict.value).startswith("Nothing is changed")
    assert "cs-stale" not in bench.answers.tiles._dom_classes
    assert bench.changes.table.foot == "No incident changes."


def test_nothing_is_told_of_settings_that_are_not_counted(slow):
    async def act(bench) -> None:
        bench.choices.sync.value = True
        bench.suggest.rows[0][0].value, bench.suggest.rows[0][1].value = "major_cases", "0"
        bench.suggest.go.click()
        bench.scenarios.name.value = "early"
        bench.scenarios.save.click()
        for said in (bench.suggest.said.value, bench.scenarios.said.value):
            assert words(said).startswith("Still counting with these settings")
        assert bench.scenarios.kept == {}
        await until(lambda: bench._stale is False)
        bench.suggest.go.click()
        bench.scenarios.save.click()
        assert bench.suggest.use.description == "Use 4"
        assert list(bench.scenarios.kept) == ["early"]

    in_kernel(act)
