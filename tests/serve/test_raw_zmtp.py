"""A client without any ZeroMQ library, as in an engine: sockets and bytes only."""

from __future__ import annotations

import socket
import time
from collections import deque
from typing import Any

import msgpack
import pytest

from npcface.wire import zmtp


class RawPeer:
    """A DEALER written by hand."""

    def __init__(self, address: str, identity: bytes = b"", *, step: int = 1 << 16) -> None:
        host, port = address.removeprefix("tcp://").rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.step = step
        self.reader = zmtp.PartReader()
        self.parts: deque[zmtp.Part] = deque()
        self.commands: list[zmtp.Part] = []
        self.send(zmtp.GREETING)
        greeting = b""
        while len(greeting) < 64:
            greeting += self._read(64 - len(greeting))
        zmtp.check_greeting(greeting)
        self.send(zmtp.ready(identity))
        while not self.parts:  # a message before its READY has gone out makes libzmq close the connection
            self.parts.extend(self.reader.feed(self._read(1 << 16)))

    def __enter__(self) -> RawPeer:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        for start in range(0, len(data), self.step):
            self.socket.sendall(data[start : start + self.step])

    def ask(self, header: dict[str, Any], answer_pings: bool = True) -> tuple[dict[str, Any], bytes]:
        self.send(zmtp.encode_message([msgpack.packb(header)]))
        return self.receive(answer_pings)

    def receive(self, answer_pings: bool = True) -> tuple[dict[str, Any], bytes]:
        frames = [self._frame(answer_pings)]
        while frames[-1].more:
            frames.append(self._frame(answer_pings))
        return msgpack.unpackb(frames[0].body), b"".join(frame.body for frame in frames[1:])

    def _frame(self, answer_pings: bool) -> zmtp.Part:
        while True:
            while not self.parts:
                self.parts.extend(self.reader.feed(self._read(1 << 16)))
            part = self.parts.popleft()
            if not part.command:
                return part
            self.commands.append(part)
            if answer_pings and part.body.startswith(b"\x04PING"):
                self.send(zmtp.pong(part))

    def _read(self, count: int) -> bytes:
        data = self.socket.recv(count)
        if not data:
            raise ConnectionResetError("the daemon closed the connection")
        return data


HELLO = {"type": "hello", "protocol": "1.0.0", "request": 1}
OPEN = {"type": "open", "stream": 1, "character": "ada", "size": 64, "request": 2}


@pytest.mark.parametrize("step", [1, 1 << 16], ids=["byte by byte", "at once"])
def test_a_texture_over_bare_sockets(daemon: Any, step: int) -> None:
    with RawPeer(daemon.address, step=step) as peer:
        assert peer.ask(HELLO)[0]["type"] == "welcome"
        assert peer.ask(OPEN)[0]["stride_bytes"] == 256
        header, pixels = peer.ask({"type": "state", "stream": 1, "sequence": 5, "named": {"jawOpen": 1.0}})
        assert (header["type"], header["sequence"], len(pixels)) == ("frame", 5, 64 * 64 * 4)
        assert peer.commands[0].body.startswith(b"\x05READY")


def test_a_peer_in_silence_hears_that_the_daemon_is_alive(start_daemon: Any) -> None:
    running = start_daemon("--heartbeat-interval-s", "0.2")
    with RawPeer(running.address) as peer:
        assert peer.ask(HELLO)[0]["type"] == "welcome"
        assert [peer.receive()[0]["type"] for _ in range(5)] == ["alive"] * 5
        assert not any(part.body.startswith(b"\x04PING") for part in peer.commands), "see npcface/access/liveness.py"


def test_the_daemon_answers_our_ping(daemon: Any) -> None:
    with RawPeer(daemon.address) as peer:
        peer.send(zmtp.ping(100, b"ctx"))
        assert peer.ask(HELLO)[0]["type"] == "welcome"
        assert any(part.body == b"\x04PONGctx" for part in peer.commands)


def test_a_restarted_client_may_call_itself_as_before(daemon: Any) -> None:
    with RawPeer(daemon.address, b"game-1") as old:
        assert old.ask(HELLO)[0]["type"] == "welcome"
        assert old.ask(OPEN)[0]["type"] == "opened"
    deadline_s = time.monotonic() + 30.0
    while True:  # ZeroMQ ignores a second connection of a name for as long as it knows the first: then once more
        with RawPeer(daemon.address, b"game-1") as new:
            new.socket.settimeout(1.0)
            try:
                assert new.ask(HELLO)[0]["type"] == "welcome"
            except TimeoutError:
                assert time.monotonic() < deadline_s
                continue
            new.socket.settimeout(30.0)
            assert new.ask(OPEN)[0]["type"] == "opened", "the old one's streams are gone"
            header, _ = new.ask({"type": "state", "stream": 1, "sequence": 1})
            assert header["type"] == "frame"
            break


def test_rubbish_instead_of_a_greeting_hurts_nobody(daemon: Any) -> None:
    host, port = daemon.address.removeprefix("tcp://").rsplit(":", 1)
    for rubbish in (b"GET / HTTP/1.1\r\n\r\n", bytes(64), zmtp.GREETING + b"\xff" * 64):
        with socket.create_connection((host, int(port)), timeout=30) as stranger:
            stranger.sendall(rubbish)
    with RawPeer(daemon.address) as peer:
        assert peer.ask(HELLO)[0]["type"] == "welcome"
