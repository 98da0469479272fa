"""A client's line to the director. Asking for a place waits for the answer; everything else comes by itself.

The line may break without harm: faces go on, because they do not pass through the director. When it is back, the client
says hello again and tells where its streams are.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, TypeVar

import zmq

import npcface
from npcface.access.curve import ClientKeys
from npcface.access.liveness import notice_dead_peers
from npcface.client.connection import DaemonLost, DaemonTimeout
from npcface.cluster import messages as msg
from npcface.errors import NpcFaceError
from npcface.wire.codec import encode
from npcface.wire.errors import SessionError
from npcface.wire.replies import Error, Reply
from npcface.wire.requests import Bye, Hello, Ping, Request

PING_S = 2.0
REJOIN_S = 0.5
Answer = TypeVar("Answer", bound=Reply)


class DirectorLink:
    """One DEALER socket. Not thread-safe.

    Args:
        address: in the director's ready line.
        timeout_s: longest wait for an answer.
        token: the cluster's.
        keys: if director and workers ask for them.

    Attributes:
        socket: to poll together with others.
        placed: lease → where it was placed last, as asked for and answered.
        moved: lease → where it belongs now; whoever moves the stream takes it out.
        closing: the cluster is shutting down.

    Raises:
        DaemonTimeout: nobody answers there.
        VersionError: it is a daemon, or another version.
    """

    def __init__(self, address: str, timeout_s: float, token: str, keys: ClientKeys | None = None) -> None:
        self.keys = keys
        self.address = address
        self.timeout_s = timeout_s
        self.placed: dict[int, msg.Place] = {}
        self.moved: dict[int, msg.Moved] = {}
        self.closing = False
        self._token = token
        self._requests = 0
        self._answers: dict[int, Reply] = {}
        self._pinged_s = self._rejoined_s = time.monotonic()
        self._context: zmq.Context[Any] = zmq.Context()
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 200)
        self.socket.setsockopt(zmq.SNDHWM, 256)
        notice_dead_peers(self.socket, 10.0)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 50)
        self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
        self.socket.setsockopt(zmq.IPV6, 1)
        if keys is not None:
            keys.apply(self.socket)
        try:
            self.socket.connect(address)
            self.request(self._hello(), msg.Welcome)
        except zmq.ZMQError as error:
            self.close()
            raise DaemonLost(f"{address!r} is no ZeroMQ address: {error}.", "Write tcp://HOST:PORT.") from None
        except BaseException:
            self.close()
            raise

    def request(self, message: Request, answer: type[Answer], timeout_s: float | None = None) -> Answer:
        """Ask and wait.

        Raises:
            DaemonTimeout: no answer in time.
            NpcFaceError: what the director answered instead.
        """
        deadline_s = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        for known in (False, True):
            number = self._send(message)
            while number not in self._answers:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or not self.socket.poll(max(round(left_s * 1000), 1)):
                    raise DaemonTimeout(
                        f"The director at {self.address} does not answer.", "Is `npcface cluster` running there?"
                    )
                self._read()
            reply = self._answers.pop(number)
            if isinstance(reply, answer):
                return reply
            assert isinstance(reply, Error), f"{type(reply).__name__} instead of {answer.__name__}"
            error = msg.error_of(reply)
            if known or not isinstance(error, SessionError) or isinstance(message, Hello):
                break
            self._rejoin()
        raise error

    def place(self, place: msg.Place, timeout_s: float) -> msg.Placed:
        """Ask for a worker and remember it, so that a restarted director can be told.

        Raises:
            NoWorkerError: none right now.
        """
        self.moved.pop(place.lease, None)
        placed = self.request(place, msg.Placed, timeout_s)
        self.moved.pop(place.lease, None)  # what came meanwhile is older than the answer
        self.settled(place, placed.worker)
        return placed

    def settled(self, place: msg.Place, worker: str) -> None:
        """A stream is shown by this worker."""
        self.placed[place.lease] = msg.Place(
            lease=place.lease, character=place.character, fps=place.fps, current=worker
        )

    def release(self, lease: int) -> None:
        """A stream is closed."""
        self.placed.pop(lease, None)
        self.moved.pop(lease, None)
        self._send(msg.Release(lease=lease), number=0)

    def poll(self) -> None:
        """Take in what the director has said, without waiting; ask now and then whether it still knows us."""
        if time.monotonic() - self._pinged_s >= PING_S:
            self._pinged_s = time.monotonic()
            self._send(Ping(), number=0)
        self._read()

    def close(self) -> None:
        """Say goodbye; can be called twice."""
        if not self.socket.closed:
            with contextlib.suppress(zmq.Again):
                self.socket.send(encode(Bye()), zmq.NOBLOCK)
            self.socket.close()
        self._context.term()

    def _hello(self) -> Hello:
        name = f"npcface-python {npcface.__version__}"
        return Hello(protocol=msg.PROTOCOL, client=name, token=self._token)

    def _rejoin(self) -> None:
        """The director does not know us: it was restarted. Nobody waits for the answers."""
        if time.monotonic() - self._rejoined_s < REJOIN_S:
            return  # it was said already, or the token is not right any more
        self._rejoined_s = time.monotonic()
        self._send(self._hello(), number=0)
        for place in self.placed.values():
            self._send(place, number=0)

    def _send(self, message: Request, number: int | None = None) -> int:
        if number is None:
            self._requests += 1
            number = self._requests
        fields = {name: getattr(message, name) for name in message.__struct_fields__}
        with contextlib.suppress(zmq.Again):  # a director that takes nothing is one that does not answer
            self.socket.send(encode(type(message)(**{**fields, "request": number})), zmq.NOBLOCK)
        return number

    def _read(self) -> None:
        while True:
            try:
                frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                reply = msg.decode_said(frames)
            except NpcFaceError:
                if self._requests <= 1:  # the answer to the first hello: this is no director
                    raise
                continue
            if reply.request:
                self._answers = {reply.request: reply}  # older ones came after their time-out
            elif isinstance(reply, msg.Moved):
                self._told(reply.lease, reply)
            elif isinstance(reply, msg.Placed):  # it could not stay where it was
                at = self.placed.get(reply.lease)
                if at is not None and at.current != reply.worker:
                    self._told(
                        reply.lease,
                        msg.Moved(lease=reply.lease, worker=reply.worker, endpoint=reply.endpoint, reason="lost"),
                    )
            elif isinstance(reply, msg.Closing):
                self.closing = True
            elif isinstance(reply, Error) and reply.code == SessionError.code:
                self._rejoin()

    def _told(self, lease: int, moved: msg.Moved) -> None:
        if lease in self.placed:
            self.moved[lease] = moved
