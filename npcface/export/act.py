"""What a face does in an export: a pose with a feeling, a line, idle life; a pure function of the frame's number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from npcface.drive import Idle
from npcface.drive.coarticulate import smoothstep
from npcface.drive.emotion import Feeling, layer
from npcface.drive.emotion import pose as felt_of
from npcface.drive.spoken import SpokenLine
from npcface.errors import LimitError
from npcface.state import FaceState

SECONDS = 4.0
"""Length of an act without a line, unless another is asked for."""
SECONDS_MAX = 120.0
_LOOP_S = 0.6
"""In which the end of a silent act becomes its beginning, so that it can be repeated without a jump."""


@dataclass(frozen=True, slots=True)
class Act:
    """One performance.

    Args:
        pose: what the face does otherwise.
        feeling: an emotion or a mixture, see ``drive.emotion``.
        line: what it says; None: it is silent.
        idle: blinks, breath and sway; None: none.
        seconds: length, by default that of the line or ``SECONDS``.

    Raises:
        LimitError: longer than ``SECONDS_MAX``, or not longer than nothing.
        StateError: an unknown emotion.
    """

    pose: FaceState = field(default_factory=FaceState)
    feeling: Feeling = "neutral"
    line: SpokenLine | None = None
    idle: Idle | None = field(default_factory=Idle)
    seconds: float | None = None

    def __post_init__(self) -> None:
        felt_of(self.feeling)
        if not 0.0 < self.length_s <= SECONDS_MAX:
            raise LimitError(f"The act would last {self.length_s:g} s.", f"Ask for up to {SECONDS_MAX:g} s.")

    @property
    def length_s(self) -> float:
        """Seconds it lasts."""
        if self.seconds is not None:
            return self.seconds
        return SECONDS if self.line is None else self.line.rest_s

    def still(self) -> FaceState:
        """Pose and feeling alone."""
        return layer(self.pose, felt_of(self.feeling))

    def count(self, fps: float) -> int:
        """Frames at ``fps`` a second, at least one."""
        return max(round(self.length_s * fps), 1)

    def states(self, fps: float) -> Iterator[FaceState]:
        """Every frame; without a line the last one is followed by the first."""
        felt = felt_of(self.feeling)
        for number in range(self.count(fps)):
            t = number / fps
            base = layer(self.pose, felt) if self.line is None else self.line.over(self.pose, t, felt)
            yield base if self.idle is None else self._alive(self.idle, base, t)

    def _alive(self, idle: Idle, base: FaceState, t: float) -> FaceState:
        now = idle.apply(base, t)
        left_s = self.length_s - t
        if self.line is not None or left_s >= _LOOP_S or self.length_s < 2.0 * _LOOP_S:
            return now
        return _between(now, idle.apply(base, t - self.length_s), smoothstep(1.0 - left_s / _LOOP_S))


def _between(first: FaceState, second: FaceState, share: float) -> FaceState:
    names = ("weights", "head", "gaze", "translation")
    mixed = {name: getattr(first, name) + share * (getattr(second, name) - getattr(first, name)) for name in names}
    return replace(first, **{name: value.astype("float32") for name, value in mixed.items()})
