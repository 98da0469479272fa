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
from npcface.access.caller import Caller
from npcface.access.door import Door
from npcface.cluster import messages as msg
from npcface.cluster.config import ClusterConfig
from npcface.cluster.placement import choose
from npcface.cluster.roster import Lease, Roster, Worker
from npcface.errors import LimitError, NpcFaceError
from npcface.serve.gate import Gate, Peer
from npcface.serve.welcome import no_room
from npcface.wire.codec import encode, peek
from npcface.wire.errors import InternalError, SessionError
from npcface.wire.replies import Alive, Done, Error, Pong, Reply
from npcface.wire.requests import Bye, Hello, Ping

OUTBOX_MAX = 512
PROBE_S = 5.0  # silence towards a client after which it gets an `alive`, by which it shows that it is gone
log = logging.getLogger("npcface.cluster")


@dataclass(slots=True, eq=False)
class Guest:
    """A client after its hello."""

    identity: bytes
    name: str
    told_s: float  # when something was last sent, monotonic
    caller: Caller  # the connection that said hello; no other one speaks for it
    outbox: deque[bytes] = field(default_factory=deque)


class Desk:
    """Talks to clients.

    Args:
        socket: bound ROUTER with ROUTER_MANDATORY,
        door: that it is behind.
        config: limits and token.
        roster: the book that is kept here and by the ``Steward``.

    Attributes:
        wanted: workers there should be, for the status reply.
        closing: no new streams any more.
    """

    def __init__(self, socket: zmq.Socket[bytes], door: Door, config: ClusterConfig, roster: Roster) -> None:
        self._socket, self._door = socket, door
        self._config, self._front = config, config.front()
        self._gate = Gate(socket, door, self._front)
        self._roster = roster
        self._guests: dict[bytes, Guest] = {}
        self._started_s = time.monotonic()
        self.wanted = 0
        self.closing = False

    def receive(self) -> None:
        """Answer what has come."""
        for peer, frames in self._gate.read():
            try:
                self._handle(peer, msg.decode_asked(frames))
            except NpcFaceError as error:
                self._refuse(peer, error, peek(frames).request)
            except Exception as error:  # a bug must not end the director
                log.exception("Unexpected error.")
                self._refuse(peer, InternalError(f"{error}"[:300], "See the director's log."), peek(frames).request)

    def pause(self) -> bool:
        """Whether nothing is to be read now; waits until it is. See ``serve.gate``."""
        pause_s = self._gate.pause_s()
        time.sleep(pause_s)
        return pause_s > 0.0

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
        ended = self._gate.tick(now_s)
        for peer, request, limit in self._gate.take_news():
            self._answer(peer, limit, request)
        if ended:
            self._let_go()
        for guest in list(self._guests.values()):
            if guest.outbox:
                self._flush(guest)
            elif now_s - guest.told_s >= PROBE_S:
                self._send(guest, Alive(time_s=now_s - self._started_s))

    def _no_room(self, peer: Peer) -> LimitError | None:
        here = [guest.caller for identity, guest in self._guests.items() if identity != peer.identity]
        return no_room(here, peer.caller, self._front)

    def _let_go(self) -> None:
        for guest in list(self._guests.values()):
            if not self._gate.lasts(guest.caller):
                self._leave(guest)

    def _guest_of(self, peer: Peer) -> Guest | None:
        known = self._guests.get(peer.identity)
        return known if known is not None and known.caller.number == peer.caller.number else None

    def _handle(self, peer: Peer, message: msg.Asked) -> None:
        peer.limits.charge(message, time.monotonic())
        if isinstance(message, Hello):
            self._greet(peer, message)
            return
        guest = self._guest_of(peer)
        if guest is None:
            raise SessionError("This connection has not said hello.", "Send hello first, again after a reconnect.")
        if isinstance(message, msg.Place):
            self._place(guest, message)
        elif isinstance(message, msg.Release):
            self._roster.release(peer.identity, message.lease)
            self._send(guest, Done(request=message.request, what="release"))
        elif isinstance(message, msg.Status):
            self._send(guest, self._status(message.request))
        elif isinstance(message, Ping):
            self._send(guest, Pong(request=message.request, time_s=time.monotonic() - self._started_s))
        elif isinstance(message, Bye):
            self._send(guest, Done(request=message.request, what="bye"))
            self._leave(guest)

    def _greet(self, peer: Peer, hello: Hello) -> None:
        token, identity = self._config.token, peer.identity
        peer.may_guess(time.monotonic())
        if token and not hmac.compare_digest(hello.token.encode(), token.encode()):
            peer.guessed_wrong(time.monotonic())
            raise SessionError("The token is missing or wrong.", "Send the cluster's token in the hello.")
        before = self._guests.get(identity)
        if before is not None and before.caller.name != peer.caller.name:
            self._leave(before)  # a client calls itself as it likes: only the same key takes its streams over
        if self._no_room(peer):
            self._let_go()  # those that have ended since the last look
        if problem := self._no_room(peer):
            raise problem
        guest = self._guests[identity] = Guest(identity, hello.client, time.monotonic(), peer.caller)
        self._door.welcome(peer.caller)
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

    def _refuse(self, peer: Peer, error: NpcFaceError, request: int) -> None:
        if self._gate.may_refuse(peer, request):
            self._answer(peer, error, request)

    def _answer(self, peer: Peer, error: NpcFaceError, request: int) -> None:
        answer = Error(request=request, code=error.code, cause=error.cause, remedy=error.remedy)
        guest = self._guest_of(peer)
        if guest is not None:
            self._send(guest, answer)
        else:
            self._try_send(peer.identity, encode(answer))  # a stranger that does not read loses it

    def _send(self, guest: Guest, message: Reply) -> None:
        guest.outbox.append(encode(message))
        self._flush(guest)
        if len(guest.outbox) > OUTBOX_MAX:
            log.warning("Client %r does not read its answers; it is given up.", guest.name)
            self._leave(guest)

    def _flush(self, guest: Guest) -> None:
        while guest.outbox:
            lasts = self._door.is_open(guest.caller)  # else somebody else may call himself so by now
            sent = self._try_send(guest.identity, guest.outbox[0]) if lasts else None
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
