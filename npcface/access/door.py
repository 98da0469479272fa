"""The door of a listening socket: every connection is seen, checked and numbered before a message of it is.

It is a ZAP handler (https://rfc.zeromq.org/spec/27/) and reads ZeroMQ's socket monitor, in a thread of its own, so that
strangers cost the main loop nothing. Whoever is not let in gets no answer: the connection is closed.
"""

from __future__ import annotations

import logging
import struct
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import zmq

from npcface.access.allow import AllowList
from npcface.access.caller import Caller, hang_up, user_id
from npcface.access.keys import KeyFolder, Pair
from npcface.access.tarpit import Tarpit

ZAP = "inproc://zeromq.zap.01"
DOMAIN = b"npcface"
HANDSHAKE_S = 3.0
BACKLOG = 32  # connections the system may hold for ZeroMQ: more would come at once when a storm of them gets its turn
LET_IN, NOT_LET_IN = b"200", b"300"  # 300: closed without a word
log = logging.getLogger("npcface.access")


class Door:
    """Guards the sockets of one ZeroMQ context.

    Args:
        context: of the sockets; it must have no other ZAP handler.
        keys: folder of keys; None: CURVE is not asked for.
        connections_max: at the same time, of all clients.
        strangers_max: of those that ``welcome`` was not called for; past that the oldest goes.

    Raises:
        KeyFileError: no server key there, or it or the list is damaged.
    """

    def __init__(
        self, context: zmq.Context[Any], keys: Path | None = None, connections_max: int = 256, strangers_max: int = 64
    ) -> None:
        self.pair: Pair | None = None if keys is None else KeyFolder(keys).server()
        self.allowed = None if keys is None or self.pair is None else AllowList(keys, self.pair.public)
        self.tarpit = Tarpit()
        self.refused = 0
        self._connections_max, self._strangers_max = connections_max, strangers_max
        self._numbers = self._revoked = 0
        self._guests: set[int] = set()  # descriptors of connections with a session, told by the main loop
        self._accepted = 0
        self._open: dict[int, int] = {}  # descriptor → serial number of its connection, oldest first
        self._late: list[tuple[float, list[bytes]]] = []  # answers that wait in the tarpit
        self._ports: set[int] = set()
        self._stop = threading.Event()
        self._zap = context.socket(zmq.ROUTER)
        self._zap.linger = 0
        self._zap.bind(ZAP)
        self._guarded: list[zmq.Socket[Any]] = []
        self._monitors: list[zmq.Socket[bytes]] = []
        self._thread = threading.Thread(target=self._run, name="npcface-door", daemon=True)

    def guard(self, socket: zmq.Socket[Any], handshake_s: float = HANDSHAKE_S) -> None:
        """Call it before the socket is bound; a connection that is not let in by ``handshake_s`` is closed."""
        socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN)
        socket.setsockopt(zmq.HANDSHAKE_IVL, round(handshake_s * 1000))
        socket.setsockopt(zmq.BACKLOG, BACKLOG)
        if self.pair is not None:
            socket.setsockopt(zmq.CURVE_SERVER, 1)
            socket.setsockopt(zmq.CURVE_SECRETKEY, self.pair.secret.encode("ascii"))
        self._guarded.append(socket)
        events = zmq.EVENT_ACCEPTED | zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED
        self._monitors.append(socket.get_monitor_socket(events))

    def start(self) -> None:
        """Begin to let in; call it as soon as the sockets are bound."""
        for socket in self._guarded:
            endpoint = socket.getsockopt_string(zmq.LAST_ENDPOINT)
            if endpoint.startswith("tcp:"):  # ipc has none, and nobody of this machine to cut by it
                self._ports.add(int(endpoint.rpartition(":")[2]))
        self._thread.start()

    def close(self) -> None:
        """End the thread and close its sockets; before the guarded sockets are closed. Can be called twice."""
        for socket in self._guarded:
            if not socket.closed:
                socket.disable_monitor()  # first: ZeroMQ would wait for a monitor that nobody reads
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for mine in (self._zap, *self._monitors):
            mine.close(0)

    def welcome(self, caller: Caller) -> None:
        """This connection has said hello: it is not among those that have to go when there are too many."""
        if self.is_open(caller):
            self._guests.add(caller.descriptor)

    def still_open_to(self, name: str, key: bytes) -> bool:
        """Whether a client that was let in would be let in now."""
        return self.allowed is None or self.allowed.knows(name, key)

    def accepted(self, descriptor: int) -> int:
        """Serial number of the connection that has this descriptor now; -1: none of ours."""
        return self._open.get(descriptor, -1)

    def found(self, caller: Caller) -> Caller:
        """With its serial number, which it gets with its first message: it may have ended since it sent that, and its
        descriptor may be that of a connection which came after it was let in."""
        serial = self.accepted(caller.descriptor)
        return replace(caller, accepted=serial if serial < caller.before else -1)

    def descriptors(self) -> list[int]:
        """Of all connections, oldest first."""
        return list(self._open)

    def is_open(self, caller: Caller) -> bool:
        """Whether this very connection lasts; its descriptor may be another's by now."""
        return caller.accepted >= 0 and self.accepted(caller.descriptor) == caller.accepted

    def hang_up(self, descriptor: int, accepted: int) -> bool:
        """Cut a connection, if it lasts; see ``caller.hang_up``."""
        return self.accepted(descriptor) == accepted >= 0 and hang_up(descriptor, self._ports)

    def hang_up_if_revoked(self) -> bool:
        """Cut all TCP connections if a key was revoked since the last call: for sockets by which nobody says who he is.

        Who is still allowed connects anew by himself.

        Returns:
            Whether a key was revoked.
        """
        if self.allowed is None:
            return False
        self.allowed.refresh()
        if self._revoked == self.allowed.revoked:
            return False
        self._revoked = self.allowed.revoked
        for descriptor in self.descriptors():
            hang_up(descriptor, self._ports)
        return True

    def _run(self) -> None:
        poller = zmq.Poller()
        for socket in (self._zap, *self._monitors):
            poller.register(socket, zmq.POLLIN)
        while not self._stop.is_set():
            try:
                ready = dict(poller.poll(10 if self._late else 100))
                asked = self._zap.recv_multipart() if self._zap in ready else None
                for monitor in self._monitors:  # before the answer: nobody is let in before the door knows of him
                    self._watch(monitor)
                if asked is not None:
                    self._answer(asked)
                self._answer_late()
            except zmq.ContextTerminated:
                return
            except Exception:
                log.exception("The door goes on.")

    def _watch(self, monitor: zmq.Socket[bytes]) -> None:
        while True:
            try:
                event, descriptor = struct.unpack("=HI", monitor.recv_multipart(zmq.NOBLOCK)[0])
            except zmq.Again:
                return
            if event == zmq.EVENT_ACCEPTED:
                self._open.pop(descriptor, None)
                self._open[descriptor] = self._accepted
                self._accepted += 1
                self._guests.discard(descriptor)
                self._make_room(descriptor)
            elif self._open.pop(descriptor, None) is not None:
                self._guests.discard(descriptor)

    def _make_room(self, newest: int) -> None:
        """Too many strangers: the oldest goes, so that who has just come can say hello. Too many in all: the newest."""
        strangers = [one for one in self._open if one not in self._guests]
        if len(strangers) > self._strangers_max:
            self._turn_away(strangers[0])
        elif len(self._open) > self._connections_max:
            self._turn_away(newest)

    def _turn_away(self, descriptor: int) -> None:
        self._open.pop(descriptor, None)
        self.refused += 1
        hang_up(descriptor, self._ports)

    def _answer(self, asked: list[bytes]) -> None:
        """ZAP: routing id and empty frame of ZeroMQ's own, then version, request, domain, address, identity, mechanism
        and credentials."""
        route, empty, version, request, _, address, _, mechanism, *credentials = asked
        name: str | None = ""
        key = b""
        if self.allowed is not None:
            key = credentials[0] if mechanism == b"CURVE" and len(credentials) == 1 else b""
            name = self.allowed.name_of(key) if len(key) == 32 else None
        elif mechanism != b"NULL":
            name = None
        self._numbers += 1
        status = NOT_LET_IN if name is None else LET_IN
        user = b"" if name is None else user_id(self._numbers, self._accepted, name, key)
        answer = [route, empty, version, request, status, b"", user, b""]
        where = address.decode("ascii", "replace")
        if name is None:
            self.refused += 1
            self.tarpit.sink(where)
            log.info("A connection from %s was refused: its key is not on the list.", where)
        wait_s = self.tarpit.wait_s(name or where)
        if wait_s:
            self._late.append((time.monotonic() + wait_s, answer))
        else:
            self._zap.send_multipart(answer)

    def _answer_late(self) -> None:
        now_s = time.monotonic()
        for due in [one for one in self._late if one[0] <= now_s]:
            self._late.remove(due)
            self._zap.send_multipart(due[1])
