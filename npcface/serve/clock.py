"""The clock of pushed frames: which one is due, and what became of those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

EARLY_S = 0.0005  # a poller wakes to the millisecond: half of one early is on time


class Tick(NamedTuple):
    """A frame that is taken: its number, frames before it whose time has passed, and those the stride leaves out."""

    number: int
    late: int
    skipped: int


@dataclass(slots=True)
class PushClock:
    """Frame ``n`` is due ``n / fps`` seconds after the start; with a stride above 1 only some are shown.

    Attributes:
        fps: frames a second without a stride.
        phase: which of the frames a stride keeps, so that streams of the same rate take turns.
        start_s: monotonic time of frame 0.
        last: number of the frame that was taken last, -1 before the first.
    """

    fps: float
    phase: int = 0
    start_s: float = 0.0
    last: int = -1
    _left_out: int = 0  # before `last`, since a frame was taken,
    _missed: int = 0  # and whose time had passed

    def start(self, now_s: float) -> None:
        """Frame 0 is due at the next tick that all streams of this rate share, so that they batch."""
        period_s = 1.0 / self.fps
        self.start_s = (now_s // period_s + 1.0) * period_s
        self.last = -1
        self._left_out = self._missed = 0

    def next(self, stride: int) -> int:
        """Number of the next frame: the first one is always shown, then every ``stride``-th."""
        if self.last < 0:
            return 0
        following = self.last + 1
        return following + (self.phase - following) % stride

    def due_s(self, stride: int) -> float:
        """Monotonic time of the next frame."""
        return self.start_s + self.next(stride) / self.fps

    def take(self, now_s: float, stride: int) -> Tick:
        """The newest frame whose time has come, or the next one if it has not."""
        first = self.next(stride)
        current = int((now_s + EARLY_S - self.start_s) * self.fps)
        number = max(first, current - (current - self.phase) % stride)
        late = -((first - number) // stride)  # rounded up: frame 0 may be out of phase
        skipped = self._left_out + number - self.last - 1 - late
        late += self._missed
        self.last, self._left_out, self._missed = number, 0, 0
        return Tick(number, late, skipped)

    def end(self, now_s: float, stride: int) -> Tick:
        """Nothing more is taken: what came of the frames whose time had come since the last one was.

        Returns:
            The newest frame whose time had come, how many of them the stride would have shown, how many not.
        """
        newest = max(int((now_s - self.start_s) * self.fps), self.last) if now_s >= self.start_s else self.last
        shown = (newest - self.phase) // stride - (self.last - self.phase) // stride
        if self.last < 0 <= newest and self.phase % stride:
            shown += 1  # frame 0 is shown even out of phase
        tick = Tick(newest, shown + self._missed, newest - self.last - shown + self._left_out)
        self.last, self._left_out, self._missed = newest, 0, 0
        return tick

    def leave_out(self, now_s: float, stride: int) -> None:
        """Judge what is past by the old stride, before it changes: frames that it left out are not late by the new one.

        Args:
            now_s: monotonic.
            stride: the old one.
        """
        before = int((now_s - self.start_s) * self.fps) - 1
        if 0 <= self.last < before:
            missed = (before - self.phase) // stride - (self.last - self.phase) // stride
            self._missed += missed
            self._left_out += before - self.last - missed
            self.last = before
