"""The director's own line to one worker: pings, figures, and characters to read ahead of need. Never waits."""

from __future__ import annotations

import time
from typing import Any

import zmq

from npcface.access.curve import ClientKeys
from npcface.cluster.load import Load, measure
from npcface.errors import NpcFaceError
from npcface.wire.codec import decode_reply, encode
from npcface.wire.errors import SessionError
from npcface.wire.replies import Error, Figures
from npcface.wire.requests import Hello, Ping, Stats
from npcface.wire.requests import Load as LoadCharacter
from npcface.wire.version import PROTOCOL

MESSAGES_PER_READ = 64


class Probe:
    """Speaks the daemon's protocol as one client more.

    Args:
        context: of the director.
        endpoint: the worker's.
        token: the cluster's.
        ping_interval_s, stats_interval_s: between questions, seconds.
        keys: if workers ask for them.

    Attributes:
        silence_s: seconds since the last sign of life while the director listened.
        load: as measured between the last two figures.
        streams: open streams, of all clients; -1 before the first figures.
    """

    def __init__(
        self, context: zmq.Context[Any], endpoint: str, token: str, ping_interval_s: float, stats_interval_s: float,
        keys: ClientKeys | None = None,
    ) -> None:  # fmt: skip
        self._token = token
        self._every_s = {Ping: ping_interval_s, Stats: stats_interval_s}
        self._asked_s = dict.fromkeys(self._every_s, 0.0)
        self._figures: Figures | None = None
        self.silence_s = 0.0
        self.load = Load()
        self.streams = -1
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 16)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 100)
        self.socket.setsockopt(zmq.IPV6, 1)
        if keys is not None:
            keys.apply(self.socket)
        self.socket.connect(endpoint)
        self._hello()

    def beat(self, listened_s: float) -> None:
        """Read what came and ask what is due.

        Args:
            listened_s: how long the director could listen since the call before; while it cannot, nobody is silent.
        """
        self.silence_s += listened_s
        self._read()
        now_s = time.monotonic()
        for kind, every_s in self._every_s.items():
            if now_s - self._asked_s[kind] >= every_s:
                self._asked_s[kind] = now_s
                self._send(kind(request=1))

    def read_ahead(self, character: str) -> None:
        """Have a character read into the worker's memory."""
        self._send(LoadCharacter(character=character))

    def close(self) -> None:
        """Leave without a word: the worker notices."""
        self.socket.close(0)

    def _hello(self) -> None:
        self._send(Hello(protocol=PROTOCOL, client="npcface director", token=self._token))

    def _send(self, message: Any) -> None:
        try:
            self.socket.send(encode(message), zmq.NOBLOCK)
        except zmq.Again:
            return  # it does not read; its silence will tell

    def _read(self) -> None:
        for _ in range(MESSAGES_PER_READ):
            try:
                frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self.silence_s = 0.0
            try:
                message, _ = decode_reply(frames)
            except NpcFaceError:
                continue  # alive, whatever it says
            if isinstance(message, Figures):
                if self._figures is not None:
                    self.load = measure(self._figures, message, self.load)
                self._figures, self.streams = message, message.streams
            elif isinstance(message, Error) and message.code == SessionError.code:
                self._hello()
