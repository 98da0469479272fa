"""A picture as the detector wants it: light alone, without what neighbours share, quiet and busy places equally loud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
REACH_PX = 6
"""Half side of the square over which the mean and the spread around a pixel are taken."""
FLOOR = 2.0
"""Grey levels added to the spread, so that the noise of flat places is not blown up."""
CEILING = 3.0
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def light(picture: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Luma 0..255 and where there is anything to see, 0..1.

    Args:
        picture: uint8 [H, W], [H, W, 3] or [H, W, 4].
    """
    if picture.ndim == 2:
        return picture.astype(np.float32), np.ones(picture.shape, np.float32)
    luma = picture[..., :3].astype(np.float32) @ LUMA
    if picture.shape[2] == 4:
        return luma, (picture[..., 3] > 0).astype(np.float32)
    return luma, np.ones(luma.shape, np.float32)


def whitened(picture: NDArray[np.uint8]) -> Floats:
    """[H, W] float32: distance from the local mean in local standard deviations, cut off at ±3; 0 where nothing is."""
    luma, seen = light(picture)
    mean, spread = local(luma, seen)
    rest = (luma - mean) / (spread + FLOOR)
    return np.clip(rest, -CEILING, CEILING) * seen


def local(luma: Floats, seen: Floats, reach_px: int = REACH_PX) -> tuple[Floats, Floats]:
    """Mean and standard deviation over the square around each pixel, of what is seen."""
    share = np.maximum(box(seen, reach_px), 1e-3)
    mean = box(luma * seen, reach_px) / share
    off = (luma - mean) * seen
    return mean, np.sqrt(box(off * off, reach_px) / share)


def box(values: Floats, reach_px: int) -> Floats:
    """Mean over squares of ``2 · reach_px + 1``; what lies outside is as the border is."""
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach_px + 1, reach_px)
        sums = np.cumsum(np.pad(values, padding, "edge"), axis=axis, dtype=np.float64)
        wide = 2 * reach_px + 1
        ahead, behind = (sums[wide:], sums[:-wide]) if axis == 0 else (sums[:, wide:], sums[:, :-wide])
        values = ((ahead - behind) / wide).astype(np.float32)
    return values
