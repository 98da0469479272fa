"""A small pattern added to a finished texture, again and again across and down: the watermark of live textures.

Where a block of 4 × 4 pixels is flat every grain would show, so it gets little of the pattern; a busy one gets more.
Blocks are those of texture compression and of partial frames: what a block gets depends on nothing outside it.

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
BLOCK_PX = 4
UNIT = 24
"""A pattern's standard deviation: it is finer than bytes, and multiplied by a gain of some 1024ths."""
SHIFT = 10
FLAT, BUSY = 19, 119
"""Gains: of a flat block (0.45 grey levels of mark), and at most (2.8)."""
SLOPE, SPARED = 8, 1
"""Gain for each grey level by which green bends along four pixels, and how many such levels still count as flat."""


def stamp(pixels: Pixels, pattern: Stamp, straight: bool = True) -> None:
    """Mark textures in place.

    Args:
        pixels: uint8 [H, W, 4], contiguous. Pixels with alpha 0 stay as they are.
        pattern: int8 [128, 128, 4], contiguous, standard deviation ``UNIT``: of red, green, blue and alpha (0).
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
    tiled = np.tile(pattern, (down, across, 1))[:height, :width].astype(np.int32)
    added = tiled * _gains(pixels[..., 1])[..., None] + (1 << SHIFT - 1) >> SHIFT
    alpha = pixels[..., 3:].astype(np.int32)
    if straight:
        return np.clip(pixels + added * (alpha > 0), 0, 255).astype(np.uint8)
    colour = np.clip(pixels[..., :3] + (added[..., :3] * alpha + 128 >> 8), 0, alpha)
    return np.concatenate([colour, alpha], axis=-1).astype(np.uint8)


def _gains(green: Pixels) -> NDArray[np.int32]:
    """[H, W] by how much lines of four pixels bend; blocks that the border cuts count as flat."""
    gains = np.full(green.shape, FLAT, np.int32)
    rows, columns = green.shape[0] // BLOCK_PX, green.shape[1] // BLOCK_PX
    whole = green[: rows * BLOCK_PX, : columns * BLOCK_PX].astype(np.int32)
    blocks = whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    down = np.abs(blocks[:, 0] - blocks[:, 1] - blocks[:, 2] + blocks[:, 3]).max(axis=2)
    across = np.abs(blocks[..., 0] - blocks[..., 1] - blocks[..., 2] + blocks[..., 3]).max(axis=1)
    wanted = np.clip(FLAT + SLOPE * (np.maximum(down, across) - SPARED), FLAT, BUSY)
    gains[: rows * BLOCK_PX, : columns * BLOCK_PX] = wanted.repeat(BLOCK_PX, 0).repeat(BLOCK_PX, 1)
    return gains
