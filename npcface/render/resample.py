"""Resizing with NumPy alone: a player's install has no OpenCV."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def resize(image: Floats, rows: int, columns: int) -> Floats:
    """[H, W, C] → [rows, columns, C]: bilinear enlarging, area-weighted shrinking, no OpenCV needed."""
    return _along(_along(image, rows, 0), columns, 1)


def _along(image: Floats, size: int, axis: int) -> Floats:
    """The first or the second axis. Gathers and sums: a product with a nearly empty matrix takes longer."""
    old = image.shape[axis]
    if old == size:
        return image
    flat = image if axis else image.reshape(1, old, -1)  # [before, old, after]
    ratio = old / size
    if ratio <= 1:
        position = np.clip((np.arange(size) + 0.5) * ratio - 0.5, 0, old - 1)
        low = np.minimum(position.astype(int), max(old - 2, 0))
        part = (position - low).astype(np.float32)[:, None]
        lower, upper = flat[:, low], flat[:, np.minimum(low + 1, old - 1)]
        upper -= lower
        upper *= part
        upper += lower
        result = upper
    elif old % size == 0:
        result = flat.reshape(flat.shape[0], size, old // size, -1).mean(axis=2, dtype=np.float32)
    else:
        start, column = np.arange(size)[:, None] * ratio, np.arange(old)
        share = np.minimum(start + ratio, column + 1) - np.maximum(start, column)
        result = np.einsum("so,boa->bsa", np.clip(share / ratio, 0, None).astype(np.float32), flat, optimize=True)
    wanted = list(image.shape)
    wanted[axis] = size
    return np.ascontiguousarray(result.reshape(wanted), np.float32)
