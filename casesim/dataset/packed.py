"""What is packed: zips, gz and zst. Unpacked as a stream, and refused if it unpacks to far more than it weighs."""

import gzip
import zipfile
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from casesim.files import reason
from casesim.tables import DatasetError, shown

# What something packed may unpack to. A real dataset stays far below; a bomb does not.
MAX_UNPACKED: Final = 8 * 2**30
MAX_RATIO: Final = 250
# Below this many bytes any ratio is accepted: a small table of equal rows is no bomb.
RATIO_FROM: Final = 64 * 2**20
_STEP = 2**20


def opened(path: Path) -> zipfile.ZipFile:
    """A zip, opened: it stays so while something refers to it, as finding its way through 20,000 entries takes a while.

    Raises:
        DatasetError: it is none.
    """
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # a directory that lies makes zipfile raise what it likes
        raise DatasetError(f"{path}: is not a zip that can be read: {_why(error)}.") from None


def members(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """The files in a zip, by their names.

    Raises:
        DatasetError: one reaches outside, is there twice, or unpacks to far more than it weighs; no other is read then.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    names = [info.filename for info in infos]
    for name, count in Counter(names).items():
        # Windows knows all separators and all ways to begin at a root.
        place = PureWindowsPath(name)
        if place.anchor or ".." in place.parts:
            raise DatasetError(f"{path}: the entry {shown(name)} points outside the zip; the zip is not read.")
        if count > 1:
            raise DatasetError(f"{path}: holds {shown(name)} more than once; which one is meant cannot be told.")
    try:
        refuse_bomb(infos)
    except DatasetError as error:
        raise DatasetError(f"{path}: {error} If it is no bomb, unpack it and load the folder.") from None
    return names


def refuse_bomb(infos: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse what says of itself that it unpacks to too much; what lies about that is cut where it said it ends.

    Raises:
        DatasetError: it does; the sentence lacks the file.
    """
    sizes = [(info.file_size, info.compress_size) for info in infos]
    unpacked, packed = sum(size for size, _ in sizes), sum(size for _, size in sizes)
    if _too_much(unpacked, packed):
        raise DatasetError(
            f"would unpack to {unpacked:,} bytes, {unpacked // max(packed, 1):,} times its size. {_accepted()}"
        )


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one file in a zip.

    Raises:
        DatasetError: it is spoilt, encrypted, or packed in a way that is not read.
    """
    try:
        return archive.read(name)
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib, bz2, lzma and struct, each with exceptions of its own
        zipped = Path(archive.filename or "").name
        raise DatasetError(f"{zipped}: {name} cannot be unpacked: {_why(error)}.") from None


def unpacked(data: bytes, compression: str) -> bytes:
    """What gz or zst data hold, read step by step: a bomb is noticed at its 64th megabyte.

    Args:
        data: the packed bytes.
        compression: `gzip` or `zstd`.

    Raises:
        DatasetError: spoilt, or too much; the sentence lacks the file.
    """
    found = BytesIO()
    try:
        packed, stream = _stream(data, compression)
        while piece := stream.read(_STEP):
            found.write(piece)
            if _too_much(found.tell(), packed.tell()):
                raise DatasetError(
                    f"unpacks to far more than its {len(data):,} bytes: {found.tell():,} and more. {_accepted()}"
                )
    except (DatasetError, MemoryError):
        raise
    except Exception as error:  # zlib and Arrow, each with exceptions of its own
        raise DatasetError(f"cannot be unpacked as {compression}: {_why(error)}.") from None
    return found.getvalue()


def _stream(data: bytes, compression: str) -> tuple[Any, Any]:
    """The packed bytes, which know how far they have been read, and what unpacks them."""
    if compression == "gzip":
        packed = BytesIO(data)
        return packed, gzip.GzipFile(fileobj=packed)
    import pyarrow as pa  # noqa: PLC0415 slow to import, and only zst needs it

    packed = pa.BufferReader(data)
    return packed, pa.CompressedInputStream(packed, "zstd")


def _why(error: Exception) -> str:
    text = reason(error) if isinstance(error, OSError) else " ".join(str(error).split()).rstrip(".")
    return text or type(error).__name__


def _too_much(unpacked: int, packed: int) -> bool:
    return unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1))


def _accepted() -> str:
    return f"Accepted: {MAX_UNPACKED:,} bytes and {MAX_RATIO} times."
