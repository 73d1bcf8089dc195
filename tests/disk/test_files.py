"""Files that belong together are of one run wherever their voucher stands; one file is the old one or the new one."""

import os
import shutil
from pathlib import Path

import pytest

from casesim.disk import files as home
from casesim.disk import make_folder, write_file, write_files
from casesim.disk.claim import claimed
from casesim.tables import OutputError
from tests.disk.stopped import contents, killed_at_every_step, names, needs_fork

# What a power cut would ask of the disk takes long, and a kill does not ask for it.
pytestmark = pytest.mark.usefixtures("unheld")
SET = ("page.html", "change.xml", "page.manifest.json")


def write(folder: Path, text: str) -> None:
    write_files({folder / name: text.encode() for name in SET})


def all_of(text: str) -> dict[str, str]:
    return dict.fromkeys(SET, text)


def test_a_file_is_written_and_replaced(tmp_path):
    for text in ("old", "new"):
        write_file(tmp_path / "a.csv", text.encode())
        assert contents(tmp_path) == {"a.csv": text}


@needs_fork
@pytest.mark.parametrize("there", [True, False])
def test_one_file_killed_at_any_moment_is_old_or_new(tmp_path, there, caplog):
    def before() -> None:
        shutil.rmtree(tmp_path / "a", ignore_errors=True)
        (tmp_path / "a").mkdir()
        if there:
            file.write_text("old")

    file = tmp_path / "a" / "a.csv"
    seen = set()
    for _ in killed_at_every_step(before, lambda: write_file(file, b"new")):
        text = file.read_text() if file.exists() else None
        assert text in ("new", "old" if there else None)
        seen.add(text)
        left = any(".partial-" in name for name in names(tmp_path / "a"))
        caplog.clear()
        write_file(file, b"next")
        assert contents(tmp_path / "a") == {"a.csv": "next"}
        assert len(caplog.messages) == left
    assert seen == {"new", "old" if there else None}


@needs_fork
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_killed_at_any_moment_the_voucher_never_stands_beside_files_of_another_run(tmp_path, monkeypatch, there, links):
    def before() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if there:
            write(folder, "old")

    def without(*arguments: object, **options: object) -> None:
        raise OSError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", without)
    folder = tmp_path / "set"
    seen = set()
    for _ in killed_at_every_step(before, lambda: write(folder, "new")):
        found = {name: text for name, text in contents(folder).items() if name in SET}
        if SET[-1] in found:
            assert found in (all_of("old"), all_of("new"))
        if links and there:
            # Each is there at every moment, old or new.
            assert {name for name in found if name != SET[-1]} == set(SET[:-1])
        seen.add(tuple(sorted(found.values())))
        # A next run that gets no further than putting right.
        with monkeypatch.context() as patch:
            patch.setattr(home, "make_file", without)
            with pytest.raises(OutputError):
                write(folder, "next")
        after = contents(folder)
        if there:
            assert after in (all_of("old"), all_of("new"))
        else:
            # Nothing was there before: without its voucher it is half a set, and says so by that.
            assert after == all_of("new") or SET[-1] not in after
        write(folder, "next")
        assert contents(folder) == all_of("next")
    assert len(seen) > 2


@pytest.mark.parametrize("failing", SET)
@pytest.mark.parametrize("there", [True, False])
def test_a_fault_while_moving_brings_all_of_it_back(tmp_path, monkeypatch, failing, there):
    if there:
        write(tmp_path, "old")
    replace = Path.replace

    def refused(self, target):
        if target.name == failing and ".partial-" in self.name:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OutputError, match=r"cannot be written \(No space left on device\)\. Nothing was replaced\."):
        write(tmp_path, "new")
    assert contents(tmp_path) == (all_of("old") if there else {})


def test_all_of_it_is_on_the_disk_before_any_of_it_is_in_its_place(tmp_path, monkeypatch):
    write(tmp_path, "old")
    held = []
    monkeypatch.setattr(home, "hold", lambda path: held.append((path.name, (tmp_path / SET[0]).read_text())))
    write(tmp_path, "new")
    *files, above = held
    assert [(name.split(".partial-")[0].lstrip("."), text) for name, text in files] == [(name, "old") for name in SET]
    assert above == (tmp_path.name, "new")


@pytest.mark.parametrize("failing", range(3))
def test_a_full_disk_leaves_all_of_it(tmp_path, monkeypatch, failing):
    write(tmp_path, "old")
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    texts = {tmp_path / name: b"x" * (100_000 if place == failing else 10) for place, name in enumerate(SET)}
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(OutputError) as fault:
            write_files(texts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(fault.value) == f"{tmp_path / SET[failing]}: cannot be written (File too large). Nothing was replaced."
    assert contents(tmp_path) == all_of("old")


def test_another_writer_of_one_of_them_keeps_this_one_off(tmp_path):
    write(tmp_path, "old")
    with claimed(tmp_path / "change.xml"), pytest.raises(OutputError, match=r"change\.xml: another run is writing it"):
        write(tmp_path, "new")
    assert contents(tmp_path) == all_of("old")


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError, match=r"a: cannot be written \(is a folder\)"):
        write_file(tmp_path / "a", b"")
    assert names(tmp_path) == ["a"]


def test_a_pipe_is_written_into_and_a_link_is_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_file(tmp_path / "pipe", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    (tmp_path / "mine").write_text("keep")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "mine").read_text() == "keep"
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_text() == "new"


@pytest.mark.parametrize(
    ("umask", "shared", "mode"),
    [(0o022, False, 0o600), (0o022, True, 0o644), (0o007, True, 0o660), (0o077, True, 0o600), (0, False, 0o600)],
)
def test_files_are_their_owners_alone_from_birth_unless_shared(tmp_path, monkeypatch, umask, shared, mode):
    file = tmp_path / "a"
    file.write_text("old")
    file.chmod(0o666)
    born = []
    hold = home.hold
    monkeypatch.setattr(home, "hold", lambda path: (born.append((path.name, path.stat().st_mode & 0o777)), hold(path)))
    before = os.umask(umask)
    try:
        write_file(file, b"new", shared=shared)
        make_folder(tmp_path / "b" / "c", shared=shared)
    finally:
        os.umask(before)
    partial = [each for name, each in born if ".partial-" in name]
    assert (partial, file.stat().st_mode & 0o777) == ([mode], mode)
    folder = mode | (mode & 0o444) >> 2
    assert [(tmp_path / place).stat().st_mode & 0o777 for place in ("b", "b/c")] == [folder, folder]
