"""Smooth fields on the face chart through values at landmarks: Gaussian-process regression with a Matérn kernel.

Used to put every landmark exactly where it was seen, without bending anything it says nothing about.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.rig.rig import Rig

Array = NDArray[np.float64]

REACH = 0.05  # chart widths over which a landmark pulls
NOISE = 0.005  # relative distrust of a landmark's offset when a driver is followed
SMOOTHING = 0.02  # the same when a head is built: a portrait's points tremble, and shape should not
OFFSET_GRID = 64


def spread(rig: Rig, values: NDArray[Any], grid: int, reach: float = 0.07) -> Array:
    """[grid, grid, C] field that takes (nearly, see ``SMOOTHING``) [468, C] values at the landmarks, 0 away from them.

    Args:
        grid: nodes along one side of the face chart.
        reach: chart widths over which a landmark pulls.
    """
    field = _operator(rig, grid, reach, SMOOTHING) @ np.asarray(values, np.float32)
    return np.asarray(field.reshape(grid, grid, -1), np.float64)


def offset_operator(rig: Rig) -> NDArray[np.float32]:
    """[OFFSET_GRID², 468]: times landmark offsets it gives the smooth field that takes them."""
    return _operator(rig, OFFSET_GRID, REACH, NOISE)


@lru_cache(maxsize=4)
def _operator(rig: Rig, grid: int, reach: float, noise: float) -> NDArray[np.float32]:
    """[grid², 468], a tenth of a second the first time."""
    coords = rig.landmark_coords.astype(np.float64)
    inner = _matern(coords, coords, reach) + noise * np.eye(468)
    return np.asarray(np.linalg.solve(inner, _matern(coords, _nodes(grid), reach)).T, np.float32)


def _nodes(grid: int) -> Array:
    axis = (np.arange(grid) + 0.5) / grid
    x, y = np.meshgrid(axis, axis)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _matern(a: Array, b: Array, reach: float) -> Array:
    distance = np.sqrt(np.maximum(((a[:, None] - b[None]) ** 2).sum(-1), 0)) * (np.sqrt(3.0) / reach)
    return (1 + distance) * np.exp(-distance)
