"""What waits inside ZeroMQ for messages to become whole: measured by connection, and cut off when it is too much.

ZeroMQ bounds a frame (``max_message_bytes``) and counts whole messages, but a message may have any number of frames,
and all of them wait in memory for the last one. So what the kernel has received on each connection is compared with
what has come out of it in whole messages. Linux tells the former (``tcp_info``, linux/tcp.h); elsewhere nothing is cut.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

CONNECTION_BYTES_MAX = 64 * 1024 * 1024
"""Of one connection: four of the longest payloads."""
TOTAL_BYTES_MAX = 256 * 1024 * 1024
"""Of all connections; past it the one with most is cut."""
EVERY_S = 0.1
_FRAME_BYTES = 9 + 33  # of ZMTP and CURVE, at most
_RECEIVED_AT = 128  # tcp_info.tcpi_bytes_received, Linux 4.1
_FD_FOLDER = "/proc/self/fd"
log = logging.getLogger("npcface.serve")


@dataclass(slots=True)
class _Seen:
    received: int = 0  # from the network
    delivered: int = 0  # in whole messages


class Gauge:
    """Belongs to the main loop.

    Args:
        endpoint: the daemon's own address, whose connections are measured.
    """

    def __init__(self, endpoint: str) -> None:
        self._port = int(endpoint.rpartition(":")[2])
        self._seen: dict[int, _Seen] = {}
        self._looked_s = float("-inf")
        self.cut = 0
        """Connections that were cut."""
        self.works = sys.platform == "linux" and os.path.isdir(_FD_FOLDER)

    def delivered(self, number: int, size: int, frames: int) -> None:
        """A whole message has come out.

        Args:
            number: descriptor of its connection.
            size: bytes of its frames.
            frames: how many.
        """
        if self.works:
            self._seen.setdefault(number, _Seen()).delivered += size + frames * _FRAME_BYTES

    def look(self, now_s: float) -> None:
        """Measure, if that is due, and cut what is too much."""
        if not self.works or now_s - self._looked_s < EVERY_S:
            return
        self._looked_s = now_s
        waiting = self._measure()
        total = sum(waiting.values())
        for number, size in sorted(waiting.items(), key=lambda item: -item[1]):
            if size <= CONNECTION_BYTES_MAX and total <= TOTAL_BYTES_MAX:
                break
            total -= size
            self.cut += 1
            log.warning("A connection was cut: %d bytes came on it that make no whole message.", size)
            with _borrowed(number) as connection:
                connection.shutdown(socket.SHUT_RDWR)  # ZeroMQ sees the end, and lets go of what it has kept
            self._seen.pop(number, None)

    def _measure(self) -> dict[int, int]:
        """File number → bytes that wait, of every connection that is open now."""
        waiting: dict[int, int] = {}
        for number in map(int, os.listdir(_FD_FOLDER)):
            received = self._received(number)
            if received is None:
                self._seen.pop(number, None)
                continue
            seen = self._seen.setdefault(number, _Seen())
            if received < seen.received:  # another connection by the same number
                seen.delivered = 0
            seen.received = received
            seen.delivered = min(seen.delivered, received)  # frames were taken for larger than they were
            waiting[number] = received - seen.delivered
        return waiting

    def _received(self, number: int) -> int | None:
        """Bytes from the network so far; None for what is no connection to the daemon."""
        try:
            with _borrowed(number) as connection:
                if connection.family not in (socket.AF_INET, socket.AF_INET6):
                    return None
                if connection.getsockname()[1] != self._port:
                    return None
                told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        except OSError:
            return None
        return struct.unpack_from("<Q", told, _RECEIVED_AT)[0] if len(told) >= _RECEIVED_AT + 8 else None


@contextmanager
def _borrowed(number: int) -> Iterator[socket.socket]:
    """ZeroMQ's own connection, not a copy: it stays open for as long as ZeroMQ wants, and no longer."""
    connection = socket.socket(fileno=number)
    try:
        yield connection
    finally:
        connection.detach()
