"""One-Euro smoothing for noisy trackers: still when the face is still, fast when it moves.

Casiez, Roussel, Vogel: "1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems",
CHI 2012. A first-order low-pass whose cutoff grows with speed: ``cutoff = min_cutoff + beta * |speed|``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from npcface.errors import StateError
from npcface.state import FaceState, Floats

_GAP = 0.5  # s without frames after which the old face says nothing about the new one
_DEGREES = 30.0  # a head turn of 30° is as large a movement as a weight going from 0 to 1
_WIDTHS = 0.1
_SPEED_CUTOFF = 1.0  # Hz, as in the paper


class OneEuro:
    """Smooths FaceStates with time stamps; one per face.

    Args:
        min_cutoff: Hz at rest; lower is calmer and lags more.
        beta: Hz per (full movement per second); higher follows fast moves sooner.

    Raises:
        StateError: a parameter is not positive (``beta`` may be 0).
    """

    def __init__(self, min_cutoff: float = 1.5, beta: float = 2.5) -> None:
        if not (min_cutoff > 0.0 and beta >= 0.0):
            raise StateError(f"min_cutoff {min_cutoff} and beta {beta} must be positive.", "The defaults suit webcams.")
        self._min_cutoff, self._beta = min_cutoff, beta
        self.reset()

    def reset(self) -> None:
        """Forget the past: the next state passes through unchanged."""
        self._time = -math.inf
        self._value: Floats | None = None
        self._speed = np.zeros(0, np.float32)

    def apply(self, state: FaceState, t: float) -> FaceState:
        """The smoothed state at ``t`` seconds.

        A gap of more than half a second, or landmark offsets that appear or vanish, starts anew.

        Raises:
            StateError: ``t`` does not lie after the last one, or the state holds NaN or infinity.
        """
        if not (math.isfinite(t) and t > self._time):
            raise StateError(f"Frame time went from {self._time} s to {t} s.", "Time stamps must grow.")
        value = _flatten(state.checked())
        step = t - self._time
        self._time = t
        if self._value is None or step > _GAP or self._value.shape != value.shape:
            self._value, self._speed = value, np.zeros_like(value)
            return state
        self._speed += _alpha(_SPEED_CUTOFF, step) * ((value - self._value) / np.float32(step) - self._speed)
        cutoff = self._min_cutoff + self._beta * np.abs(self._speed)
        self._value = self._value + _alpha(cutoff, step) * (value - self._value)
        return _restore(self._value)

    def over(self, states: Iterable[FaceState], fps: float = 30.0) -> Iterator[FaceState]:
        """Smooth a sequence of ``fps`` frames a second."""
        return (self.apply(state, frame / fps) for frame, state in enumerate(states))


def _alpha(cutoff: Any, step: float) -> Floats:
    return np.asarray(1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff * step)), np.float32)


def _flatten(state: FaceState) -> Floats:
    turns, shift = np.concatenate([state.head, state.gaze]) / _DEGREES, state.translation / _WIDTHS
    parts = [state.weights, turns, shift, np.array([state.scale], np.float32)]
    if state.landmark_offsets is not None:
        parts.append(state.landmark_offsets.ravel() / _WIDTHS)
    return np.concatenate([np.asarray(part, np.float32) for part in parts])


def _restore(value: Floats) -> FaceState:
    weights, head, gaze, translation, scale, offsets = np.split(value, [52, 55, 57, 59, 60])
    return FaceState(
        weights=weights,
        head=head * _DEGREES,
        gaze=gaze * _DEGREES,
        translation=translation * _WIDTHS,
        scale=float(scale[0]),
        landmark_offsets=(offsets * _WIDTHS).reshape(-1, 2) if offsets.size else None,
    )
