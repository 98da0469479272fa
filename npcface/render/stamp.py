"""A small pattern added to a finished texture, again and again across and down: the watermark of live textures.

What the pattern says is decided in ``npcface.watermark.live``. The compiled renderer adds it (``native/src/mark.c``);
``stamp_slowly`` is its twin in numpy, for comparison and for machines without it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.render.native import library

Pixels = NDArray[np.uint8]
Stamp = NDArray[np.int8]
SIDE_PX = 128
"""Of the pattern."""


def stamp(pixels: Pixels, pattern: Stamp, straight: bool = True) -> None:
    """Mark textures in place.

    Args:
        pixels: uint8 [H, W, 4], contiguous. Pixels with alpha 0 stay as they are.
        pattern: int8 [128, 128, 4], contiguous: what is added to red, green, blue and alpha (0).
        straight: kind of alpha; premultiplied colours get as much less of it as they are transparent.
    """
    if not library.available():
        pixels[:] = stamp_slowly(pixels, pattern, straight)
        return
    height, width, _ = pixels.shape
    library.load().npc_mark(pixels.ctypes.data, width, height, pattern.ctypes.data, straight)


def stamp_slowly(pixels: Pixels, pattern: Stamp, straight: bool = True) -> Pixels:
    """``stamp`` in numpy; returns a copy."""
    height, width, _ = pixels.shape
    down, across = -(-height // SIDE_PX), -(-width // SIDE_PX)
    added = np.tile(pattern, (down, across, 1))[:height, :width].astype(np.int32)
    alpha = pixels[..., 3:].astype(np.int32)
    if straight:
        return np.clip(pixels + added * (alpha > 0), 0, 255).astype(np.uint8)
    colour = np.clip(pixels[..., :3] + (added[..., :3] * alpha + 128 >> 8), 0, alpha)
    return np.concatenate([colour, alpha], axis=-1).astype(np.uint8)
