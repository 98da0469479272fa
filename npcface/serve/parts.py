"""Frames of which only a part is sent: the rectangle that differs from what the client has."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP_PX = 4
"""Rectangles begin and end on multiples of it, as textures are uploaded well."""
WHOLE_EVERY = 64
"""Frames after which a whole one is sent, for clients that lost a part."""
WORTH = 0.75
"""Share of the picture from which on the whole is sent."""


def changed(before: Any, now: Any, width: int, height: int) -> tuple[int, int, int, int]:
    """Rectangle that holds all pixels that differ.

    Args:
        before, now: buffers of ``width * height * 4`` bytes, RGBA.

    Returns:
        x, y, width, height in pixels, multiples of ``STEP_PX``; the least is one step square.
    """
    differs = _words(before, width, height) != _words(now, width, height)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 0, STEP_PX, STEP_PX
    x, y = int(columns[0]) // STEP_PX * STEP_PX, int(rows[0]) // STEP_PX * STEP_PX
    right, bottom = (-(-(int(line[-1]) + 1) // STEP_PX) * STEP_PX for line in (columns, rows))
    return x, y, min(right, width) - x, min(bottom, height) - y


def cut(pixels: Any, width: int, height: int, part: tuple[int, int, int, int]) -> Any:
    """The bytes of a rectangle, row by row."""
    x, y, across, down = part
    piece = np.ascontiguousarray(_words(pixels, width, height)[y : y + down, x : x + across])
    return piece.view(np.uint8).reshape(-1).data


def alone(pixels: Any) -> Any:
    """The same bytes to keep: a copy if they lie in a larger array, such as a batch, which would be kept with them."""
    owner = pixels.obj if isinstance(pixels, memoryview) else pixels
    while isinstance(owner, np.ndarray) and isinstance(owner.base, np.ndarray):
        owner = owner.base
    return bytes(pixels) if isinstance(owner, np.ndarray) and owner.nbytes > len(pixels) else pixels


def worth(part: tuple[int, int, int, int], width: int, height: int) -> bool:
    """Whether sending the part saves enough."""
    return part[2] * part[3] <= WORTH * width * height


def _words(pixels: Any, width: int, height: int) -> NDArray[np.uint32]:
    return np.frombuffer(pixels, np.uint32).reshape(height, width)
