"""The landmark map: facial contours as thin lines, one channel a group (Zakharov et al. 2019, section 3).

The same contours are drawn in the picture for the embedder and on the face chart for the generator, where the rig
carries them to their place in every frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.model.layout import FEATURES_PX
from npcface.rig import landmarks as lm
from npcface.rig.rig import Rig

NOSE = (168, 197, 5, 4, 1), (98, 97, 2, 326, 327)

CONTOURS: tuple[tuple[tuple[int, ...], ...], ...] = (
    (lm.LIPS_OUTER, lm.LIPS_INNER),
    (lm.LEFT_EYE_RING, lm.RIGHT_EYE_RING),
    (lm.FACE_OVAL, *NOSE, lm.LEFT_BROW[:5], lm.RIGHT_BROW[:5], lm.LEFT_BROW[5:], lm.RIGHT_BROW[5:]),
)
"""Channel → its lines, MediaPipe indices."""

_CLOSED = {lm.LIPS_OUTER, lm.LIPS_INNER, lm.LEFT_EYE_RING, lm.RIGHT_EYE_RING, lm.FACE_OVAL}


def landmark_map(points: NDArray[Any], size: int) -> NDArray[np.uint8]:
    """Draw the contours.

    Args:
        points: [468+, 2+] x, y in 0..1 of the picture, y down. Needs OpenCV, which comes with enrolment.
        size: side of the square map in px.

    Returns:
        [size, size, 3] uint8: lips, lids, and oval with nose and brows.
    """
    import cv2

    layers = []
    for lines in CONTOURS:
        layer = np.zeros((size, size), np.uint8)
        for line in lines:
            at = np.round(np.asarray(points)[list(line), :2] * size * 16 - 8).astype(np.int32)
            cv2.polylines(layer, [at], line in _CLOSED, 255, 1, cv2.LINE_AA, 4)
        layers.append(layer)
    return np.stack(layers, axis=-1)


def chart_map(rig: Rig) -> NDArray[np.uint8]:
    """[FEATURES_PX, FEATURES_PX, 3] the contours on the face chart; the same for every character."""
    return landmark_map(rig.landmark_coords, FEATURES_PX)
