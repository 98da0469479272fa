"""The client's side of CURVE: keys given as text or as files become options of a socket."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq

from npcface.access.files import KeyFileError
from npcface.access.keys import Pair, checked_key, read_pair, read_public

SERVER_KEY_ENV = "NPCFACE_SERVER_KEY"
KEY_ENV = "NPCFACE_KEY"
HANDSHAKE_BYTES = 1024  # a socket that takes shorter messages only cannot shake hands by CURVE


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """What a client needs to connect to a server that asks for keys.

    Attributes:
        server: the server's public key, Z85.
        own: the client's pair.
    """

    server: str
    own: Pair = field(repr=False)

    @classmethod
    def of(cls, server_key: str | Path | None, key: str | Path | None) -> ClientKeys | None:
        """From what a user gives: each a file, or 40 characters of Z85; None where both are None or empty.

        Args:
            server_key: ``server.pub``, or the server's public key.
            key: ``NAME.key``, or the client's secret key.

        Raises:
            KeyFileError: only one of them, or no key in it.
        """
        server_key, key = _stripped(server_key), _stripped(key)
        if not server_key and not key:
            return None
        if not server_key or not key:
            raise KeyFileError(
                "A server key without a key of one's own, or the other way round, opens nothing.",
                "Give both: the server's server.pub, and the NAME.key that `npcface keys client NAME` has made.",
            )
        server = (
            checked_key(str(server_key), "The server key") if _is_text(server_key) else read_public(Path(server_key))
        )
        return cls(server, Pair.of_secret(str(key)) if _is_text(key) else read_pair(Path(key)))

    @classmethod
    def from_environment(cls, server_key: str | Path | None, key: str | Path | None) -> ClientKeys | None:
        """As ``of``; what is not given comes from ``NPCFACE_SERVER_KEY`` and ``NPCFACE_KEY``."""
        return cls.of(server_key or os.environ.get(SERVER_KEY_ENV), key or os.environ.get(KEY_ENV))

    def apply(self, socket: zmq.Socket[Any]) -> None:
        """Call it before the socket connects."""
        socket.setsockopt(zmq.CURVE_SERVERKEY, self.server.encode("ascii"))
        socket.setsockopt(zmq.CURVE_PUBLICKEY, self.own.public.encode("ascii"))
        socket.setsockopt(zmq.CURVE_SECRETKEY, self.own.secret.encode("ascii"))


def _stripped(given: str | Path | None) -> str | Path | None:
    """Keys that come out of other programs often end with a line's end."""
    return given.strip() if isinstance(given, str) else given


def _is_text(given: str | Path) -> bool:
    return isinstance(given, str) and len(given) == 40 and not os.path.exists(given)
