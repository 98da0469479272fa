"""A line that is spoken by a face which somebody also moves by hand: mouth and gestures at any moment, over a pose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from npcface.drive.coarticulate import LOOK_AHEAD, LOOK_BACK, mouth
from npcface.drive.emotion import layer
from npcface.drive.gesture import accents, gesture
from npcface.drive.timeline import Event, segments
from npcface.state import FaceState, Floats
from npcface.vocab import ARKIT_52

TAIL_S = 0.35
_SPOKEN = np.array([name.startswith(("mouth", "jaw", "tongue")) for name in ARKIT_52])


class SpokenLine:
    """One line, prepared once and asked at any time in any order; safe to share between threads.

    Args:
        line: timed symbols, see ``timeline.phoneme``.
        convention: ``"auto"``, ``"ipa"``, ``"arpabet"``, ``"oculus"`` or ``"rhubarb"``.
        fps: frames a second at which it will be asked; closures last at least one frame.
        intensity: how far mouth and jaw move, 0 to 2.
        gestures: nods and brow raises on stressed vowels, 0 none to 1 lively.

    Attributes:
        end_s: when the last sound ends. rest_s: when the mouth has come to rest after it.

    Raises:
        StateError: bad symbol or time.
    """

    def __init__(
        self,
        line: Iterable[Event],
        convention: str = "auto",
        *,
        fps: float = 30.0,
        intensity: float = 1.0,
        gestures: float = 0.5,
    ) -> None:
        self._segments = segments(line, convention)
        self._starts = [one.start for one in self._segments]
        self._ends = [one.end for one in self._segments]
        self._marks = accents(self._segments)
        self._hold, self._intensity, self._gestures = max(0.045, 1.0 / fps), intensity, gestures
        self.end_s = self._ends[-1] if self._ends else 0.0
        self.rest_s = self.end_s + TAIL_S

    def over(self, pose: FaceState, t: float, felt: Floats) -> FaceState:
        """The pose, speaking.

        While a sound is made, mouth and jaw are the line's; between words the pose's own come back.

        Args:
            pose: what the face does otherwise.
            t: seconds into the line; before its start and after its end the pose comes back as it is, but for ``felt``.
            felt: [55] float32, from ``emotion.pose``.
        """
        near = self._segments[bisect_right(self._ends, t - LOOK_BACK) : bisect_left(self._starts, t + LOOK_AHEAD)]
        shown = mouth(near, t, intensity=self._intensity, shortest_hold=self._hold)
        speaking = np.float32(min(max(shown.speaking, shown.closure, 0.0), 1.0))
        kept = np.where(_SPOKEN, pose.weights * (1.0 - speaking), pose.weights)
        state = replace(pose, weights=np.clip(kept + shown.weights, 0.0, 1.0).astype(np.float32))
        state = layer(state, felt, shown.closure if near else None, shown.speaking)
        brows, pitch = gesture(self._marks, t, self._gestures)
        return replace(
            state,
            weights=np.maximum(state.weights, brows),
            head=state.head + np.array([0.0, pitch, 0.0], np.float32),
        )
