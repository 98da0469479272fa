"""Which pixels belong to the mouth, the eyes and the open mouth's inside, from MediaPipe's 478 points.

Points are pixels [478, 2 or 3] of a square picture of ``size`` px; only x and y are used. A pixel's centre lies at
its column and row + 0.5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from npcface.eval.geometry import CORNERS, LIPS, Points, inter_ocular

Image = NDArray[np.uint8]

MOUTH_TIMES = 1.5
"""Side of the mouth's square in units of the lips' larger side."""
EYE_TIMES = 1.8
"""Side of an eye's square in units of the distance of the eye's corners."""
EYES = tuple(corner for corners in CORNERS for corner in corners)
"""The four corners of both eyes."""
LEAST_SIDE = 8
OPEN_MOUTH = 0.03
"""From this gap of the inner lips on, in inter-ocular distances, the mouth counts as open."""

INNER_LIPS = (
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308,
    415, 310, 311, 312, 13, 82, 81, 80, 191,
)  # fmt: skip
"""The inner lip contour as one closed path: along the lower lip to the viewer's right, back along the upper one."""
_LIP_PAIRS = ((82, 87), (13, 14), (312, 317))
"""Upper and lower inner lip points that face each other, in the middle of the mouth."""


class Box(NamedTuple):
    """A square inside the picture, in whole pixels."""

    left: int
    top: int
    side: int

    def cut(self, image: Image, side: int) -> Image:
        """This part of uint8 [H, W, 3], brought to [side, side, 3]."""
        import cv2

        part = image[self.top : self.top + self.side, self.left : self.left + self.side]
        return np.asarray(cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def mouth_box(points: Points, size: int) -> Box:
    """A square around the lips, half as large again."""
    lips = points[list(LIPS), :2]
    low, high = lips.min(0), lips.max(0)
    return _box((low + high) / 2, MOUTH_TIMES * float((high - low).max()), size)


def eye_boxes(points: Points, size: int) -> tuple[Box, Box]:
    """Squares centred between the corners of the subject's right and left eye, ``EYE_TIMES`` their distance wide."""
    right, left = (points[list(corners), :2].astype(np.float64) for corners in CORNERS)
    return _eye_box(right, size), _eye_box(left, size)


def lip_gap(points: Points) -> float:
    """Mean distance of three pairs of facing inner lip points, in inter-ocular distances of the same points."""
    gaps = [np.linalg.norm(points[upper, :2] - points[lower, :2]) for upper, lower in _LIP_PAIRS]
    return float(np.mean(gaps)) / inter_ocular(points)


def mouth_inside(points: Points, size: int) -> NDArray[np.bool_]:
    """[size, size] pixels whose centre lies inside the inner lip contour; empty where the lips meet."""
    return polygon_mask(points[list(INNER_LIPS), :2].astype(np.float64), size)


def polygon_mask(corners: NDArray[np.float64], size: int) -> NDArray[np.bool_]:
    """[size, size] pixels whose centre lies inside the closed polygon [N, 2], by the even-odd rule.

    Written out because the fillers of image libraries also take every pixel that the outline touches: around a gap of
    two pixels that would be mostly lip.
    """
    centres = np.arange(size) + 0.5
    inside = np.zeros((size, size), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crossed = (centres >= min(y0, y1)) & (centres < max(y0, y1))
        rows = np.flatnonzero(crossed)
        if len(rows):
            at = x0 + (centres[rows] - y0) * (x1 - x0) / (y1 - y0)
            inside[rows] ^= centres[None, :] > at[:, None]
    return inside


def _eye_box(corners: NDArray[np.float64], size: int) -> Box:
    return _box(corners.mean(0), EYE_TIMES * float(np.linalg.norm(corners[1] - corners[0])), size)


def _box(centre: NDArray[np.floating], wanted: float, size: int) -> Box:
    """The square of about ``wanted`` px around ``centre``, shifted into the picture."""
    side = int(np.clip(round(wanted), LEAST_SIDE, size))
    left, top = (int(np.clip(round(float(c) - side / 2), 0, size - side)) for c in centre)
    return Box(left, top, side)
