"""Emotions as a layer over anything: brows, lids and cheeks freely, the mouth as far as speech leaves it.

The faces follow the action units of FACS (Ekman & Friesen 1978; e.g. joy = 6 + 12, sadness = 1 + 4 + 15), written as
ARKit weights at full intensity; 0.3 to 0.7 looks like people. Shapes without a side are symmetric.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from npcface.drive.coarticulate import smoothstep
from npcface.drive.lips import seal, sealing
from npcface.errors import StateError
from npcface.state import FaceState, Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX

Feeling = str | tuple[str, float] | Mapping[str, float]
"""``"happy"``, ``("happy", 0.6)`` or a mixture ``{"happy": 0.4, "surprised": 0.3}``."""

EMOTIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "happy": {"mouthSmile": 0.75, "cheekSquint": 0.55, "eyeSquint": 0.30, "mouthDimple": 0.15, "mouthUpperUp": 0.12,
              "browOuterUp": 0.10},
    "sad": {"browInnerUp": 0.75, "browDown": 0.15, "mouthFrown": 0.55, "mouthShrugLower": 0.25, "eyeBlink": 0.16,
            "eyeLookDown": 0.10, "mouthPress": 0.05, "headPitch": -4.0},
    "angry": {"browDown": 0.85, "eyeSquint": 0.35, "eyeWide": 0.15, "noseSneer": 0.30, "mouthPress": 0.25,
              "mouthFrown": 0.25, "mouthRollLower": 0.10, "jawForward": 0.20, "headPitch": -2.0},
    "surprised": {"browInnerUp": 0.70, "browOuterUp": 0.75, "eyeWide": 0.65, "jawOpen": 0.26, "mouthFunnel": 0.10,
                  "headPitch": 2.0},
    "afraid": {"browInnerUp": 0.85, "browOuterUp": 0.25, "browDown": 0.20, "eyeWide": 0.70, "mouthStretch": 0.50,
               "jawOpen": 0.10, "mouthLowerDown": 0.12, "headPitch": 1.5},
    "disgusted": {"noseSneer": 0.80, "browDown": 0.45, "cheekSquint": 0.35, "eyeSquint": 0.35, "mouthUpperUp": 0.30,
                  "mouthFrown": 0.30, "mouthShrugLower": 0.20, "headPitch": 2.0},
    "contempt": {"mouthSmileLeft": 0.40, "mouthDimpleLeft": 0.50, "mouthPressLeft": 0.20, "cheekSquintLeft": 0.25,
                 "browOuterUpLeft": 0.25, "browDownRight": 0.20, "eyeSquint": 0.20, "headPitch": 3.0},
    "tender": {"mouthSmile": 0.38, "browInnerUp": 0.30, "cheekSquint": 0.30, "eyeSquint": 0.15, "eyeBlink": 0.10,
               "headRoll": 3.0},
    "sleepy": {"eyeBlink": 0.48, "browInnerUp": 0.20, "browOuterUp": 0.12, "jawOpen": 0.03, "headPitch": -4.0},
}  # fmt: skip
"""Weights (0..1) and head offsets (degrees) at intensity 1."""

ALIASES = {
    "joy": "happy", "happiness": "happy", "sadness": "sad", "anger": "angry", "surprise": "surprised",
    "fear": "afraid", "fearful": "afraid", "disgust": "disgusted", "love": "tender", "sleep": "sleepy",
}  # fmt: skip

_HEAD = ("headYaw", "headPitch", "headRoll")
_JAW = ARKIT_INDEX["jawOpen"]
_OPENING = [k for name, k in ARKIT_INDEX.items() if name.startswith(("jaw", "mouthFunnel", "mouthLower", "mouthUpper"))]
_ROUND = [ARKIT_INDEX["mouthPucker"], ARKIT_INDEX["mouthFunnel"]]
_MOUTH = np.array([name.startswith("mouth") for name in ARKIT_52])
_LIDS = [(ARKIT_INDEX[f"eyeWide{side}"], ARKIT_INDEX[f"eyeBlink{side}"]) for side in ("Left", "Right")]


def pose(feeling: Feeling) -> Floats:
    """The layer of a feeling.

    Returns:
        [55] float32: 52 ARKit weights and yaw, pitch, roll in degrees.

    Raises:
        StateError: unknown emotion, or an intensity outside 0..1.
    """
    mixture = {feeling: 1.0} if isinstance(feeling, str) else dict([feeling] if isinstance(feeling, tuple) else feeling)
    total = np.zeros(len(ARKIT_52) + 3, np.float32)
    for name, intensity in mixture.items():
        key = ALIASES.get(name, name)
        if key not in _POSES:
            raise StateError(f"Unknown emotion {name!r}.", f"Use one of {', '.join(EMOTIONS)}.")
        if not 0.0 <= intensity <= 1.0:
            raise StateError(f"Intensity of {name!r} is {intensity}, expected 0 to 1.", "1 is a full-blown emotion.")
        total += np.float32(intensity) * _POSES[key]
    total[:52] = np.clip(total[:52], 0.0, 1.0)
    return total


def layer(state: FaceState, felt: Floats, closure: float | None = None, speaking: float = 0.0) -> FaceState:
    """Lay a feeling over a state without opening lips that are meant to be shut.

    Args:
        state: what the face does otherwise (speech, tracker, neutral).
        felt: [55] float32 from ``pose`` or ``EmotionTrack.at``.
        closure: how far the lips must be shut, 0..1; None reads it from the state (``lips.sealing``).
        speaking: 0..1; how far the opening of the mouth belongs to speech alone.
    """
    weights, emotion = state.weights, felt[:52].copy()
    shut = sealing(weights) if closure is None else closure
    rounded = float(np.clip(weights[_ROUND].sum(), 0.0, 1.0))
    emotion[_MOUTH] *= 1.0 - 0.65 * rounded  # nobody smiles fully through an "oo"
    emotion[_OPENING] *= 1.0 - 0.85 * min(speaking, 1.0)  # a gaping f would be no f
    result = weights + emotion * (1.0 - weights)
    result[_JAW] = max(weights[_JAW], emotion[_JAW])  # an open mouth is not opened twice
    for wide, blink in _LIDS:
        result[wide] *= 1.0 - result[blink]
    return replace(state, weights=seal(result, shut), head=state.head + felt[52:])


MOST_KEYS = 256
"""Feelings a track remembers; each costs time in every frame."""


class EmotionTrack:
    """Feelings over time, cross-faded; the same time always gives the same face.

    Args:
        start: the feeling before the first ``set``.
    """

    def __init__(self, start: Feeling = "neutral") -> None:
        self._start = pose(start)
        self._keys: list[tuple[float, float, Floats]] = []

    def set(self, t: float, feeling: Feeling, fade: float = 0.4) -> None:
        """Fade to a feeling from ``t`` on, within ``fade`` seconds.

        Raises:
            StateError: unknown emotion, or ``t`` lies before the key set last.
        """
        if self._keys and t < self._keys[-1][0]:
            raise StateError(f"Emotion at {t} s comes after one at {self._keys[-1][0]} s.", "Set emotions in order.")
        done = [k for k, (begin, length, _) in enumerate(self._keys) if begin + length <= t - 60.0]
        if done:  # a minute of history stays; what is older has faded fully and can be folded into the start
            self._start = self._keys[done[-1]][2]
            del self._keys[: done[-1] + 1]
        self._keys.append((t, max(fade, 1e-3), pose(feeling)))
        if len(self._keys) > MOST_KEYS:  # somebody sets one each frame: the oldest count as faded
            self._start = self._keys.pop(0)[2]

    def at(self, t: float) -> Floats:
        """The layer at ``t`` seconds, [55] float32."""
        value = self._start
        for begin, fade, target in self._keys:
            value = value + np.float32(smoothstep((t - begin) / fade)) * (target - value)
        return value


def emote(states: Iterable[FaceState], feeling: Feeling | EmotionTrack, fps: float = 30.0) -> Iterator[FaceState]:
    """Lay a feeling over a sequence of states of ``fps`` frames a second."""
    track = feeling if isinstance(feeling, EmotionTrack) else EmotionTrack(feeling)
    return (layer(state, track.at(frame / fps)) for frame, state in enumerate(states))


def _compile(shapes: Mapping[str, float]) -> Floats:
    vector = np.zeros(len(ARKIT_52) + 3, np.float32)
    for name, value in shapes.items():
        if name in _HEAD:
            vector[52 + _HEAD.index(name)] = value
        else:
            for full in (name,) if name in ARKIT_INDEX else (f"{name}Left", f"{name}Right"):
                vector[ARKIT_INDEX[full]] = value
    return vector


_POSES = {name: _compile(shapes) for name, shapes in EMOTIONS.items()}
