"""One method per message of a client. Each either answers, or raises an error that becomes the answer."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from npcface.character.rights import REMEDY, stated
from npcface.errors import CharacterError, LimitError
from npcface.observe.logs import about
from npcface.serve.driver import Driver, Input, LandmarkFrame, TimelineFrames, check_emotion
from npcface.serve.session import LEVELS_SINCE, Asked, Session, Stream
from npcface.serve.watermark import pattern_of
from npcface.serve.welcome import CONVENTIONS
from npcface.state import FaceState
from npcface.wire import requests as ask
from npcface.wire.codec import Buffer
from npcface.wire.errors import StreamError
from npcface.wire.payload import decode_floats, row_bytes
from npcface.wire.replies import CharacterInfo, Characters, Closed, Done, Figures, Notice, Opened, Pong

if TYPE_CHECKING:
    from npcface.serve.server import Server

log = logging.getLogger("npcface.serve")
Handler = Callable[[Session, Any, Buffer | None], None]


class Handlers:
    """Meaning of the messages.

    Args:
        server: whose sessions, store and worker threads they act on.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._told: set[str] = set()  # characters of which the log knows that their rights are not stated
        self.table: dict[type, Handler] = {
            ask.Ping: self.ping,
            ask.Bye: self.bye,
            ask.List: self.list_characters,
            ask.Load: self.load,
            ask.Unload: self.unload,
            ask.Reload: self.reload,
            ask.Open: self.open,
            ask.Adjust: self.adjust,
            ask.Close: self.close,
            ask.State: self.state,
            ask.Landmarks: self.landmarks,
            ask.Speech: self.speech,
            ask.Timeline: self.timeline,
            ask.Idle: self.idle,
            ask.Emotion: self.emotion,
            ask.Stop: self.stop,
            ask.Stats: self.stats,
        }

    def ping(self, session: Session, message: ask.Ping, _: Buffer | None) -> None:
        self._server.reply(session, Pong(request=message.request, time_s=self._server.meter.uptime_s()))

    def bye(self, session: Session, message: ask.Bye, _: Buffer | None) -> None:
        self._server.reply(session, Done(request=message.request, what="bye"))
        self._server.end_session(session)

    def list_characters(self, session: Session, message: ask.List, _: Buffer | None) -> None:
        def answer(found: list[CharacterInfo]) -> None:
            store, used = self._server.store, self._server.characters_in_use()
            infos = [
                replace(
                    info, loaded=info.id in store.loaded, streams=used[info.id],
                    error=info.error or str(store.failed.get(info.id, ""))[:1000],
                )
                for info in found
            ]  # fmt: skip
            self._server.reply(session, Characters(request=message.request, characters=infos))

        self._server.in_library(session, message, self._server.store.survey, answer)

    def load(self, session: Session, message: ask.Load, _: Buffer | None) -> None:
        self._with_character(session, message, lambda: self._done(session, message))

    def unload(self, session: Session, message: ask.Unload, _: Buffer | None) -> None:
        if self._server.characters_in_use()[message.character]:
            raise CharacterError(
                f"{message.character!r} is shown by an open stream.", "Close the streams that show it first."
            )
        if not self._server.store.drop(message.character):
            raise CharacterError(f"{message.character!r} is not in memory.", "Nothing needs to be done.")
        self._done(session, message)

    def reload(self, session: Session, message: ask.Reload, _: Buffer | None) -> None:
        def keep(character: Any) -> None:
            self._server.store.keep(message.character, character, self._server.characters_in_use())
            self._done(session, message)

        self._server.rebuilder.retry(message.character)
        self._server.read_character(session, message, keep)

    def open(self, session: Session, message: ask.Open, _: Buffer | None) -> None:
        def answer() -> None:
            most = self._server.config.max_streams_per_client
            if len(session.streams) >= most:
                raise LimitError(f"{most} streams are open.", "Close one first, or raise max_streams_per_client.")
            if message.format == "bc1" and message.background == "transparent":
                raise StreamError("bc1 stores no alpha.", "Ask for bc3, or for a background that is not transparent.")
            if message.stream in session.streams:
                raise StreamError(f"Stream {message.stream} is open already.", "Close it or pick another number.")
            quality = self._server.quality if message.quality == "auto" else message.quality
            options = replace(
                message,
                size_min=message.size_min if session.minor >= LEVELS_SINCE else None,
                partial=message.partial and message.format == "rgba8",
            )
            stream = Stream(message.stream, session, options, Driver(message.fps), quality)
            stream.account.whole = self._server.meter.account
            stream.pattern = pattern_of(self._server.config.watermark, message)
            session.streams[stream.id] = stream
            log.info("A stream is open, %d px, %s.", message.size, quality, extra=about(session, stream))
            if self._server.config.notices == "draw" and message.notice:
                stream.labelled = 0.0
            self._server.reply(
                session,
                Opened(
                    request=message.request, stream=stream.id, character=message.character, width=message.size,
                    height=message.size, format=message.format, alpha=message.alpha, rows=CONVENTIONS.rows,
                    color_space=CONVENTIONS.color_space, stride_bytes=row_bytes(message.format, message.size),
                    fps=message.fps, quality=quality, ring=self._server.sharing.open(session, stream),
                    watermark=stream.pattern is not None,
                ),
            )  # fmt: skip
            self._tell_of_rights(session, message)

        if message.character not in self._server.store.loaded:
            if len(session.opening) >= self._server.config.max_streams_per_client:
                raise LimitError(f"{len(session.opening)} streams are being opened.", "Wait until one of them is open.")
            session.opening.setdefault(message.stream, [])
        self._with_character(session, message, answer, lambda: self._server.release(session, message.stream))

    def _tell_of_rights(self, session: Session, message: ask.Open) -> None:
        """Tell a client, and once the log, that nobody stated why a face may be used."""
        character = message.character
        if self._server.config.notices == "off" or stated(self._server.store.loaded[character].manifest):
            return
        cause = f"The rights to the portrait of {character!r} are not stated."
        self._server.tell(Notice(code="rights", cause=cause, remedy=REMEDY, stream=message.stream), session)
        if character not in self._told:
            self._told.add(character)
            log.warning("%s %s", cause, REMEDY)

    def adjust(self, session: Session, message: ask.Adjust, _: Buffer | None) -> None:
        session.stream(message.stream).attention.importance = message.importance
        self._server.scheduler.wake()
        self._done(session, message)

    def close(self, session: Session, message: ask.Close, _: Buffer | None) -> None:
        stream = session.stream(message.stream)
        stream.forget("closed", time.monotonic())
        log.info("A stream is closed.", extra=about(session, stream))
        del session.streams[stream.id]
        self._server.sharing.close(stream)
        self._server.scheduler.wake()
        self._server.reply(session, Closed(request=message.request, stream=stream.id, reason="closed by the client"))

    def state(self, session: Session, message: ask.State, payload: Buffer | None) -> None:
        face = session.channels.state(message.values, message.named)
        if payload is not None:
            face = FaceState(
                face.weights, face.head, face.translation, face.gaze, face.scale, decode_floats(payload, 478, 2)
            ).checked()
        self._ask(session.stream(message.stream), message.sequence, face)

    def landmarks(self, session: Session, message: ask.Landmarks, payload: Buffer | None) -> None:
        points = decode_floats(payload, message.points, message.dims)
        frame = LandmarkFrame(points, (message.width, message.height), message.motion)
        self._ask(session.stream(message.stream), message.sequence, frame)

    def speech(self, session: Session, message: ask.Speech, _: Buffer | None) -> None:
        stream = session.stream(message.stream)
        self._push(session, stream, message, message, restart=message.begin or not stream.pushing)

    def timeline(self, session: Session, message: ask.Timeline, payload: Buffer | None) -> None:
        rows = decode_floats(payload, message.frames, len(session.channels.names))
        item = TimelineFrames(message, rows, session.channels)
        self._push(session, session.stream(message.stream), message, item, restart=True)

    def idle(self, session: Session, message: ask.Idle, _: Buffer | None) -> None:
        self._push(session, session.stream(message.stream), message, message, restart=True)

    def emotion(self, session: Session, message: ask.Emotion, _: Buffer | None) -> None:
        check_emotion(message.emotion)
        session.stream(message.stream).add_input(message)
        self._done(session, message)

    def stop(self, session: Session, message: ask.Stop, _: Buffer | None) -> None:
        session.stream(message.stream).stop_pushing()
        self._server.scheduler.wake()
        self._done(session, message)

    def stats(self, session: Session, message: ask.Stats, _: Buffer | None) -> None:
        meter, scheduler, streams = self._server.meter, self._server.scheduler, self._server.streams()
        self._server.reply(
            session,
            Figures(
                request=message.request,
                uptime_s=meter.uptime_s(),
                clients=len(self._server.sessions),
                streams=len(streams),
                frames=meter.frames,
                fps=meter.fps(),
                frame_ms_p50=meter.frame_ms(50.0),
                frame_ms_p99=meter.frame_ms(99.0),
                render_ms_p50=meter.render_ms(50.0),
                render_ms_p99=meter.render_ms(99.0),
                late=meter.account.dropped["late"],
                superseded=meter.account.dropped["superseded"],
                unsent=meter.unsent,
                errors=meter.errors,
                batches={str(size): count for size, count in sorted(meter.batches.items())},
                own_streams=[stream.figures() for stream in session.streams.values()],
                load=scheduler.load,
                load_wanted=scheduler.load_wanted,
                lowered=scheduler.lowered,
                skipped=meter.account.dropped["skipped"],
                levels={str(level): count for level, count in sorted(Counter(s.level for s in streams).items())},
            ),
        )

    def _ask(self, stream: Stream, sequence: int, item: Input) -> None:
        if stream.asked is not None:
            stream.account.drop("superseded")
        if stream.pushing:
            stream.stop_pushing()
        stream.account.want(asked=1)
        stream.asked = Asked(sequence, item, time.monotonic())

    def _push(self, session: Session, stream: Stream, message: ask.Request, item: Input, *, restart: bool) -> None:
        if restart:
            stream.start_pushing(time.monotonic())
            stream.attention.line = not isinstance(message, ask.Idle)
            self._server.scheduler.wake()
        stream.add_input(item)
        self._done(session, message)

    def _done(self, session: Session, message: ask.Request) -> None:
        if message.request:
            self._server.reply(session, Done(request=message.request, what=type(message).__name__.lower()))

    def _with_character(
        self,
        session: Session,
        message: ask.Load | ask.Open,
        then: Callable[[], None],
        after: Callable[[], None] | None = None,
    ) -> None:
        """Run ``then`` when the character is in memory; ``after`` also if it could not be read."""
        store = self._server.store
        if message.character in store.loaded:
            store.loaded.move_to_end(message.character)
            then()
            return

        def keep(character: Any) -> None:
            store.keep(message.character, character, self._server.characters_in_use())
            then()

        self._server.read_character(session, message, keep, after)
