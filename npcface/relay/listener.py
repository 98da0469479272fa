"""The receiving side: faces of several speakers from a relay, evenly and without gaps."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import zmq

from npcface.access.curve import HANDSHAKE_BYTES, ClientKeys
from npcface.errors import StateError
from npcface.relay.decoder import FaceDecoder, Outcome
from npcface.relay.packet import PACKET_BYTES_MAX, PacketError
from npcface.relay.playout import Playout
from npcface.relay.server import PUBLISH, topic
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.client import Frame, Stream

_WAITING = 256  # packets that wait for `poll`; further ones are dropped
_A_POLL = 1024  # packets one `poll` takes


@dataclass
class Heard:
    """What came from one speaker.

    Attributes:
        playout: the buffer, and through it whether faces are shown or concealed.
        faces, duplicates, late, key_missing: packets by ``Outcome``.
        broken: packets that were no face packets.
    """

    playout: Playout
    decoder: FaceDecoder = field(default_factory=FaceDecoder)
    faces: int = 0
    duplicates: int = 0
    late: int = 0
    key_missing: int = 0
    broken: int = 0

    def take(self, packet: bytes, now_s: float) -> None:
        """Count a packet, and keep its face if it has one."""
        try:
            arrival = self.decoder.push(packet)
        except PacketError:
            self.broken += 1
            return
        self.faces += arrival.outcome is Outcome.FACE
        self.duplicates += arrival.outcome is Outcome.DUPLICATE
        self.late += arrival.outcome is Outcome.LATE
        self.key_missing += arrival.outcome is Outcome.KEY_MISSING
        self.playout.take(arrival, now_s)


class Listener:
    """Subscribes to speakers. Not thread-safe; never waits.

    Args:
        address: where the relay publishes.
        server_key, key: if the relay asks for keys, as for ``Client``.

    Raises:
        StateError: no address.
    """

    def __init__(
        self, address: str = PUBLISH, *, server_key: str | Path | None = None, key: str | Path | None = None
    ) -> None:
        self._heard: dict[bytes, Heard] = {}
        keys = ClientKeys.of(server_key, key)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVHWM, _WAITING)
        self._socket.setsockopt(zmq.MAXMSGSIZE, PACKET_BYTES_MAX if keys is None else HANDSHAKE_BYTES)
        if keys is not None:
            keys.apply(self._socket)
        try:
            self._socket.connect(address)
        except zmq.ZMQError as error:
            self.close()
            raise StateError(f"{address!r} is no address: {error}.", f"Use one such as {PUBLISH}.") from None

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def listen(self, speaker: str, playout: Playout | None = None) -> Heard:
        """Subscribe to a speaker; again: start over with it.

        Raises:
            StateError: no speaker's name.
        """
        name = topic(speaker)
        if name not in self._heard:
            self._socket.subscribe(name)
        self._heard[name] = Heard(playout or Playout())
        return self._heard[name]

    def leave(self, speaker: str) -> None:
        """Unsubscribe; nothing happens if it is not listened to."""
        if self._heard.pop(topic(speaker), None) is not None:
            self._socket.unsubscribe(topic(speaker))

    def poll(self, now_s: float | None = None) -> None:
        """Take what has come; once a frame. Broken packets are counted, never raised.

        Args:
            now_s: None for ``time.monotonic()``.
        """
        now_s = time.monotonic() if now_s is None else now_s
        for _ in range(_A_POLL):
            try:
                name, *rest = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            heard = self._heard.get(name)
            if heard is not None:
                heard.take(b"" if len(rest) != 1 else rest[0], now_s)

    def face(self, speaker: str, now_s: float | None = None) -> FaceState:
        """What a speaker looks like now.

        Raises:
            StateError: not listened to.
        """
        heard = self._heard.get(topic(speaker))
        if heard is None:
            raise StateError(f"Nobody listens to {speaker!r}.", "Call listen() first.")
        return heard.playout.face(time.monotonic() if now_s is None else now_s)

    def close(self) -> None:
        """Close the socket; can be called twice."""
        self._context.destroy(linger=0)


def show(listener: Listener, streams: Iterable[tuple[str, Stream]], fps: float = 30.0) -> Iterator[list[Frame]]:
    """Let a local daemon draw speakers for ever: one texture of each at every tick.

    Args:
        listener: listens to all of them.
        streams: (speaker, the daemon's stream that shows it).
        fps: ticks a second at most; a slower daemon sets the pace, and faces are never old for that.

    Raises:
        NpcFaceError: as ``Stream.render``.
    """
    pairs = list(streams)
    due_s = time.monotonic()
    while True:
        listener.poll()
        yield [stream.render(listener.face(speaker)) for speaker, stream in pairs]
        due_s = max(due_s + 1.0 / fps, time.monotonic() - 1.0 / fps)
        time.sleep(max(due_s - time.monotonic(), 0.0))
