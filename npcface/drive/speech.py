"""Speech → FaceStates: a whole line as an iterator, or a stream of sounds that arrives while it is being spoken."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from npcface.drive.coarticulate import LOOK_AHEAD, LOOK_BACK, Mouth, mouth, smoothstep
from npcface.drive.emotion import EmotionTrack, Feeling, layer
from npcface.drive.gesture import FALL, PEAK, accents, gesture
from npcface.drive.idle import Idle
from npcface.drive.symbols import SymbolReader
from npcface.drive.timeline import Event, Segment, lengthen, phoneme, place, segments
from npcface.errors import LimitError, StateError
from npcface.state import FaceState, Floats

MOST_SEGMENTS = 10_000
"""Sounds a stream buffers at most (about ten minutes ahead)."""
_TAIL = 0.35  # s of frames after the last sound: the mouth comes to rest
_CATCH_UP = 0.10  # s in which a late sound is blended in
_CATCH_UP_CLOSURE = 0.04


def speech(
    line: str | Iterable[Event],
    fps: float = 30.0,
    *,
    convention: str = "auto",
    emotion: Feeling | EmotionTrack | None = None,
    intensity: float = 1.0,
    idle: Idle | None = None,
    gestures: float = 0.5,
    unknown: str = "error",
) -> Iterator[FaceState]:
    """A whole line as frames: frame k shows ``k / fps`` seconds.

    Args:
        line: a text (needs the ``[speech]`` extra) or timed symbols, see ``timeline.phoneme``.
        fps: frames a second, 1 to 240; from 10 up, every p, b and m has a frame with shut lips.
        convention: ``"auto"``, ``"ipa"``, ``"arpabet"``, ``"oculus"`` or ``"rhubarb"``.
        emotion: a feeling, or a track of feelings on the line's clock.
        intensity: how far mouth and jaw move, 0 to 2.
        idle: idle life to add (blinks, saccades, breath, sway).
        gestures: nods and brow raises on stressed vowels, 0 none to 1 lively.
        unknown: ``"error"`` or ``"ignore"`` for unknown symbols.

    Raises:
        StateError: bad symbol, time, fps, intensity or emotion.
        DependencyError: a text was given and the speech extra is not installed.
    """
    if isinstance(line, str):
        from npcface.drive.text import phonemes

        line, convention = phonemes(line), "ipa"
    found = segments(line, convention, unknown)
    performer = _Performer(fps, intensity, emotion, idle, gestures)
    count = math.floor((found[-1].end + _TAIL) * fps) + 1 if found else 1
    return _frames(performer, found, count)


def _frames(performer: _Performer, found: list[Segment], count: int) -> Iterator[FaceState]:
    marks, first = accents(found), 0
    for frame in range(count):
        t = frame / performer.fps
        while first < len(found) and found[first].end <= t - LOOK_BACK:
            first += 1
        last = first
        while last < len(found) and found[last].start < t + LOOK_AHEAD:
            last += 1
        yield performer.frame(performer.mouth(found[first:last], t), marks, t)


class SpeechStream:
    """A mouth that speaks while the sounds are still arriving; one per voice, not thread-safe.

    ``push`` sounds as they become known, ``advance`` with the audio clock once a frame. A sound pushed ``LOOK_AHEAD``
    (0.14 s) before it is heard, with its end, is shown exactly as ``speech`` shows it; one that comes late is blended
    in within 0.1 s. When nothing more comes, the mouth closes by itself within ``LOOK_BACK`` of the last sound's end.

    Args:
        convention: ``"ipa"``, ``"arpabet"``, ``"oculus"`` or ``"rhubarb"`` (one symbol is too little to guess from).
        fps: frames a second at which ``advance`` will be called, 1 to 240; closures last at least one frame.
        emotion, intensity, idle, gestures, unknown: as for ``speech``; ``emotion`` may be changed by ``feel``.

    Raises:
        StateError: bad convention, fps or emotion.
    """

    def __init__(
        self,
        convention: str,
        *,
        fps: float = 30.0,
        emotion: Feeling | EmotionTrack | None = None,
        intensity: float = 1.0,
        idle: Idle | None = None,
        gestures: float = 0.5,
        unknown: str = "error",
    ) -> None:
        self._reader = SymbolReader(convention, unknown)
        self._performer = _Performer(fps, intensity, emotion, idle, gestures)
        self._segments: list[Segment] = []
        # the last symbol, when it has no end yet: its sounds, its start, how many segments it became
        self._open: tuple[list[tuple[str, int]], float, int] | None = None
        self._last_start = -math.inf
        self._marks: list[tuple[float, float]] = []
        self._now = -math.inf
        self._lag: tuple[float, Floats, float] = (-math.inf, np.zeros(52, np.float32), 0.0)

    @property
    def end(self) -> float:
        """Seconds at which the last known sound ends; -inf when nothing is left to say."""
        return self._segments[-1].end if self._segments else -math.inf

    def push(self, symbol: str, start: float, end: float | None = None) -> None:
        """Add a sound.

        Args:
            symbol: of the stream's convention.
            start: seconds on the clock of ``advance``; not before the sound pushed last.
            end: seconds; None: until the next sound, or a typical length when none comes in time.

        Raises:
            StateError: unknown symbol, bad time or order.
            LimitError: more than ``MOST_SEGMENTS`` sounds are waiting.
        """
        item = phoneme((symbol, start) if end is None else (symbol, start, end))
        if item.start < self._last_start:
            raise StateError(
                f"Sound {symbol!r} at {item.start} s comes after one at {self._last_start} s.",
                "Push sounds in order of time; call interrupt() before a new line.",
            )
        if len(self._segments) >= MOST_SEGMENTS:
            raise LimitError(f"{MOST_SEGMENTS} sounds are already waiting.", "Push closer to the time they are heard.")
        names = self._reader.read(item.symbol)
        # what is shown now can change only by a sound near now: a long line's far sounds need not ask each time
        near = min(item.start, self._open[1] if self._open else item.start) < self._now + LOOK_AHEAD
        before = self._shown() if near else None
        self._last_start = item.start
        if not names:
            lengthen(self._segments, item)
            self._catch_up(before)
            return
        added = place(names, item.start, item.end)
        self._close_open_end(item.start)
        for segment in reversed(self._segments):
            if segment.end <= item.start:
                break
            segment.end = max(item.start, segment.start)
        self._segments += added
        self._open = (names, item.start, len(added)) if item.end is None and added else None
        self._marks += accents(added, self._marks[-1][0] if self._marks else -math.inf)
        self._catch_up(before)

    def interrupt(self, t: float | None = None) -> None:
        """Stop talking at ``t`` (default: now): later sounds are dropped and the mouth closes."""
        t = self._now if t is None else t
        before = self._shown()
        self._segments = [s for s in self._segments if s.start < t]
        for segment in self._segments:
            segment.end = min(segment.end, t)
        self._marks = [m for m in self._marks if m[0] < t]
        self._open, self._last_start = None, t
        self._catch_up(before)

    def feel(self, feeling: Feeling, t: float | None = None, fade: float = 0.4) -> None:
        """Fade to an emotion from ``t`` (default: now) on, within ``fade`` seconds."""
        self._performer.emotion.set(max(self._now, 0.0) if t is None else t, feeling, fade)

    def advance(self, t: float) -> FaceState:
        """The face at ``t`` seconds; sounds that are over are forgotten.

        Raises:
            StateError: ``t`` is not finite or lies before the last call's.
        """
        if not math.isfinite(t) or t < self._now:
            raise StateError(f"Time went from {self._now} s to {t} s.", "The clock must not run back.")
        self._now = t
        over = 0
        while over < len(self._segments) and self._segments[over].end <= t - LOOK_BACK:
            over += 1
        if over:
            del self._segments[:over]
            if self._open and not self._segments:
                self._open = None
        self._marks = [m for m in self._marks[:-1] if m[0] > t - PEAK - FALL] + self._marks[-1:]
        return self._performer.frame(self._shown(), self._marks, t)

    def _close_open_end(self, end: float) -> None:
        """The symbol before had no end: it lasts until this one, unless it has already faded out."""
        if self._open and self.end > self._now:
            names, start, count = self._open
            del self._segments[max(len(self._segments) - count, 0) :]
            self._segments += place(names, start, end)

    def _shown(self) -> Mouth:
        """Mouth and closure now, including what is still left of an earlier jump."""
        if self._now == -math.inf:
            return Mouth(np.zeros(52, np.float32), 0.0, 0.0)
        shown = self._performer.mouth(self._near(), self._now)
        since, weights_lag, closure_lag = self._lag
        passed = self._now - since
        if passed >= _CATCH_UP:
            return shown
        left = np.float32(1.0 - smoothstep(passed / _CATCH_UP))
        left_closure = 1.0 - smoothstep(passed / _CATCH_UP_CLOSURE)
        closure = min(max(shown.closure + left_closure * closure_lag, 0.0), 1.0)
        return Mouth(np.clip(shown.weights + left * weights_lag, 0.0, 1.0), closure, shown.speaking)

    def _near(self) -> list[Segment]:
        """The sounds that can move the mouth now, of a line that may be hours long."""
        return self._segments[: bisect_left(self._segments, self._now + LOOK_AHEAD, key=lambda one: one.start)]

    def _catch_up(self, before: Mouth | None) -> None:
        """The past changed: carry the difference over and let it fade, so that nothing jumps."""
        if before is None or self._now == -math.inf:
            return
        after = self._performer.mouth(self._near(), self._now)
        self._lag = (self._now, before.weights - after.weights, before.closure - after.closure)


class _Performer:
    """What a whole line and a stream share: settings, and a frame out of mouth, emotion, gesture and idle life."""

    def __init__(
        self, fps: float, intensity: float, emotion: Feeling | EmotionTrack | None, idle: Idle | None, gestures: float
    ) -> None:
        if not 1.0 <= fps <= 240.0:
            raise StateError(f"fps is {fps}, expected 1 to 240.", "30 suits most games.")
        if not 0.0 <= intensity <= 2.0 or not 0.0 <= gestures <= 1.0:
            raise StateError(f"intensity {intensity} or gestures {gestures} out of range.", "0 to 2, and 0 to 1.")
        self.fps, self.intensity, self.idle, self.gestures = fps, intensity, idle, gestures
        self.emotion = emotion if isinstance(emotion, EmotionTrack) else EmotionTrack(emotion or "neutral")

    def mouth(self, near: list[Segment], t: float) -> Mouth:
        return mouth(near, t, intensity=self.intensity, shortest_hold=max(0.045, 1.0 / self.fps))

    def frame(self, shown: Mouth, marks: list[tuple[float, float]], t: float) -> FaceState:
        state = layer(FaceState(weights=shown.weights), self.emotion.at(t), shown.closure, shown.speaking)
        if self.gestures > 0.0:
            brows, pitch = gesture(marks, t, self.gestures)
            state = replace(
                state,
                weights=np.maximum(state.weights, brows),
                head=state.head + np.array([0.0, pitch, 0.0], np.float32),
            )
        return state if self.idle is None else self.idle.apply(state, t)
