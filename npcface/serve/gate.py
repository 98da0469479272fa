"""Reading from clients, so that none of them takes the time of the others.

ZeroMQ hands over one message of each connection in turn, so a flood is never read more often than anybody else; what it
could take is the main loop's time. Three things bound that: a pass ends after ``PASS_S``; what a connection sends past
its limits is thrown away before it is decoded; and a pass that has thrown away ``DROPS`` messages ends with a pause.
In the pause the flood backs up into its own TCP connection, so it costs the daemon's I/O thread nothing either.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import zmq

from npcface.access.caller import Caller, caller_of, tag_of
from npcface.access.door import Door
from npcface.errors import LimitError
from npcface.serve.backlog import Backlog
from npcface.serve.config import Config
from npcface.serve.limits import Limits

PASS_S = 0.002  # then what is due is rendered and sent
PASS_MESSAGES = 256
DROPS = 4
PAUSE_S = 0.001
TELL_S = 1.0  # between two words about limits
PATIENCE_S = 5.0  # of flooding, then the connection is cut,
HEAVY_BYTES = 1 << 20  # and at once if what is too much is large: it could not be thrown away as fast as it comes
FRAMES_KEPT = 3  # of a message; two are right, and three are enough to say so
SMALL_BYTES = 4096  # copied: quicker than a view
LOOK_S = 0.25  # between two looks at connections that have ended
GUESSES = 4  # wrong tokens of a connection, then each further one has to wait, twice as long each time
GUESS_MAX_S = 60.0
log = logging.getLogger("npcface.serve")


@dataclass(slots=True, eq=False)
class Peer:
    """One connection and what it has done so far."""

    identity: bytes
    caller: Caller
    limits: Limits
    told_s: float = float("-inf")  # monotonic: of its limits,
    over_since_s: float = float("inf")  # since when it is past them without a break,
    over_s: float = float("-inf")  # and when it was last
    wrong: int = 0  # tokens
    shut_until_s: float = 0.0  # for hellos
    owed: int | None = None  # request that has had no answer because of limits
    cut: bool = False

    def may_guess(self, now_s: float) -> None:
        """Before a token is looked at.

        Raises:
            LimitError: it has given wrong ones, and has to wait.
        """
        if now_s < self.shut_until_s:
            raise LimitError(
                f"{self.wrong} wrong tokens came by this connection.",
                f"Wait {self.shut_until_s - now_s:.0f} s before the next, or connect anew with the right one.",
            )

    def guessed_wrong(self, now_s: float) -> None:
        """A token was wrong."""
        self.wrong += 1
        if self.wrong >= GUESSES:
            self.shut_until_s = now_s + min(2.0 ** (self.wrong - GUESSES), GUESS_MAX_S)


class Gate:
    """Reads the ROUTER. Belongs to the main loop.

    Args:
        socket: bound, behind ``door``.
        door: knows connections.
        config: rates.

    Attributes:
        dropped: messages thrown away, or not answered, because of limits.
        cuts: connections that were cut.
    """

    def __init__(self, socket: zmq.Socket[bytes], door: Door, config: Config) -> None:
        self._socket, self._door, self._config = socket, door, config
        self._backlog = Backlog(door)
        self._peers: dict[str, Peer] = {}
        self._news: list[tuple[Peer, int, LimitError]] = []
        self._open_s = 0.0  # nothing is read before
        self._looked_s = 0.0
        self.dropped = self.cuts = 0

    def counts(self) -> dict[str, int]:
        """What has been kept out: messages thrown away, connections cut, connections turned away at the door."""
        return {
            "messages": self.dropped,
            "connections_cut": self.cuts + self._backlog.cut,
            "connections_refused": self._door.refused,
        }

    def pause_s(self) -> float:
        """Seconds for which nothing is to be read; 0: read."""
        return max(self._open_s - time.monotonic(), 0.0)

    def read(self) -> Iterator[tuple[Peer, list[Any]]]:
        """Messages that are within their senders' limits, until none is left or the pass is over."""
        began_s = now_s = time.monotonic()
        drops = 0
        for _ in range(PASS_MESSAGES):
            if now_s - began_s > PASS_S:
                return
            try:
                identity = self._socket.recv(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            peer = self._peer(identity, now_s)
            frames = self._frames(peer, now_s)
            if frames is None:
                drops += 1
                if drops >= DROPS:
                    self._open_s = time.monotonic() + PAUSE_S
                    return
            else:
                yield peer, frames
            now_s = time.monotonic()

    def may_refuse(self, peer: Peer, request: int) -> bool:
        """Whether an error may be answered; a flood of bad messages does not become a flood of errors.

        Args:
            peer: whose message it is.
            request: its number. If not now, the newest one is answered within a second or so, by ``take_news``: nobody
                who waits for an answer waits in vain.
        """
        now_s = time.monotonic()
        if not peer.cut and peer.limits.errors.take(now_s):
            return True
        peer.owed = request
        self.dropped += 1  # that is not flooding: who drives a stream that is not there is told often enough
        self._tell(peer, now_s)
        return False

    def take_news(self) -> list[tuple[Peer, int, LimitError]]:
        """Limits that peers have to be told of, at most one a peer and second, with the request that it answers."""
        news, self._news = self._news, []
        return news

    def tick(self, now_s: float) -> bool:
        """Look after connections now and then.

        Args:
            now_s: monotonic.

        Returns:
            Whether some may have ended, by themselves or because their keys were revoked: ask ``lasts``.
        """
        self._backlog.look(now_s)
        if now_s - self._looked_s < LOOK_S:
            return False
        self._looked_s = now_s
        for tag, peer in list(self._peers.items()):
            if not self._door.is_open(peer.caller):
                del self._peers[tag]
            elif peer.owed is not None:
                self._tell(peer, now_s)
        return True

    def lasts(self, caller: Caller) -> bool:
        """Whether a connection is still there and still allowed; one whose key was revoked is cut."""
        if not self._door.is_open(caller):
            return False
        if self._door.still_open_to(caller.name, caller.key):
            return True
        self._hang_up(caller, "its key was revoked")
        return False

    def cut(self, peer: Peer, why: str) -> None:
        """End a connection; the next of the same name or machine waits a little at the door."""
        if not peer.cut:
            peer.cut = True
            self._hang_up(peer.caller, why)

    def part(self, caller: Caller) -> None:
        """End a connection that has done nothing wrong; its client may be back at once."""
        self._door.hang_up(caller.descriptor, caller.accepted)

    def _hang_up(self, caller: Caller, why: str) -> None:
        self._door.tarpit.sink(caller.name or caller.address)
        if self._door.hang_up(caller.descriptor, caller.accepted):
            self.cuts += 1
            log.warning("Connection %s was cut: %s.", caller, why)

    def _peer(self, identity: zmq.Frame, now_s: float) -> Peer:
        tag = tag_of(identity)
        peer = self._peers.get(tag)
        if peer is None:
            peer = Peer(identity.bytes, self._door.found(caller_of(identity)), Limits(self._config, now_s))
            self._peers[tag] = peer
        return peer

    def _frames(self, peer: Peer, now_s: float) -> list[Any] | None:
        """The message after its identity; None if it is thrown away. All of its parts are there by now."""
        admitted = peer.limits.messages.take(now_s) and peer.limits.bytes.take(now_s, 0.0) and not peer.cut
        frames: list[Any] = []
        size = count = 0
        more = True
        while more:
            frame = self._socket.recv(zmq.NOBLOCK, copy=False)
            size, count = size + len(frame), count + 1
            more = frame.more
            if admitted and len(frames) < FRAMES_KEPT:
                frames.append(frame.bytes if len(frame) <= SMALL_BYTES else frame.buffer)
        self._backlog.delivered(peer.caller.descriptor, size, count)
        peer.limits.bytes.take(now_s, size)
        if admitted:
            return frames
        self._over(peer, size, now_s)
        return None

    def _over(self, peer: Peer, size: int, now_s: float) -> None:
        self.dropped += 1
        if now_s - peer.over_s > 1.0:
            peer.over_since_s = now_s
        peer.over_s = now_s
        self._tell(peer, now_s)
        if size > HEAVY_BYTES or now_s - peer.over_since_s > PATIENCE_S:
            self.cut(peer, "it sent more than it may")

    def _tell(self, peer: Peer, now_s: float) -> None:
        if peer.cut or now_s - peer.told_s < TELL_S:
            return
        config = self._config
        cause = (
            f"A connection may send {config.messages_per_s} messages and {config.megabytes_per_s:g} MB a second, and "
            f"is told of {config.errors_per_s:g} errors; what came beyond was not looked at."
        )
        self._news.append((peer, peer.owed or 0, LimitError(cause, "Send less: of states the newest is enough.")))
        peer.told_s, peer.owed = now_s, None
