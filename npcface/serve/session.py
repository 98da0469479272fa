"""What the daemon knows of its clients: sessions, their streams, and the one-place mailboxes of a stream."""

from __future__ import annotations

import itertools
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from npcface.access.caller import NOBODY, Caller
from npcface.drive.speech import MOST_SEGMENTS
from npcface.errors import LimitError
from npcface.observe.account import Account, Reason
from npcface.observe.trip import Trip
from npcface.serve.attention import Attention
from npcface.serve.clock import PushClock
from npcface.serve.driver import Driver, Input
from npcface.serve.level import Shape
from npcface.shm.writer import RingWriter
from npcface.wire.channels import ChannelMap
from npcface.wire.codec import Buffer
from npcface.wire.errors import StreamError
from npcface.wire.replies import Frame, Level, StreamStats
from npcface.wire.requests import Emotion, Landmarks, Open, Quality, Request, Speech, State

PENDING_INPUTS_MAX = 64
HELD_BYTES_MAX = 32 * 1024 * 1024
"""Payloads of one client that wait for its streams to open."""
LEVELS_SINCE = 2  # minor version of the protocol that knows the message `level`
NOTICES_SINCE = 3  # and `notice`
_serial = itertools.count()
_number = itertools.count(1)


@dataclass(slots=True)
class Asked:
    """A state or landmark frame waiting to be rendered."""

    sequence: int
    input: Input
    received_s: float  # monotonic


@dataclass(slots=True)
class Unsent:
    """A rendered frame that the network has not taken yet."""

    header: Frame
    pixels: Any  # buffer of all of them
    since_s: float  # monotonic: due or received
    ready: tuple[Frame, Any] | None = None  # what goes out, once that is known: a slot's name, or perhaps only a part
    trip: Trip | None = None  # its times, if somebody looks at them
    untold: bool = False  # of a level that was not told and never will be: not to be sent


@dataclass(slots=True, eq=False)
class Stream:
    """One character at one size for one client. Only the main loop touches it, except for ``driver``."""

    id: int
    owner: Session
    options: Open
    driver: Driver  # only the render thread calls it
    quality: Quality  # what `options.quality` came to
    pattern: Any = None  # of its watermark, int8 [128, 128, 4]
    asked: Asked | None = None  # lock-step mailbox: the newest wins
    inputs: list[Input] = field(default_factory=list)  # speech and the like for the driver, in order
    ring: RingWriter | None = None  # shared memory for its frames, used as soon as the client has mapped it
    in_flight: deque[Any] = field(default_factory=deque)  # trackers of frames not yet written to the network
    shown: tuple[int, int, Any] | None = None  # width, height, pixels of the last frame, if partial and by the socket
    unsent: Unsent | None = None  # the newest wins
    stuck_since_s: float = float("inf")  # monotonic: since when no frame has been taken while one waits
    pushing: bool = False
    restarted: bool = False  # the driver has not yet seen that the clock started over
    busy: bool = False  # in the batch that is being rendered
    generation: int = 0  # counts clock restarts, so that results of an older line are recognised
    account: Account = field(default_factory=Account)  # what became of its frames
    labelled: float = 1.0  # share of the time that is over in which a label says that rights are not stated
    level: int = 0
    lowered: int = 0  # how often it went to a higher level,
    lowered_s: float = float("-inf")  # and when it did last, monotonic
    front: bool = False  # at the last change of level
    news: Level | None = None  # the newest change of level, until it is told
    serial: int = field(default_factory=lambda: next(_serial))
    shape: Shape = field(init=False)  # how it is drawn while it is pushed
    clock: PushClock = field(init=False)
    attention: Attention = field(init=False)

    def __post_init__(self) -> None:
        self.shape = self.as_opened
        self.clock = PushClock(self.options.fps, self.serial)
        self.attention = Attention(self.options.importance)

    @property
    def as_opened(self) -> Shape:
        """How it is drawn when there is time enough, and in lock-step always."""
        return Shape(1, self.quality, self.options.size)

    @property
    def next_shape(self) -> Shape:
        """How its next frame is drawn."""
        return self.as_opened if self.asked is not None else self.shape

    def draw(self, level: int, shape: Shape, front: bool, now_s: float) -> bool:
        """Draw it so from the next frame on, and keep that as news for clients that know of levels.

        Returns:
            Whether it was lowered.
        """
        moved, lower = front is not self.front, level > self.level and shape != self.shape
        self.level, self.front = level, front
        if shape == self.shape:
            return False
        if shape.stride != self.shape.stride:
            self.clock.leave_out(now_s, self.shape.stride)
        self.shape = shape
        if lower:
            self.lowered, self.lowered_s = self.lowered + 1, now_s
        if self.news is not None and self.unsent is not None:
            self.unsent.untold = True
        if self.owner.minor >= LEVELS_SINCE:
            self.news = Level(
                stream=self.id, level=level, fps=self.options.fps / shape.stride, quality=shape.quality,
                width=shape.size, height=shape.size, reason="priority" if moved else "load" if lower else "room",
            )  # fmt: skip
        return lower

    def start_pushing(self, now_s: float) -> None:
        """Restart the stream's clock; what was asked for and not yet shown is forgotten."""
        self.forget("outdated", now_s)
        self.clock.start(now_s)
        self.generation += 1
        self.pushing = self.restarted = True
        self.inputs = [item for item in self.inputs if isinstance(item, Emotion)]

    def stop_pushing(self) -> None:
        """Back to lock-step, and to what was opened."""
        now_s = time.monotonic()
        self.forget("outdated", now_s, asked=False)
        self.pushing = False
        self.attention.line = False
        self.draw(0, self.as_opened, self.front, now_s)
        self.generation += 1

    def forget(self, reason: Reason, now_s: float, *, asked: bool = True) -> None:
        """Frames that wait are not going to be sent; of a pushed stream, nor are those whose time has come meanwhile.

        Args:
            reason: why.
            now_s: monotonic.
            asked: a state that waits is forgotten, too.
        """
        if self.pushing:
            tick = self.clock.end(now_s, self.shape.stride)
            self.account.want(due=tick.late + tick.skipped)
            self.account.drop(reason, tick.late)
            self.account.drop("skipped", tick.skipped)
        if self.unsent is not None:
            self.unsent = None
            self.account.drop(reason)
        if asked and self.asked is not None:
            self.asked = None
            self.account.drop(reason)

    @property
    def due_s(self) -> float:
        """Monotonic time of the next pushed frame."""
        return self.clock.due_s(self.shape.stride)

    def stuck(self, now_s: float, patience_s: float) -> bool:
        """Whether its client has taken no frame for so long while one waits.

        One that holds every slot of a ring, and sends, is a game that does so on purpose.
        """
        if self.unsent is None:
            return False
        by_ring = self.ring is not None and self.ring.attached
        return now_s - max(self.stuck_since_s, self.owner.heard_s if by_ring else 0.0) > patience_s

    @property
    def dropped(self) -> int:
        """Frames and states that gave way to newer ones, as clients are told."""
        lost = self.account.dropped
        return lost["late"] + lost["superseded"] + lost["skipped"] + self.dropped_unsent

    @property
    def frames(self) -> int:
        """Sent."""
        return self.account.sent

    @property
    def dropped_unsent(self) -> int:
        """Rendered, and not taken by the client in time."""
        return self.account.dropped["unsent"] + self.account.dropped["untold"]

    def add_input(self, item: Input) -> None:
        """Queue something for the driver, in order; of emotions only the last counts.

        Raises:
            LimitError: the client sends faster than the stream's own clock consumes.
        """
        if isinstance(item, Emotion):
            self.inputs = [other for other in self.inputs if not isinstance(other, Emotion)]
        if len(self.inputs) >= PENDING_INPUTS_MAX:
            raise LimitError(
                f"{PENDING_INPUTS_MAX} messages wait for this stream already.", "Send longer pieces, less often."
            )
        if sum(len(one.phonemes) for one in (*self.inputs, item) if isinstance(one, Speech)) > MOST_SEGMENTS:
            raise LimitError(f"More than {MOST_SEGMENTS} sounds wait for this stream.", "Send them later.")
        self.inputs.append(item)

    def figures(self) -> StreamStats:
        """For the stats reply."""
        return StreamStats(
            stream=self.id,
            character=self.options.character,
            mode="push" if self.pushing else "lock-step",
            frames=self.frames,
            late=self.account.dropped["late"],
            superseded=self.account.dropped["superseded"],
            unsent=self.dropped_unsent,
            quality=self.shape.quality,
            level=self.level,
            lowered=self.lowered,
            skipped=self.account.dropped["skipped"],
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A message for a stream that is not open yet."""

    message: Request
    payload: Buffer | None


@dataclass(slots=True, eq=False)
class Session:
    """One client after its hello."""

    identity: bytes
    client: str
    channels: ChannelMap
    last_sent_s: float  # monotonic
    caller: Caller = NOBODY  # the connection that said hello; no other one speaks for it
    shared_memory: bool = False  # the client offered to map rings
    minor: int = 0  # of the protocol it speaks
    streams: dict[int, Stream] = field(default_factory=dict)
    opening: dict[int, list[Held]] = field(default_factory=dict)  # streams whose character is being read from disk
    replaced: Counter[int] = field(default_factory=Counter)  # states for these that newer ones have replaced
    number: int = field(default_factory=lambda: next(_number))  # for logs and metrics: names need not differ
    outbox: deque[list[Any]] = field(default_factory=deque)  # answers the network did not take yet
    heard_s: float = field(default_factory=time.monotonic)  # of its last message

    def stuck(self, now_s: float, patience_s: float) -> bool:
        """Whether the client has taken no answer, or on one of its streams no frame, for so long while one waits."""
        if self.outbox and now_s - self.last_sent_s > patience_s:
            return True
        return any(stream.stuck(now_s, patience_s) for stream in self.streams.values())

    def hold(self, number: int, held: Held) -> None:
        """Keep a message until its stream is open; of states the last one is enough.

        Raises:
            LimitError: too many wait already.
        """
        waiting = self.opening[number]
        if waiting and all(isinstance(one.message, State | Landmarks) for one in (waiting[-1], held)):
            waiting[-1] = held
            self.replaced[number] += 1
            return
        if len(waiting) >= PENDING_INPUTS_MAX:
            raise LimitError(f"{PENDING_INPUTS_MAX} messages wait for stream {number} to open.", "Wait for `opened`.")
        size = sum(len(one.payload or b"") for others in self.opening.values() for one in (*others, held))
        if size > HELD_BYTES_MAX:
            raise LimitError(f"{size} bytes wait for streams to open.", "Wait for `opened`.")
        waiting.append(held)

    def stream(self, number: int) -> Stream:
        """An open stream.

        Raises:
            StreamError: not open.
        """
        if number not in self.streams:
            raise StreamError(f"Stream {number} is not open.", "Open it first; numbers are each client's own.")
        return self.streams[number]
