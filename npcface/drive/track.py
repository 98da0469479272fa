"""track.json: a performance in a file, as frames of ARKit weights or as timed phonemes.

    {"schema": 1, "fps": 30, "frames": [{"t": 0.0, "weights": {"jawOpen": 0.2}, "head": [3, 0, 0]}, …]}
    {"schema": 1, "fps": 30, "convention": "arpabet", "phonemes": [["HH", 0.0], ["AY1", 0.06, 0.3]],
     "emotions": [[0.0, "happy", 0.5]]}

Frames may lack ``t`` (then frame k is at k / fps) and hold whatever ``drive.arkit`` reads; unknown names are errors.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from npcface.drive.arkit import looked, state
from npcface.drive.emotion import EmotionTrack, Feeling, layer
from npcface.drive.idle import Idle
from npcface.drive.speech import speech
from npcface.drive.timeline import Phoneme, phoneme, segments
from npcface.errors import LimitError, StateError
from npcface.regular import read_regular
from npcface.state import FaceState
from npcface.vocab import ARKIT_52
from npcface.whole import write_whole

SCHEMA = 1
MOST_BYTES = 64 * 2**20
MOST_FRAMES = 200_000
MOST_PHONEMES = 100_000
MOST_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Track:
    """A performance: either ``frames`` or ``phonemes`` is filled.

    Attributes:
        fps: frames a second the track was made for.
        frames: (seconds, state), times strictly growing.
        phonemes: timed symbols.
        convention: of the phonemes, or ``"auto"``.
        emotions: (seconds, emotion name, intensity), in order of time.
    """

    fps: float = 30.0
    frames: tuple[tuple[float, FaceState], ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    convention: str = "auto"
    emotions: tuple[tuple[float, str, float], ...] = field(default=())

    def states(self, fps: float | None = None, *, idle: Idle | None = None) -> Iterator[FaceState]:
        """The track at a frame rate (default: its own); frames are interpolated, phonemes are spoken."""
        fps = self.fps if fps is None else fps
        if not 1.0 <= fps <= 240.0:
            raise StateError(f"fps is {fps}, expected 1 to 240.", "30 suits most games.")
        feelings = EmotionTrack()
        for t, name, intensity in self.emotions:
            feelings.set(t, {name: intensity})
        if self.phonemes:
            return speech(self.phonemes, fps, convention=self.convention, emotion=feelings, idle=idle)
        return self._resampled(fps, feelings, idle)

    def _resampled(self, fps: float, feelings: EmotionTrack, idle: Idle | None) -> Iterator[FaceState]:
        times = [t for t, _ in self.frames]
        count = math.floor((times[-1] - times[0]) * fps + 1e-6) + 1 if times else 0
        at = 0
        for k in range(count):
            t = times[0] + k / fps
            while at + 2 < len(times) and times[at + 1] <= t:
                at += 1
            result = self.frames[at][1]
            if at + 1 < len(times):
                share = min(max((t - times[at]) / (times[at + 1] - times[at]), 0.0), 1.0)
                result = between(result, self.frames[at + 1][1], share)
            if self.emotions:
                result = layer(result, feelings.at(t))
            yield result if idle is None else idle.apply(result, t)


def between(a: FaceState, b: FaceState, share: float) -> FaceState:
    """Linear mix: ``share`` 0 gives ``a``, 1 gives ``b``; landmark offsets are those of the nearer one."""
    s = np.float32(share)
    return FaceState(
        weights=a.weights + s * (b.weights - a.weights),
        head=a.head + s * (b.head - a.head),
        translation=a.translation + s * (b.translation - a.translation),
        gaze=a.gaze + s * (b.gaze - a.gaze),
        scale=a.scale + share * (b.scale - a.scale),
        landmark_offsets=(a if share < 0.5 else b).landmark_offsets,
    )


def load(source: str | os.PathLike[str]) -> Track:
    """Read a track file, or a timing file of a voice or tracker (``npcface.drive.timing``), told by its content.

    Raises:
        StateError: missing, or neither of the two; the message names the frame or phoneme.
        LimitError: past ``MOST_BYTES``, ``MOST_FRAMES``, ``MOST_PHONEMES`` or ``MOST_SECONDS``.
    """
    path = Path(source)
    try:
        data = read_regular(path, MOST_BYTES)
        if len(data) > MOST_BYTES:
            raise LimitError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB.", "Split the track.")
    except OSError as error:
        raise StateError(f"Cannot read {path}: {error.strerror}.", "Check the path.") from None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        document = None
        if data.lstrip()[:1] == b"{" and b'"schema"' in data[:4096]:  # a track, and a broken one
            raise StateError(f"{path.name} is not JSON: {error}.", "See docs/driving.md for the format.") from None
    if isinstance(document, dict) and ("schema" in document or not document):
        return parse(document)
    from npcface.drive import timing

    return timing.read(data)


def parse(document: Any) -> Track:
    """A track out of decoded JSON; see ``load`` for errors."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise StateError(f'Not a track: expected an object with "schema": {SCHEMA}.', "See docs/driving.md.")
    fps = document.get("fps", 30.0)
    if isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 1.0 <= fps <= 240.0:
        raise StateError(f"The track's fps is {fps!r:.40}, expected 1 to 240.", "30 suits most games.")
    frames, spoken = document.get("frames"), document.get("phonemes")
    if (frames is None) == (spoken is None):
        raise StateError("A track holds either frames or phonemes.", "Keep one of the two lists.")
    emotions = tuple(_emotion(entry) for entry in _listed(document, "emotions", MOST_FRAMES))
    if sorted(t for t, _, _ in emotions) != [t for t, _, _ in emotions]:
        raise StateError("The track's emotions are not in order of time.", "Sort them.")
    if frames is not None:
        rows = tuple(_frame(k, row, fps) for k, row in enumerate(_listed(document, "frames", MOST_FRAMES)))
        for k in range(1, len(rows)):
            if rows[k][0] <= rows[k - 1][0]:
                raise StateError(f"Frame {k} is at {rows[k][0]} s, not after the one before.", "Times must grow.")
        if rows and rows[-1][0] - rows[0][0] > MOST_SECONDS:
            raise LimitError("The track is longer than six hours.", "Times are in seconds.")
        return Track(float(fps), rows, emotions=emotions)
    convention = document.get("convention", "auto")
    line = tuple(phoneme(entry) for entry in _listed(document, "phonemes", MOST_PHONEMES))
    if any(not 0.0 <= p.start <= MOST_SECONDS or (p.end or 0.0) > MOST_SECONDS for p in line):
        raise LimitError("A phoneme lies before 0 s or after six hours.", "Times are in seconds.")
    if not isinstance(convention, str):
        raise StateError(f"convention is {convention!r:.40}.", "Use a name such as 'ipa'.")
    segments(line, convention)  # unknown symbols are found now, not in the middle of a video
    return Track(float(fps), phonemes=line, convention=convention, emotions=emotions)


def save(track: Track, target: str | os.PathLike[str]) -> None:
    """Write a track file, whole or not at all. Landmark offsets are not kept.

    Raises:
        OSError: the folder is missing, not writable or full.
    """
    document: dict[str, Any] = {"schema": SCHEMA, "fps": track.fps}
    if track.emotions:
        document["emotions"] = [list(entry) for entry in track.emotions]
    if track.phonemes:
        document["convention"] = track.convention
        document["phonemes"] = [list(p) if p.end is not None else [p.symbol, p.start] for p in track.phonemes]
    else:
        document["frames"] = [row(t, frame) for t, frame in track.frames]
    path = Path(target)
    write_whole(path, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def _listed(document: dict[str, Any], key: str, most: int) -> list[Any]:
    entries = document.get(key, [])
    if not isinstance(entries, list):
        raise StateError(f"The track's {key} are not a list.", "See docs/driving.md.")
    if len(entries) > most:
        raise LimitError(f"The track has {len(entries)} {key}, at most {most}.", "Split the track.")
    return entries


def _frame(index: int, row: Any, fps: float) -> tuple[float, FaceState]:
    if not isinstance(row, dict):
        raise StateError(f"Frame {index} is not an object.", "See docs/driving.md.")
    t = row.get("t", index / fps)
    if isinstance(t, bool) or not isinstance(t, (int, float)) or not -1e9 < t < 1e9:
        raise StateError(f"Frame {index}: t is {t!r:.40}, not a number of seconds.", "Leave it out for a steady rate.")
    try:
        return float(t), state(row)
    except StateError as error:
        raise StateError(f"Frame {index}: {error.cause}", error.remedy) from None


def _emotion(entry: Any) -> tuple[float, str, float]:
    try:
        t, name, intensity = entry
        feeling: Feeling = {name: float(intensity)}
        if not -1e9 < t < 1e9:
            raise ValueError
        EmotionTrack().set(float(t), feeling)
        return float(t), str(name), float(intensity)
    except (TypeError, ValueError, OverflowError):
        raise StateError(f"Not an emotion: {entry!r:.60}.", 'Use [seconds, "happy", 0.5].') from None


def row(t: float, frame: FaceState) -> dict[str, Any]:
    """One frame as it stands in a file."""
    found: dict[str, Any] = {
        "t": round(t, 6),
        "weights": {name: _short(w) for name, w in zip(ARKIT_52, frame.weights, strict=True) if w != 0.0},
    }
    whole = replace(frame, gaze=frame.gaze + looked(frame.weights))  # in a file, gaze is the whole gaze
    for name, rest in (("head", frame.head), ("gaze", frame.gaze), ("translation", frame.translation)):
        if rest.any():
            found[name] = [_short(v) for v in getattr(whole, name)]
    if frame.scale != 1.0:
        found["scale"] = _short(frame.scale)
    return found


def _short(value: Any) -> float:
    return round(float(value), 5)
