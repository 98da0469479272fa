"""Head rotation, projection and their derivatives. Head space: x to the subject's left, y up, z forward.

An unmirrored picture shows the subject's left on the viewer's right, so head x is picture x.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PIVOT = np.array([0.0, -3.0, -1.0])
"""Head units: the joint between skull and neck, about which heads turn."""


def rotation(head_deg: NDArray[np.floating]) -> Array:
    """[3, 3] matrix that turns head space into the picture's axes: pitch first, then yaw, then roll.

    Args:
        head_deg: [3] yaw, pitch, roll in degrees, signs as in ``FaceState``.
    """
    yaw, pitch, roll = np.deg2rad(np.asarray(head_deg, np.float64))
    return _about_z(roll) @ _about_y(yaw) @ _about_x(pitch)


def angles(matrix: Array) -> Array:
    """[3] yaw, pitch, roll in degrees of a rotation matrix; the inverse of ``rotation``."""
    yaw = np.arcsin(np.clip(-matrix[2, 0], -1.0, 1.0))
    pitch = np.arctan2(-matrix[2, 1], matrix[2, 2])
    roll = np.arctan2(-matrix[1, 0], matrix[0, 0])
    return np.rad2deg([yaw, pitch, roll])


def _about_x(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def _about_y(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


def skew(points: Array) -> Array:
    """[P, 3, 3]: derivative of ``exp(w) @ point`` by the rotation vector ``w`` at 0."""
    x, y, z = points.T
    zero = np.zeros_like(x)
    return np.stack([np.stack([zero, z, -y], -1), np.stack([-z, zero, x], -1), np.stack([y, -x, zero], -1)], axis=1)


def small_rotation(vector: Array) -> Array:
    """[3, 3] rotation by a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
