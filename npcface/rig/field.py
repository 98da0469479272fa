"""Smooth fields on the face chart through values at landmarks: Gaussian-process regression with a Matérn kernel.

Used to put every landmark exactly where it was seen, without bending anything it says nothing about.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.rig.rig import Rig

Array = NDArray[np.float64]

REACH = 0.07  # chart widths over which a landmark pulls
NOISE = 0.02  # relative trust in a landmark's offset; 0 follows every detector tremble
MODE_GRID = 56
MODES = 96


def spread(rig: Rig, values: NDArray, grid: int, reach: float = REACH, keep: NDArray | None = None) -> Array:
    """[grid, grid, C] field that takes [468, C] values at the landmarks and fades to 0 away from them.

    Args:
        keep: [L] landmark indices to use, default all.
    """
    chosen = np.arange(468) if keep is None else np.asarray(keep)
    coords = rig.landmark_coords[chosen].astype(np.float64)
    inner = _matern(coords, coords, reach) + NOISE * np.eye(len(chosen))
    solved = np.linalg.solve(inner, np.asarray(values, np.float64)[chosen])
    return (_matern(_nodes(grid), coords, reach) @ solved).reshape(grid, grid, -1)


def modes_of(rig: Rig) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The strongest modes of landmark offsets (half a second: only the export of the graph asks for them).

    Returns:
        fields [M, MODE_GRID, MODE_GRID] and basis [M, 468]: ``basis @ offsets`` are the modes' amplitudes.
    """
    coords = rig.landmark_coords.astype(np.float64)
    inner = _matern(coords, coords, REACH) + NOISE * np.eye(468)
    operator = _matern(_nodes(MODE_GRID), coords, REACH) @ np.linalg.inv(inner)  # [grid², 468]
    values, vectors = np.linalg.eigh(operator.T @ operator)
    basis = vectors[:, ::-1][:, :MODES]  # [468, M], strongest first
    fields = (operator @ basis).T.reshape(MODES, MODE_GRID, MODE_GRID)
    return fields.astype(np.float32), basis.T.astype(np.float32)


def _nodes(grid: int) -> Array:
    axis = (np.arange(grid) + 0.5) / grid
    x, y = np.meshgrid(axis, axis)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _matern(a: Array, b: Array, reach: float) -> Array:
    distance = np.sqrt(np.maximum(((a[:, None] - b[None]) ** 2).sum(-1), 0)) * (np.sqrt(3.0) / reach)
    return (1 + distance) * np.exp(-distance)
