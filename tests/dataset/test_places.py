"""What a path can lead to other than a plain file that stays as it is: a sentence for each, and none is waited for."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest

import casesim as cs
from casesim import files
from casesim.analysis.ruletest import read_file
from casesim.dataset import load
from casesim.policy import Policy
from casesim.tables import CasesimError
from tests.dataset.helpers import INCIDENT, LISTED, write

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes, sockets and devices among its files")
pytestmark = POSIX


def pipe(path):
    os.mkfifo(path)


def unix_socket(path):
    # The name of a socket may be no longer than some hundred bytes.
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        try:
            os.chdir(path.parent)
            one.bind(path.name)
        finally:
            os.chdir(here)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def circle(path):
    path.symlink_to(path.name)


def nowhere(path):
    path.symlink_to("nowhere")


KINDS = {
    pipe: "it is a pipe, not a file",
    unix_socket: "it is a socket, not a file",
    device: "it is a device, not a file",
    circle: "too many levels of symbolic links",
    nowhere: "no such file",
}
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def said(ask):
    """The one sentence that comes of asking, in a thread of its own: if it waits, the test says so and goes on."""
    found = []

    def asked():
        try:
            ask()
        except CasesimError as fault:
            found.append(str(fault))

    thread = threading.Thread(target=asked, daemon=True)
    thread.start()
    thread.join(300)
    assert not thread.is_alive(), "it waits"
    [sentence] = found
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert "[Errno" not in sentence
    return sentence


@EACH
@pytest.mark.parametrize(
    "name", ["incident.csv", "incident.json", "incident.xlsx", "incident.parquet", "incident.arrow", "incident.csv.gz"]
)
def test_a_table(tmp_path, kind, name):
    place = write(tmp_path / "d", incident_csv=INCIDENT)
    (place / "incident.csv").unlink()
    kind(place / name)
    sentence = said(lambda: load(place))
    assert sentence.startswith(f"{name}: ")
    # A device can only be there by a link, and that leads out.
    assert ("leads out of the dataset, to /dev/zero" if kind is device else KINDS[kind]) in sentence


@EACH
@pytest.mark.parametrize("name", ["policy.toml", "policy.csv", "policy.json", "policy.xml"])
def test_a_policy(tmp_path, kind, name):
    kind(tmp_path / name)
    assert KINDS[kind] in said(lambda: Policy.read(tmp_path / name))


@EACH
def test_rule_tests(tmp_path, kind):
    kind(tmp_path / "rules.toml")
    assert KINDS[kind] in said(lambda: read_file(tmp_path / "rules.toml"))


@pytest.mark.parametrize("kind", [*KINDS, folder], ids=lambda kind: kind.__name__)
def test_dataset_toml(tmp_path, kind):
    place = write(tmp_path / "d")
    kind(place / "dataset.toml")
    sentence = said(lambda: load(place))
    assert sentence.startswith("dataset.toml: ")


@pytest.mark.parametrize("kind", [pipe, unix_socket, device], ids=lambda kind: kind.__name__)
def test_the_dataset_itself(tmp_path, kind):
    kind(tmp_path / "data.zip")
    assert KINDS[kind] in said(lambda: load(tmp_path / "data.zip"))


def test_a_user_who_is_not_there():
    assert "there is no such user" in said(lambda: load("~nobody-of-this-name/data"))


# Links


def test_a_link_within_the_dataset_is_followed(tmp_path):
    place = write(tmp_path / "d", parts__a_csv=INCIDENT)
    (place / "incident.csv").unlink()
    (place / "incident.csv").symlink_to("parts/a.csv")
    (tmp_path / "link").symlink_to("d")
    assert load(tmp_path / "link").height("incident") == 1
    (place / "incident.csv").unlink()
    (place / "incident").symlink_to("parts")
    assert load(place).height("incident") == 1


@pytest.mark.parametrize("name", ["incident.csv", "incident", "dataset.toml"])
def test_a_link_out_of_the_dataset_is_refused(tmp_path, name):
    place = write(tmp_path / "d")
    other = write(tmp_path / "other", secret_csv=INCIDENT, secret__a_csv=INCIDENT)
    (place / name).unlink(missing_ok=True)
    (place / name).symlink_to(other / "secret" if name == "incident" else other / "secret.csv")
    sentence = said(lambda: load(place))
    assert sentence.startswith(f"{name}: is a link that leads out of the dataset, to {other}")
    assert "INC1" not in sentence


def test_a_folder_that_holds_itself(tmp_path):
    place = write(tmp_path / "d", incident__a_csv=INCIDENT)
    (place / "incident" / "again").symlink_to("..")
    assert "incident/again: is a link to a folder" in said(lambda: load(place))
    (place / "incident" / "again").unlink()
    (place / "task_ci").symlink_to("/")
    assert "task_ci: is a link that leads out" in said(lambda: load(place))


# Folders named like files


def test_a_folder_named_like_a_file_holds_parts_or_nothing(tmp_path):
    place = write(tmp_path / "d")
    (place / "sn_install_base_item.csv").mkdir()
    (place / "sn_install_base_item.csv" / "part-0.csv").write_text("account,configuration_item\nA,CI1\n")
    (place / "task_ci.csv").mkdir()
    data = load(place)
    assert data.height("sn_install_base_item") == 1
    assert data.ignored == ("task_ci.csv/",)


def test_nothing_but_an_empty_folder_of_that_name(tmp_path):
    place = write(tmp_path / "d")
    (place / "incident.csv").unlink()
    (place / "incident.csv").mkdir()
    assert "Nearest names here: incident.csv/." in said(lambda: load(place))


# What may not be read. Whoever runs the tests may be allowed everything, so the system is asked to refuse.


def refuse(monkeypatch, name, function):
    own = getattr(os, function)

    def refused(path, *rest, **more):
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied", str(path))
        return own(path, *rest, **more)

    monkeypatch.setattr(os, function, refused)


@pytest.mark.parametrize(
    "name", ["incident.csv", "incident.xlsx", "incident.parquet", "incident.arrow", "dataset.toml"]
)
def test_a_file_that_may_not_be_read(tmp_path, monkeypatch, name):
    place = write(tmp_path / "d")
    (place / name).touch()
    if name.startswith("incident"):
        (place / "incident.csv").rename(place / name)
    refuse(monkeypatch, name, "open")
    sentence = said(lambda: load(place))
    assert sentence.startswith(f"{name}: ")
    assert sentence.endswith("cannot be read: permission denied.")


def test_a_folder_of_parts_that_may_not_be_listed(tmp_path, monkeypatch):
    place = write(tmp_path / "d", incident__a_csv=INCIDENT, incident__b__c_csv=INCIDENT)
    refuse(monkeypatch, "b", "scandir")
    assert said(lambda: load(place)).endswith("d: cannot be read: permission denied.")


@pytest.mark.parametrize("name", ["policy.toml", "rules.toml"])
def test_settings_that_may_not_be_read(tmp_path, monkeypatch, name):
    (tmp_path / name).write_text("")
    refuse(monkeypatch, name, "open")
    read = Policy.read if name == "policy.toml" else read_file
    assert said(lambda: read(tmp_path / name)).endswith("the file cannot be read; permission denied.")


# What vanishes or changes


def meanwhile(monkeypatch, change):
    """What happens between finding a file and reading it."""
    own = files.opened

    def opened(path):
        change(path)
        return own(path)

    monkeypatch.setattr(files, "opened", opened)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: os.truncate(path, 20), "it was changed while it was read"),
        (lambda path: path.write_text(INCIDENT + INCIDENT), "it was changed while it was read"),
        (lambda path: path.unlink(missing_ok=True), "no such file"),
    ],
    ids=["shrinks", "grows", "vanishes"],
)
@pytest.mark.parametrize("name", ["incident.csv", "incident.csv.gz", "incident.xlsx", "incident.ndjson"])
def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch, name, change, why):
    place = write(tmp_path / "d")
    (place / "incident.csv").rename(place / name)
    meanwhile(monkeypatch, lambda path: change(path) if path.name == name else None)
    sentence = said(lambda: load(place))
    assert sentence.startswith(f"{name}: cannot be read: ")
    assert why in sentence


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_file_that_is_replaced_after_loading(tmp_path, form):
    def written(rows):
        frame = pl.DataFrame({"number": [f"INC{n}" for n in range(rows)], "opened_at": ["2026-03-05"] * rows})
        path = place / f"incident.{form}"
        # Beside and renamed: Arrow files are mapped into memory, and one that shrinks under a reader ends the process.
        (frame.write_parquet if form == "parquet" else frame.write_ipc)(place / "new")
        (place / "new").rename(path)

    place = write(tmp_path / "d")
    (place / "incident.csv").unlink()
    written(3)
    data = load(place)
    assert data.collect(data.frame("incident", ["number"])).height == 3
    written(5)
    with pytest.raises(CasesimError, match=rf"^incident\.{form}: was changed after it was loaded\. Load the dataset"):
        data.collect(data.frame("incident", ["number"]))


@pytest.mark.parametrize("gone", [False, True])
def test_a_result_is_not_put_down_to_a_file_that_it_is_not_from(tmp_path, gone):
    place = write(tmp_path / "d")
    result = cs.simulate(load(place))
    if gone:
        (place / "incident.csv").unlink()
    else:
        (place / "incident.csv").write_text(INCIDENT.replace("INC1", "INC2"))
    why = "cannot be read: no such file or directory" if gone else "was changed after it was loaded"
    with pytest.raises(CasesimError, match=rf"^incident\.csv: {why}"):
        result.write(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_path_of_any_letters_is_read(tmp_path, form):
    place = write(tmp_path / "a [1]* 100%20%41 #?ü&;+")
    (place / "incident.csv").unlink()
    frame = pl.DataFrame({"number": ["INC1"], "opened_at": ["2026-03-05"]})
    for name in ("incident", "incident %41 #?ü"):
        (frame.write_parquet if form == "parquet" else frame.write_ipc)(place / f"{name}.{form}")
        frame = frame.with_columns(number=pl.lit("INC2"))
    for way in (place, place / ".." / place.name, os.path.relpath(place)):
        data = load(way)
        assert data.collect(data.frame("incident", ["number"]))["number"].to_list() == ["INC2", "INC1"]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc that says what is mapped")
@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_no_file_is_mapped_into_memory(tmp_path, form):
    # Whoever shortened it would end our process, without any sentence.
    place = write(tmp_path / "d")
    (place / "incident.csv").unlink()
    frame = pl.DataFrame({"number": [f"INC{n}" for n in range(100_000)], "opened_at": ["2026-03-05"] * 100_000})
    if form == "parquet":
        frame.write_parquet(place / "incident.parquet", compression="uncompressed")
    else:
        frame.write_ipc(place / "incident.arrow", compression="uncompressed")
    data = load(place)
    read = data.collect(data.frame("incident", ["number"]))
    assert f"incident.{form}" not in Path("/proc/self/maps").read_text()
    assert read.height == 100_000


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="there is no /proc, whose files have no size")
def test_a_file_that_does_not_say_how_long_it_is():
    with pytest.raises(OSError, match="it was changed while it was read"):
        files.content(Path("/proc/version"))


# Settings are small


@pytest.mark.parametrize("name", ["policy.toml", "policy.xml", "rules.toml", "dataset.toml"])
def test_settings_of_any_size(tmp_path, name):
    place = write(tmp_path / "d")
    (place / name).touch()
    os.truncate(place / name, 2**40)  # takes no room on the disk
    read = {"rules.toml": read_file, "dataset.toml": lambda path: load(path.parent)}.get(name, Policy.read)
    sentence = said(lambda: read(place / name))
    assert "1,099,511,627,776 bytes, and up to 67,108,864 are accepted" in sentence


@pytest.mark.parametrize("name", ["policy.toml", "rules.toml", "dataset.toml"])
@pytest.mark.parametrize("part", ["a.", '"a b" . ', "'a' ."])
def test_a_key_of_half_a_million_parts(tmp_path, name, part):
    place = write(tmp_path / "d")
    (place / name).write_text(f"# first\n{part * 500_000}a = 1\n")
    read = {"rules.toml": read_file, "dataset.toml": lambda path: load(path.parent)}.get(name, Policy.read)
    assert "a key of 100 parts or more (at line 2)" in said(lambda: read(place / name))


def test_a_text_of_many_dots_is_none():
    text = "." * 10_000 + "a b. c. " * 1_000 + "1.2.3.4"
    assert files.toml(f'body = "{text}"\nmore = """{text}"""')["body"] == text


def test_a_pipe_that_somebody_writes_into_is_no_file_either(tmp_path):
    place = write(tmp_path / "d", affected_account_csv=LISTED)
    (place / "incident.csv").unlink()
    os.mkfifo(place / "incident.csv")
    feeder = subprocess.Popen(["cat", "/dev/zero"], stdout=os.open(place / "incident.csv", os.O_RDWR))
    try:
        assert "it is a pipe" in said(lambda: load(place))
    finally:
        feeder.kill()
        feeder.wait()
