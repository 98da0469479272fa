"""The daemon's life: startup → main_loop → on_tick, again and again → shutdown.

One thread polls the socket and owns all state; a second one drives and renders; a third one reads characters from
disk, a fourth waits for the process that enrols those of an older model again. So a ping is answered while a frame is
being rendered, and nothing here needs a lock. The server knows messages and streams; what a face looks like is the
renderer's business, how it moves the drivers'.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import zmq

from npcface.access.door import Door
from npcface.errors import NpcFaceError
from npcface.observe.health import Pulse
from npcface.observe.logs import about
from npcface.observe.observer import Observer
from npcface.serve import batch
from npcface.serve.background import WAKE_ENDPOINT, Background
from npcface.serve.config import Config
from npcface.serve.gate import Gate, Peer
from npcface.serve.handlers import Handlers
from npcface.serve.hang import HangGuard, report
from npcface.serve.post import Post
from npcface.serve.rebuild import Rebuilder
from npcface.serve.reception import Reception
from npcface.serve.renderer import make_renderer
from npcface.serve.schedule import Scheduler
from npcface.serve.session import NOTICES_SINCE, Held, Session, Stream
from npcface.serve.sharing import Sharing
from npcface.serve.sockets import bind_router
from npcface.serve.stats import Meter
from npcface.serve.store import Store
from npcface.serve.trim import Trim
from npcface.serve.watch import Watch
from npcface.serve.welcome import CONVENTIONS
from npcface.wire.codec import Buffer, decode_request, peek
from npcface.wire.errors import InternalError, SessionError
from npcface.wire.replies import Closed, Ended, Error, Frame, Notice, Reply
from npcface.wire.requests import WITH_PAYLOAD, Hello, Load, Open, Quality, Reload, Request

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.observe.monitor import Monitor

POLL_MAX_S = 0.1  # also the time in which a signal is noticed
RETRY_S = 0.002  # while something waits for a client that does not read

log = logging.getLogger("npcface.serve")


class Server:
    """A daemon.

    Args:
        config: see ``Config``.

    Attributes:
        endpoint: real address after ``startup``, such as ``tcp://127.0.0.1:40123``.
        quality: after ``startup``, that of streams that ask for auto.
        started: clients can connect.
        should_exit: set it (from any thread or a signal handler) to leave ``main_loop`` within 0.1 s.
        force_exit: set it as well not to wait for what is being rendered.
        signalled: number of the signal that set them, for the log; 0: none.
        hung: a worker thread stands still; that is why ``should_exit`` is set, and the process has to end.
        on_beat: called with the monotonic time whenever the main loop has gone round; False = leave.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        watched = config.metrics_port >= 0 or config.trace_slow_ms > 0.0
        self.meter = Meter(Observer(config.trace_slow_ms) if watched else None)
        self.pulse = Pulse()
        self.monitor: Monitor | None = None
        self.scheduler = Scheduler()
        self.sessions: dict[bytes, Session] = {}
        self.endpoint = ""
        self.started = self.should_exit = self.force_exit = self.hung = False
        self.signalled = 0
        self.on_beat: Callable[[float], bool] = lambda now_s: True
        self._handlers = Handlers(self).table
        self._context: zmq.Context[Any] | None = None

    def startup(self) -> None:
        """Check the options, find the store, bind, load the renderer.

        Raises:
            StartupError, DependencyError: the daemon cannot work; nothing is left open.
        """
        self.config = self.config.checked()
        self.store = Store((self.config.characters, *self.config.packs), self.config.max_characters, self._forget)
        self._context = zmq.Context()
        try:
            self._door = Door(self._context, self.config.key_folder, self.config.max_connections)
            self._socket = bind_router(self._context, self.config, self._door)
            self._gate = Gate(self._socket, self._door, self.config)
            self._wake = self._context.socket(zmq.PULL)
            self._wake.bind(WAKE_ENDPOINT)
            self._renderer = make_renderer(self.config)
            self.quality: Quality = self._renderer.quality if self.config.quality == "auto" else self.config.quality
            if self.config.metrics_port >= 0:
                from npcface.observe.monitor import Monitor

                places = (self.config.characters, *self.config.packs)
                self.monitor = Monitor(self.config, self.pulse, places, self._renderer, self.quality)
        except BaseException:
            if hasattr(self, "_door"):
                self._door.close()
            self._context.destroy(linger=0)
            raise
        self._poller = zmq.Poller()
        self._poller.register(self._socket, zmq.POLLIN)
        self._poller.register(self._wake, zmq.POLLIN)
        self._post = Post(self._socket, self.config.frames_in_flight, self.meter, self._door.is_open)
        self._reception = Reception(self, self._door, self._gate, self._post)
        self._painter = Background("npcface-render", self._context)
        self._library = Background("npcface-library", self._context)
        self._trim = Trim(self._library.submit)
        self._guard = HangGuard((self._painter, self._library), self.config.hang_timeout_s)
        waiter = Background("npcface-rebuild", self._context)
        self.rebuilder = Rebuilder(self.store, self._library, waiter, self.characters_in_use)
        self._rebuilds = waiter
        self._watch = None
        if self.config.watch:
            self._watch = Watch(self.store, self._library, self.characters_in_use, self.rebuilder.adopt)
        self.sharing = Sharing(self.config)
        self.endpoint = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        # what the first frame needs is loaded while clients connect; if that fails, that frame says so
        self._painter.submit(partial(self._renderer.prepare, self.quality), self.pulse.prepared)
        self._library.submit(self.store.prepare, lambda _: None)
        self.started = True
        if self.monitor is not None:
            log.info("Metrics and health on %s.", self.monitor.address)
        log.info("Listening on %s, characters in %s, %s.", self.endpoint, self.config.characters, self.quality)

    def main_loop(self) -> None:
        """Serve until ``should_exit``."""
        timeout_s = 0.0
        while not self.should_exit:
            timeout_s = self.on_tick(timeout_s)

    def on_tick(self, timeout_s: float) -> float:
        """Wait for something to do and do it.

        Args:
            timeout_s: longest wait.

        Returns:
            How long the next tick may wait, seconds.
        """
        self.pulse.tick_s = time.monotonic()
        pause_s = self._gate.pause_s()
        if pause_s:  # of clients, not of the renderer: see the gate
            ready = {self._wake: self._wake.poll(1 if timeout_s else 0)}
        else:
            ready = dict(self._poller.poll(int(timeout_s * 1000.0)))
        if ready.get(self._wake):
            self._drain_wake()
        self._painter.collect()
        self._library.collect()
        self._rebuilds.collect()
        if self._socket in ready:
            self._receive()
        self._dispatch()
        waiting = [self._post.flush_strangers(), *map(self._post.flush, self.sessions.values())]
        self._housekeep()
        if self.monitor is not None:
            self.monitor.look(self)
        if any(waiting):
            return RETRY_S
        if self._painter.outstanding:
            return POLL_MAX_S
        return min(max(batch.next_due_s(self.streams()) - time.monotonic(), 0.0), POLL_MAX_S)

    def shutdown(self) -> None:
        """Finish what is being rendered, tell the clients, close everything."""
        if not self.started or self._context is None:
            return
        self.started = False
        self.pulse.stopping = True
        if self.signalled:
            how = "leaving at once" if self.force_exit else "shutting down"
            log.info("Signal %d: %s.", self.signalled, how)
        patience_s = 0.0 if self.force_exit or self.hung else 5.0
        stopped = self._painter.stop(patience_s) & self._library.stop(patience_s) & self.rebuilder.stop(patience_s)
        self._painter.collect()
        for session in [] if self.hung else list(self.sessions.values()):  # then it is to come back, as after a crash
            for stream in session.streams.values():
                self.reply(session, Closed(stream=stream.id, reason="the daemon is shutting down"))
        if self.monitor is not None:
            self.monitor.close()
        self.sharing.shutdown()
        linger_s = 0.0 if self.force_exit else self.config.linger_s
        self._door.close()
        self._socket.close(round(linger_s * 1000))
        self._wake.close(0)
        if stopped:
            self._context.term()
        log.info("Stopped after %d frames.", self.meter.frames)

    def reply(self, session: Session, message: Reply) -> None:
        """Send an answer to a client."""
        self._post.reply(session, message)

    def tell(self, notice: Notice, session: Session | None = None) -> None:
        """Send a notice to a client, or to all, as far as they know such messages."""
        for one in list(self.sessions.values()) if session is None else [session]:
            if one.minor >= NOTICES_SINCE:
                self.reply(one, notice)

    def streams(self) -> list[Stream]:
        """Open streams of all clients."""
        return [stream for session in self.sessions.values() for stream in session.streams.values()]

    def jobs(self) -> dict[str, int]:
        """Jobs that a worker thread has, or will get, by thread."""
        return {"render": self._painter.outstanding, "library": self._library.outstanding}

    def limits_hit(self) -> dict[str, int]:
        """What limits have kept out so far: messages, connections that were cut, connections that were not let in."""
        return self._gate.counts()

    def characters_in_use(self) -> Counter[str]:
        """Character id → number of open streams of all clients."""
        return Counter(stream.options.character for stream in self.streams())

    def in_library(
        self,
        session: Session,
        message: Request,
        job: Callable[[], Any],
        then: Callable[[Any], None],
        after: Callable[[], None] | None = None,
    ) -> None:
        """Run ``job`` in the disk thread and ``then(result)`` in the main loop; errors become the answer.

        ``after`` follows in either case.
        """
        self._library.submit(job, self._answering(session, message, then, after))

    def read_character(
        self,
        session: Session,
        message: Load | Open | Reload,
        then: Callable[[Any], None],
        after: Callable[[], None] | None = None,
    ) -> None:
        """As ``in_library``, for a character: ``then`` gets it as soon as it can be shown."""
        name = message.character
        done = self._answering(session, message, then, after)
        self._library.submit(partial(self.store.read, name), lambda result: self.rebuilder.adopt(name, result, done))

    def _answering(
        self, session: Session, message: Request, then: Callable[[Any], None], after: Callable[[], None] | None
    ) -> Callable[[Any], None]:
        """What takes a result in the main loop, if the client is still there."""

        def done(result: Any) -> None:
            if self.sessions.get(session.identity) is not session:
                return
            try:
                if isinstance(result, Exception):
                    raise result
                then(result)
            except Exception as error:
                self._refuse(session, error, request=message.request)
            if after is not None:
                after()

        return done

    def release(self, session: Session, number: int) -> None:
        """A stream is open, or is not going to be: act on what came for it meanwhile."""
        if (replaced := session.replaced.pop(number, 0)) and number in session.streams:
            session.streams[number].account.want(asked=replaced)
            session.streams[number].account.drop("superseded", replaced)
        for held in session.opening.pop(number, ()):
            try:
                self._act(session, held.message, held.payload)
            except Exception as error:
                sequence = getattr(held.message, "sequence", -1)
                self._refuse(session, error, request=held.message.request, stream=number, sequence=sequence)

    def end_session(self, session: Session) -> None:
        """Forget a client and its streams."""
        self.sessions.pop(session.identity, None)
        for stream in session.streams.values():
            stream.forget("closed", time.monotonic())
        self.sharing.close(*session.streams.values())
        session.streams.clear()
        self.scheduler.wake()
        log.info("A client has left.", extra=about(session))

    def _forget(self, character: Character) -> None:
        """A character has left memory: the renderer's share goes too, in the thread that uses it."""
        self._painter.submit(partial(self._renderer.forget, character), lambda _: None)

    def _drain_wake(self) -> None:
        try:
            while True:
                self._wake.recv(zmq.NOBLOCK)
        except zmq.Again:
            return

    def _receive(self) -> None:
        for peer, frames in self._gate.read():
            try:
                self._handle(peer, frames)
            except Exception as error:
                seen = peek(frames)
                if self._gate.may_refuse(peer, seen.request):
                    whom = self._reception.session_of(peer) or peer.identity
                    self._refuse(whom, error, request=seen.request, stream=seen.stream, sequence=seen.sequence)

    def _handle(self, peer: Peer, frames: list[Any]) -> None:
        message: Request
        payload: Buffer | None
        message, payload = decode_request(frames)
        peer.limits.charge(message, time.monotonic())
        if isinstance(message, Hello):
            self._reception.greet(peer, message)
            return
        known = self._reception.session_of(peer)
        if known is None:
            raise SessionError("This connection has not said hello.", "Send hello first, again after a reconnect.")
        known.heard_s = time.monotonic()
        self._act(known, message, payload)

    def _act(self, session: Session, message: Request, payload: Buffer | None) -> None:
        if not isinstance(message, WITH_PAYLOAD):
            payload = None  # nobody reads it, so nobody keeps it
        number = getattr(message, "stream", -1)
        if number in session.opening and not isinstance(message, Open):
            session.hold(number, Held(message, payload))
        else:
            self._handlers[type(message)](session, message, payload)

    def _dispatch(self) -> None:
        """If the renderer is free, give it everything that is due now."""
        if self._painter.outstanding:
            return
        now_s = time.monotonic()
        self.pulse.call_s = None
        streams = self.streams()
        self.scheduler.control(streams, now_s)
        tasks: list[batch.Task] = []
        for stream in self.scheduler.choose(streams, now_s, self.config.max_batch):
            character = self.store.loaded[stream.options.character]
            tasks.append(batch.take(stream, character, now_s, self.meter.started_s))
        self.scheduler.took(tasks)
        self.meter.rendering += len(tasks)
        self.pulse.call_s = now_s if tasks else None
        for group in batch.groups(tasks):
            if self.meter.observer is not None:
                batch.board(group, now_s, self.scheduler.load)
            self._painter.submit(partial(batch.render, self._renderer, group), partial(self._deliver, group))

    def _deliver(self, group: list[batch.Task], seconds: float | Exception) -> None:
        self._tell_troubles()
        if not isinstance(seconds, Exception):
            self.meter.rendered(len(group), seconds)
            self.scheduler.measured(group, seconds)
        posted_s = time.perf_counter()
        for task in group:
            stream = task.stream
            stream.busy = False
            self.meter.rendering -= 1
            if stream.owner.streams.get(stream.id) is not stream:
                stream.account.drop("closed")  # meanwhile
                continue
            if task.trip is not None:
                task.trip.posted_s = posted_s
            if isinstance(seconds, Exception):
                task.errors.append(seconds)
            for error in task.errors:
                self._refuse(stream.owner, error, stream=stream.id, sequence=task.sequence)
            current = task.asked is not None or task.generation == stream.generation
            if task.pixels is not None and current:
                self._send(task)
            else:
                stream.account.drop("error" if task.pixels is None else "outdated")
            if task.ended is not None and current:
                what, then = task.ended
                stream.attention.end_line(time.monotonic())
                self.scheduler.wake()
                if then == "stop":
                    stream.stop_pushing()
                self.reply(stream.owner, Ended(stream=stream.id, what=what, then=then))

    def _tell_troubles(self) -> None:
        """The renderer has fallen back to something: the log and the clients hear it once."""
        while self._renderer.troubles:
            trouble = self._renderer.troubles.popleft()
            self.meter.fallbacks += 1
            log.error("%s %s", *trouble)
            self.tell(Notice(code="renderer", cause=trouble.cause, remedy=trouble.remedy))

    def _send(self, task: batch.Task) -> None:
        options, size = task.stream.options, task.shape.size
        header = Frame(
            stream=task.stream.id, sequence=task.sequence, time_s=task.time_s, width=size, height=size,
            format=options.format, alpha=options.alpha, rows=CONVENTIONS.rows, color_space=CONVENTIONS.color_space,
            dropped=task.stream.dropped,
        )  # fmt: skip
        self._post.frame(task.stream, header, task.pixels.reshape(-1).data, task.since_s, task.trip)

    def _refuse(
        self, peer: Session | bytes, error: Exception, *, request: int = 0, stream: int = -1, sequence: int = -1
    ) -> None:
        """Answer with a typed error; the daemon goes on."""
        if not isinstance(error, NpcFaceError):
            log.error("Unexpected error.", exc_info=error, extra=about(peer, stream))
            error = InternalError(f"{type(error).__name__}: {error}"[:500], "The daemon's log holds the details.")
        self.meter.codes[error.code] += 1
        log.debug("Refused: %s", error.cause, extra={**about(peer, stream), "code": error.code})
        answer = Error(
            request=request, code=error.code, cause=error.cause, remedy=error.remedy, stream=stream, sequence=sequence
        )
        if isinstance(peer, Session):
            self.reply(peer, answer)
        else:
            self._post.reply_to_stranger(peer, answer)

    def _housekeep(self) -> None:
        """What has to be looked after whether or not anybody sends something."""
        now_s = time.monotonic()
        if not self.on_beat(now_s):
            self.should_exit = True
        if not self.hung and (worker := self._guard.tick(now_s)) is not None:
            self.tell(report(worker, self.config.hang_timeout_s))
            self.hung = self.should_exit = True
        self._trim.tick(now_s)
        if self._watch is not None:
            self._watch.tick(now_s)
        ended = self._gate.tick(now_s)
        for peer, request, limit in self._gate.take_news():
            self._refuse(self._reception.session_of(peer) or peer.identity, limit, request=request)
        self._reception.tick(now_s, ended)


__all__ = ["Server", "Stream"]
