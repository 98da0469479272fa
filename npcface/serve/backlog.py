"""What waits inside ZeroMQ for messages to become whole: measured by connection, and cut off when it is too much.

ZeroMQ bounds a frame (``max_message_bytes``) and counts whole messages, but a message may have any number of frames,
and all of them wait in memory for the last one. So what the kernel has received on each connection is compared with
what has come out of it in whole messages. Linux tells the former (``tcp_info``, linux/tcp.h); elsewhere nothing is cut.
"""

from __future__ import annotations

import logging
import socket
import struct
import sys
from dataclasses import dataclass

from npcface.access.door import Door

CONNECTION_BYTES_MAX = 64 * 1024 * 1024
"""Of one connection: four of the longest payloads."""
TOTAL_BYTES_MAX = 256 * 1024 * 1024
"""Of all connections; past it the one with most is cut."""
EVERY_S = 0.1
FORGIVEN_BYTES_PER_S = 1024.0
"""Of one connection: PINGs and PONGs come from the network too, and are no message."""
_FRAME_BYTES = 9 + 33  # of ZMTP and CURVE, at most
_RECEIVED_AT = 128  # tcp_info.tcpi_bytes_received, Linux 4.1
log = logging.getLogger("npcface.serve")


@dataclass(slots=True)
class _Seen:
    accepted: int  # which connection it is: descriptors are used again
    received: int = 0  # from the network
    delivered: float = 0.0  # in whole messages, and forgiven
    cut: bool = False


class Backlog:
    """Belongs to the main loop.

    Args:
        door: knows the connections.

    Attributes:
        cut: connections that were cut.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._seen: dict[int, _Seen] = {}
        self._looked_s = float("-inf")
        self.cut = 0
        self.works = sys.platform == "linux"

    def delivered(self, number: int, size: int, frames: int) -> None:
        """A whole message has come out.

        Args:
            number: descriptor of its connection.
            size: bytes of its frames.
            frames: how many.
        """
        if self.works and (seen := self._of(number)) is not None:
            seen.delivered += size + frames * _FRAME_BYTES

    def look(self, now_s: float) -> None:
        """Measure, if that is due, and cut what is too much."""
        since_s = now_s - self._looked_s
        if not self.works or since_s < EVERY_S:
            return
        self._looked_s = now_s
        waiting = self._measure(min(since_s, 1.0) * FORGIVEN_BYTES_PER_S)
        total = sum(waiting.values())
        for number, size in sorted(waiting.items(), key=lambda item: -item[1]):
            if size <= CONNECTION_BYTES_MAX and total <= TOTAL_BYTES_MAX:
                break
            total -= size
            seen = self._seen[number]
            seen.cut = True  # ZeroMQ takes a moment to see the end and let go of what it has kept
            if self._door.hang_up(number, seen.accepted):
                self.cut += 1
                log.warning("A connection was cut: %d bytes came on it that make no whole message.", size)

    def _of(self, number: int) -> _Seen | None:
        accepted = self._door.accepted(number)
        seen = self._seen.get(number)
        if accepted < 0:
            return None
        if seen is None or seen.accepted != accepted:
            seen = self._seen[number] = _Seen(accepted)
        return seen

    def _measure(self, forgiven: float) -> dict[int, float]:
        """Descriptor → bytes that wait, of every connection that is open now."""
        numbers = self._door.descriptors()
        for gone in self._seen.keys() - numbers:
            del self._seen[gone]
        waiting: dict[int, float] = {}
        for number in numbers:
            seen, received = self._of(number), _received(number)
            if seen is None or received is None or seen.cut:
                continue
            seen.received = received
            seen.delivered = min(seen.delivered + forgiven, received)  # frames were taken for larger than they were
            waiting[number] = received - seen.delivered
        return waiting


def _received(number: int) -> int | None:
    """Bytes from the network so far; None where that cannot be told."""
    try:
        connection = socket.socket(fileno=number)  # ZeroMQ's own, not a copy: it stays open for as long as ZeroMQ wants
    except OSError:
        return None
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    except OSError:
        return None
    finally:
        connection.detach()
    return int(struct.unpack_from("<Q", told, _RECEIVED_AT)[0]) if len(told) >= _RECEIVED_AT + 8 else None
