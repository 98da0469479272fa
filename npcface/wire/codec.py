"""Messages ↔ the frames of one ZeroMQ message: ``[header]`` or ``[header, payload]``.

The header is one MessagePack map; the payload is raw bytes (pixels or little-endian float32). Whatever arrives,
only ``ProtocolError`` comes out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from npcface.errors import ProtocolError
from npcface.wire.errors import VersionError
from npcface.wire.replies import AnyReply, Reply, Welcome
from npcface.wire.requests import AnyRequest, Hello, Request
from npcface.wire.version import check_version

HEADER_BYTES_MAX = 256 * 1024  # 4096 phonemes take about 100 KiB
PAYLOAD_BYTES_MAX = 16 * 1024 * 1024  # 36,000 timeline rows of 60 channels take 8.6 MB

Buffer = bytes | bytearray | memoryview
Message = TypeVar("Message")

_encoder = msgspec.msgpack.Encoder()
_request_decoder: msgspec.msgpack.Decoder[AnyRequest] = msgspec.msgpack.Decoder(AnyRequest)
_reply_decoder: msgspec.msgpack.Decoder[AnyReply] = msgspec.msgpack.Decoder(AnyReply)

REQUEST_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in AnyRequest.__args__)
REPLY_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in AnyReply.__args__)
_KINDS = {str(kind.__struct_config__.tag): kind for kind in (*AnyRequest.__args__, *AnyReply.__args__)}
_BAD_CHOICE = re.compile(r"Invalid enum value .* - at `\$\.(\w+)`", re.DOTALL)  # msgspec does not say what is valid


class Peek(msgspec.Struct, frozen=True):
    """What can be read of a header that may not be valid, to address an error reply."""

    type: Any = None
    request: Any = 0
    stream: Any = -1
    sequence: Any = -1
    protocol: Any = None


_peek_decoder = msgspec.msgpack.Decoder(Peek)


def encode(message: Request | Reply) -> bytes:
    """Message → header bytes."""
    return _encoder.encode(message)


def decode_request(frames: Sequence[Buffer]) -> tuple[AnyRequest, Buffer | None]:
    """Frames from a client → message and payload (None when there is none).

    Raises:
        ProtocolError: no valid message; the cause names the field.
        VersionError: a hello of another major version, even if the rest of it is not understood.
    """
    header, payload = _split(frames)
    try:
        message = _decode(_request_decoder, header)
    except ProtocolError as error:
        _explain(header, REQUEST_TYPES, Hello, "client", error)
        raise
    if isinstance(message, Hello):
        check_version(message.protocol, who="client")
    return message, payload


def decode_reply(frames: Sequence[Buffer]) -> tuple[AnyReply, Buffer | None]:
    """Frames from the daemon → message and payload (None when there is none).

    Raises:
        ProtocolError, VersionError: as in ``decode_request``.
    """
    header, payload = _split(frames)
    try:
        message = _decode(_reply_decoder, header)
    except ProtocolError as error:
        _explain(header, REPLY_TYPES, Welcome, "daemon", error)
        raise
    if isinstance(message, Welcome):
        check_version(message.protocol, who="daemon")
    return message, payload


def peek(frames: Sequence[Buffer]) -> Peek:
    """The addressing fields of a possibly broken message; never raises, wrong types become the defaults."""
    try:
        seen = _decode(_peek_decoder, frames[0])
    except (ProtocolError, IndexError):
        return Peek()
    numbers = {"request": 0, "stream": -1, "sequence": -1}
    for field in numbers:
        value = getattr(seen, field)
        if type(value) is int and 0 <= value <= 0x7FFF_FFFF_FFFF_FFFF:
            numbers[field] = value
    texts = {field: value if isinstance(value := getattr(seen, field), str) else None for field in ("type", "protocol")}
    return Peek(**texts, **numbers)


def _split(frames: Sequence[Buffer]) -> tuple[Buffer, Buffer | None]:
    if not 1 <= len(frames) <= 2:
        raise ProtocolError(
            f"A message has a header and at most one payload, {len(frames)} frames came.",
            "Send [header] or [header, payload], without an empty delimiter frame.",
        )
    if len(frames[0]) > HEADER_BYTES_MAX:
        raise ProtocolError(
            f"The header has {len(frames[0])} bytes, {HEADER_BYTES_MAX} are allowed.", "Send it in smaller pieces."
        )
    if len(frames) == 2 and len(frames[1]) > PAYLOAD_BYTES_MAX:
        raise ProtocolError(
            f"The payload has {len(frames[1])} bytes, {PAYLOAD_BYTES_MAX} are allowed.", "Send it in smaller pieces."
        )
    return frames[0], frames[1] if len(frames) == 2 else None


def _decode(decoder: msgspec.msgpack.Decoder[Message], header: Buffer) -> Message:
    try:
        return decoder.decode(header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        # RecursionError: nesting inside unknown fields; the decoder stops at the interpreter's own depth limit.
        raise ProtocolError(
            f"The header is not a valid message: {str(error)[:300]}.", "Compare it with engine_bridge/PROTOCOL.md."
        ) from None


def _explain(
    header: Buffer, known: frozenset[str], opener: type[msgspec.Struct], who: str, error: ProtocolError
) -> None:
    """Raise a better error than ``error`` if the reason is another version, an unknown type or an unknown word."""
    seen = peek([header])
    if seen.type == opener.__struct_config__.tag and seen.protocol is not None:
        check_version(seen.protocol, who=who)
    if seen.type is not None and seen.type not in known:
        raise ProtocolError(
            f"Unknown message type {seen.type[:40]!r}.", f"Known types: {', '.join(sorted(known))}."
        ) from error
    if seen.type is not None and (bad := _BAD_CHOICE.search(error.cause)):
        choices = _choices(_KINDS[seen.type], bad[1])
        if choices:
            raise ProtocolError(error.cause, f"`{bad[1]}` of {seen.type} is one of: {', '.join(choices)}.") from error


def _choices(kind: type[msgspec.Struct], field: str) -> list[str]:
    """The values a field may have; empty if it has no fixed list of them."""
    hint = get_type_hints(kind).get(field)
    return [str(value) for value in get_args(hint)] if get_origin(hint) is Literal else []


__all__ = ["VersionError", "decode_reply", "decode_request", "encode", "peek"]
