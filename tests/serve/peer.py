"""A client with nothing of npcface in it: a DEALER and plain MessagePack maps."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

import msgpack
import zmq


class Peer:
    """Sends what it is told, good or bad."""

    def __init__(self, address: str, *, hello: bool = True, receive_queue: int = 1000, **options: Any) -> None:
        self.context: zmq.Context[Any] = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 200
        self.socket.rcvhwm = receive_queue
        self.socket.connect(address)
        self.pixels = b""
        if hello:
            self.welcome = self.ask({"type": "hello", "protocol": "1.0.0", **options}, "welcome")

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.socket.close()
        self.context.term()

    def send(self, header: dict[str, Any], payload: bytes | None = None) -> None:
        self.send_frames([msgpack.packb(header)] if payload is None else [msgpack.packb(header), payload])

    def send_frames(self, frames: list[bytes]) -> None:
        self.socket.send_multipart(frames)

    def receive(self, *types: str, timeout_s: float = 30.0) -> dict[str, Any]:
        """The next message of one of these types (any if none is named); others are skipped."""
        deadline = time.monotonic() + timeout_s
        while True:
            left_ms = int((deadline - time.monotonic()) * 1000)
            assert left_ms > 0 and self.socket.poll(left_ms), f"no {types} came"
            frames = self.socket.recv_multipart()
            header: dict[str, Any] = msgpack.unpackb(frames[0])
            self.pixels = frames[1] if len(frames) == 2 else b""
            if not types or header["type"] in types:
                return header

    def ask(self, header: dict[str, Any], *types: str, payload: bytes | None = None) -> dict[str, Any]:
        """Send with a request number and wait for the answer to it."""
        self.send({"request": 77, **header}, payload)
        while True:
            answer = self.receive(*types, "error")
            if answer["request"] == 77 or answer["type"] == "frame":
                return answer
