"""Coarticulation: the mouth at any moment of a line of sounds.

Every articulator is a dominance-weighted moving average over the time line (Cohen & Massaro's blend, with a window in
place of their exponential bumps): sound i pulls with ``pull_i`` times the share of the window it fills, silence pulls
towards rest with what is left. The windows reach further ahead than back, because lips move before they are
heard, and they end, so that a mouth needs to know only ``LOOK_AHEAD`` seconds of the future and a stream gives
exactly what the whole line gives.

An average never closes a short p between two open vowels, so sounds that must be reached (p b m, f v …) are then
mixed in by a bump that is full at the middle of the sound.

Why not OpenFaceFX's solver (MIT, tried at 0.24): it blends one-hot viseme rows with Laplacian bumps of endless reach,
so its stream equals its whole line only for a look-ahead of seconds; it gives a frame out only after later phonemes
came in, whereas a daemon owes a frame every tick; jaw and lips of a sound share one curve; and it shuts lips by a floor
of 90 % on a viseme row, which cannot promise closure in ARKit, where ``mouthClose`` only undoes what the jaw opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from npcface.drive.timeline import Segment
from npcface.drive.visemes import SOUNDS
from npcface.state import Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX


@dataclass(frozen=True, slots=True)
class Window:
    """A raised-cosine window in time, of area 1.

    Attributes:
        shift: its middle relative to now, seconds; positive looks ahead.
        half: half of its length, seconds.
    """

    shift: float
    half: float

    def share(self, start: float, end: float) -> float:
        """Area of the window inside [start, end], both relative to now in seconds."""
        return self._area_until(end) - self._area_until(start)

    def _area_until(self, x: float) -> float:
        u = (x - self.shift) / self.half
        if u <= -1.0:
            return 0.0
        if u >= 1.0:
            return 1.0
        return 0.5 * (1.0 + u) + math.sin(math.pi * u) / (2.0 * math.pi)


JAW = Window(shift=0.015, half=0.115)
LIPS = Window(shift=0.045, half=0.095)
LOOK_AHEAD = 0.14
"""Seconds of the future a frame depends on: push sounds this much before they are heard."""
LOOK_BACK = 0.13
"""Seconds after which a sound no longer moves the mouth: it is shut this long after the last one."""

_RISE, _FALL = 0.055, 0.065  # s; of a held lip posture: a bilabial closes and opens in about 60 ms
_LONGEST_HOLD = 0.10  # s; keeps a hold inside LOOK_AHEAD and LOOK_BACK
_HELD_JAW = 0.13
_STRESS_GAIN = (1.0, 1.12, 1.06)
_MOST_JAW = 0.8
_JAW = ARKIT_INDEX["jawOpen"]


class Mouth(NamedTuple):
    """The mouth at one moment, before an emotion is laid over it and ``lips.seal`` shuts the lips.

    Attributes:
        weights: [52] float32.
        closure: how far the lips must be shut, 0..1.
        speaking: 0 in silence, 1 inside a word.
    """

    weights: Floats
    closure: float
    speaking: float


def mouth(segments: Iterable[Segment], t: float, *, intensity: float = 1.0, shortest_hold: float = 0.045) -> Mouth:
    """What the mouth does at one moment.

    Args:
        segments: sounds in order of time, not overlapping; only those around ``t`` matter.
        t: seconds on the line's clock.
        intensity: scales jaw and lips, 0 mumbles, 1 natural, up to 2; closures do not weaken.
        shortest_hold: seconds a closure stays full; at least one frame's time, or a frame could miss it.

    Returns:
        All zeros where nothing is said.
    """
    near = [s for s in segments if s.start < t + LOOK_AHEAD and s.end > t - LOOK_BACK]
    lips = np.zeros(len(ARKIT_52), np.float32)
    if not near:
        return Mouth(lips, 0.0, 0.0)
    jaw = jaw_pull = lip_pull = jaw_covered = lip_covered = 0.0
    for segment in near:
        sound, gain = SOUNDS[segment.sound], _STRESS_GAIN[segment.stress]
        share = JAW.share(segment.start - t, segment.end - t)
        jaw_covered += share
        jaw_pull += share * sound.jaw_pull
        jaw += share * sound.jaw_pull * sound.jaw * gain
        share = LIPS.share(segment.start - t, segment.end - t)
        lip_covered += share
        lip_pull += share * sound.lip_pull
        lips += np.float32(share * sound.lip_pull * gain) * sound.lips
    rest = SOUNDS["sil"]
    jaw_pull += max(1.0 - jaw_covered, 0.0) * rest.jaw_pull
    lip_pull += max(1.0 - lip_covered, 0.0) * rest.lip_pull
    jaw = min(intensity * jaw / max(jaw_pull, 1e-6), _MOST_JAW)
    lips *= np.float32(intensity / max(lip_pull, 1e-6))
    closure = 0.0
    for segment in near:
        sound = SOUNDS[segment.sound]
        if not sound.seals and sound.hold == 0.0:
            continue
        reached = _bump(segment, t, shortest_hold)
        if sound.seals:
            closure = max(closure, reached)
        else:
            held = sound.hold * reached
            lips += np.float32(held) * (sound.lips - lips)
            jaw += held * (min(jaw, _HELD_JAW) - jaw)
    lips[_JAW] = jaw
    return Mouth(np.clip(lips, 0.0, 1.0), closure, min(jaw_covered, 1.0))


def _bump(segment: Segment, t: float, shortest: float) -> float:
    """1 around the middle of the sound, smoothly 0 outside."""
    middle = 0.5 * (segment.start + segment.end)
    length = max(0.5 * (segment.end - segment.start), min(shortest, _LONGEST_HOLD))
    before, after = middle - 0.5 * length - t, t - middle - 0.5 * length
    return smoothstep(1.0 - max(before / _RISE, after / _FALL, 0.0))


def smoothstep(x: float) -> float:
    """0 below 0, 1 above 1, a smooth S between."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)
