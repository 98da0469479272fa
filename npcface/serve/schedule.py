"""The scheduler: what is rendered next, and how well each stream is drawn, so that the renderer keeps its deadlines.

It joins four small parts that know nothing of each other: the cost model, the levels, the governor that chooses among
them some times a second, and the ledger that picks each batch. Only the main loop calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from npcface.serve.batch import Task, waits_since_s
from npcface.serve.cost import CostModel, Kind
from npcface.serve.govern import FRONT, HIGH, Face, Governor
from npcface.serve.level import Shape, ladder
from npcface.serve.pick import Ledger, Waiting
from npcface.serve.session import Stream

BUDGET_SHARE = 0.9  # of a frame period that a batch may take
CONTROL_S = 0.25  # between two looks at the load,
AT_ONCE_S = 0.1  # or this, when a line has begun, a stream has come or gone, or its importance has changed
HOLD_S = 0.5  # a face that was lowered stays so, unless it comes to the front: importances waver, too
LATE_SHARE = 0.1  # of pushed frames; when more come too late, faces cost more than the model knows
CORRECTION_MAX = 2.0
GOLDEN = 0.6180339887498949  # its multiples are spread evenly over 0..1: who of many equals is lowered first


class Scheduler:
    """Plans the renderer's time.

    Attributes:
        cost: what faces were measured to cost.
        load: share of the renderer's time that everything needs as it is drawn now; above 1 = too much.
        load_wanted: the same if every stream were drawn as it was opened.
        lowered: how often a stream went to a lower level.
    """

    def __init__(self) -> None:
        self.cost = CostModel()
        self.load = self.load_wanted = 0.0
        self.lowered = 0
        self._governor = Governor()
        self._ledger = Ledger()
        self._looked_s = self._corrected_s = float("-inf")
        self._changed = False
        self._correction = 1.0
        self._on_time = self._late = 0

    def wake(self) -> None:
        """Something has begun, ended or changed its importance: look at the load before the next batch."""
        self._changed = True

    def choose(self, streams: Sequence[Stream], now_s: float, most: int) -> list[Stream]:
        """Streams whose faces make the next batch.

        Args:
            streams: all of them, in an order that stays the same from call to call.
            now_s: monotonic.
            most: faces in a batch.

        Returns:
            At least one if any is due, else as many as fit into a frame period. Those in front come first, and within
            that the order is that of ``streams``: the renderer keeps what it prepared for the same characters.
        """
        waiting: list[Waiting] = []
        period_s = float("inf")
        for index, stream in enumerate(streams):
            rank = stream.attention.rank(now_s)
            front = rank >= FRONT
            since_s = waits_since_s(stream, now_s)
            if since_s is not None or (front and stream.pushing):
                period_s = min(period_s, 1.0 / stream.options.fps)
            if since_s is None:
                continue
            # whoever asks faster than the rate it named does so in time that nobody else needs
            if stream.asked is not None:
                front = front and not stream.attention.ahead(now_s, stream.options.fps)
            deadline_s = since_s + (2.0 - rank) / stream.options.fps
            cost_s = self._face_s(stream, stream.next_shape)
            waiting.append(Waiting(index, stream.owner.identity, front, deadline_s, cost_s))
        chosen = self._ledger.pick(waiting, BUDGET_SHARE * period_s, most)
        return [streams[one.index] for one in sorted(chosen, key=lambda one: (not one.front, one.index))]

    def took(self, tasks: Sequence[Task]) -> None:
        """These go into a batch."""
        self._on_time += sum(task.asked is None for task in tasks)
        self._late += sum(task.late for task in tasks)

    def measured(self, tasks: Sequence[Task], seconds: float) -> None:
        """A render call is over: learn from it."""
        kinds = [_kind(task.stream, task.shape) for task in tasks if task.pixels is not None]
        if len(kinds) == len(tasks):  # where a face failed, the time tells nothing
            self.cost.learn(kinds, seconds)

    def control(self, streams: Sequence[Stream], now_s: float) -> None:
        """Look at the load, if it is time to, and draw streams better or worse; those that change have news to tell."""
        if now_s - self._looked_s < (AT_ONCE_S if self._changed else CONTROL_S):
            return
        self._correct(now_s)
        self._looked_s, self._changed = now_s, False
        self._ledger.keep(stream.owner.identity for stream in streams)
        active = [stream for stream in streams if stream.pushing or stream.attention.asked_hz(now_s) > 0.0]
        ranks = [stream.attention.rank(now_s) for stream in active]
        shapes = [_shapes(stream, now_s) for stream in active]
        faces = [
            Face(stream.owner.identity, rank, self._loads(stream, steps, now_s), stream.serial * GOLDEN % 1.0)
            for stream, rank, steps in zip(active, ranks, shapes, strict=True)
        ]
        levels = self._governor.levels(faces, now_s)
        self.load = sum(face.loads[level] for face, level in zip(faces, levels, strict=True))
        self.load_wanted = sum(face.loads[0] for face in faces)
        for stream, steps, face, level in zip(active, shapes, faces, levels, strict=True):
            held = level < stream.level and face.front is stream.front and now_s - stream.lowered_s < HOLD_S
            if stream.pushing and not held:
                self.lowered += stream.draw(level, steps[level], face.front, now_s)

    def _loads(self, stream: Stream, steps: Sequence[Shape], now_s: float) -> tuple[float, ...]:
        """Of each level; never rising, whatever was measured, for a level is there to save."""
        fps = stream.options.fps
        wanted_hz = fps if stream.pushing else min(stream.attention.asked_hz(now_s), fps)
        return tuple(accumulate((wanted_hz / step.stride * self._face_s(stream, step) for step in steps), min))

    def _face_s(self, stream: Stream, shape: Shape) -> float:
        return self._correction * self.cost.face_s(_kind(stream, shape))

    def _correct(self, now_s: float) -> None:
        """If frames are late although the load says they should not be, something else takes the time: allow for it."""
        if now_s - self._corrected_s < CONTROL_S:
            return
        if self._late > LATE_SHARE * (self._late + self._on_time) and self._on_time >= 5 and self.load <= HIGH:
            self._correction = min(self._correction * 1.1, CORRECTION_MAX)
        else:
            self._correction = max(self._correction * 0.95, 1.0)
        self._corrected_s, self._on_time, self._late = now_s, 0, 0


def _kind(stream: Stream, shape: Shape) -> Kind:
    return Kind(shape.quality, shape.size, stream.options.format)


def _shapes(stream: Stream, now_s: float) -> tuple[Shape, ...]:
    if not stream.pushing:  # lock-step: one state, one texture, as it was opened
        return (stream.as_opened,)
    return ladder(stream.options, stream.quality, speaking=stream.attention.speaks(now_s))
