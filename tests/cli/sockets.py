"""Messages to and from a kernel as a websocket carries them (Jupyter's v1: offsets, then the parts)."""

import json

from casesim.cli.gate import PROTOCOL

PARTS = ("header", "parent_header", "metadata", "content")

__all__ = ["PARTS", "PROTOCOL", "packed", "unpacked"]


def packed(channel: str, kind: str, content: dict[str, object]) -> bytes:
    """A message of a kind, on a channel."""
    header = {"msg_id": kind + channel, "msg_type": kind, "session": "s", "username": "u", "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    parts = [channel.encode(), *(json.dumps(message[name]).encode() for name in PARTS)]
    starts = [8 * (len(parts) + 2)]
    for part in parts:
        starts.append(starts[-1] + len(part))
    return b"".join(number.to_bytes(8, "little") for number in (len(starts), *starts)) + b"".join(parts)


def unpacked(message: bytes) -> dict[str, object]:
    """The header of a message."""
    numbers = [int.from_bytes(message[at : at + 8], "little") for at in (0, 16, 24)]
    header: dict[str, object] = json.loads(message[numbers[1] : numbers[2]])
    return header
