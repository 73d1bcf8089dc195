"""Spoilt files. Input number n of a seed is always the same, whatever was made before it."""

import gzip
import io
import zipfile
from collections.abc import Callable
from random import Random

import pyarrow as pa

from tests.fuzz.inputs import inputs

TOKENS = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xc3",
        b"\r",
        b"\n\n",
        b'"',
        b'""',
        b"'",
        b"'''",
        b"\\",
    ),
    *(
        b",",
        b";",
        b"\t",
        b"=",
        b"[[",
        b"]]",
        b"{",
        b"}",
        b"{{",
        b"[",
        b"#",
        b"\\u0000",
        b"\\ud800",
        b"%",
        b"%Q",
        b"..",
        b"/",
    ),
    *(
        b"nan",
        b"inf",
        b"-inf",
        b"1e999",
        b"-0",
        b"9223372036854775808",
        b"-9223372036854775809",
        b"99999999999999999999",
    ),
    *(b"1e400", b"0x10", b"1_000", b"true", b"null", b"None", b"NaN", b"=cmd|'/c calc'!A0", b"+1", b"@x"),
    *(
        b"0000-00-00",
        b"9999-12-31 23:59:59",
        b"10000-01-01",
        b"-0001-01-01",
        b"1677-01-01",
        b"2262-04-12",
        b"2026-02-30",
    ),
    *(b"99:99", b"2026-03-05T10:15:00+23:59", b"24:00:00", b"1e9h", b"-5m", b"99999999999999d"),
    *(
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"&b;",
        b"&#0;",
        b"<![CDATA[",
        b"]]>",
        b"</xml>",
        b"<sys_properties>",
        b"<!--",
    ),
    *(
        b"incident",
        b"number",
        b"opened_at",
        b"sys_id",
        b"casesim.row",
        b"casesim.time.opened_at",
        b"^.*$",
        b"*",
        b"__row",
    ),
    *(
        b"../",
        b"A" * 5_000,
        b"[" * 5_000,
        b'{"a":' * 5_000,
        b"a." * 5_000,
        b"(" * 500,
        "\u202e\u0000\U0010ffff".encode(),
    ),
    *(b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff" * 8, b"\x80" * 10, b"PK\x05\x06", b"PAR1"),
)


def made(seed: str, number: int) -> tuple[str, bytes]:
    """The kind and the bytes of input `number`."""
    random = Random(f"{seed}/{number}")
    kind = random.choice(KINDS)
    data = random.choice(inputs()[kind])
    inside = _INSIDE.get(kind.rpartition(".")[2])
    # What is packed is spoilt inside and packed again more often than not: else only the unpacking would be tried.
    if inside is not None and random.random() < 0.7:
        return kind, inside(random, data)
    return kind, _spoilt(random, data, kind)


# Binary files have more ways to be wrong.
_WEIGHTS = {"incident.parquet": 4, "incident.arrow": 4, "incident.xlsx": 3, "data.zip": 2, "incident.csv": 3}
KINDS = [kind for kind in inputs() for _ in range(_WEIGHTS.get(kind, 1))]


def _spoilt(random: Random, data: bytes, kind: str) -> bytes:
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        data = random.choice(_WAYS)(random, data, kind)
    return data[: 2**20]


def _place(random: Random, data: bytes, kind: str) -> int:
    """Where to spoil: anywhere; in parquet, arrow and zip files mostly in the directory at their end."""
    if kind.endswith((".parquet", ".arrow", ".zip", ".xlsx")) and random.random() < 0.6:
        return max(0, len(data) - 1 - int(random.expovariate(1 / 300)))
    return random.randrange(len(data) + 1) if data else 0


def _flip(random: Random, data: bytes, kind: str) -> bytes:
    at = _place(random, data, kind)
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :] if at < len(data) else data


def _byte(random: Random, data: bytes, kind: str) -> bytes:
    at = _place(random, data, kind)
    return data[:at] + random.choice((b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b" ")) + data[at + 1 :]


def _number(random: Random, data: bytes, kind: str) -> bytes:
    """Four or eight bytes as a length or an offset may have them."""
    at, size = _place(random, data, kind), random.choice((2, 4, 8))
    value = random.choice((0, 1, len(data), 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**64 - 1))
    return data[:at] + (value % 2 ** (8 * size)).to_bytes(size, "little") + data[at + size :]


def _cut(random: Random, data: bytes, kind: str) -> bytes:
    return data[: _place(random, data, kind)]


def _drop(random: Random, data: bytes, kind: str) -> bytes:
    at = _place(random, data, kind)
    return data[:at] + data[at + random.choice((1, 2, 4, 16, 100)) :]


def _double(random: Random, data: bytes, kind: str) -> bytes:
    at = _place(random, data, kind)
    piece = data[at : at + random.choice((1, 8, 50, 400))]
    return data[:at] + piece * random.choice((2, 2, 3, 500)) + data[at:]


def _token(random: Random, data: bytes, kind: str) -> bytes:
    at = _place(random, data, kind)
    return data[:at] + random.choice(TOKENS) + data[at + random.choice((0, 0, 1, 5)) :]


def _splice(random: Random, data: bytes, kind: str) -> bytes:
    near = kind if kind in inputs() and random.random() < 0.5 else random.choice(KINDS)
    other = random.choice(inputs()[near])
    return data[: _place(random, data, kind)] + other[_place(random, other, kind) :]


def _nest(random: Random, data: bytes, kind: str) -> bytes:
    """As deep as it goes: json, toml, xml and templates nest."""
    at = _place(random, data, kind)
    start, end = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"{a=", b"}"), (b"<a>", b"</a>"), (b"{", b"}")))
    depth = random.choice((2, 50, 900, 3_000))
    return data[:at] + start * depth + random.choice((b"", b"1", b"x")) + end * random.choice((depth, 0)) + data[at:]


def _quote(random: Random, data: bytes, kind: str) -> bytes:
    """Quotes, separators and line ends where csv has none, or loses some."""
    at = _place(random, data, kind)
    if random.random() < 0.5:
        return data[:at] + random.choice((b'"', b'""', b'"\n', b'"x', b"\r", b"\n,", b'",\n"')) + data[at:]
    lost = random.choice((b'"', b",", b"\n"))
    return data[:at] + data[at:].replace(lost, b"", 1)


_WAYS: tuple[Callable[[Random, bytes, str], bytes], ...] = (
    *(_flip, _flip, _byte, _number, _cut, _drop, _double, _token, _token, _splice, _nest, _quote),
)


def _gz(random: Random, data: bytes) -> bytes:
    return gzip.compress(_spoilt(random, gzip.decompress(data), "text"), mtime=0)


def _zst(random: Random, data: bytes) -> bytes:
    text = pa.input_stream(pa.BufferReader(data), compression="zstd").read()
    return pa.compress(_spoilt(random, text, "text"), codec="zstd", asbytes=True)


def _zip(random: Random, data: bytes) -> bytes:
    """One member spoilt; its name too, now and then."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = random.randrange(len(members))
    name, content = members[at]
    if random.random() < 0.2:
        name = _spoilt(random, name.encode(), "name")[:200].decode("utf-8", "replace").replace("\x00", "?") or "x"
    members[at] = (name, _spoilt(random, content, name))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_INSIDE = {"gz": _gz, "zst": _zst, "zip": _zip, "xlsx": _zip}
