"""Sending: answers wait their turn, pixels give way. No queue here can grow without bound."""

from __future__ import annotations

import errno
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import zmq
from msgspec.structs import replace

from npcface.access.caller import Caller
from npcface.observe.account import Reason
from npcface.observe.logs import about
from npcface.observe.trip import Trip
from npcface.serve.parts import WHOLE_EVERY, alone, changed, cut, worth
from npcface.serve.session import Session, Stream, Unsent
from npcface.serve.stats import Meter
from npcface.shm.writer import RingWriter
from npcface.wire.codec import encode
from npcface.wire.replies import Frame, Reply

OUTBOX_MAX = 64
STRANGERS_MAX = 256
log = logging.getLogger("npcface.serve")


class Post:
    """Hands messages to the ROUTER without ever blocking.

    Args:
        socket: bound ROUTER with ROUTER_MANDATORY.
        frames_in_flight: frames of one stream that may wait inside ZeroMQ.
        meter: counts what is sent and dropped.
        lasts: whether a connection is still there; another one may have the routing id by now.
    """

    def __init__(
        self,
        socket: zmq.Socket[bytes],
        frames_in_flight: int,
        meter: Meter,
        lasts: Callable[[Caller], bool] = lambda caller: True,
    ) -> None:
        self._socket = socket
        self._lasts = lasts
        self._frames_in_flight = frames_in_flight
        self._meter = meter
        self._strangers: deque[list[Any]] = deque(maxlen=STRANGERS_MAX)
        self.gone: set[bytes] = set()  # identities that turned out to have left

    def reply(self, session: Session, message: Reply) -> None:
        """Send an answer after all earlier ones; a client that lets 64 pile up is given up."""
        session.outbox.append([session.identity, encode(message)])
        self._flush_outbox(session)
        if len(session.outbox) > OUTBOX_MAX:
            log.warning("A client does not read its answers; its session is closed.", extra=about(session))
            self.gone.add(session.identity)

    def reply_to_stranger(self, identity: bytes, message: Reply) -> None:
        """Send to a peer without a session, in order; if too many do not read, the oldest answers are lost."""
        self._strangers.append([identity, encode(message)])
        self.flush_strangers()

    def frame(self, stream: Stream, header: Frame, pixels: Any, since_s: float, trip: Trip | None = None) -> None:
        """Send pixels now, or keep them in the stream's one-place mailbox until the client reads."""
        if stream.unsent is not None:
            self._drop(stream, "unsent")
        stream.unsent = Unsent(header, pixels, since_s, trip=trip)
        self._flush_frame(stream)

    def flush_strangers(self) -> bool:
        """Retry what strangers did not take; True if something still waits."""
        waiting: deque[list[Any]] = deque(maxlen=STRANGERS_MAX)
        full: set[bytes] = set()  # later answers to the same peer must not overtake
        for parts in self._strangers:
            if parts[0] in full or not self._try_send(parts):
                full.add(parts[0])
                waiting.append(parts)
        self._strangers = waiting
        return bool(waiting)

    def flush(self, session: Session) -> bool:
        """Retry what was not taken; True if something still waits."""
        if not session.outbox and not any(_waits(stream) for stream in session.streams.values()):
            return False
        self._flush_outbox(session)
        for stream in session.streams.values():
            self._flush_frame(stream)
        return bool(session.outbox) or any(map(_waits, session.streams.values()))

    def _flush_outbox(self, session: Session) -> None:
        if not self._lasts(session.caller):
            self.gone.add(session.identity)
        while session.outbox and self._try_send(session.outbox[0]):
            session.outbox.popleft()
            session.last_sent_s = time.monotonic()

    def _drop(self, stream: Stream, reason: Reason) -> None:
        """The frame that waits is never sent."""
        stream.unsent = None
        stream.account.drop(reason)

    def _flush_frame(self, stream: Stream) -> None:
        if stream.unsent is not None and stream.unsent.untold:
            self._drop(stream, "untold")
        if stream.news is not None and not stream.owner.outbox:  # one place a stream, however often its level changes
            news, stream.news = stream.news, None
            self.reply(stream.owner, news)
        if stream.unsent is None or stream.owner.outbox:
            return
        if not self._lasts(stream.owner.caller):
            self.gone.add(stream.owner.identity)
        unsent, ring = stream.unsent, stream.ring
        if ring is not None and ring.attached and len(unsent.pixels) <= ring.layout.slot_bytes:
            way, size_bytes = "shm", self._by_ring(stream, ring, unsent)
        else:
            way, size_bytes = "socket", self._by_socket(stream, unsent)
        stream.stuck_since_s = float("inf") if size_bytes else min(stream.stuck_since_s, time.monotonic())
        if stream.owner.identity in self.gone:
            self._drop(stream, "closed")
        elif size_bytes:
            stream.owner.last_sent_s = time.monotonic()
            stream.unsent = None
            stream.account.send()
            if unsent.trip is not None:
                unsent.trip.transport = way
            self._meter.sent(stream.owner.last_sent_s - unsent.since_s, way, size_bytes, unsent.trip)

    def _by_socket(self, stream: Stream, unsent: Unsent) -> int:
        """Bytes of the pixels that went out; 0 = not yet."""
        while stream.in_flight and stream.in_flight[0].done:
            stream.in_flight.popleft()
        if len(stream.in_flight) >= self._frames_in_flight:
            return 0
        if unsent.ready is None or unsent.ready[0].slot >= 0:  # it was to go through a ring that is gone
            begun_s = time.perf_counter()
            unsent.ready = _part(stream, unsent.header, unsent.pixels)
            if unsent.trip is not None:
                unsent.trip.copy = (begun_s, time.perf_counter()) if stream.options.partial else None
        header, pixels = unsent.ready
        body = zmq.Frame(pixels, track=True, copy=False, copy_threshold=0)
        if not self._try_send([stream.owner.identity, encode(header), body], unsent.trip):
            return 0
        stream.in_flight.append(body.tracker)
        if stream.options.partial:
            stream.shown = header.width, header.height, alone(unsent.pixels)
        return len(pixels)

    def _by_ring(self, stream: Stream, ring: RingWriter, unsent: Unsent) -> int:
        """As ``_by_socket``."""
        header = unsent.header
        if unsent.ready is None or unsent.ready[0].slot < 0:  # else only the message was not taken
            begun_s = time.perf_counter()
            place = ring.fill(unsent.pixels, header.sequence, header.width, header.height, header.format)
            if place is None:
                return 0  # the client holds every slot
            if unsent.trip is not None:
                unsent.trip.copy = begun_s, time.perf_counter()
            unsent.ready = replace(header, slot=place[0], generation=place[1]), None
        header, _ = unsent.ready
        if not self._try_send([stream.owner.identity, encode(header)], unsent.trip):
            return 0
        ring.hand_over(header.slot, header.generation)
        stream.shown = None  # clients keep no copy of what lies in a ring: the next one by the socket is whole
        return len(unsent.pixels)

    def _try_send(self, parts: list[Any], trip: Trip | None = None) -> bool:
        if parts[0] in self.gone:
            return True  # nobody is there: it need not wait any more
        begun_s = time.perf_counter()
        try:
            self._socket.send_multipart(parts, zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != errno.EHOSTUNREACH:
                raise
            self.gone.add(parts[0])
        if trip is not None:
            trip.send = begun_s, time.perf_counter()
        return True


def _waits(stream: Stream) -> bool:
    return stream.unsent is not None or stream.news is not None


def _part(stream: Stream, header: Frame, pixels: Any) -> tuple[Frame, Any]:
    """The frame as it is sent: of a partial stream only what differs from the frame before."""
    size = header.width, header.height
    if stream.shown is None or stream.shown[:2] != size:
        return header, pixels
    if stream.frames % WHOLE_EVERY == 0:
        return header, pixels
    part = changed(stream.shown[2], pixels, *size)
    if not worth(part, *size):
        return header, pixels
    return replace(header, part=list(part)), cut(pixels, *size, part)
