"""The sending side: one face's states to a relay."""

from __future__ import annotations

import time
from pathlib import Path

import zmq

from npcface.access.curve import ClientKeys
from npcface.errors import StateError
from npcface.relay.encoder import FaceEncoder
from npcface.relay.server import LISTEN, topic
from npcface.state import FaceState

_WAITING = 30  # packets for a relay that is not there; further ones are dropped


class Speaker:
    """Sends a face under a name. Not thread-safe; never waits.

    Args:
        name: 1 to 64 of a-z, 0-9, ``-`` and ``_``.
        address: where the relay listens.
        encoder: None for one with its own defaults.
        server_key, key: if the relay asks for keys, as for ``Client``.

    Raises:
        StateError: no speaker's name, or no address.
    """

    def __init__(
        self, name: str, address: str = LISTEN, encoder: FaceEncoder | None = None, *,
        server_key: str | Path | None = None, key: str | Path | None = None,
    ) -> None:  # fmt: skip
        self._name = topic(name)[:-1]
        self._encoder = encoder or FaceEncoder()
        self.dropped = 0
        keys = ClientKeys.of(server_key, key)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.PUSH)
        self._socket.setsockopt(zmq.SNDHWM, _WAITING)
        if keys is not None:
            keys.apply(self._socket)
        try:
            self._socket.connect(address)
        except zmq.ZMQError as error:
            self.close()
            raise StateError(f"{address!r} is no address: {error}.", f"Use one such as {LISTEN}.") from None

    def __enter__(self) -> Speaker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, state: FaceState, time_s: float | None = None) -> int:
        """Send a face and return how many bytes its packet has; dropped, and counted, when the relay does not read.

        Args:
            state: the face.
            time_s: when it is; seconds of a steady clock, the same for all calls. None: ``time.monotonic()``.

        Raises:
            StateError: NaN, infinity or a wrong shape.
        """
        packet = self._encoder.encode(state, time.monotonic() if time_s is None else time_s)
        try:
            self._socket.send_multipart([self._name, packet], zmq.NOBLOCK)
        except zmq.Again:
            self.dropped += 1
        return len(packet)

    def close(self) -> None:
        """Close the socket; can be called twice."""
        self._context.destroy(linger=200)
