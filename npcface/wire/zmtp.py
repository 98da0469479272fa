"""ZMTP 3 with the NULL mechanism: the few bytes under every message, for clients without a ZeroMQ library.

Only what a DEALER that talks to the daemon needs; used for the golden files and by the tests' raw client.
Source: the ZeroMQ Message Transport Protocol specification, https://rfc.zeromq.org/spec/23/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npcface.errors import ProtocolError

MORE, LONG, COMMAND = 1, 2, 4
GREETING = (
    b"\xff" + bytes(8) + b"\x7f"  # signature
    + b"\x03\x00"  # version 3.0; libzmq answers 3.1
    + b"NULL".ljust(20, b"\0")  # mechanism
    + b"\0"  # as-server
    + bytes(31)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One ZMTP frame: a part of a message, or a command."""

    body: bytes
    more: bool = False
    command: bool = False


def encode_part(part: Part) -> bytes:
    """Frame → flags, length (1 byte up to 255, else 8 bytes big-endian), body."""
    flags = (MORE if part.more else 0) | (COMMAND if part.command else 0)
    if len(part.body) > 255:
        return bytes([flags | LONG]) + len(part.body).to_bytes(8, "big") + part.body
    return bytes([flags, len(part.body)]) + part.body


def encode_message(frames: Sequence[bytes]) -> bytes:
    """All frames of one message."""
    last = len(frames) - 1
    return b"".join(encode_part(Part(frame, more=index < last)) for index, frame in enumerate(frames))


def ready(identity: bytes = b"") -> bytes:
    """The READY command of a DEALER."""
    body = b"\x05READY" + _property(b"Socket-Type", b"DEALER")
    if identity:
        body += _property(b"Identity", identity)
    return encode_part(Part(body, command=True))


def pong(ping: Part) -> bytes:
    """The answer to a PING command: the same context (what follows the 2-byte time to live)."""
    return encode_part(Part(b"\x04PONG" + ping.body[7:], command=True))


def ping(ttl_tenths: int, context: bytes = b"") -> bytes:
    """A PING command; ``ttl_tenths`` × 0.1 s is how long the peer may wait for our next sign of life, 0 = no limit."""
    return encode_part(Part(b"\x04PING" + ttl_tenths.to_bytes(2, "big") + context, command=True))


def check_greeting(greeting: bytes) -> None:
    """Accept the 64 bytes that a ZMTP 3 peer with the NULL mechanism sends first.

    Raises:
        ProtocolError: something else.
    """
    valid = len(greeting) == 64 and greeting[0] == 0xFF and greeting[9] & 1 and greeting[10] >= 3
    if not valid or greeting[12:32].rstrip(b"\0") != b"NULL":
        raise ProtocolError("The peer does not speak ZMTP 3 with the NULL mechanism.", "Check the port.")


class PartReader:
    """Bytes in pieces of any length → frames.

    Args:
        body_bytes_max: longer frames are refused.
    """

    def __init__(self, body_bytes_max: int = 16 * 1024 * 1024) -> None:
        self._buffer = bytearray()
        self._limit = body_bytes_max

    def feed(self, data: bytes) -> list[Part]:
        """Add bytes and return the frames that are now complete.

        Raises:
            ProtocolError: a frame is longer than allowed or uses reserved flags.
        """
        self._buffer += data
        parts: list[Part] = []
        while (part := self._take()) is not None:
            parts.append(part)
        return parts

    def _take(self) -> Part | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        flags = buffer[0]
        if flags & ~(MORE | LONG | COMMAND):
            raise ProtocolError(f"ZMTP flags {flags:#04x} are reserved.", "The stream is out of step; reconnect.")
        start = 9 if flags & LONG else 2
        if len(buffer) < start:
            return None
        length = int.from_bytes(buffer[1:start], "big")
        if length > self._limit:
            raise ProtocolError(f"A frame of {length} bytes, {self._limit} are allowed.", "Reconnect.")
        if len(buffer) < start + length:
            return None
        part = Part(bytes(buffer[start : start + length]), bool(flags & MORE), bool(flags & COMMAND))
        del buffer[: start + length]
        return part


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + len(value).to_bytes(4, "big") + value
