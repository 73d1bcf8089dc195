"""SIGTERM is Ctrl+C: in every command what is half written goes, a line says so, and the exit code is the signal's."""

import os
import shutil
import signal
import time
from pathlib import Path

import polars as pl
import pytest

from casesim.cli import app, main
from casesim.export import folder as export_folder
from casesim.synth.write import Folder
from tests.cli.bad_input import SOUND
from tests.cli.test_bad_input import everything, place

SAID = "Stopped. Nothing was kept.\n"
RULES = """
[[test]]
name = "one"
[test.given]
incident = [{ number = "INC1", opened_at = 2026-03-05 10:00:00 }]
affected_account = [{ incident = "INC1", account = "a" }]
[test.expect]
cases = 1
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place(tmp_path, {**SOUND, "rules.toml": RULES})
    return tmp_path


def sends(number: int):
    """A step of the work that leaves half a file where it is told one, and in which the signal comes."""

    def step(*given: object, **more: object) -> None:
        if given and isinstance(given[0], Path):
            given[0].write_bytes(b"half")
        os.kill(os.getpid(), number)
        # Longer than it takes: what is asked is that it ends here, and not how soon.
        for _ in range(3_000):
            time.sleep(0.01)
        pytest.fail("nobody was interrupted")

    return step


# What is typed, and in which step of it the signal comes.
COMMANDS = {
    "run": (["data", "--out", "new/out"], None),
    "sweep": (["data", "--out", "x.csv"], (pl.DataFrame, "write_csv")),
    "recommend": (["data", "--max", "cases=9", "--out", "x.csv"], (pl.DataFrame, "write_csv")),
    "compare": (["data", "--b", "policy.toml", "--out", "x.csv"], (pl.DataFrame, "write_csv")),
    "preview": (["data", "--set", "threshold=1", "--report", "x.html"], (Path, "replace")),
    "synth": (["--out", "new", "--incidents", "50"], (Folder, "append")),
    "check": (["data"], "casesim.cli.check.data_check"),
    "explain": (["data", "INC1"], "casesim.cli.explain.story"),
    "test": (["rules.toml"], "casesim.cli.test.run_files"),
    "lab": (["data"], "casesim.cli.lab.load"),
    "app": (["data"], "casesim.cli.lab.load"),
}


def stopped(command: str, number: int, monkeypatch, capfd) -> int:
    words, step = COMMANDS[command]
    with monkeypatch.context() as patched:
        if step is None:

            def write(table, path):
                path.write_bytes(b"half")
                os.kill(os.getpid(), number)
                return 0

            patched.setitem(export_folder.FORMATS, "parquet", write)
        elif isinstance(step, str):
            patched.setattr(step, sends(number))
        else:
            patched.setattr(*step, sends(number))
        code = main([command, *words])
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err == SAID
    return code


@pytest.mark.parametrize("command", COMMANDS)
def test_sigterm_leaves_nothing_behind(here, monkeypatch, capfd, command):
    before, handler = everything(here), signal.getsignal(signal.SIGTERM)
    assert stopped(command, signal.SIGTERM, monkeypatch, capfd) == 143
    assert everything(here) == before
    # Whoever calls from Python has their own handlers back.
    assert signal.getsignal(signal.SIGTERM) is handler


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_ctrl_c_and_a_closed_terminal_do_the_same(here, monkeypatch, capfd, number, code):
    before = everything(here)
    assert stopped("run", number, monkeypatch, capfd) == code
    assert everything(here) == before


def test_a_second_signal_does_not_stop_the_cleaning_up(here, monkeypatch, capfd):
    removed = shutil.rmtree

    def slowly(path, **how):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        removed(path, **how)

    monkeypatch.setattr(shutil, "rmtree", slowly)
    before = everything(here)
    assert stopped("run", signal.SIGTERM, monkeypatch, capfd) == 143
    assert everything(here) == before


def test_a_signal_that_is_ignored_stays_so(here, monkeypatch, capfd):
    # As under nohup: the terminal may go.
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr("casesim.cli.check.say", lambda text: os.kill(os.getpid(), signal.SIGHUP))
        assert main(["check", "data"]) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert capfd.readouterr().err == ""


def test_every_command_is_tried():
    assert {name for name in app if not name.startswith("-")} == set(COMMANDS)
