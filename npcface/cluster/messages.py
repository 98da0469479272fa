"""What a client and the director say to each other: the wire style of the daemon, other messages (PROTOCOL.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from npcface.errors import NpcFaceError, ProtocolError
from npcface.wire.codec import Buffer
from npcface.wire.errors import VersionError, from_code
from npcface.wire.replies import Alive, Done, Error, Pong, Reply
from npcface.wire.requests import Bye, CharacterId, Hello, Id, Name, Ping, Request

PROTOCOL = "1.0.0"
"""SemVer of the director's messages; the daemon's protocol has a version of its own."""

HEADER_BYTES_MAX = 64 * 1024


class NoWorkerError(NpcFaceError):
    """No worker can take the stream right now: none is ready, or the cluster is shutting down."""

    code = "worker"


class Place(Request, frozen=True):
    """Where do I show this character? The answer stays valid until it is released or moved."""

    lease: Id  # the client's own number for the stream
    character: CharacterId
    fps: Annotated[float, Meta(ge=1.0, le=120.0)] = 30.0  # as in the daemon's `open`
    current: Name = ""  # worker that shows it already and shall keep it
    avoid: Annotated[list[Name], Meta(max_length=64)] = msgspec.field(default_factory=list)  # these did not answer


class Release(Request, frozen=True):
    """The stream is closed."""

    lease: Id


class Status(Request, frozen=True):
    """Ask for the list of workers."""


class Welcome(Reply, frozen=True):
    """Answer to hello."""

    protocol: str
    director: str  # free text, such as "npcface 0.1.0"
    workers: int  # that take streams


class Placed(Reply, frozen=True):
    """Answer to place: connect to this daemon and open the stream there."""

    lease: int
    worker: str
    endpoint: str


class Moved(Reply, frozen=True):
    """Unasked: the stream belongs on another worker now. ``reason`` is ``lost``, ``drain`` or ``balance``."""

    lease: int
    worker: str
    endpoint: str
    reason: str


class Closing(Reply, frozen=True):
    """Unasked: the cluster is shutting down; finish what is being spoken and close the streams."""

    seconds_left: float


class WorkerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One worker."""

    id: str
    state: str  # starting, ready, draining or stopping
    endpoint: str
    node: str  # address of its machine
    pid: int
    streams: int  # as its daemon counts them
    leases: int  # as the director counts them
    load: float  # share of its time that is spoken for
    fps: float  # faces a second
    face_ms: float  # what one face takes
    characters: list[str]


class Workers(Reply, frozen=True):
    """Answer to status."""

    uptime_s: float
    wanted: int  # workers
    clients: int
    leases: int
    workers: list[WorkerInfo]


Asked = Hello | Ping | Place | Release | Status | Bye
Said = Welcome | Pong | Alive | Placed | Moved | Closing | Workers | Done | Error

_asked: msgspec.msgpack.Decoder[Asked] = msgspec.msgpack.Decoder(Asked)
_said: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)


def decode_asked(frames: Sequence[Buffer]) -> Asked:
    """The one frame of a client's message → message.

    Raises:
        ProtocolError: no valid message.
        VersionError: a hello of another major version.
    """
    message: Asked = _decode(_asked, frames)
    if isinstance(message, Hello):
        check_version(message.protocol, "client")
    return message


def decode_said(frames: Sequence[Buffer]) -> Said:
    """The one frame of a director's message → message.

    Raises:
        ProtocolError, VersionError: as in ``decode_asked``.
    """
    message: Said = _decode(_said, frames)
    if isinstance(message, Welcome):
        check_version(message.protocol, "director")
    return message


def check_version(theirs: str, who: str) -> None:
    """Accept a peer of the same major version.

    Raises:
        VersionError: another one, or no version.
    """
    if theirs.partition(".")[0] != PROTOCOL.partition(".")[0]:
        raise VersionError(
            f"The {who} speaks the director's protocol {theirs[:20]!r}, this side speaks {PROTOCOL}.",
            "Use the same npcface on both sides; the address of a daemon is no director's.",
        )


def error_of(reply: Error) -> NpcFaceError:
    """The exception for a received error."""
    if reply.code == NoWorkerError.code:
        return NoWorkerError(reply.cause, reply.remedy)
    return from_code(reply.code, reply.cause, reply.remedy)


def _decode(decoder: msgspec.msgpack.Decoder[Any], frames: Sequence[Buffer]) -> Any:
    if len(frames) != 1 or len(frames[0]) > HEADER_BYTES_MAX:
        raise ProtocolError(
            f"{len(frames)} frames came, the first of {len(frames[0]) if frames else 0} bytes.",
            f"Send one frame of at most {HEADER_BYTES_MAX} bytes.",
        )
    try:
        return decoder.decode(frames[0])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise ProtocolError(
            f"This is no message of the director's protocol: {str(error)[:300]}.",
            "Compare it with npcface/cluster/PROTOCOL.md.",
        ) from None
