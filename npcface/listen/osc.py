"""OSC datagrams → (address, arguments). python-osc reads them; what it would trip over is refused before.

Its bundle reader trusts sizes (a negative one never ends) and recursion, and logs what it does not know.
Source: the OSC 1.0 specification, opensoundcontrol.org.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from npcface.errors import DependencyError
from npcface.listen.packet import malformed

LARGEST_BYTES = 16_384
MOST_MESSAGES = 1024
_DEEPEST = 4  # bundles in bundles
_BUNDLE = b"#bundle\0"
_TYPES = frozenset(b",ifsbhdtTFN")


class Message(NamedTuple):
    """One OSC message: its address and its arguments."""

    address: str
    arguments: tuple[Any, ...]


def require() -> None:
    """Look for python-osc before a socket is opened.

    Raises:
        DependencyError: it is missing.
    """
    try:
        import pythonosc.osc_message  # noqa: F401
    except ImportError as error:
        remedy = "Install it with: pip install 'npcface[listen]'"
        raise DependencyError("Reading VMC needs python-osc.", remedy) from error


def messages(data: bytes, source: str) -> list[Message]:
    """All messages of a datagram, in order.

    Args:
        data: one datagram, at most ``LARGEST_BYTES``.
        source: named in errors.

    Raises:
        ProtocolError: not OSC.
    """
    from pythonosc.osc_message import OscMessage, ParseError

    if not data or len(data) > LARGEST_BYTES:
        raise malformed(source, f"it has {len(data)} bytes")
    found: list[Message] = []
    for piece in _pieces(data, source, 0):
        try:
            message = OscMessage(piece)
        except (ParseError, ValueError, IndexError, struct.error, OverflowError):
            raise malformed(source, "an OSC message is broken") from None
        found.append(Message(message.address, tuple(message.params)))
        if len(found) > MOST_MESSAGES:
            raise malformed(source, f"it has more than {MOST_MESSAGES} OSC messages")
    return found


def _pieces(data: bytes, source: str, depth: int) -> list[bytes]:
    """The plain messages inside a datagram, out of all bundles."""
    if not data.startswith(_BUNDLE):
        return [_plain(data, source)]
    if depth >= _DEEPEST or len(data) < len(_BUNDLE) + 8:
        raise malformed(source, "its OSC bundle is cut off or nested too deeply")
    at, found = len(_BUNDLE) + 8, []
    while at < len(data):
        size = struct.unpack_from(">i", data, at)[0] if len(data) >= at + 4 else 0
        at += 4
        if not 4 <= size <= len(data) - at:
            raise malformed(source, f"an OSC message is said to have {size} bytes")
        found += _pieces(data[at : at + size], source, depth + 1)
        at += size
    return found


def _plain(data: bytes, source: str) -> bytes:
    address, _, rest = data.partition(b"\0")
    tags = rest.lstrip(b"\0").partition(b"\0")[0]
    if not address.startswith(b"/") or (tags and not (tags.startswith(b",") and set(tags) <= _TYPES)):
        raise malformed(source, "it is no OSC message")
    return data
