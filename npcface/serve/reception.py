"""Clients come and go: the hello that makes a session of a connection, and what ends one without a word."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from npcface.access.door import Door
from npcface.errors import LimitError
from npcface.observe.logs import about
from npcface.serve.gate import Gate, Peer
from npcface.serve.post import Post
from npcface.serve.session import Session
from npcface.serve.welcome import WrongToken, check_token, new_session, no_room, welcome
from npcface.wire.replies import Alive
from npcface.wire.requests import Hello

if TYPE_CHECKING:
    from npcface.serve.server import Server

PROBE_S = 0.5  # between two looks at who takes nothing, at most
log = logging.getLogger("npcface.serve")


class Reception:
    """Keeps the sessions of a server. Belongs to its main loop.

    Args:
        server: whose ``sessions``.
        door, gate, post: of its socket.
    """

    def __init__(self, server: Server, door: Door, gate: Gate, post: Post) -> None:
        self._server, self._door, self._gate, self._post = server, door, gate, post
        self._probed_s = 0.0

    def session_of(self, peer: Peer) -> Session | None:
        """Of this very connection: another one that calls itself the same has to say hello itself."""
        known = self._server.sessions.get(peer.identity)
        return known if known is not None and known.caller.number == peer.caller.number else None

    def greet(self, peer: Peer, hello: Hello) -> None:
        """Give a session and welcome its client.

        Raises:
            WrongToken, StateError: it says what it must not.
            LimitError: too many clients, or too many wrong tokens.
        """
        server, config = self._server, self._server.config
        peer.may_guess(time.monotonic())
        try:
            check_token(hello, config)
        except WrongToken:
            peer.guessed_wrong(time.monotonic())
            raise
        if self._no_room(peer):
            self._let_go()  # those that have ended since the last look
        if problem := self._no_room(peer):
            raise problem
        session = new_session(peer.identity, hello, peer.caller)
        self._door.welcome(peer.caller)
        if (old := server.sessions.get(peer.identity)) is not None:
            server.end_session(old)  # a restarted client takes its own place
        self._post.gone.discard(peer.identity)
        server.sessions[peer.identity] = session
        log.info("A client has said hello, connection %s.", peer.caller, extra=about(session))
        shared = server.sharing.possible
        server.reply(session, welcome(session, hello, config, server.quality, shared_memory=shared))

    def tick(self, now_s: float, ended: bool) -> None:
        """Let go of clients that left without a word; sending to quiet ones now and then is how that is noticed.

        Args:
            now_s: monotonic.
            ended: connections may have, says the gate.
        """
        if ended:
            self._let_go()
        if now_s - self._probed_s >= min(PROBE_S, self._server.config.heartbeat_interval_s):
            self._probed_s = now_s
            for session in list(self._server.sessions.values()):
                self._probe(session, now_s)
        for identity in list(self._post.gone):
            if (left := self._server.sessions.get(identity)) is not None:
                self._server.end_session(left)
        self._post.gone.clear()

    def _no_room(self, peer: Peer) -> LimitError | None:
        sessions = self._server.sessions.items()
        here = [session.caller for identity, session in sessions if identity != peer.identity]
        return no_room(here, peer.caller, self._server.config)

    def _let_go(self) -> None:
        for session in list(self._server.sessions.values()):
            if not self._gate.lasts(session.caller):
                self._server.end_session(session)

    def _probe(self, session: Session, now_s: float) -> None:
        config = self._server.config
        if session.stuck(now_s, config.heartbeat_timeout_s):
            log.warning("A client takes no frames or answers; its session is closed.", extra=about(session))
            self._server.end_session(session)
            self._gate.part(session.caller)  # if it lives, it connects anew
            return
        self._server.sharing.prune(session.streams.values())
        if not session.outbox and now_s - session.last_sent_s >= config.heartbeat_interval_s:
            self._server.reply(session, Alive(time_s=self._server.meter.uptime_s()))
