"""The same data and words twice: the same bytes on the screen and in every file, whatever the machine does."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from casesim.cli import main

pytestmark = pytest.mark.slow
POLICY = """
[properties]
"sn_ind_tsm_core.major_case_affected_account_threshold" = 3
"proactive_workflows_for_providers.additional_comments_sync" = true
[mapping.child]
u_who = "{account.name}"
[flood]
max_per_contact = 1
window = "1h"
"""
RULES = """
[[budget]]
name = "nobody new"
dataset = "data"
set = { threshold = 2 }
[budget.at_most]
flipped = 0
new_recipients = 0
"""
# Each command as it is typed, in an order in which later ones may read what earlier ones wrote.
TYPED = (
    "check data",
    "run data --out RESULT --format csv",
    "run data --policy policy.toml --out JSON --json --format ndjson",
    "explain data INC01 --policy policy.toml",
    "sweep data --out sweep.csv",
    "compare data --b policy.toml --out changes.parquet",
    "preview data --set threshold=2 --report report.html --change-file change.xml --out preview.csv",
    "recommend data --max manual_closures=5 --out recommend.csv",
    "test rules.toml --junit junit.xml",
    "synth --out new --incidents 30 --json",
)


def ties(folder: Path) -> None:
    """A dataset in which nearly everything is as many as something else."""
    data = folder / "data"
    data.mkdir()
    numbers, accounts = range(24), range(12)
    # Two of each fault of a contact, two of each product, two of each state.
    contacts = [("x@example.com", "", ""), ("", "", ""), ("x@example.com", "1", ""), ("x@example.com", "", "false")]
    tables: dict[str, dict[str, list[str]]] = {
        "incident": {
            "number": [f"INC{n:02}" for n in numbers],
            "opened_at": ["2026-03-05 10:00:00"] * 24,
            "resolved_at": ["2026-03-05 12:00:00", ""] * 12,
            "state": [str(1 + n % 8) for n in numbers],
            "category": [f"c{n % 4}" for n in numbers],
            "cmdb_ci": [f"ci{n % 6}" for n in numbers],
            "business_service": [f"lost{n % 3}" for n in numbers],
        },
        "affected_account": {
            "incident": [f"INC{n:02}" for n in numbers for _ in range(4)],
            "account": [f"a{(n * 5 + k * 3) % 14:02}" for n in numbers for k in range(4)],
        },
        "sn_install_base_item": {
            "sys_id": [f"i{n}" for n in accounts],
            "configuration_item": [f"ci{n % 6}" for n in accounts],
            "account": [f"a{n:02}" for n in accounts],
            "product": [f"p{n % 4}" for n in accounts],
        },
        "customer_account": {
            "sys_id": [f"a{n:02}" for n in accounts],
            "name": ["the same"] * 12,
            "primary_contact": [f"k{n % 8}" for n in accounts],
        },
        "customer_contact": {
            "sys_id": [f"k{n}" for n in range(8)],
            "name": ["the same"] * 8,
            "email": [contacts[n % 4][0] for n in range(8)],
            "notification": [contacts[n % 4][1] for n in range(8)],
            "active": [contacts[n % 4][2] for n in range(8)],
        },
        "service_definition": {
            "name": ["d"] * 4,
            "product": [f"p{n}" for n in range(4)],
            "table": [f"t{n}" for n in range(4)],
        },
        "customer_reply": {
            "incident": ["INC01", "INC02", "INC99", "INC98"],
            "account": ["a05", "a10", "a00", "a77"],
            "value": ["hello"] * 4,
            "created_at": ["2026-03-05 11:00:00"] * 4,
        },
        "notify_customers": {
            "incident": ["INC01", "INC97", "INC96", "INC02"],
            "account": ["", "a01", "a02", "a99"],
            "message": ["hello"] * 4,
            "created_at": ["2026-03-05 10:30:00", "2026-03-05 10:30:00", "never", "2026-03-05 10:30:00"],
        },
    }
    for name, columns in tables.items():
        pl.DataFrame(columns).write_csv(data / f"{name}.csv")
    (folder / "policy.toml").write_text(POLICY)
    (folder / "rules.toml").write_text(RULES)


def once(folder: Path, capture: object, before: dict[str, bytes]) -> dict[str, str]:
    """Run every command; what each said and each file that is there then, as hashes."""
    found = {}
    for typed in TYPED:
        code = main(typed.split())
        shown = capture.readouterr()  # type: ignore[attr-defined]
        assert code == (1 if typed.startswith("test") else 0), shown.err
        found[typed] = hashlib.sha256(f"{shown.out}\0{shown.err}".encode()).hexdigest()
    for path in sorted(folder.rglob("*")):
        # The manifest says when the run began and ended.
        if path.is_file() and str(path) not in before and path.name != "manifest.json":
            # JUnit has a place for how long each test took.
            content = re.sub(rb' time="[0-9.]+"', b"", path.read_bytes())
            found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


def cleared(folder: Path, before: dict[str, bytes]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if str(path) not in before:
            path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ties(tmp_path)
    return tmp_path


def test_ten_times_the_same_in_one_process(here, capfd):
    before = {str(path): b"" for path in here.rglob("*")}
    first = once(here, capfd, before)
    assert len(first) > len(TYPED) + 15
    for _ in range(9):
        cleared(here, before)
        assert once(here, capfd, before) == first


ALL = """
import contextlib, hashlib, io, json, sys
from pathlib import Path
from casesim.cli import main
from tests.cli.test_same_twice import once
class Capture:
    def __init__(self): self.out, self.err = sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    def readouterr(self):
        said = type("Said", (), {"out": self.out.getvalue(), "err": self.err.getvalue()})
        self.out, self.err = sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        return said
here = Path.cwd()
found = once(here, Capture(), {str(path): b"" for path in here.rglob("*")})
sys.__stdout__.write(json.dumps(found, sort_keys=True))
"""


def test_the_same_with_other_hashes_and_other_threads(tmp_path):
    said = []
    for seed, threads in (("0", "1"), ("1", "4")):
        folder = tmp_path / seed
        folder.mkdir()
        ties(folder)
        root = str(Path(__file__).parents[2])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads, "PYTHONPATH": root}
        ran = subprocess.run(
            [sys.executable, "-c", ALL], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout)
    assert said[0] == said[1]
