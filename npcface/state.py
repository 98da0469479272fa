"""FaceState: one moment of a face, the only thing a renderer needs to know besides the character.

All zeros (and scale 1) is the neutral face: mouth closed, eyes open, looking straight ahead, at the portrait's
place in the texture, whatever expression and pose the portrait itself shows.

Signs, as a viewer of an unmirrored portrait sees them:

========================  =====================================================================
``head`` yaw   +          face turns to the SUBJECT's left (the viewer's right)
``head`` pitch +          face looks up
``head`` roll  +          head tilts to the SUBJECT's left shoulder (clockwise for the viewer)
``gaze`` yaw / pitch +    eyes turn to the subject's left / up, relative to the head
``translation`` x, y +    head moves to the viewer's right / up, in texture widths (1.0 = whole texture)
========================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from npcface.errors import StateError
from npcface.vocab import ARKIT_52, ARKIT_INDEX

Floats = NDArray[np.float32]


def _zeros(count: int) -> Floats:
    return np.zeros(count, np.float32)


@dataclass(frozen=True, slots=True)
class FaceState:
    """One frame of driving values.

    Attributes:
        weights: [52] float32 in ``ARKIT_52`` order, 0..1.
        head: [3] float32, yaw, pitch, roll in degrees.
        translation: [2] float32, x, y in texture widths.
        gaze: [2] float32, yaw, pitch in degrees, added to what the ``eyeLook…`` weights already turn.
        scale: head size relative to the portrait's.
        landmark_offsets: [478, 2] float32 or None: residual of each MediaPipe landmark after the rig fit, in
            texture widths, x right, y up; set by absolute re-enactment, so that landmarks lie exactly where the
            driver's are.
    """

    weights: Floats = field(default_factory=lambda: _zeros(len(ARKIT_52)))
    head: Floats = field(default_factory=lambda: _zeros(3))
    translation: Floats = field(default_factory=lambda: _zeros(2))
    gaze: Floats = field(default_factory=lambda: _zeros(2))
    scale: float = 1.0
    landmark_offsets: Floats | None = None

    @classmethod
    def of(
        cls,
        weights: Mapping[str, float] | None = None,
        *,
        head: tuple[float, float, float] = (0.0, 0.0, 0.0),
        translation: tuple[float, float] = (0.0, 0.0),
        gaze: tuple[float, float] = (0.0, 0.0),
        scale: float = 1.0,
    ) -> FaceState:
        """Build a state from ARKit names.

        Raises:
            StateError: a name is not one of the 52.
        """
        vector = _zeros(len(ARKIT_52))
        for name, value in (weights or {}).items():
            if name not in ARKIT_INDEX:
                raise StateError(
                    f"Unknown blendshape {name!r}.", "Use ARKit's camelCase names; see npcface.vocab.ARKIT_52."
                )
            vector[ARKIT_INDEX[name]] = value
        return cls(
            vector,
            np.asarray(head, np.float32),
            np.asarray(translation, np.float32),
            np.asarray(gaze, np.float32),
            scale,
        )

    def __getitem__(self, name: str) -> float:
        """The weight of one ARKit shape."""
        return float(self.weights[ARKIT_INDEX[name]])

    def with_weights(self, changes: Mapping[str, float]) -> FaceState:
        """A copy in which the named weights are replaced."""
        vector = self.weights.copy()
        for name, value in changes.items():
            vector[ARKIT_INDEX[name]] = value
        return replace(self, weights=vector)

    def checked(self) -> FaceState:
        """A copy that is safe to render: right shapes, finite, clamped to what a face can do.

        Weights are clamped to 0..1, head to ±60°, gaze to ±45°, translation to ±1 texture width, scale to 0.25..4.

        Raises:
            StateError: an array has the wrong shape or holds NaN or infinity.
        """
        shapes = {"weights": (52,), "head": (3,), "translation": (2,), "gaze": (2,)}
        arrays: dict[str, Floats] = {}
        for name, shape in shapes.items():
            array = np.asarray(getattr(self, name), np.float32)
            if array.shape != shape or not np.isfinite(array).all():
                raise StateError(
                    f"FaceState.{name} must be {shape} finite numbers, got shape {array.shape}.",
                    "Check for NaN in the tracker's output.",
                )
            arrays[name] = array
        offsets = self.landmark_offsets
        if offsets is not None and (np.shape(offsets) != (478, 2) or not np.isfinite(offsets).all()):
            raise StateError("FaceState.landmark_offsets must be (478, 2) finite numbers.", "Leave it out to disable.")
        if not np.isfinite(self.scale):
            raise StateError(f"FaceState.scale must be a finite number, got {self.scale}.", "Use 1.0 for no change.")
        return FaceState(
            weights=np.clip(arrays["weights"], 0.0, 1.0),
            head=np.clip(arrays["head"], -60.0, 60.0),
            translation=np.clip(arrays["translation"], -1.0, 1.0),
            gaze=np.clip(arrays["gaze"], -45.0, 45.0),
            scale=float(np.clip(self.scale, 0.25, 4.0)),
            landmark_offsets=None if offsets is None else np.clip(offsets, -0.25, 0.25).astype(np.float32),
        )
