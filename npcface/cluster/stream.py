"""A stream that outlives its worker: the calls of ``client.Stream``, and a move in between where one is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from npcface.client.connection import DaemonLost, DaemonTimeout
from npcface.client.frame import Frame
from npcface.client.stream import Stream
from npcface.cluster.resume import Timed, rest_of_line, rows_left, shifted
from npcface.cluster.watched import WorkerClient, WorkerLeft
from npcface.errors import LimitError, NpcFaceError
from npcface.state import FaceState, Floats
from npcface.wire import requests as ask

if TYPE_CHECKING:
    from npcface.cluster.client import ClusterClient

RETRY_S = 0.1
Result = TypeVar("Result")
Begin = Callable[[Stream, float], Iterator[Frame]]  # (stream, seconds that were shown already) → frames of the rest


class ClusterStream:
    """Made by ``ClusterClient.open``. Not thread-safe; close it or its client when done.

    Attributes:
        options: what was opened; ``options.stream`` is the lease.
        moves: how often it has changed workers.
        worker: id of the worker that shows it.
    """

    def __init__(self, cluster: ClusterClient, options: ask.Open) -> None:
        self._cluster = cluster
        self.options = options
        self.moves = 0
        self.worker = ""
        self._emotion: tuple[str, float] | None = None
        self._closed = False
        self._client: WorkerClient
        self._stream: Stream
        self._settle([])

    def __enter__(self) -> ClusterStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def quality(self) -> ask.Quality:
        """What the worker draws it in."""
        return self._stream.quality

    @property
    def endpoint(self) -> str:
        """Address of the worker that shows it."""
        return self._client.connection.address

    def render(self, state: FaceState) -> Frame:
        """The texture of one state, from whichever worker.

        Raises:
            DaemonTimeout: no worker gave one in time.
            NpcFaceError: what the daemon or the director refused.
        """
        return self._call(lambda stream: stream.render(state))

    def landmarks(self, points: Floats, image_size: tuple[int, int], motion: ask.Motion = "relative") -> Frame:
        """The texture of one frame of a face tracker; as ``Stream.landmarks``."""
        return self._call(lambda stream: stream.landmarks(points, image_size, motion))

    def emotion(self, name: str, strength: float = 1.0) -> None:
        """Fade to an emotion; it comes along when the stream moves."""
        self._call(lambda stream: stream.emotion(name, strength))
        self._emotion = (name, strength)

    def stream_speech(
        self,
        phonemes: Iterable[Timed],
        *,
        alphabet: ask.Alphabet = "auto",
        idle: bool = True,
        seed: int = 0,
        live: bool = False,
    ) -> Iterator[Frame]:
        """Speak a line; after a move it goes on where the line's clock has got to. As ``Stream.stream_speech``."""
        known: list[Timed] = []
        source = iter(phonemes)
        if not live:
            known, source = list(source), iter(())

        def read_on(from_s: float) -> Iterator[Timed]:
            for item in source:
                known.append(item)
                yield from rest_of_line([item], from_s)

        def begin(stream: Stream, from_s: float) -> Iterator[Frame]:
            line = chain(rest_of_line(known, from_s), read_on(from_s))
            return stream.stream_speech(line, alphabet=alphabet, idle=idle, seed=seed, live=live)

        return self._play(begin)

    def stream_states(self, states: Iterable[FaceState], fps: float = 30.0, *, idle: bool = False) -> Iterator[Frame]:
        """Play states on the worker's clock; after a move, from the state that is due. As ``Stream.stream_states``."""
        rows = list(states)

        def begin(stream: Stream, from_s: float) -> Iterator[Frame]:
            return stream.stream_states(rows[rows_left(len(rows), fps, from_s)], fps, idle=idle)

        return self._play(begin)

    def idle(self, seed: int = 0) -> Iterator[Frame]:
        """Idle life, for ever; after a move it starts anew."""
        return self._play(lambda stream, _: stream.idle(seed), endless=True)

    def stop(self) -> None:
        """Stop pushing."""
        self._call(lambda stream: stream.stop())

    def close(self) -> None:
        """Close the stream; can be called twice."""
        if self._closed:
            return
        self._closed = True
        self._cluster.part(self._client, self.options.stream, self._stream, lost=False)
        self._cluster.forget(self)

    def _call(self, ask_for: Callable[[Stream], Result]) -> Result:
        """One question with one answer, asked again of the next worker if this one goes away."""
        while True:
            try:
                return ask_for(self._attend(may_end=True))
            except DaemonLost as error:
                self._move(error)

    def _play(self, begin: Begin, *, endless: bool = False) -> Iterator[Frame]:
        from_s = shown_s = 0.0
        shown_at_s = time.monotonic()
        frames: Iterator[Frame] | None = None
        while True:
            try:
                # A line that has begun is spoken to its end when the cluster shuts down; idle life has none.
                stream = self._attend(may_end=endless or frames is None)
                frames = begin(stream, from_s) if frames is None else frames
                frame = shifted(next(frames), from_s, self.options.fps)
            except StopIteration:
                return
            except DaemonLost as error:
                self._move(error)
                # The sound went on meanwhile, so the face is not where the last frame was.
                from_s = shown_s + (time.monotonic() - shown_at_s) if shown_s else 0.0
                frames = None
                continue
            shown_s, shown_at_s = frame.time_s, time.monotonic()
            yield frame

    def _attend(self, *, may_end: bool) -> Stream:
        """The stream on its present worker.

        Raises:
            WorkerLeft: it has to move first.
            DaemonLost: it is closed, or ``may_end`` and the cluster is shutting down.
        """
        link = self._cluster.link
        link.poll()
        if link.closing and may_end and not self._closed:
            self.close()
            raise DaemonLost("The cluster is shutting down.", "Connect to another one, or wait until it is back.")
        if self._closed:
            raise DaemonLost("The stream is closed.", "Open another one.")
        lease = self.options.stream
        if self._client.gone or lease in link.moved:
            raise WorkerLeft(self.endpoint, lost=self._client.gone or link.moved[lease].reason == "lost")
        self._client.lease = lease
        return self._stream

    def _move(self, error: DaemonLost) -> None:
        if self._closed:
            raise error
        lost = isinstance(error, WorkerLeft) and error.lost
        self._cluster.part(self._client, self.options.stream, self._stream, lost=lost)
        self._settle([self.worker] if lost else [])
        self.moves += 1

    def _settle(self, avoid: list[str]) -> None:
        """Open the stream where the director says, until it works or time is up."""
        options = self.options
        deadline_s = time.monotonic() + self._cluster.timeout_s
        while True:
            placed = self._cluster.ask_for_place(options, avoid, deadline_s)
            client: WorkerClient | None = None
            try:
                client = self._cluster.worker(placed.endpoint, options.stream, deadline_s)
                stream = client.open(
                    options.character, options.size, alpha=options.alpha, background=options.background,
                    fps=options.fps, quality=options.quality, format=options.format, importance=options.importance,
                    size_min=options.size_min, watermark=options.watermark, notice=options.notice,
                )  # fmt: skip
                if self._emotion is not None:
                    stream.emotion(*self._emotion)
            except (DaemonLost, DaemonTimeout) as error:
                lost = not isinstance(error, WorkerLeft) or error.lost
                if client is not None:
                    self._cluster.part(client, options.stream, None, lost=lost)
                if time.monotonic() >= deadline_s:
                    self._cluster.link.release(options.stream)
                    raise
                if placed.worker in avoid:
                    time.sleep(RETRY_S)  # there is no other yet
                elif lost:
                    avoid = [*avoid, placed.worker]
            except NpcFaceError as error:
                if client is not None:
                    self._cluster.part(client, options.stream, None, lost=False)
                if isinstance(error, LimitError) and placed.worker not in avoid:
                    avoid = [*avoid, placed.worker]  # its limits are its own: another may have room
                    continue
                self._cluster.link.release(options.stream)
                raise
            else:
                self._client, self._stream, self.worker = client, stream, placed.worker
                return
