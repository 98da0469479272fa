"""Block-compressed textures: RGBA pixels → BC1 or BC3, which GPUs sample as they are, at an eighth or a quarter.

Layout: S3TC in the Khronos Data Format Specification, chapter 18. The compiled encoder (``native/src/blocks.c``) does
the work; ``encode_slowly`` is its twin in numpy, for comparison and for machines without it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from npcface.render.native import library

BlockFormat = Literal["bc1", "bc3"]
Format = Literal["rgba8", "bc1", "bc3"]
BLOCK_BYTES: dict[str, int] = {"bc1": 8, "bc3": 16}
"""Of 4 × 4 pixels."""

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def encode(pixels: Bytes, kind: BlockFormat, out: Bytes | None = None) -> Bytes:
    """Compress pictures.

    Args:
        pixels: [..., H, W, 4] uint8 RGBA, contiguous; H and W multiples of 4. BC1 ignores alpha.
        kind: ``bc1`` or ``bc3``. out: array to write into, as is returned.

    Returns:
        [..., H / 4, W / 4, BLOCK_BYTES] uint8, blocks row by row from the top.

    Raises:
        ValueError: sides are no multiples of 4, or ``out`` does not fit.
    """
    *many, height, width, channels = pixels.shape
    if channels != 4 or height % 4 or width % 4 or pixels.dtype != np.uint8:
        raise ValueError(f"{pixels.dtype} {list(pixels.shape)}: expected uint8 [..., H, W, 4], sides multiples of 4")
    shape = (*many, height // 4, width // 4, BLOCK_BYTES[kind])
    blocks = np.empty(shape, np.uint8) if out is None else out
    if blocks.shape != shape or blocks.dtype != np.uint8 or not blocks.flags.c_contiguous:
        raise ValueError(f"out is {blocks.dtype} {list(blocks.shape)}: expected contiguous uint8 {list(shape)}")
    if not library.available():
        blocks[:] = encode_slowly(pixels, kind)
        return blocks
    pixels = np.ascontiguousarray(pixels)
    # pictures below each other are one tall picture
    tall = int(np.prod(many, dtype=np.int64)) * height
    library.load().npc_blocks(pixels.ctypes.data, width, tall, kind == "bc3", blocks.ctypes.data)
    return blocks


def encode_slowly(pixels: Bytes, kind: BlockFormat) -> Bytes:
    """``encode`` in numpy."""
    *many, height, width, _ = pixels.shape
    tiles = pixels.reshape(*many, height // 4, 4, width // 4, 4, 4).swapaxes(-4, -3)
    flat = tiles.reshape(-1, 16, 4)
    colour = _colour(flat[..., :3].astype(np.float32))
    blocks = colour if kind == "bc1" else np.concatenate([_alpha(flat[..., 3]), colour], axis=1)
    return blocks.reshape(*many, height // 4, width // 4, BLOCK_BYTES[kind])


def _colour(pixels: Floats) -> Bytes:
    """[B, 16, 3] 0..255 → [B, 8]."""
    ends = _packed(_principal_ends(pixels))
    steps, error = _assign(pixels, _unpacked(ends))
    better = _packed(_refit(pixels, steps, _unpacked(ends)))
    again, rest = _assign(pixels, _unpacked(better))
    won = rest < error
    ends, steps = np.where(won[:, None], better, ends), np.where(won[:, None], again, steps)
    # the larger end comes first: that is how the format says that there is no transparency
    swap = ends[:, 0] < ends[:, 1]
    steps = np.where(swap[:, None], 3 - steps, steps)
    ends = np.where(swap[:, None], ends[:, ::-1], ends)
    code = np.array([0, 2, 3, 1], np.uint32)[steps] * (ends[:, :1] != ends[:, 1:])
    indices = (code << (2 * np.arange(16, dtype=np.uint32))).sum(axis=1, dtype=np.uint32)
    words = np.concatenate([ends.astype("<u2").view(np.uint8), indices.astype("<u4")[:, None].view(np.uint8)], axis=1)
    return np.ascontiguousarray(words)


def _principal_ends(pixels: Floats) -> Floats:
    """[B, 2, 3] ends of the spread along the principal axis (three power iterations on the covariance)."""
    mean = pixels.mean(axis=1, keepdims=True)
    off = pixels - mean
    covariance = np.einsum("bpi,bpj->bij", off, off)
    axis = np.einsum("bii->bi", covariance).copy()
    axis[:, 1:] *= np.where(covariance[:, 0, 1:] < 0, -1, 1)
    for _ in range(3):
        axis = np.einsum("bij,bj->bi", covariance, axis)
        axis /= np.maximum(np.abs(axis).max(axis=1, keepdims=True), 1e-6)
    along = np.einsum("bpi,bi->bp", off, axis) / np.maximum((axis**2).sum(axis=1, keepdims=True), 1e-12)
    high = np.maximum(along.max(axis=1), 0)[:, None, None]
    low = np.minimum(along.min(axis=1), 0)[:, None, None]
    return np.concatenate([mean + axis[:, None] * high, mean + axis[:, None] * low], axis=1).astype(np.float32)


def _packed(ends: Floats) -> NDArray[np.uint16]:
    """[B, 2, 3] 0..255 → [B, 2] RGB565."""
    red, green, blue = (np.clip(ends, 0, 255) * np.array([31, 63, 31]) / 255 + 0.5).astype(np.uint16).transpose(2, 0, 1)
    return np.asarray(red << 11 | green << 5 | blue, np.uint16)


def _unpacked(packed: NDArray[np.uint16]) -> Floats:
    red, green, blue = packed >> 11, packed >> 5 & 63, packed & 31
    full = [red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2]
    return np.stack(full, axis=-1).astype(np.float32)


def _assign(pixels: Floats, ends: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Thirds from the first end, 0..3, of every pixel [B, 16], and the squared error of each block."""
    way = ends[:, 1] - ends[:, 0]
    square = (way**2).sum(axis=1)
    scale = np.divide(3.0, square, out=np.zeros_like(square), where=square > 0)
    off = pixels - ends[:, :1]
    steps = (np.clip(np.einsum("bpi,bi->bp", off, way) * scale[:, None], 0, 3) + 0.5).astype(np.int64)
    rest = off - way[:, None] * (steps[..., None] / 3)
    return steps, (rest**2).sum(axis=(1, 2)).astype(np.float32)


def _refit(pixels: Floats, steps: NDArray[np.int64], ends: Floats) -> Floats:
    """The ends that fit best for given steps, by least squares; as they were where the steps do not tell."""
    b = (steps / 3).astype(np.float32)
    a = 1 - b
    aa, ab, bb = (a * a).sum(1), (a * b).sum(1), (b * b).sum(1)
    ax, bx = np.einsum("bp,bpi->bi", a, pixels), np.einsum("bp,bpi->bi", b, pixels)
    det = aa * bb - ab * ab
    clear = np.abs(det) >= 1e-4
    inverse = (1 / np.where(clear, det, 1))[:, None]
    high = (ax * bb[:, None] - bx * ab[:, None]) * inverse
    low = (bx * aa[:, None] - ax * ab[:, None]) * inverse
    return np.where(clear[:, None, None], np.stack([high, low], axis=1), ends).astype(np.float32)


def _alpha(alpha: Bytes) -> Bytes:
    """[B, 16] → [B, 8]: two ends and sevenths between them."""
    high, low = alpha.max(axis=1).astype(np.int64), alpha.min(axis=1).astype(np.int64)
    scale = np.divide(7.0, high - low, out=np.zeros(len(high)), where=high > low)
    steps = ((high[:, None] - alpha) * scale[:, None] + 0.5).astype(np.int64)
    code = np.array([0, 2, 3, 4, 5, 6, 7, 1], np.uint64)[steps] * (high > low)[:, None].astype(np.uint64)
    indices = (code << (3 * np.arange(16, dtype=np.uint64))).sum(axis=1, dtype=np.uint64)
    packed = indices.astype("<u8")[:, None].view(np.uint8)[:, :6]
    return np.concatenate([high[:, None].astype(np.uint8), low[:, None].astype(np.uint8), packed], axis=1)
