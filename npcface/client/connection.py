"""One DEALER socket with its handshake: requests with answers, and a sorting office for frames.

Not thread-safe, like the ZeroMQ socket it holds: use one client a thread.
"""

from __future__ import annotations

import contextlib
import ipaddress
import math
import time
from collections.abc import Callable
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import zmq
from zmq.utils.monitor import recv_monitor_message

import npcface
from npcface.access.curve import ClientKeys
from npcface.access.liveness import notice_dead_peers
from npcface.errors import NpcFaceError
from npcface.shm.layout import supported
from npcface.wire.codec import PAYLOAD_BYTES_MAX, Buffer, decode_reply, encode
from npcface.wire.errors import SessionError, from_code
from npcface.wire.replies import AnyReply, Error, Reply, Welcome
from npcface.wire.requests import Bye, Hello, Ping, Request
from npcface.wire.version import PROTOCOL


class DaemonTimeout(NpcFaceError, TimeoutError):
    """The daemon did not answer in time."""

    code = "timeout"


class DaemonLost(NpcFaceError, ConnectionError):
    """The daemon closed the stream, or was restarted while something was being played."""

    code = "lost"


_DOUBT_S = 1.0  # silence after which a restart is suspected: what was on its way to the old daemon is lost
Answer = TypeVar("Answer", bound=Reply)
Event = Callable[[AnyReply, Buffer | None], None]
SharedMemory = Literal["auto", "off"]


class Connection:
    """A connection that says hello by itself, also again after the daemon was restarted.

    Args:
        address: such as ``tcp://127.0.0.1:5747``.
        timeout_s: longest wait for any answer.
        token: if the daemon asks for one.
        on_event: gets every message that answers no request.
        on_hello: called after each successful handshake but the first.
        shared_memory: ``auto`` offers a daemon on this machine to read frames from shared memory, ``off`` does not.
        keys: if the daemon asks for them.

    Attributes:
        welcome: what the daemon can do.

    Raises:
        DaemonTimeout: nobody answers there.
        VersionError: the daemon speaks another major version.
    """

    def __init__(
        self,
        address: str,
        timeout_s: float,
        token: str,
        on_event: Event,
        on_hello: Callable[[], None],
        *,
        shared_memory: SharedMemory = "auto",
        keys: ClientKeys | None = None,
    ) -> None:
        self.address = address
        self.timeout_s = timeout_s
        self._token = token
        self._shared_memory = shared_memory == "auto" and supported() and is_this_machine(address)
        self._on_event = on_event
        self._on_hello = on_hello
        self._requests = 0
        self.stale = False  # the daemon has said that it does not know us: it was restarted
        self._answers: dict[int, AnyReply] = {}
        self._context: zmq.Context[Any] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 200)
        self._socket.setsockopt(zmq.SNDHWM, 64)
        self._socket.setsockopt(zmq.RCVHWM, 64)
        self._socket.setsockopt(zmq.MAXMSGSIZE, PAYLOAD_BYTES_MAX)
        notice_dead_peers(self._socket, 10.0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, 50)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
        self._socket.setsockopt(zmq.IPV6, 1)
        if keys is not None:
            keys.apply(self._socket)
        self._seen = self._socket.get_monitor_socket(zmq.EVENT_CONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        try:
            self._socket.connect(address)
            self.welcome = self._hello()
            self._look_away()
        except zmq.ZMQError as error:
            self.close()
            raise DaemonLost(f"{address!r} is no ZeroMQ address: {error}.", "Write tcp://HOST:PORT.") from None
        except BaseException:
            self.close()
            raise

    def request(self, message: Request, answer: type[Answer], payload: bytes | None = None) -> Answer:
        """Send a message and wait for its answer; hello is said again if the daemon does not know us any more.

        Raises:
            DaemonTimeout: no answer within ``timeout_s``.
            NpcFaceError: the error the daemon answered with, of its own class.
        """
        try:
            return self._ask(message, answer, payload)
        except SessionError:
            self.rejoin()
            return self._ask(message, answer, payload)

    def rejoin(self) -> None:
        """Say hello again after the daemon was restarted; it may still be on its way back.

        Raises:
            DaemonTimeout: it is not back within ``timeout_s``.
        """
        deadline_s = time.monotonic() + self.timeout_s
        while True:
            try:
                self.welcome = self._hello(min(_DOUBT_S, self.timeout_s))
                break
            except DaemonTimeout:
                if time.monotonic() >= deadline_s:
                    raise
        self.stale = False
        self._on_hello()

    def send(self, message: Request, payload: bytes | None = None) -> None:
        """Send without waiting for an answer.

        Raises:
            DaemonTimeout: the daemon does not take messages.
        """
        parts = [encode(message)] if payload is None else [encode(message), payload]
        if not self._socket.poll(round(self.timeout_s * 1000), zmq.POLLOUT):
            raise self._silent("takes no messages")
        self._socket.send_multipart(parts)

    def receive(self, deadline_s: float) -> bool:
        """Take one message and pass it on; False if none came until ``deadline_s`` (``time.monotonic()``).

        Raises:
            ProtocolError: the daemon sent something that is no message.
        """
        left_s = max(deadline_s - time.monotonic(), 0.0)
        if not self._socket.poll(math.ceil(left_s * 1000.0)):
            return False
        parts = self._socket.recv_multipart(copy=False)
        message, payload = decode_reply([part.buffer for part in parts])
        if message.request:
            self._answers[message.request] = message
        elif isinstance(message, Error) and message.code == SessionError.code:
            self.stale = True
        else:
            self._on_event(message, payload)
        return True

    def close(self) -> None:
        """Say goodbye without waiting for an answer; can be called twice."""
        if not self._socket.closed:
            with contextlib.suppress(zmq.Again):
                self._socket.send(encode(Bye()), zmq.NOBLOCK)
            self._look_away()
            self._socket.close()
        self._context.term()

    def _hello(self, timeout_s: float | None = None) -> Welcome:
        name = f"npcface-python {npcface.__version__}"
        hello = Hello(protocol=PROTOCOL, client=name, token=self._token, shared_memory=self._shared_memory)
        return self._ask(hello, Welcome, None, timeout_s)

    def _ask(
        self, message: Request, answer: type[Answer], payload: bytes | None, timeout_s: float | None = None
    ) -> Answer:
        self._requests += 1
        self._answers.clear()  # what came after its time-out
        number = self._requests
        fields = {name: getattr(message, name) for name in message.__struct_fields__}
        deadline_s = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        self.send(type(message)(**{**fields, "request": number}), payload)
        while number not in self._answers:
            if not self.receive(min(time.monotonic() + _DOUBT_S, deadline_s)):
                if time.monotonic() >= deadline_s:
                    raise self._silent("does not answer")
                self.send(Ping())  # a restarted daemon answers that it does not know us
            if self.stale and not isinstance(message, Hello):
                raise SessionError("The daemon was restarted.", "Say hello and open the streams again.")
        reply = self._answers.pop(number)
        if isinstance(reply, Error):
            raise from_code(reply.code, reply.cause, reply.remedy)
        assert isinstance(reply, answer), f"{type(reply).__name__} instead of {answer.__name__}"
        return reply

    def _look_away(self) -> None:
        """Once let in, nobody reads the monitor any more, and ZeroMQ would wait for room in it."""
        if not self._seen.closed:
            self._socket.disable_monitor()
            self._seen.close(0)

    def _silent(self, what: str) -> DaemonTimeout:
        events = set()
        while not self._seen.closed and self._seen.poll(0):
            events.add(recv_monitor_message(self._seen)["event"])
        if zmq.EVENT_CONNECTED in events and zmq.EVENT_HANDSHAKE_SUCCEEDED not in events:
            return DaemonTimeout(
                f"Somebody listens at {self.address} but does not let this client in.",
                "If it asks for keys, give its server.pub and a NAME.key that is on its list (`npcface keys list`); if "
                "it does not, give none.",
            )
        return DaemonTimeout(
            f"The daemon at {self.address} {what} within {self.timeout_s:g} s.",
            "Is it running there (`npcface serve`), and is the address the one in its ready line?",
        )


def is_this_machine(address: str) -> bool:
    """Whether the address can only lead to this machine, tunnels aside: those find out when they map the memory."""
    if address.startswith("ipc://"):
        return True
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
