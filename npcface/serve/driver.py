"""The one place where the daemon meets ``npcface.drive``: what a stream was told → the face at a moment.

A driver has a clock of its own that never runs back, so that idle life, emotions and a mouth that is just closing go
on smoothly when a new line starts. Only the render thread calls it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from npcface.drive.emotion import EMOTIONS, EmotionTrack, layer, pose
from npcface.drive.idle import Idle as IdleLife
from npcface.drive.speech import SpeechStream
from npcface.drive.symbols import guess
from npcface.errors import DependencyError, NpcFaceError
from npcface.state import FaceState, Floats
from npcface.wire import requests
from npcface.wire.channels import ChannelMap

if TYPE_CHECKING:
    from npcface.character import Character

EMOTION_NAMES = tuple(EMOTIONS)
_TAIL_S = 0.35  # after the last sound the mouth comes to rest
_FADE_S = 0.15  # from a timeline to speech or idle life and back


@dataclass(frozen=True, slots=True)
class LandmarkFrame:
    """A tracker's points: [478 or 68, 2 or 3] float32 in pixels, size of the image in pixels, kind of motion."""

    points: Floats
    image_size: tuple[int, int]
    motion: requests.Motion


@dataclass(frozen=True, slots=True)
class TimelineFrames:
    """A timeline with its rows: [frames, C] float32 in the session's channel order."""

    request: requests.Timeline
    rows: Floats
    channels: ChannelMap


Input = FaceState | LandmarkFrame | TimelineFrames | requests.Speech | requests.Idle | requests.Emotion


def check_emotion(name: str) -> None:
    """Refuse an unknown emotion at once, not when the next frame is due.

    Raises:
        StateError: unknown.
    """
    pose(name)


class Driver:
    """Face of one stream over time.

    Args:
        fps: rate at which ``pushed`` is called.
    """

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._base = self._clock = 0.0  # seconds: start of the current line, and now, on the driver's own clock
        self._feelings = EmotionTrack()
        self._idle: IdleLife | None = None
        self._seed = 0
        self._voice: tuple[str, SpeechStream] | None = None
        self._timeline: TimelineFrames | None = None
        self._what = ""  # the running line's type; empty when only idle life is left
        self._then = "idle"
        self._end = np.inf  # own clock; infinite until the final piece is known
        self._spoken_until = 0.0
        self._last: FaceState | None = None
        self._fade: tuple[float, FaceState] | None = None  # when a timeline began or ended, and the face before it
        self._landmarks: tuple[object, str, LandmarkSource] | None = None

    def asked(self, character: Character, item: Input) -> FaceState:
        """Lock-step: the face of one state or landmark frame.

        Raises:
            NpcFaceError: the landmarks hold no face, or no landmark driver is installed.
        """
        if isinstance(item, FaceState):
            self._last = item
            return item
        assert isinstance(item, LandmarkFrame)
        if self._landmarks is None or self._landmarks[0] is not character or self._landmarks[1] != item.motion:
            self._landmarks = (character, item.motion, LandmarkSource(character, item.motion))
        self._last = self._landmarks[2].state(item)
        return self._last

    def restart(self) -> None:
        """The next ``pushed`` time is on a clock that starts at 0 again."""
        self._base = self._clock + 1.0 / self._fps

    def feed(self, item: Input) -> None:
        """Take a piece of speech, a timeline, idle life or an emotion, before the frame it belongs to.

        Raises:
            NpcFaceError: unknown symbol or emotion; everything else in the piece is used all the same.
        """
        if isinstance(item, requests.Speech):
            self._speech(item)
        elif isinstance(item, TimelineFrames):
            self._begin("timeline", item.request.then, item.request.seed, item.request.idle)
            self._start_fade()
            self._timeline = item
            self._end = self._base + item.request.frames / item.request.fps
        elif isinstance(item, requests.Idle):
            self._begin("", "idle", item.seed, True)
        elif isinstance(item, requests.Emotion):
            self._feelings.set(max(self._clock, self._base), (item.emotion, item.strength))

    def pushed(self, time_s: float) -> tuple[FaceState, tuple[str, str] | None]:
        """The face at ``time_s`` of the running line.

        Returns:
            (state, None), or (state, (what has just ended, what comes then)).
        """
        self._clock = max(self._base + time_s, self._clock)
        clock = self._clock
        over = (self._what, self._then) if self._what and clock >= self._end else None
        if over is not None:
            self._finish()
        if self._timeline is not None:
            state = layer(self._row(clock - self._base), self._feelings.at(clock))
        else:
            state = self._mouth().advance(clock)
        state = self._faded(state, clock)
        self._last = state
        return (state if self._idle is None else self._idle.apply(state, clock)), over

    def _begin(self, what: str, then: str, seed: int, idle: bool) -> None:
        if self._voice is not None:
            self._voice[1].interrupt(self._base)
        if self._timeline is not None:
            self._start_fade()
        self._timeline = None
        self._what, self._then, self._end, self._spoken_until = what, then, np.inf, self._base
        if not idle:
            self._idle = None
        elif self._idle is None or self._seed != seed:
            self._idle = IdleLife(seed)
        self._seed = seed

    def _finish(self) -> None:
        if self._timeline is not None:
            self._start_fade()
        self._timeline, self._what = None, ""
        if self._then == "idle" and self._idle is None:
            self._idle = IdleLife(self._seed)

    def _speech(self, piece: requests.Speech) -> None:
        if piece.begin or self._what != "speech":
            self._begin("speech", piece.then, piece.seed, piece.idle)
        convention: str = piece.alphabet
        if convention == "auto":
            known = self._voice[0] if self._voice is not None and not piece.begin else ""
            convention = known or guess(phoneme.symbol for phoneme in piece.phonemes)
        voice = self._mouth(convention)
        problem: NpcFaceError | None = None
        for phoneme in sorted(piece.phonemes, key=lambda item: item.start_s):
            end = None if phoneme.end_s is None else self._base + phoneme.end_s
            try:
                voice.push(phoneme.symbol, self._base + phoneme.start_s, end)
            except NpcFaceError as error:
                problem = problem or error
            self._spoken_until = max(self._spoken_until, voice.end, self._base + (phoneme.end_s or phoneme.start_s))
        self._end = self._spoken_until + _TAIL_S if piece.final else np.inf
        if problem is not None:
            raise problem

    def _mouth(self, convention: str = "") -> SpeechStream:
        if self._voice is None or (convention and convention != self._voice[0]):
            convention = convention or "ipa"
            self._voice = (convention, SpeechStream(convention, fps=self._fps, emotion=self._feelings))
        return self._voice[1]

    def _row(self, time_s: float) -> FaceState:
        assert self._timeline is not None
        rows = self._timeline.rows
        position = min(max(time_s * self._timeline.request.fps, 0.0), len(rows) - 1.0)
        first = int(position)
        second = min(first + 1, len(rows) - 1)
        share = np.float32(position - first)
        return self._timeline.channels.state(rows[first] + share * (rows[second] - rows[first]))

    def _start_fade(self) -> None:
        if self._last is not None:
            self._fade = (max(self._clock, self._base), self._last)

    def _faded(self, state: FaceState, clock: float) -> FaceState:
        if self._fade is None:
            return state
        since, old = self._fade
        share = np.float32(np.clip((clock - since) / _FADE_S, 0.0, 1.0))
        if share >= 1.0:
            self._fade = None
            return state
        return replace(
            state,
            weights=old.weights + share * (state.weights - old.weights),
            head=old.head + share * (state.head - old.head),
            gaze=old.gaze + share * (state.gaze - old.gaze),
            translation=old.translation + share * (state.translation - old.translation),
            scale=old.scale + float(share) * (state.scale - old.scale),
        )


class LandmarkSource:
    """Landmark frames → states, by ``npcface.drive.landmarks``.

    Raises:
        DependencyError: this installation has no landmark driver.
    """

    def __init__(self, character: Character, motion: requests.Motion) -> None:
        try:
            from npcface.drive.landmarks import LandmarkDriver
        except ImportError as error:
            raise DependencyError(
                f"Landmarks cannot drive a face in this installation: {error}.", "Install npcface completely."
            ) from None
        self._driver = LandmarkDriver(character, motion=motion)

    def state(self, frame: LandmarkFrame) -> FaceState:
        """One frame of points → the face that shows them."""
        state: FaceState = self._driver.state(frame.points, frame.image_size)
        return state.checked()
