"""Resizing with NumPy alone: a player's install has no OpenCV."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def resize(image: Floats, rows: int, columns: int) -> Floats:
    """[H, W, C] → [rows, columns, C]: bilinear enlarging, area-weighted shrinking, no OpenCV needed."""
    return _along(_along(image, rows, 0), columns, 1)


def _along(image: Floats, size: int, axis: int) -> Floats:
    old = image.shape[axis]
    if old == size:
        return image
    matrix = np.zeros((size, old), np.float32)
    ratio = old / size
    if ratio <= 1:
        position = np.clip((np.arange(size) + 0.5) * ratio - 0.5, 0, old - 1)
        low = np.minimum(position.astype(int), max(old - 2, 0))
        part = position - low
        matrix[np.arange(size), low] += 1 - part
        matrix[np.arange(size), np.minimum(low + 1, old - 1)] += part
    else:
        for row in range(size):
            start, end = row * ratio, (row + 1) * ratio
            for column in range(int(start), min(int(np.ceil(end)), old)):
                matrix[row, column] = min(end, column + 1) - max(start, column)
        matrix /= matrix.sum(axis=1, keepdims=True)
    return np.moveaxis(np.tensordot(matrix, image, (1, axis)), 0, axis).astype(np.float32)
