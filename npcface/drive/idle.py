"""Idle life: blinks, small eye movements, breath and a swaying head, so that a silent face is not a photograph.

Everything is a pure function of (seed, time): the same moment gives the same face in a script, in the daemon, at any
frame rate and in any order. Events live in cells of a time grid and are jittered by a hash of the cell's number.
Figures: a blink every 3 to 4 s, about 0.1 s to close and twice that to open (VanderWerf et al. 2003); fixations of
about a second, saccades of 20 ms + 2.2 ms per degree (Carpenter 1988); 14 breaths a minute.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from npcface.drive.coarticulate import smoothstep
from npcface.errors import StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_INDEX

_BLINK_CELL, _DOUBLE_AFTER = 3.6, 0.30  # s
_CLOSING, _SHUT, _OPENING = 0.09, 0.03, 0.20  # s
_FIXATION = 1.3  # s
_BREATH = 4.3  # s
_SWAY = ((2.3, 0.72), (0.9, 0.28))  # s between lattice points, share of the amplitude

GAZE_LIMIT = (9.0, 5.0)
"""Degrees the idle gaze wanders at most, yaw and pitch."""
HEAD_LIMIT = (2.2, 1.9, 1.2)
"""Degrees the idle head turns at most (sway and breath together), yaw, pitch, roll."""
SHIFT_LIMIT = 0.006
"""Texture widths the idle head shifts at most."""

_BLINK, _SACCADE, _SACCADE_Y, _PHASE, _YAW, _PITCH, _ROLL, _X = range(8)  # streams of the hash
_LIDS = [(ARKIT_INDEX[f"eyeBlink{side}"], ARKIT_INDEX[f"eyeWide{side}"]) for side in ("Left", "Right")]


@dataclass(frozen=True, slots=True)
class Idle:
    """Idle life for one character.

    Args:
        seed: another seed, another rhythm; give each character its own.
        blink: 0 (or False) switches blinks off, 1 (or True) is natural; likewise the others.
        saccade: wandering gaze, same for both eyes.
        breath: slow rise and fall of the head.
        sway: small smooth head movement.

    Raises:
        StateError: an amount is not within 0..1.
    """

    seed: int = 0
    blink: float = 1.0
    saccade: float = 1.0
    breath: float = 1.0
    sway: float = 1.0

    def __post_init__(self) -> None:
        for name in ("blink", "saccade", "breath", "sway"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise StateError(f"Idle {name} is {getattr(self, name)}, expected 0 to 1.", "0 off, 1 natural.")

    def apply(self, state: FaceState, t: float) -> FaceState:
        """The state with idle life of moment ``t`` (seconds) added to it; the mouth is left alone."""
        weights, shut = state.weights.copy(), self.blink * self.lids(t)
        for blink, wide in _LIDS:
            weights[blink] = max(weights[blink], shut)
            weights[wide] *= 1.0 - shut
        yaw, pitch = self.gaze(t)
        sway = [self.sway * self._noise(t, stream) for stream in (_YAW, _PITCH, _ROLL, _X)]
        breath = self.breath * self._breath(t)
        head = np.array([2.2 * sway[0], 1.5 * sway[1] + 0.4 * breath, 1.2 * sway[2]], np.float32)
        shift = np.array([0.004 * sway[3], 0.0025 * breath], np.float32)
        return replace(
            state,
            weights=weights,
            head=state.head + head,
            translation=state.translation + shift,
            gaze=state.gaze + np.array([self.saccade * yaw, self.saccade * pitch], np.float32),
        )

    def over(self, states: Iterable[FaceState], fps: float = 30.0) -> Iterator[FaceState]:
        """Add idle life to a sequence of ``fps`` frames a second."""
        return (self.apply(state, frame / fps) for frame, state in enumerate(states))

    def lids(self, t: float) -> float:
        """How far the lids are shut at ``t`` seconds by a natural blink, 0..1."""
        cell = math.floor(t / _BLINK_CELL)
        return max(self._blink_of(k, t) for k in (cell - 1, cell, cell + 1))

    def gaze(self, t: float) -> tuple[float, float]:
        """Natural wandering of the eyes at ``t`` seconds: yaw, pitch in degrees."""
        cell = math.floor(t / _FIXATION)
        if t < self._fixation_start(cell):
            cell -= 1
        x0, y0 = self._target(cell - 1)
        x1, y1 = self._target(cell)
        length = 0.020 + 0.0022 * math.hypot(x1 - x0, y1 - y0)
        moved = smoothstep((t - self._fixation_start(cell)) / length)
        return x0 + moved * (x1 - x0), y0 + moved * (y1 - y0)

    def _blink_of(self, cell: int, t: float) -> float:
        start = (cell + 0.12 + 0.7 * self._random(_BLINK, 2 * cell)) * _BLINK_CELL
        double = self._random(_BLINK, 2 * cell + 1) < 0.12
        return max(_lid(t - start), _lid(t - start - _DOUBLE_AFTER) if double else 0.0)

    def _fixation_start(self, cell: int) -> float:
        return (cell + 0.7 * self._random(_SACCADE, 3 * cell)) * _FIXATION

    def _target(self, cell: int) -> tuple[float, float]:
        kind = self._random(_SACCADE, 3 * cell + 1)
        reach = 0.0 if kind < 0.25 else 0.35 if kind < 0.85 else 1.0  # mostly near the centre, sometimes a glance aside
        x, y = 2.0 * self._random(_SACCADE, 3 * cell + 2) - 1.0, 2.0 * self._random(_SACCADE_Y, cell) - 1.0
        return GAZE_LIMIT[0] * reach * x, GAZE_LIMIT[1] * reach * y

    def _breath(self, t: float) -> float:
        """-1..1; breathing in is quicker than breathing out."""
        phase = 2.0 * math.pi * (t / _BREATH + self._random(_PHASE, 0))
        return math.sin(phase + 0.35 * math.sin(phase))

    def _noise(self, t: float, stream: int) -> float:
        """Smooth value noise within -1..1."""
        total = 0.0
        for octave, (spacing, share) in enumerate(_SWAY):
            cell = math.floor(t / spacing)
            u = t / spacing - cell
            blend = u * u * u * (u * (6.0 * u - 15.0) + 10.0)  # no jerk at lattice points
            a, b = (2.0 * self._random(stream, 2 * k + octave) - 1.0 for k in (cell, cell + 1))
            total += share * (a + blend * (b - a))
        return total

    def _random(self, stream: int, index: int) -> float:
        """0..1 from (seed, stream, index) by the finaliser of SplitMix64 (Steele et al. 2014)."""
        z = (self.seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + index * 0x8CB92BA72F3D8DD7) % 2**64
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z = (z ^ (z >> shift)) * factor % 2**64
        return (z ^ (z >> 31)) / 2**64


def _lid(passed: float) -> float:
    """One blink, 0..1, ``passed`` seconds after its start: fast down, slow up."""
    if passed < _CLOSING:
        return smoothstep(passed / _CLOSING)
    return smoothstep(1.0 - (passed - _CLOSING - _SHUT) / _OPENING)
