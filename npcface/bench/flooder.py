"""The one who floods: ``python -m npcface.bench.flooder KIND ADDRESS CHARACTER``, until it is ended. See ``flood``."""

from __future__ import annotations

import os
import random
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import zmq

from npcface.wire.codec import encode
from npcface.wire.requests import Close, Hello, List, Open, Ping, Reload, Request, State
from npcface.wire.version import PROTOCOL
from npcface.wire.zmtp import GREETING

QUEUE = 1000


def _dealer(address: str, identity: bytes = b"") -> zmq.Socket[bytes]:
    peer: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
    peer.linger = 0
    peer.sndhwm = peer.rcvhwm = QUEUE
    if identity:
        peer.setsockopt(zmq.ROUTING_ID, identity)
    peer.connect(address)
    return peer


def _send(peer: zmq.Socket[bytes], frames: list[bytes]) -> None:
    """As fast as the other side takes it; what it answers is thrown away."""
    while True:
        try:
            peer.send_multipart(frames, zmq.NOBLOCK)
            break
        except zmq.Again:
            with suppress(zmq.Again):
                while True:
                    peer.recv(zmq.NOBLOCK)
            peer.poll(10, zmq.POLLOUT)
    with suppress(zmq.Again):
        while True:
            peer.recv(zmq.NOBLOCK)


def _hello(address: str) -> zmq.Socket[bytes]:
    peer = _dealer(address)
    _send(peer, [encode(Hello(protocol=PROTOCOL, client="flood"))])
    return peer


def _requests(address: str, make: Callable[[int], Request]) -> None:
    peer = _hello(address)
    for number in count():
        _send(peer, [encode(make(number))])


def pings(address: str, character: str) -> None:
    """The smallest message there is."""
    _requests(address, lambda number: Ping(request=1))


def states(address: str, character: str) -> None:
    """Valid states with every weight and landmark offsets, for one stream, faster than anybody draws."""
    peer = _hello(address)
    _send(peer, [encode(Open(stream=1, character=character, size=256))])
    named = {"jawOpen": 0.5, "headYaw": 5.0}
    offsets = bytes(478 * 2 * 4)
    for number in count():
        _send(peer, [encode(State(stream=1, sequence=number, values=[0.1] * 52, named=named)), offsets])


def heavy(address: str, character: str) -> None:
    """Payloads of a mebibyte that nobody has asked for."""
    peer = _hello(address)
    payload = bytes(1 << 20)
    for number in count():
        _send(peer, [encode(State(stream=1, sequence=number)), payload])


def garbage(address: str, character: str) -> None:
    """Bytes that are no message."""
    peer = _hello(address)
    chance = random.Random(1)
    while True:
        _send(peer, [chance.randbytes(100) for _ in range(chance.randint(1, 3))])


def opens(address: str, character: str) -> None:
    """Open and close, as fast as it goes."""
    _requests(
        address,
        lambda n: Open(stream=n // 2 % 32, character=character, size=64) if n % 2 == 0 else Close(stream=n // 2 % 32),
    )


def hellos(address: str, character: str) -> None:
    """Every hello a new connection with a new name."""
    for number in count():
        peer = _dealer(address, b"flood-%d-%d" % (os.getpid(), number))
        _send(peer, [encode(Hello(protocol=PROTOCOL, client=f"flood {number}"))])
        peer.poll(20)
        peer.close(0)


def lists(address: str, character: str) -> None:
    """What the disk has to be asked for."""
    _requests(address, lambda n: List(request=1) if n % 2 else Reload(request=1, character=character))


def storm(address: str, character: str) -> None:
    """TCP connections that say half a greeting, or nothing, and stay."""
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    kept: list[socket.socket] = []
    for number in count():
        try:
            peer = socket.create_connection((host, int(port)), timeout=1.0)
        except OSError:
            time.sleep(0.001)
            continue
        with suppress(OSError):
            peer.sendall(GREETING[: (0, 11, 64)[number % 3]])
        kept.append(peer)
        if len(kept) > 200:
            kept.pop(0).close()


KINDS: dict[str, Callable[[str, str], Any]] = {
    kind.__name__: kind for kind in (pings, states, heavy, garbage, opens, hellos, lists, storm)
}


def main() -> None:
    """Flood until the process is ended."""
    kind, address, character, nice = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(int(nice))
    print("flooding", flush=True)
    KINDS[kind](address, character)


if __name__ == "__main__":
    main()
