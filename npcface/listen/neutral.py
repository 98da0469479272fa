"""Calibration: what a tracker says of a face at rest, taken off everything that follows."""

from __future__ import annotations

import numpy as np

from npcface.errors import StateError
from npcface.state import FaceState, Floats

_MOST_REST = 0.5  # a weight above it in the resting face is an expression, not an offset
_LEAST_FRAMES = 5
_MOST_FRAMES = 1200


class Neutral:
    """Learns the resting face from the first ``seconds`` and applies it from then on.

    The resting face is the median, so that a blink does not count. Weights are stretched so that full stays full:
    ``(w - rest) / (1 - rest)``. Angles and place are differences. Landmark offsets are left out.

    Args:
        seconds: how long to look, 0.1 to 20.

    Raises:
        StateError: ``seconds`` out of range.
    """

    def __init__(self, seconds: float = 1.0) -> None:
        if not 0.1 <= seconds <= 20.0:
            raise StateError(f"Calibrating for {seconds} s, expected 0.1 to 20.", "One second is enough.")
        self._seconds = seconds
        self._seen: list[Floats] = []
        self._began: float | None = None
        self._rest: Floats | None = None

    @property
    def ready(self) -> bool:
        """The resting face is known."""
        return self._rest is not None

    def apply(self, state: FaceState, time_s: float) -> FaceState:
        """The state relative to the resting face; while that is being learned, a neutral face.

        Args:
            state: as the tracker sees it.
            time_s: seconds, growing.
        """
        value = _flat(state)
        if self._rest is None:
            self._began = time_s if self._began is None else self._began
            if len(self._seen) < _MOST_FRAMES:
                self._seen.append(value)
            if time_s - self._began < self._seconds or len(self._seen) < _LEAST_FRAMES:
                return FaceState()
            self._rest = np.median(self._seen, axis=0).astype(np.float32)
            self._rest[:52] = np.where(self._rest[:52] > _MOST_REST, 0.0, self._rest[:52])
            self._seen.clear()
        rest = self._rest
        weights, pose = np.clip((value[:52] - rest[:52]) / (1.0 - rest[:52]), 0.0, 1.0), value - rest
        return FaceState(weights, pose[52:55], pose[55:57], pose[57:59], float(value[59] / rest[59])).checked()


def _flat(state: FaceState) -> Floats:
    return np.concatenate([state.weights, state.head, state.translation, state.gaze, [state.scale]]).astype(np.float32)
