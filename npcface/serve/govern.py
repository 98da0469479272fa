"""Who is lowered how far: render time is shared among clients, and each client's share among its faces.

Every face has thresholds, one for each of its levels; a *mark* rises through them as water would, and a face is at the
level that the mark has reached. Unimportant faces have low thresholds and are lowered first. Each client has two marks,
one for its faces in front (speaking or near) and one for the rest, so that one client's crowd never lowers another's
face that fits into a fair share (max-min fairness, as in Bertsekas and Gallager, Data Networks, section 6.5.2). Pure
arithmetic on numbers it is given: no clock, no sockets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

HIGH = 0.96  # load above which faces are lowered,
TARGET = 0.84  # until it is this,
ROOM = 0.74  # and up to which they are raised again,
CALM_S = 0.6  # after so many seconds in which there was room
PATIENCE_S = 0.3  # how long a load above HIGH is taken for a passing one,
FLOOD = 1.5  # unless it is above this: something big has begun
REST_SHARE = 0.1  # of the target that faces in front cannot take from the rest
FRONT = 0.75  # rank from which a face is in front
DRY = -1.0  # a mark below every threshold
ROUNDING = 1e-6  # of marks: a mark that was made from a threshold reaches it
SPREAD = 6.0  # how many levels apart the first thresholds of rank 0 and rank 1 are


@dataclass(frozen=True, slots=True)
class Face:
    """One stream as the governor sees it.

    Attributes:
        client: whose it is.
        rank: importance 0..1, and half more while it speaks.
        loads: of each of its levels the share of the renderer's time, falling; a single one if it cannot be lowered.
        offset: 0..1, different from face to face, so that equals are not all lowered in the same step.
    """

    client: Hashable
    rank: float
    loads: tuple[float, ...]
    offset: float = 0.5

    @property
    def front(self) -> bool:
        """Whether it speaks or is near."""
        return self.rank >= FRONT

    def threshold(self, level: int) -> float:
        """Mark at which the face goes to a level, 1 or higher."""
        return SPREAD * (self.rank - (FRONT if self.front else 0.0)) + level - 1 + self.offset

    def level(self, mark: float) -> int:
        """Level at a mark."""
        reached = int(max(mark - self.threshold(1) + 1.0 + ROUNDING, 0.0))
        return min(reached, len(self.loads) - 1)


Group = tuple[Hashable, bool]
"""A client's faces in front, or its other faces."""


@dataclass(slots=True)
class Governor:
    """Keeps the marks from tick to tick: lowers soon, raises when there has been room for a while."""

    marks: dict[Group, float] = field(default_factory=dict)
    _over_since_s: float | None = None
    _room_since_s: float | None = None

    def levels(self, faces: Sequence[Face], now_s: float) -> list[int]:
        """The level of each face from now on.

        Args:
            faces: everything that is pushed or asked for.
            now_s: any clock that does not run back.
        """
        groups: dict[Group, list[Face]] = defaultdict(list)
        for face in faces:
            groups[face.client, face.front].append(face)
        self.marks = {group: self.marks.get(group, DRY) for group in groups}
        load = sum(face.loads[self.level(face)] for face in faces)
        if load > HIGH:
            self._room_since_s = None
            if self._over_since_s is None:
                self._over_since_s = now_s
            if load > FLOOD or now_s - self._over_since_s >= PATIENCE_S:
                self.marks = marks_for(groups, TARGET)
            return [self.level(face) for face in faces]
        self._over_since_s = None
        lower = self._raised(groups, load)
        if lower == self.marks:
            self._room_since_s = None
        elif self._room_since_s is None:
            self._room_since_s = now_s
        elif now_s - self._room_since_s >= CALM_S:
            self.marks, self._room_since_s = lower, None
        return [self.level(face) for face in faces]

    def _raised(self, groups: dict[Group, list[Face]], load: float) -> dict[Group, float]:
        """Marks lowered as far as there is room, those of faces in front first."""
        marks = dict(self.marks)
        for group, mark in sorted(marks_for(groups, ROOM).items(), key=lambda item: not item[0][1]):
            if mark < marks[group]:
                more = load + _load(groups[group], mark) - _load(groups[group], marks[group])
                if more <= TARGET:
                    marks[group], load = mark, more
        return marks

    def level(self, face: Face) -> int:
        """The level of a face at its mark."""
        return face.level(self.marks.get((face.client, face.front), DRY))


def marks_for(groups: dict[Group, list[Face]], capacity: float) -> dict[Group, float]:
    """The lowest marks at which all groups fit into ``capacity``, a share of the renderer's time.

    Faces in front take what they need first, but leave the rest its smallest load or ``REST_SHARE``, whichever is
    less; within both, clients share by max-min fairness.
    """
    least = sum(face.loads[-1] for (_, front), faces in groups.items() for face in faces if not front)
    marks: dict[Group, float] = {}
    left = max(capacity - least, capacity * (1.0 - REST_SHARE))
    for front in (True, False):
        wanted = {group: sum(face.loads[0] for face in faces) for group, faces in groups.items() if group[1] is front}
        taken = 0.0
        for group, share in fair_shares(wanted, left).items():
            marks[group], used = mark_for(groups[group], share)
            taken += used
        left = max(capacity - taken, 0.0)
    return marks


def _load(faces: Sequence[Face], mark: float) -> float:
    return sum(face.loads[face.level(mark)] for face in faces)


def fair_shares(wanted: dict[Group, float], capacity: float) -> dict[Group, float]:
    """Max-min fair shares: nobody gets more than wanted, and who gets less gets as much as anybody who gets less."""
    shares: dict[Group, float] = {}
    for place, group in enumerate(sorted(wanted, key=lambda one: wanted[one])):
        shares[group] = min(wanted[group], capacity / (len(wanted) - place))
        capacity -= shares[group]
    return shares


def mark_for(faces: Sequence[Face], capacity: float) -> tuple[float, float]:
    """The lowest mark at which the faces fit, and their load there; the highest mark if they never fit."""
    steps = sorted(
        (face.threshold(level), face.loads[level - 1] - face.loads[level])
        for face in faces
        for level in range(1, len(face.loads))
    )
    load = sum(face.loads[0] for face in faces)
    excess = load - capacity * (1.0 + 1e-9)
    if excess <= 0.0 or not steps:
        return DRY, load
    saved = list(accumulate(saving for _, saving in steps))
    place = min(bisect_left(saved, excess), len(steps) - 1)
    return steps[place][0], load - saved[place]
