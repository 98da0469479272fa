"""Who a received message is from: the connection it came by, as ZeroMQ knows it, not as the peer says.

The routing id at the head of a ROUTER's message is what the peer chose to call itself; another may choose the same.
The door gives every connection a serial number of its own, which ZeroMQ attaches to each message.
"""

from __future__ import annotations

import contextlib
import socket as sockets
from collections.abc import Collection
from dataclasses import dataclass

import zmq


@dataclass(frozen=True, slots=True)
class Caller:
    """One connection.

    Attributes:
        number: of the connection; never given twice by one door.
        name: of the client's key; empty without keys.
        key: its public key, 32 bytes; empty without keys.
        address: of its machine, such as ``127.0.0.1``.
        descriptor: of its TCP socket in this process; may be another's as soon as the connection has ended.
        before: connections that the door had seen when it let this one in, itself among them.
        accepted: serial number of the connection, from 0, which tells two of one descriptor apart; -1: it had ended
            already.
    """

    number: int
    name: str
    key: bytes
    address: str
    descriptor: int
    before: int = 0
    accepted: int = -1

    def __str__(self) -> str:
        return f"#{self.number} {self.name or 'without a key'} at {self.address}"


NOBODY = Caller(0, "", b"", "", -1)


def user_id(number: int, before: int, name: str, key: bytes) -> bytes:
    """What the door lets ZeroMQ attach to a connection's messages."""
    return f"{number} {before} {key.hex()} {name}".encode("ascii")


def tag_of(frame: zmq.Frame) -> str:
    """The connection's mark on a message, equal for all messages of a connection and for no others."""
    return str(frame["User-Id"])


def caller_of(frame: zmq.Frame) -> Caller:
    """The connection a message came by.

    Args:
        frame: any of it, received with ``copy=False`` from a socket that has a door.
    """
    number, before, key, name = tag_of(frame).split(" ")
    descriptor = int(frame["__fd"])
    return Caller(int(number), name, bytes.fromhex(key), str(frame["Peer-Address"]), descriptor, int(before))


def hang_up(descriptor: int, ports: Collection[int]) -> bool:
    """Cut a TCP connection of this process; ZeroMQ then notices that its peer is gone.

    ZeroMQ has no call for it. The number may have been given to another file by now, so it is looked at first.

    Args:
        descriptor: of the socket.
        ports: of ours; the peer connected to one of them.

    Returns:
        Whether it was one of ours and is cut.
    """
    try:
        peer = sockets.socket(fileno=descriptor)
    except OSError:
        return False
    try:
        local = peer.getsockname()
        if not isinstance(local, tuple) or local[1] not in ports:
            return False
        with contextlib.suppress(OSError):
            peer.shutdown(sockets.SHUT_RDWR)
        return True
    except OSError:
        return False
    finally:
        peer.detach()  # it is ZeroMQ's to close
