"""One stream of textures: lock-step (`render`), or pushed by the daemon's clock (`speech`, `timeline`, `idle`)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from npcface.client.connection import DaemonLost, DaemonTimeout
from npcface.client.frame import Frame
from npcface.client.inbox import Inbox
from npcface.errors import NpcFaceError
from npcface.state import FaceState, Floats
from npcface.wire import requests as ask
from npcface.wire.channels import pack
from npcface.wire.codec import Buffer
from npcface.wire.errors import from_code
from npcface.wire.payload import TEXELS, encode_floats
from npcface.wire.replies import AnyReply, Closed, Done, Ended, Error, Level, Opened
from npcface.wire.replies import Frame as FrameHeader
from npcface.wire.version import minor_of

if TYPE_CHECKING:
    from npcface.client.client import Client

Timed = Sequence[object]
_RESEND_S = 1.0  # silence after which a lost message or a restarted daemon is suspected
_ADJUST_SINCE = 2  # minor version of the protocol; an older daemon does not know importance


class Stream:
    """Made by ``Client.open``. Not thread-safe; close it or its client when done.

    Attributes:
        options: what was opened.
        id: number on the wire.
        quality: ``warp`` or ``neural``; what ``auto`` came to. A daemon that was restarted may decide otherwise.
        watermark: its textures carry the invisible mark.
        level: how the daemon draws it under load, by its last word; None as long as it is as it was opened.
        on_level: called with each new level, before the first frame that is drawn so.
        lost_frames: pushed frames dropped here because they were not read in time.
        restarts: how often the daemon was restarted under it; a line that was being spoken then was cut short.
    """

    def __init__(self, client: Client, options: ask.Open, opened: Opened, *, copy: bool = True) -> None:
        self._client = client
        self._copy = copy
        self._inbox = Inbox(opened.ring, copy=copy, partial=options.partial)
        self.options = options
        self.quality: ask.Quality = opened.quality
        self.watermark = opened.watermark
        self.id = options.stream
        self.level: Level | None = None
        self.on_level: Callable[[Level], None] | None = None
        self.lost_frames = self.restarts = 0
        self._playing: ask.Speech | ask.Timeline | ask.Idle | None = None  # by the daemon's clock
        self._emotion: ask.Emotion | None = None
        self._sequence = 0
        self._frames: deque[Frame] = deque()
        self._gap = False  # frames came that nobody will see
        self._problems: deque[tuple[int, NpcFaceError]] = deque(maxlen=16)
        self._ended = False
        self._closed = ""

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def shared_memory(self) -> bool:
        """Pixels come through shared memory, not by the socket."""
        return self._inbox.shared

    def render(self, state: FaceState) -> Frame:
        """The texture of one state, as soon as it is there.

        Raises:
            DaemonTimeout: it did not come in time.
            NpcFaceError: what the daemon refused.
        """
        return self._answered(lambda: self.submit(state))

    def submit(self, state: FaceState) -> int:
        """Send a state and return its sequence number; of several that wait only the last is shown."""
        self._sequence += 1
        self._playing = None
        offsets = None if state.landmark_offsets is None else encode_floats(state.landmark_offsets)
        message = ask.State(stream=self.id, sequence=self._sequence, values=pack(state).tolist())
        self._client.connection.send(message, offsets)
        return self._sequence

    def landmarks(self, points: Floats, image_size: tuple[int, int], motion: ask.Motion = "relative") -> Frame:
        """The texture of one frame of a face tracker.

        Args:
            points: [478, 2 or 3] MediaPipe or [68, 2 or 3] iBUG, pixels, y down.
            image_size: width, height in pixels of the image the tracker saw.
            motion: ``"relative"`` retargets to this character, ``"absolute"`` re-enacts.
        """
        count, dims = np.shape(points)

        def send() -> int:
            self._sequence += 1
            self._playing = None
            message = ask.Landmarks(
                stream=self.id,
                sequence=self._sequence,
                points=count,
                dims=dims,
                width=image_size[0],
                height=image_size[1],
                motion=motion,
            )
            self._client.connection.send(message, encode_floats(points))
            return self._sequence

        return self._answered(send)

    def stream_speech(
        self,
        phonemes: Iterable[Timed],
        *,
        alphabet: ask.Alphabet = "auto",
        idle: bool = True,
        seed: int = 0,
        live: bool = False,
    ) -> Iterator[Frame]:
        """Speak a line and yield its frames as the daemon's clock pushes them, until the line has ended.

        Args:
            phonemes: ``(symbol, start_s)`` or ``(symbol, start_s, end_s)``.
            alphabet: ``auto``, ``ipa``, ``arpabet``, ``oculus`` or ``rhubarb``.
            idle: blinks, breath and sway while speaking.
            seed: of the idle life.
            live: read ``phonemes`` bit by bit, one for each frame that arrives, instead of all before the start.

        Raises:
            DaemonTimeout, DaemonLost, NpcFaceError: as they come.
        """
        source = iter(phonemes)
        first = list(islice(source, 1)) if live else list(source)
        self.say(first, alphabet=alphabet, final=not live, then="stop", idle=idle, seed=seed)
        for frame in self.frames():
            if live:
                piece = list(islice(source, 1))
                live = bool(piece)
                self.say(piece, alphabet=alphabet, begin=False, final=not live, then="stop")
            yield frame

    def say(
        self,
        phonemes: Iterable[Timed],
        *,
        alphabet: ask.Alphabet = "auto",
        begin: bool = True,
        final: bool = True,
        then: ask.Then = "idle",
        idle: bool = True,
        seed: int = 0,
    ) -> None:
        """Send a line, or a piece of one, and return at once; read the frames with ``frames``."""
        items = [ask.Phoneme(*item) for item in phonemes]  # type: ignore[arg-type]  # tuples of two or three
        message = ask.Speech(
            stream=self.id, phonemes=items, alphabet=alphabet, begin=begin, final=final, then=then, idle=idle, seed=seed
        )
        if begin:
            self._start(message)
        else:
            self._client.connection.send(message)

    def stream_states(self, states: Iterable[FaceState], fps: float = 30.0, *, idle: bool = False) -> Iterator[Frame]:
        """Play states on the daemon's clock and yield the frames until they have ended."""
        rows = np.stack([pack(state) for state in states])
        message = ask.Timeline(stream=self.id, frames=len(rows), fps=fps, then="stop", idle=idle)
        self._start(message, encode_floats(rows))
        yield from self.frames()

    def idle(self, seed: int = 0) -> Iterator[Frame]:
        """Idle life, for ever: leave the loop and call ``stop``."""
        self._start(ask.Idle(stream=self.id, seed=seed))
        yield from self.frames()

    def emotion(self, name: str, strength: float = 1.0) -> None:
        """Fade to an emotion; it lies over speech, timelines and idle life until it is changed."""
        message = ask.Emotion(stream=self.id, emotion=name, strength=strength)
        self._client.connection.request(message, Done)
        self._emotion = message

    @property
    def importance(self) -> float:
        """To the player, 0 (far away) to 1 (near). Setting it tells the daemon; one older than protocol 1.2 ignores it.

        Raises:
            NpcFaceError: on setting, what the daemon refused.
        """
        return self.options.importance

    @importance.setter
    def importance(self, value: float) -> None:
        connection = self._client.connection
        if minor_of(connection.welcome.protocol) >= _ADJUST_SINCE:
            connection.request(ask.Adjust(stream=self.id, importance=value), Done)
        self.options = msgspec.structs.replace(self.options, importance=value)

    def stop(self) -> None:
        """Stop pushing; frames that are already here are thrown away."""
        self._playing = None
        self._client.connection.request(ask.Stop(stream=self.id), Done)
        self._discard()

    def frames(self) -> Iterator[Frame]:
        """Pushed frames as they come, until what is being played has ended and no idle life follows.

        When the daemon has crashed and is back, idle life goes on, also that which was to follow a line
        (``then="idle"``): the line itself is cut short, because its sound went on meanwhile. ``restarts`` counts.

        Raises:
            DaemonTimeout: no frame came in time, or the daemon did not come back.
            DaemonLost: the daemon was told to stop, or crashed during something that ends by itself (``then="stop"``).
            NpcFaceError: what the daemon refused; iterating can go on with a new call.
        """
        connection = self._client.connection
        last_s = time.monotonic()
        while True:
            while self._frames:
                yield self._next()
                last_s = time.monotonic()
            self._raise_problem(0)
            if self._ended:
                return
            self._check(last_s + connection.timeout_s)
            if not connection.receive(time.monotonic() + _RESEND_S):
                connection.send(ask.Ping())  # a restarted daemon answers that it does not know us
            if connection.stale:
                connection.rejoin()
                last_s = time.monotonic()

    def close(self) -> None:
        """Close the stream; can be called twice."""
        self._playing = None
        if not self._closed:
            self._closed = "closed by the client"
            self._client.forget(self)

    def take(self, message: AnyReply, payload: Buffer | None) -> None:
        """The client passes on what arrived for this stream."""
        if isinstance(message, FrameHeader):
            frame = self._inbox.take(message, payload)
            if frame is None:
                self._gap = True
                self.lost_frames += 1
                return
            if len(self._frames) >= self._inbox.kept:
                self._discard(1)
                self.lost_frames += 1
            self._frames.append(frame)
        elif isinstance(message, Level):
            self.level = message if message.level else None
            if self.on_level is not None:
                self.on_level(message)
        elif isinstance(message, Ended):
            self._ended = message.then == "stop"
        elif isinstance(message, Closed):
            self._closed = message.reason
        elif isinstance(message, Error):
            self._problems.append((message.sequence, from_code(message.code, message.cause, message.remedy)))

    def reopened(self, opened: Opened) -> None:
        """The client has opened the stream again after the daemon was restarted."""
        self.quality = opened.quality
        self.watermark = opened.watermark
        self._inbox = Inbox(opened.ring, copy=self._copy, partial=self.options.partial)
        self.level = None
        self._closed = ""
        self._discard()
        self._problems.clear()
        self.restarts += 1
        self._resume()

    def refused(self, error: NpcFaceError) -> None:
        """The restarted daemon does not open it again."""
        self._closed = f"a restarted daemon did not open it again ({error.cause})"
        self._playing = None
        self._problems.append((-1, error))

    def _resume(self) -> None:
        """Go on as before the restart."""
        connection = self._client.connection
        if self._emotion is not None:
            connection.request(self._emotion, Done)
        if self._playing is None or self._ended:
            return
        if self._goes_on():
            self._playing = ask.Idle(stream=self.id, seed=self._playing.seed)
            connection.request(self._playing, Done)
        else:
            self._playing = None
            lost = "The daemon was restarted, or let this client go, while it was playing."
            self._problems.append((-1, DaemonLost(lost, "The stream is open again: start the line again.")))

    def _goes_on(self) -> bool:
        """What is being played has no end, or idle life follows it."""
        playing = self._playing
        return (
            self._client.resumes and playing is not None and (isinstance(playing, ask.Idle) or playing.then == "idle")
        )

    def _start(self, message: ask.Speech | ask.Timeline | ask.Idle, payload: bytes | None = None) -> None:
        """Begin something new: once it is confirmed, every frame that comes belongs to it."""
        self._playing = None
        self._client.connection.request(message, Done, payload)
        self._discard()
        self._problems.clear()
        self._ended = False
        self._playing = message

    def _answered(self, send: Callable[[], int]) -> Frame:
        """Send until the frame is there: a message is lost when it is on its way while the daemon is restarted."""
        connection = self._client.connection
        deadline_s = time.monotonic() + connection.timeout_s
        first = self._sequence + 1
        while True:
            send()
            resend_s = min(time.monotonic() + _RESEND_S, deadline_s)
            while time.monotonic() < resend_s:
                connection.receive(resend_s)
                if connection.stale:
                    connection.rejoin()
                    break
                while self._frames:
                    if self._frames[0].sequence >= first:
                        return self._next()
                    self._discard(1)
                self._raise_problem(first)
            self._check(deadline_s)

    def _next(self) -> Frame:
        """Hand out the oldest frame; its part counts from the last one that came, so after a gap all may differ."""
        frame, gap = self._frames.popleft(), self._gap
        self._gap = False
        if not gap:
            return frame
        side = TEXELS[frame.format][0]
        height, width = (side * count for count in frame.pixels.shape[:2])
        return replace(frame, part=(0, 0, width, height))

    def _discard(self, count: int | None = None) -> None:
        """Throw the oldest frames away, or all: nobody will see them, and the next ones may need their places."""
        for _ in range(len(self._frames) if count is None else count):
            self._frames.popleft().release()
            self._gap = True

    def _raise_problem(self, first: int) -> None:
        while self._problems:
            sequence, error = self._problems.popleft()
            if sequence == -1 or sequence >= first:
                raise error

    def _check(self, deadline_s: float) -> None:
        if self._closed:
            raise DaemonLost(f"Stream {self.id} is closed: {self._closed}.", "Open it again.")
        if time.monotonic() >= deadline_s:
            connection = self._client.connection
            raise DaemonTimeout(
                f"No frame from {connection.address} within {connection.timeout_s:g} s.", "Is the daemon still running?"
            )
