"""A relay as a game server may run it: packets of all speakers in, one publish socket with a topic a speaker out.

It looks at no face: what came is passed on as it is, so that it costs a copy of some 21 bytes a packet and receiver.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import zmq

from npcface.access.curve import HANDSHAKE_BYTES
from npcface.access.door import Door
from npcface.access.rule import bind_problem
from npcface.errors import DependencyError, StateError
from npcface.relay.packet import PACKET_BYTES_MAX, VERSION

LISTEN = "tcp://127.0.0.1:5748"
PUBLISH = "tcp://127.0.0.1:5749"
log = logging.getLogger("npcface.relay")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
CONNECTIONS_MAX = 4096
_WAITING = 256  # packets for one receiver that does not read; further ones are dropped
_LOOK_MS = 100  # how often `run` looks whether it shall stop


def topic(speaker: str) -> bytes:
    """The topic of a speaker: the name and a slash, so that ``ada`` is not also ``adam``.

    Raises:
        StateError: not 1 to 64 of a-z, 0-9, ``-`` and ``_``, the first a letter or digit.
    """
    if not _NAME.fullmatch(speaker):
        raise StateError(f"{speaker[:80]!r} is no speaker's name.", "Use 1 to 64 of a-z, 0-9, - and _.")
    return f"{speaker}/".encode()


@dataclass
class Relayed:
    """What a relay did so far, in packets."""

    passed: int = 0
    refused: int = 0  # no face packet, or no speaker's name


class Relay:
    """PULL (speakers push) → PUB (receivers subscribe).

    Args:
        listen: where speakers connect; port 0 takes a free one.
        publish: where receivers connect; port 0 takes a free one.
        keys: folder of CURVE keys, asked for at both.
        trusted_link: the network is private, or something else encrypts it; else other addresses than loopback want
            keys. Then anybody there may speak, under any name.

    Raises:
        DependencyError: an address cannot be bound, or must not be.
        KeyFileError: keys cannot be read.
    """

    def __init__(
        self, listen: str = LISTEN, publish: str = PUBLISH, *, keys: Path | None = None, trusted_link: bool = False
    ) -> None:
        for address in (listen, publish):
            host = urlsplit(address).hostname or "*"
            problem = bind_problem(host, keys=keys is not None, trusted_link=trusted_link, token=None)
            if problem is not None and not address.startswith(("ipc:", "inproc:")):
                raise DependencyError(*problem)
        self.relayed = Relayed()
        self._door: Door | None = None
        self._context = zmq.Context()
        self._in = self._context.socket(zmq.PULL)
        self._out = self._context.socket(zmq.PUB)
        longest = PACKET_BYTES_MAX if keys is None else HANDSHAKE_BYTES
        self._in.setsockopt(zmq.MAXMSGSIZE, longest)  # a longer frame closes its connection
        self._out.setsockopt(zmq.SNDHWM, _WAITING)
        try:
            self._door = Door(self._context, keys, CONNECTIONS_MAX, strangers_max=CONNECTIONS_MAX)
            self._door.guard(self._in)
            self._door.guard(self._out)
            self.listening = self._bind(self._in, listen)
            self.publishing = self._bind(self._out, publish)
            self._door.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def publish(self, speaker: str, packet: bytes) -> None:
        """Pass one packet on, for a server that gets them by a way of its own and knows who sent them.

        Raises:
            StateError: no speaker's name.
        """
        self._put_out()
        self._pass([topic(speaker)[:-1], packet])

    def run(self, stop: threading.Event) -> None:
        """Relay until ``stop`` is set; in the thread that made the relay, or in one that alone uses it."""
        while not stop.is_set():
            if self._in.poll(_LOOK_MS):
                self._drain()
            self._put_out()

    def close(self) -> None:
        """Close the sockets; can be called twice."""
        if self._door is not None:
            self._door.close()
        self._context.destroy(linger=0)

    def _put_out(self) -> None:
        """End what runs of somebody whose key was revoked."""
        if self._door is not None and self._door.hang_up_if_revoked():
            log.warning("A key was revoked: all TCP connections were cut, and those still allowed come back.")

    def _drain(self) -> None:
        for _ in range(_WAITING):  # then look at `stop` again
            try:
                self._pass(self._in.recv_multipart(zmq.NOBLOCK))
            except zmq.Again:
                return

    def _pass(self, frames: Sequence[bytes]) -> None:
        if len(frames) == 2 and 6 <= len(frames[1]) <= PACKET_BYTES_MAX and frames[1][0] >> 6 == VERSION:
            name = frames[0].decode("ascii", "replace")
            if _NAME.fullmatch(name):
                self._out.send_multipart([topic(name), frames[1]])
                self.relayed.passed += 1
                return
        self.relayed.refused += 1

    def _bind(self, socket: zmq.Socket[bytes], address: str) -> str:
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            raise DependencyError(
                f"The relay cannot listen on {address}: {error}.", "Choose another port, or port 0 for a free one."
            ) from None
        return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))
