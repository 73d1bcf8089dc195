"""gz, zst and zip: unpacked step by step, a bomb refused before it fills anything, many entries no slower each."""

import gzip
import time
import tracemalloc
import zipfile
import zlib
from types import SimpleNamespace

import pyarrow as pa
import pytest

from casesim.dataset import load, packed
from casesim.tables import DatasetError
from tests.dataset.helpers import INCIDENT, LISTED, column, write

MIB = 2**20


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


def zipped(path, files, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


COMPRESSED = pytest.mark.parametrize(("ending", "compress"), [("gz", gzip.compress), ("zst", zstd)])


@COMPRESSED
def test_a_small_file_takes_little_memory(tmp_path, ending, compress):
    folder = write(tmp_path / "d", **{f"incident.csv_{ending}": compress(INCIDENT.encode())})
    load(folder)  # what is imported on the way counts for nothing
    tracemalloc.start()
    try:
        load(folder)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 64 * MIB


@COMPRESSED
def test_a_bomb_is_refused_while_it_is_small(tmp_path, ending, compress):
    folder = write(tmp_path / "d", **{f"incident.csv_{ending}": compress(bytes(160 * MIB))})
    tracemalloc.start()
    try:
        with pytest.raises(DatasetError, match=rf"^incident\.csv\.{ending}: unpacks to far more than its "):
            load(folder)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # It is noticed at 64 MiB; growing a buffer takes up to twice that for a moment.
    assert most < 140 * MIB


@COMPRESSED
def test_a_table_of_equal_rows_is_no_bomb(tmp_path, ending, compress):
    text = "task,ci_item\n" + "INC1,CI1\n" * 100_000
    data = compress(text.encode())
    assert len(text) > packed.MAX_RATIO * len(data)
    assert load(write(tmp_path / "d", **{f"task_ci.csv_{ending}": data})).height("task_ci") == 100_000


@COMPRESSED
def test_several_streams_in_one_file_are_all_read(tmp_path, ending, compress):
    data = compress(INCIDENT.encode()) + compress(b"INC2,2026-03-06\n")
    assert column(load(write(tmp_path / "d", **{f"incident.csv_{ending}": data})), "incident", "number") == [
        "INC1",
        "INC2",
    ]


@COMPRESSED
def test_the_limits(tmp_path, ending, compress, monkeypatch):
    folder = write(tmp_path / "d", **{f"incident.csv_{ending}": compress(INCIDENT.encode() + b"\n" * 100_000)})
    load(folder)
    monkeypatch.setattr(packed, "RATIO_FROM", 1000)
    with pytest.raises(DatasetError, match=r"Accepted: 8,589,934,592 bytes and 250 times\.$"):
        load(folder)
    monkeypatch.setattr(packed, "RATIO_FROM", 10**9)
    monkeypatch.setattr(packed, "MAX_UNPACKED", 1000)
    with pytest.raises(DatasetError, match=r"Accepted: 1,000 bytes and 250 times\.$"):
        load(folder)


def test_a_zip_that_is_a_bomb_is_refused(tmp_path, monkeypatch):
    files = {"incident.csv": INCIDENT, "affected_account.csv": LISTED}
    path = zipped(tmp_path / "bomb.zip", {**files, "task_ci.csv": "task,ci_item\n" + "INC1,CI1\n" * 100_000})
    assert load(path).height("task_ci") == 100_000
    monkeypatch.setattr(packed, "RATIO_FROM", 1000)
    with pytest.raises(DatasetError, match=r"bomb.zip: would unpack to 900,\d+ bytes"):
        load(path)
    monkeypatch.setattr(packed, "RATIO_FROM", 10**9)
    monkeypatch.setattr(packed, "MAX_UNPACKED", 1000)
    with pytest.raises(DatasetError, match="Accepted: 1,000 bytes"):
        load(path)


def test_a_zip_that_lies_about_its_size_is_cut_there_and_refused(tmp_path):
    content = f"{INCIDENT}{chr(10) * (2 * MIB)}".encode()
    path = zipped(tmp_path / "lies.zip", {"incident.csv": content, "affected_account.csv": LISTED})
    size = len(content).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, len(INCIDENT).to_bytes(4, "little")))
    with pytest.raises(DatasetError, match=r"lies.zip: incident.csv cannot be unpacked: Bad CRC-32"):
        load(path)


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_spoilt_member_is_refused_however_it_is_packed(tmp_path, how):
    path = zipped(tmp_path / "x.zip", {"incident.csv": INCIDENT * 50, "affected_account.csv": LISTED}, how)
    content = bytearray(path.read_bytes())
    start = 30 + len("incident.csv")
    content[start : start + 40] = b"\xff" * 40
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"x.zip: incident.csv cannot be unpacked: "):
        load(path)


def test_what_is_packed_twice_is_looked_at_twice(tmp_path):
    # The zip itself is small and holds little; what is in its member unpacks to far more.
    bomb = gzip.compress(bytes(80 * MIB))
    path = zipped(tmp_path / "x.zip", {"incident.csv.gz": bomb, "affected_account.csv": LISTED})
    with pytest.raises(DatasetError, match=r"^incident\.csv\.gz: unpacks to far more than"):
        load(path)


def test_a_zip_is_opened_once(tmp_path, monkeypatch):
    # Whoever opens it anew for each part reads its directory as often as it has entries.
    parts = {f"incident_{n}.csv": f"number,opened_at\nINC{n},2026-03-05\n" for n in range(50)}
    path = zipped(tmp_path / "parts.zip", {**parts, "affected_account.csv": LISTED})
    times = []
    own = zipfile.ZipFile
    monkeypatch.setattr(zipfile, "ZipFile", lambda *given: times.append(given) or own(*given))
    data = load(path)
    assert data.height("incident") == 50
    assert [file.sha256() is None for file in data.files] == [False] * 51
    assert len(times) == 1


def test_ten_times_the_entries_take_ten_times_as_long(tmp_path):
    def seconds(entries):
        infos = [zipfile.ZipInfo(f"incident_{n}.csv") for n in range(entries)]
        for info in infos:
            info.compress_size = 0  # which is unknown until it is written
        archive = SimpleNamespace(infolist=lambda: infos)
        taken = []
        for _ in range(3):
            start = time.process_time()
            assert len(packed.members(tmp_path, archive)) == entries
            taken.append(time.process_time() - start)
        return min(taken)

    # Were each name looked for among all, it would be a hundred times.
    assert seconds(20_000) < 40 * seconds(2_000)


def test_gz_data_after_the_end_are_no_part_of_it(tmp_path):
    with pytest.raises(DatasetError, match="cannot be unpacked as gzip"):
        load(write(tmp_path / "d", **{"incident.csv_gz": gzip.compress(INCIDENT.encode()) + b"more"}))
    raw = zlib.compress(INCIDENT.encode())
    with pytest.raises(DatasetError, match="cannot be unpacked as gzip"):
        load(write(tmp_path / "e", **{"incident.csv_gz": raw}))
