"""A folder is what it was or what it is to be, whatever stops its writer, and one run at a time writes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from casesim.disk import folder, new_folder, put_right
from casesim.tables import OutputError
from tests.disk.stopped import contents, killed, killed_at_every_step, names, needs_fork

# What a power cut would ask of the disk takes long, and a kill does not ask for it.
pytestmark = pytest.mark.usefixtures("unheld")
OLD, NEW = {"a": "old", "manifest": "old"}, {"a": "new", "b": "new", "manifest": "new"}


def write(out: Path, files: dict[str, str], **flags: bool) -> None:
    with new_folder(out, lambda: None, **flags) as beside:
        for name, text in files.items():
            (beside / name).write_text(text)


@pytest.fixture(params=["one exchange", "two renames"])
def out(tmp_path, request, monkeypatch):
    """Where a result stands; systems with an exchange of names, and without."""
    if request.param == "two renames":
        monkeypatch.setattr(folder, "exchanged", lambda one, other: False)
    elif sys.platform not in ("linux", "darwin"):
        pytest.skip("this system exchanges no names")
    return tmp_path / "here" / "out"


@needs_fork
def test_killed_at_any_moment_the_old_or_the_new_is_there_whole_after_the_next_run(out, caplog):
    def before() -> None:
        shutil.rmtree(out.parent, ignore_errors=True)
        write(out, OLD)

    seen = []
    said = 0
    for _ in killed_at_every_step(before, lambda: write(out, NEW)):
        there = contents(out) if out.exists() else None
        left = set(names(out.parent)) - {"out", ".out.lock"}
        caplog.clear()
        put_right(out)
        after = contents(out)
        assert after in (OLD, NEW)
        # What a reader could see is what the next run leaves; only between two renames there is nothing to see.
        assert there in (after, None)
        assert names(out.parent) == ["out"]
        assert len(caplog.messages) == (1 if left else 0)
        said += len(caplog.messages)
        assert all("an earlier run was stopped while it wrote here" in line for line in caplog.messages)
        if there is None:
            assert "what was there before is back in its place" in caplog.messages[0]
        seen.append((there, after))
    assert said
    assert {after["a"] for _, after in seen} == {"old", "new"}
    # The exchange has no such moment; without it there is one.
    assert (None in [there for there, _ in seen]) == (folder.exchanged.__module__ != "casesim.disk.moves")


@needs_fork
def test_killed_while_it_puts_right_the_next_run_still_can(out, monkeypatch):
    def before() -> None:
        shutil.rmtree(out.parent, ignore_errors=True)
        out.parent.mkdir()
        for name, files in ((".out.before-1", OLD), (".out.partial-1", NEW), (".out.partial-2", {})):
            (out.parent / name).mkdir()
            for file, text in files.items():
                (out.parent / name / file).write_text(text)

    for _ in killed_at_every_step(before, lambda: put_right(out)):
        put_right(out)
        assert contents(out) == OLD
        assert names(out.parent) == ["out"]


@needs_fork
def test_the_next_run_says_what_it_put_right_and_writes(out, caplog):
    write(out, OLD)
    assert killed(lambda: write(out, NEW), 8)
    assert any(".partial-" in name for name in names(out.parent))
    write(out, NEW)
    assert caplog.messages == [
        f"{out}: an earlier run was stopped while it wrote here; what it left beside it is removed."
    ]
    assert contents(out) == NEW
    assert names(out.parent) == ["out"]


def test_a_run_that_is_going_on_keeps_others_off_and_keeps_what_it_has_written(out):
    write(out, OLD)
    with new_folder(out, lambda: None) as beside:
        (beside / "a").write_text("first")
        for second in (lambda: write(out, NEW), lambda: put_right(out)):
            with pytest.raises(OutputError, match="out: another run is writing it"):
                second()
        assert contents(beside) == {"a": "first"}
        # Another folder beside it is nobody's business.
        write(out.with_name("other"), NEW)
    assert contents(out) == {"a": "first"}
    assert names(out.parent) == ["other", "out"]


def test_another_process_is_kept_off_as_well(tmp_path):
    out = tmp_path / "out"
    program = (
        "import sys; from pathlib import Path; from casesim.disk import new_folder\n"
        "with new_folder(Path(sys.argv[1]), lambda: None) as beside:\n"
        "    (beside / 'a').write_text('theirs'); print('ready', flush=True); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert other.stdout.readline() == "ready\n"
            with pytest.raises(OutputError, match="another run is writing it"):
                write(out, NEW)
        finally:
            other.communicate("\n")
    assert other.returncode == 0
    assert contents(out) == {"a": "theirs"}
    write(out, NEW)
    assert names(tmp_path) == ["out"]


def test_a_fault_leaves_what_was_there(out, monkeypatch):
    write(out, OLD)
    rename = Path.rename

    def refused(self, target):
        if ".partial-" in self.name:
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    def not_exchanged(one, other):
        raise PermissionError(13, "Permission denied", str(other))

    monkeypatch.setattr(Path, "rename", refused)
    if folder.exchanged.__module__ == "casesim.disk.moves":
        monkeypatch.setattr(folder, "exchanged", not_exchanged)
    with pytest.raises(OutputError, match=r"out: cannot be written \(Permission denied\)\. What was there stays\."):
        write(out, NEW)
    assert contents(out) == OLD
    assert names(out.parent) == ["out"]


def test_what_came_in_meanwhile_is_not_lost(out):
    def refuse() -> None:
        if (out / "thesis.doc").exists():
            raise OutputError("holds other files")

    write(out, OLD)
    with pytest.raises(OutputError, match="other files"), new_folder(out, refuse):
        (out / "thesis.doc").write_text("mine")
    assert contents(out) == {**OLD, "thesis.doc": "mine"}
    assert names(out.parent) == ["out"]


def test_a_link_to_a_folder_is_followed_and_one_among_what_was_left_is_not(out, tmp_path):
    write(out, OLD)
    link = tmp_path / "latest"
    link.symlink_to(out)
    (out.parent / ".out.partial-7").symlink_to(tmp_path / "mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("keep")
    write(link, NEW)
    assert link.readlink() == out
    assert contents(out) == NEW
    assert contents(tmp_path / "mine") == {"letter": "keep"}
    assert names(out.parent) == ["out"]


def test_other_names_are_not_taken_for_what_was_left(out):
    out.parent.mkdir()
    others = [".out.partial-1.partial-2", ".out.partial-x", ".out2.partial-1", "out.partial-1", ".o.partial-1"]
    for name in others:
        (out.parent / name).mkdir()
    write(out, NEW)
    assert names(out.parent) == sorted([*others, "out"])


def test_a_lock_that_its_holder_removes_meanwhile_is_made_anew(out, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    lock, flock = out.parent / ".out.lock", fcntl.flock
    gone = []

    def slow(opened: int, how: int) -> None:
        if not gone:
            gone.append(lock.unlink())
        flock(opened, how)

    out.parent.mkdir()
    monkeypatch.setattr(fcntl, "flock", slow)
    with new_folder(out, lambda: None), pytest.raises(OutputError, match="another run is writing it"):
        write(out, NEW)
    assert gone


def test_all_of_it_is_on_the_disk_before_it_is_in_its_place(out, monkeypatch):
    write(out, OLD)
    held = []
    monkeypatch.setattr(folder, "hold", lambda path: held.append((path.name.split("-")[0], contents(out)["a"])))
    write(out, NEW)
    *files, beside, above = held
    assert sorted(files) == [(name, "old") for name in sorted(NEW)]
    assert (beside, above) == ((".out.partial", "old"), ("here", "new"))


def test_without_locks_what_lies_beside_is_left_alone(out, monkeypatch):
    def none(*arguments: object) -> None:
        raise OSError(38, "Function not implemented")

    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "flock", none)
    out.parent.mkdir()
    (out.parent / ".out.partial-1").mkdir()
    write(out, NEW)
    assert contents(out) == NEW
    assert names(out.parent) == [".out.partial-1", "out"]


def test_folders_above_that_were_made_for_nothing_go_again(tmp_path):
    with pytest.raises(RuntimeError), new_folder(tmp_path / "a" / "b" / "out", lambda: None):
        raise RuntimeError
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("umask", "shared", "modes"),
    [
        (0o022, False, (0o700, 0o700)),
        (0o022, True, (0o755, 0o755)),
        (0o077, True, (0o700, 0o700)),
    ],
)
def test_a_folder_is_its_owners_alone_from_birth_unless_shared(tmp_path, umask, shared, modes):
    before = os.umask(umask)
    try:
        with new_folder(tmp_path / "out", lambda: None, shared=shared) as beside:
            during = beside.stat().st_mode & 0o777
    finally:
        os.umask(before)
    assert (during, (tmp_path / "out").stat().st_mode & 0o777) == modes


def test_what_was_put_right_is_said_in_one_line_whatever_the_name(tmp_path, caplog):
    out = tmp_path / "o\x1b[31m\u202e\nwarn: forged"
    (out.parent / f".{out.name}.partial-123").mkdir()
    put_right(out)
    [line] = caplog.messages
    assert "o\\u001b[31m\\u202e\\u000awarn: forged: an earlier run was stopped" in line
    assert line.isprintable()
