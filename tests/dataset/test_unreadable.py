"""A page that is spoilt is met when its column is read, often long after loading: a sentence names file and column."""

import shlex
import shutil

import polars as pl
import pyarrow.parquet as pq
import pytest

import casesim as cs
from casesim.analysis.check import data_check
from casesim.cli import main
from casesim.dataset import load
from casesim.synth import synth
from casesim.tables import DatasetError

# What each command reads, each by a way of its own; most of it after loading.
COMMANDS = {
    "run data --out out": ("incident.short_description", "sys_journal_field.value", "customer_contact.email"),
    "run data --out out --format csv": ("incident.close_notes", "customer_reply.value", "notify_customers.message"),
    "explain data INC0010023": ("customer_account.name", "cmdb_ci_service.name", "incident.short_description"),
    "check data": ("sn_install_base_item.install_status", "task_ci.ci_item"),
    "sweep data --out sweep.csv": ("svc_ci_assoc.ci_id", "incident.state", "affected_account.account"),
    "preview data --set threshold=1 --report r.html --change-file u.xml": (
        "incident.priority",
        "customer_contact.name",
    ),
    "compare data --set threshold=1 --a policy.toml --out changes.csv": ("incident.priority", "csm_consumer.email"),
    "recommend data --max manual_closures_per_week=1 --out t.csv": ("sn_install_base_item.account",),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A dataset with every table, as parquet."""
    folder = tmp_path_factory.mktemp("sound") / "data"
    synth(folder, incidents=60)
    return folder


@pytest.fixture
def here(sound, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(sound, tmp_path / "data")
    (tmp_path / "policy.toml").write_text("")
    return tmp_path


def spoil(file, column):
    """Overwrite all of a column in a parquet file but its place in the footer."""
    content = bytearray(file.read_bytes())
    footer = pq.ParquetFile(file).metadata
    for group in range(footer.num_row_groups):
        for place in range(footer.num_columns):
            chunk = footer.row_group(group).column(place)
            if chunk.path_in_schema == column:
                start = chunk.dictionary_page_offset or chunk.data_page_offset
                content[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    file.write_bytes(content)


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize(
    ("command", "place"), [(command, place) for command, places in COMMANDS.items() for place in places]
)
def test_a_command_says_it_in_a_sentence_and_writes_nothing(here, capfd, command, place):
    table, column = place.split(".")
    spoil(here / "data" / f"{table}.parquet", column)
    before = names(here)
    code = main(shlex.split(command))
    shown = capfd.readouterr()
    said = " ".join(shown.err.split())
    assert (code, shown.out) == (2, ""), said
    assert said.startswith(table)
    assert "cannot be read: " in said
    assert said.endswith(".")
    assert command.startswith("explain") or said.startswith(f'{table}.parquet: column "{column}" of this parquet file ')
    assert names(here) == before


@pytest.mark.parametrize("name", ["cases", "decisions", "notifications", "journal", "rejects", "summary"])
def test_python_raises_it_too_and_a_result_writes_nothing(here, name):
    spoil(here / "data" / "incident.parquet", "short_description")
    spoil(here / "data" / "customer_account.parquet", "primary_contact")
    result = cs.simulate(load("data"))
    with pytest.raises(DatasetError) as fault:
        getattr(result, name)
    # Every file that is spoilt is named, a line each.
    assert [line.split(" of this ")[0] for line in str(fault.value).splitlines()] == [
        'incident.parquet: column "short_description"',
        'customer_account.parquet: column "primary_contact"',
    ]
    before = names(here)
    with pytest.raises(DatasetError):
        result.write("out")
    assert names(here) == before


def test_a_file_that_is_gone_after_loading_is_named(here):
    data = load("data")
    (here / "data" / "sn_install_base_item.parquet").unlink()
    for ask in (cs.simulate, cs.prepare, cs.sweep, data_check):
        with pytest.raises(DatasetError, match=r"^sn_install_base_item\.parquet: cannot be read: no such file"):
            ask(data)


def test_a_fault_that_no_file_has_stays_what_it_is(here):
    data = load("data")
    with pytest.raises(pl.exceptions.InvalidOperationError):
        data.collect(data.frame("incident", ["number"]).select(pl.col("number").cast(pl.Int64)))
