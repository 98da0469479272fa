"""Face: what the landmarker knows about one face in one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
PLACE_BIAS = 0.28
"""Part of the ray's angle that ends up in MediaPipe's rotation: .25 in yaw, .32 in pitch, measured by moving the same
portrait through a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One detected face, in pixels of the picture given to the detector.

    Attributes:
        points: [478, 3] float32, MediaPipe's landmarks: x right, y down, z away from the viewer, all in pixels
            (z is MediaPipe's, which it scales by the width of the picture; its origin is the head's centre).
        blendshapes: 51 ARKit names to 0..1 (MediaPipe knows no ``tongueOut``; its ``_neutral`` is left out).
        matrix: [4, 4] float32, MediaPipe's canonical face to camera (centimetres, y up, camera looks along -z,
            63° vertical field of view) for the part of the picture named by ``window``.
        window: left, top, width, height in pixels of the part in which the face was found; the whole picture
            unless a closer look was needed; may reach past the borders.
    """

    points: Floats
    blendshapes: dict[str, float]
    matrix: Floats
    window: tuple[int, int, int, int]

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the landmarks (forehead to chin, no hair, no ears)."""
        low, high = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def extent(self) -> float:
        """Larger of width and height of ``bbox`` in pixels."""
        left, top, right, bottom = self.bbox
        return max(right - left, bottom - top)

    @property
    def angles(self) -> tuple[float, float, float]:
        """Yaw, pitch, roll in degrees with ``FaceState.head``'s signs, wherever in the frame the face is.

        MediaPipe assumes a wide lens, so a face off the middle of the frame gets an angle from its place alone;
        a portrait's lens is long and the crop arbitrary, so that part is taken out. Good to a few degrees.
        """
        rotation = np.asarray(self.matrix[:3, :3], np.float64)
        ray = np.asarray(self.matrix[:3, 3], np.float64) * (PLACE_BIAS, PLACE_BIAS, 1.0)
        forward = _rotation_to_axis(ray) @ rotation
        yaw = math.degrees(math.atan2(forward[0, 2], forward[2, 2]))
        pitch = math.degrees(math.asin(max(-1.0, min(1.0, forward[1, 2]))))
        roll = -math.degrees(math.atan2(forward[1, 0], forward[1, 1]))
        return yaw, pitch, roll


def _rotation_to_axis(ray: NDArray[np.float64]) -> NDArray[np.float64]:
    """[3, 3] rotation that turns ``ray`` (camera to face) onto the camera's axis, -z."""
    axis = np.array([0.0, 0.0, -1.0])
    length = float(np.linalg.norm(ray))
    if length == 0.0:
        return np.eye(3)
    start = ray / length
    cross, cosine = np.cross(start, axis), float(start @ axis)
    skew = np.array([[0.0, -cross[2], cross[1]], [cross[2], 0.0, -cross[0]], [-cross[1], cross[0], 0.0]])
    return np.asarray(np.eye(3) + skew + skew @ skew / (1.0 + cosine))


def shared_part(first: Face, second: Face) -> float:
    """Area that two faces' boxes share, as a part of the smaller box, 0..1 (real faces never lie inside another)."""
    a, b = first.bbox, second.bbox
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return width * height / smaller
