"""A client of one worker that notices when it has to go: the director says so, or the worker falls silent."""

from __future__ import annotations

import time
from collections.abc import Callable

import zmq

from npcface.client import Client
from npcface.client.connection import Connection, DaemonLost, Event, SharedMemory
from npcface.cluster.link import DirectorLink
from npcface.wire.requests import Ping

AWAY_S = 0.25  # a caller that was away for longer has not listened: then silence starts anew


class WorkerLeft(DaemonLost):
    """The stream belongs on another worker now. ``ClusterStream`` catches it and moves.

    Attributes:
        lost: the worker is not there any more; otherwise it only has to be left.
    """

    def __init__(self, endpoint: str, *, lost: bool) -> None:
        cause = f"The worker at {endpoint} " + ("is gone." if lost else "is to be left.")
        super().__init__(cause, "Open the stream again through the director.")
        self.lost = lost


class WorkerClient(Client):
    """As ``Client``, but its waits end early with ``WorkerLeft``.

    Args:
        address: of the worker.
        link: to the director.
        patience_s: silence after which the worker counts as lost; half of it is waited before it is asked.
        timeout_s, token: as for ``Client``.

    Attributes:
        lease: of the stream that waits now; 0 = none.
        users: leases of the streams it carries.
        gone: it was left; nothing of it can be used any more.
    """

    resumes = False

    def __init__(self, address: str, link: DirectorLink, patience_s: float, *, timeout_s: float, token: str) -> None:
        self.lease = 0
        self.users: set[int] = set()
        self.gone = self.lost = False
        self._link = link
        self._patience_s = patience_s
        super().__init__(address, timeout_s=timeout_s, token=token)

    def leave(self, *, lost: bool) -> None:
        """Close the connection; without a word to a worker that would not hear it."""
        self.gone, self.lost = True, lost
        self.close()

    def _connect(self, address: str, timeout_s: float, token: str, shared_memory: SharedMemory) -> Connection:
        return _WatchedConnection(
            self, self._link, self._patience_s, address, timeout_s, token, self._route, self._reopen, shared_memory
        )


class _WatchedConnection(Connection):
    def __init__(
        self, client: WorkerClient, link: DirectorLink, patience_s: float, address: str, timeout_s: float, token: str,
        on_event: Event, on_hello: Callable[[], None], shared_memory: SharedMemory,
    ) -> None:  # fmt: skip
        self._client = client
        self._link = link
        self._patience_s = patience_s
        self._heard_s = self._left_s = time.monotonic()
        self._asked_s = 0.0
        super().__init__(address, timeout_s, token, on_event, on_hello, shared_memory=shared_memory)

    def receive(self, deadline_s: float) -> bool:
        """As ``Connection.receive``.

        Raises:
            WorkerLeft: the stream that waits belongs elsewhere, or the worker is silent.
        """
        now_s = time.monotonic()
        if now_s - self._left_s > AWAY_S:
            self._heard_s = now_s
        try:
            while True:
                self._check(now_s)
                doubt_s = self._heard_s + self._patience_s * (0.5 if self._asked_s < self._heard_s else 1.0)
                if self._wait(min(deadline_s, doubt_s) - now_s):
                    self._heard_s = time.monotonic()
                    return super().receive(self._heard_s)
                now_s = time.monotonic()
                if now_s >= deadline_s:
                    return False
        finally:
            self._left_s = time.monotonic()

    def close(self) -> None:
        """As ``Connection.close``; does not wait for a worker that is lost."""
        if self._client.lost and not self._socket.closed:
            self._socket.setsockopt(zmq.LINGER, 0)
        super().close()

    def _check(self, now_s: float) -> None:
        self._link.poll()
        if (told := self._link.moved.get(self._client.lease)) is not None:
            raise WorkerLeft(self.address, lost=told.reason == "lost")
        if now_s - self._heard_s >= self._patience_s:
            raise WorkerLeft(self.address, lost=True)
        if now_s - self._heard_s >= self._patience_s / 2 and self._asked_s < self._heard_s:
            self._asked_s = now_s
            if self._socket.poll(0, zmq.POLLOUT):
                self.send(Ping())  # answered at once, also while it renders

    def _wait(self, seconds: float) -> bool:
        """Whether the worker has said something within ``seconds``; the director's words end the wait too."""
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._link.socket, zmq.POLLIN)
        return self._socket in dict(poller.poll(max(round(seconds * 1000), 1)))
