"""The director's front desk: clients, what they ask, and what they have to be told. Answers never wait for a client."""

from __future__ import annotations

import errno
import hmac
import logging
import time
from collections import deque
from dataclasses import dataclass, field

import zmq

import npcface
from npcface.cluster import messages as msg
from npcface.cluster.config import ClusterConfig
from npcface.cluster.placement import choose
from npcface.cluster.roster import Lease, Roster, Worker
from npcface.errors import LimitError, NpcFaceError
from npcface.serve.gauge import Gauge
from npcface.wire.codec import encode, peek
from npcface.wire.errors import InternalError, SessionError
from npcface.wire.replies import Alive, Done, Error, Pong, Reply
from npcface.wire.requests import Bye, Hello, Ping

MESSAGES_PER_TICK = 256
OUTBOX_MAX = 512
PROBE_S = 5.0  # silence towards a client after which it gets an `alive`, by which it shows that it is gone
log = logging.getLogger("npcface.cluster")


@dataclass(slots=True, eq=False)
class Guest:
    """A client after its hello."""

    identity: bytes
    name: str
    told_s: float  # when something was last sent, monotonic
    outbox: deque[bytes] = field(default_factory=deque)


class Desk:
    """Talks to clients.

    Args:
        socket: bound ROUTER with ROUTER_MANDATORY.
        config: limits and token.
        roster: the book that is kept here and by the ``Steward``.

    Attributes:
        wanted: workers there should be, for the status reply.
        closing: no new streams any more.
    """

    def __init__(self, socket: zmq.Socket[bytes], config: ClusterConfig, roster: Roster) -> None:
        self._socket = socket
        self._config = config
        self._roster = roster
        self._guests: dict[bytes, Guest] = {}
        self._started_s = time.monotonic()
        self._gauge = Gauge(socket.getsockopt_string(zmq.LAST_ENDPOINT))
        self.wanted = 0
        self.closing = False

    def receive(self) -> None:
        """Answer what has come."""
        for _ in range(MESSAGES_PER_TICK):
            try:
                parts = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            self._gauge.delivered(parts)
            identity, *frames = (part.bytes for part in parts)
            try:
                self._handle(identity, msg.decode_asked(frames))
            except NpcFaceError as error:
                self._refuse(identity, error, peek(frames).request)
            except Exception as error:  # a bug must not end the director
                log.exception("Unexpected error.")
                self._refuse(identity, InternalError(f"{error}"[:300], "See the director's log."), peek(frames).request)

    def tell_moved(self, lease: Lease, worker: Worker, reason: str) -> None:
        """A stream belongs on another worker now."""
        moved = msg.Moved(lease=lease.number, worker=worker.id, endpoint=worker.endpoint, reason=reason)
        if (guest := self._guests.get(lease.client)) is not None:
            self._send(guest, moved)

    def tell_closing(self, seconds_left: float) -> None:
        """The cluster is shutting down."""
        self.closing = True
        for guest in list(self._guests.values()):
            self._send(guest, msg.Closing(seconds_left=seconds_left))

    def keep_house(self) -> None:
        """Send what had to wait, and notice clients that left without a word."""
        now_s = time.monotonic()
        self._gauge.look(now_s)
        for guest in list(self._guests.values()):
            if guest.outbox:
                self._flush(guest)
            elif now_s - guest.told_s >= PROBE_S:
                self._send(guest, Alive(time_s=now_s - self._started_s))

    def _handle(self, identity: bytes, message: msg.Asked) -> None:
        if isinstance(message, Hello):
            self._greet(identity, message)
            return
        guest = self._guests.get(identity)
        if guest is None:
            raise SessionError("This connection has not said hello.", "Send hello first, again after a reconnect.")
        if isinstance(message, msg.Place):
            self._place(guest, message)
        elif isinstance(message, msg.Release):
            self._roster.release(identity, message.lease)
            self._send(guest, Done(request=message.request, what="release"))
        elif isinstance(message, msg.Status):
            self._send(guest, self._status(message.request))
        elif isinstance(message, Ping):
            self._send(guest, Pong(request=message.request, time_s=time.monotonic() - self._started_s))
        elif isinstance(message, Bye):
            self._send(guest, Done(request=message.request, what="bye"))
            self._leave(guest)

    def _greet(self, identity: bytes, hello: Hello) -> None:
        token = self._config.token
        if token and not hmac.compare_digest(hello.token.encode(), token.encode()):
            raise SessionError("The token is missing or wrong.", "Send the cluster's token in the hello.")
        if identity not in self._guests and len(self._guests) >= self._config.max_clients:
            raise LimitError(f"{len(self._guests)} clients are here already.", "Close one, or raise max_clients.")
        guest = self._guests[identity] = Guest(identity, hello.client, time.monotonic())
        ready = len(self._roster.ready())
        name = f"npcface {npcface.__version__}"
        self._send(guest, msg.Welcome(request=hello.request, protocol=msg.PROTOCOL, director=name, workers=ready))

    def _place(self, guest: Guest, asked: msg.Place) -> None:
        known = self._roster.leases.get(guest.identity, {})
        if asked.lease not in known and len(known) >= self._config.max_leases:
            raise LimitError(f"{len(known)} streams are placed.", "Close one first, or raise max_leases.")
        worker = self._roster.workers.get(asked.current)
        if worker is None or worker.state != "ready" or worker.id in asked.avoid:
            if self.closing:
                raise msg.NoWorkerError("The cluster is shutting down.", "Connect to another one.")
            worker = self.pick(asked.character, asked.fps, frozenset(asked.avoid), known.get(asked.lease))
        lease = Lease(guest.identity, asked.lease, asked.character, asked.fps)
        self._roster.release(guest.identity, asked.lease)
        if worker is None:
            raise msg.NoWorkerError("No worker is ready.", "One is being started: ask again in a moment.")
        self._roster.assign(lease, worker)
        placed = msg.Placed(request=asked.request, lease=lease.number, worker=worker.id, endpoint=worker.endpoint)
        self._send(guest, placed)

    def pick(self, character: str, fps: float, avoid: frozenset[str], now_on: Lease | None = None) -> Worker | None:
        """A worker for a stream; what it takes where it is now does not count against that worker."""
        if now_on is not None:
            self._roster.assign(now_on, None)
        views = [worker.view() for worker in self._roster.ready()]
        return self._roster.workers.get(choose(views, character, fps, avoid) or "")

    def _status(self, request: int) -> msg.Workers:
        return msg.Workers(
            request=request, uptime_s=time.monotonic() - self._started_s, wanted=self.wanted,
            clients=len(self._guests), leases=self._roster.lease_count(),
            workers=[worker.info() for worker in self._roster.workers.values()],
        )  # fmt: skip

    def _refuse(self, identity: bytes, error: NpcFaceError, request: int) -> None:
        answer = Error(request=request, code=error.code, cause=error.cause, remedy=error.remedy)
        guest = self._guests.get(identity)
        if guest is not None:
            self._send(guest, answer)
        else:
            self._try_send(identity, encode(answer))  # a stranger that does not read loses it

    def _send(self, guest: Guest, message: Reply) -> None:
        guest.outbox.append(encode(message))
        self._flush(guest)
        if len(guest.outbox) > OUTBOX_MAX:
            log.warning("Client %r does not read its answers; it is given up.", guest.name)
            self._leave(guest)

    def _flush(self, guest: Guest) -> None:
        while guest.outbox:
            sent = self._try_send(guest.identity, guest.outbox[0])
            if sent is None:
                self._leave(guest)
                return
            if not sent:
                return
            guest.outbox.popleft()
            guest.told_s = time.monotonic()

    def _try_send(self, identity: bytes, header: bytes) -> bool | None:
        """True: taken; False: its queue is full; None: nobody is there."""
        try:
            self._socket.send_multipart([identity, header], zmq.NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != errno.EHOSTUNREACH:
                raise
            return None
        return True

    def _leave(self, guest: Guest) -> None:
        if self._guests.pop(guest.identity, None) is not None:
            self._roster.forget_client(guest.identity)
