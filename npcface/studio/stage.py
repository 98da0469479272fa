"""What one page's face does at a moment: pose or camera, speech over it, feeling over that, idle life over all."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from npcface.drive import Idle
from npcface.drive.emotion import layer
from npcface.drive.emotion import pose as felt_of
from npcface.drive.spoken import SpokenLine
from npcface.state import FaceState, Floats
from npcface.studio.lines import Line

_FADE_S = 0.12
"""Time constant with which feelings follow the page."""
NEWS_MAX = 64
"""A page that does not read loses the oldest."""
_NUMBERS = 0xFFFF
"""Of lines, from 1 and round again: the frame header has 16 bits for one, and 0 there means silence."""
Tracked = Callable[[], FaceState | None]


class Moment(NamedTuple):
    """A state, seconds since the page came, seconds into the spoken line or -1, and that line's number or 0."""

    state: FaceState
    time_s: float
    line_s: float
    line_number: int


class News(NamedTuple):
    """A line's id, ``started`` or ``ended``, and its number, another one each time that it is spoken."""

    line: str
    state: str
    number: int


class Stage:
    """Told by the event loop, asked by the threads that draw; both views of a page share it.

    Args:
        tracked: the face in front of the camera, None while there is none.

    Attributes:
        news: to be told to the page.
    """

    def __init__(self, tracked: Tracked) -> None:
        self._lock = threading.Lock()
        self._tracked = tracked
        self._born_s = self._felt_s = time.monotonic()
        self._pose = FaceState()
        self._idle: Idle | None = None
        self._camera = False
        self._felt: Floats = felt_of("neutral")
        self._feeling: Floats = self._felt
        self._line: Line | None = None
        self._number = 0  # of the line, stays when it has ended
        self._began_s = -math.inf  # of the line; -inf until a frame of it has been composed
        self.news: deque[News] = deque(maxlen=NEWS_MAX)

    def pose(self, state: FaceState) -> None:
        """Where the sliders are."""
        with self._lock:
            self._pose = state

    def layers(self, *, idle: bool, emotion: Mapping[str, float] | None, camera: bool) -> None:
        """What lies over the pose.

        Raises:
            StateError: an unknown emotion.
        """
        feeling = felt_of(emotion or "neutral")
        with self._lock:
            self._feeling, self._idle, self._camera = feeling, Idle() if idle else None, camera

    def speak(self, line: Line) -> None:
        """Begin a line with the next frame; another one that is being spoken ends."""
        with self._lock:
            self._end()
            self._line, self._began_s = line, -math.inf
            self._number = self._number % _NUMBERS + 1

    def hush(self) -> None:
        """Speak no more."""
        with self._lock:
            self._end()

    def moment(self) -> Moment:
        """Now."""
        with self._lock:
            now = time.monotonic()
            spoken, line_s = self._speech(now)
            tracked = self._tracked() if self._camera else None
            pose = self._pose if tracked is None else tracked
            felt = self._fade(now)
            state = layer(pose, felt) if spoken is None else spoken.over(pose, line_s, felt)
            if self._idle is not None:
                state = self._idle.apply(state, now - self._born_s)
            return Moment(state, now - self._born_s, line_s, 0 if spoken is None else self._number)

    def _speech(self, now: float) -> tuple[SpokenLine | None, float]:
        if self._line is None:
            return None, -1.0
        if self._began_s == -math.inf:
            self._began_s = now
            self.news.append(News(self._line.id, "started", self._number))
        line, line_s = self._line, now - self._began_s
        if line_s > line.length_s:
            self._end()
            return None, -1.0
        return line.spoken, line_s

    def _end(self) -> None:
        if self._line is not None:
            self.news.append(News(self._line.id, "ended", self._number))
        self._line = None

    def _fade(self, now: float) -> Floats:
        share = np.float32(1.0 - math.exp(-(now - self._felt_s) / _FADE_S))
        self._felt_s = now
        self._felt = self._felt + share * (self._feeling - self._felt)
        return self._felt
