"""A picture as the detector wants it: light without what neighbours share, quiet and busy places equally loud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
REACH_PX = 6
"""Half side of the square over which the mean and the spread around a pixel are taken."""
FLOOR = 2.0
"""Grey levels added to the spread, so that the noise of flat places is not blown up."""
CEILING = 3.0
LUMA = (np.float32(0.299), np.float32(0.587), np.float32(0.114))


def light(picture: NDArray[np.uint8]) -> tuple[Floats, Floats | None]:
    """Luma 0..255, and 1 where there is anything to see and 0 elsewhere; None: everywhere.

    Args:
        picture: uint8 [H, W], [H, W, 3] or [H, W, 4].
    """
    if picture.ndim == 2:
        return picture.astype(np.float32), None
    red, green, blue = (picture[..., channel].astype(np.float32) for channel in range(3))
    luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    if picture.shape[2] == 3 or picture[..., 3].all():
        return luma, None
    return luma, (picture[..., 3] > 0).astype(np.float32)


def whitened(picture: NDArray[np.uint8]) -> Floats:
    """[H, W] float32: distance from the local mean in local standard deviations, cut off at ±3; 0 where nothing is."""
    luma, seen = light(picture)
    off: Floats
    spread: Floats
    if seen is None:
        off = luma - box(luma)
        spread = np.sqrt(box(off * off))
    else:
        share = np.maximum(box(seen), np.float32(1e-3))
        off = (luma - np.divide(box(luma * seen), share, dtype=np.float32)) * seen
        spread = np.sqrt(np.divide(box(off * off), share, dtype=np.float32))
    return np.clip(off / (spread + FLOOR), -CEILING, CEILING).astype(np.float32)


def box(values: Floats, reach_px: int = REACH_PX) -> Floats:
    """Mean over squares of ``2 · reach_px + 1``; what lies outside is as the border is."""
    return _along(np.ascontiguousarray(_along(values, reach_px).T), reach_px).T


def _along(values: Floats, reach_px: int) -> Floats:
    wide = np.float32(2 * reach_px + 1)
    sums = np.cumsum(np.pad(values, ((0, 0), (reach_px + 1, reach_px)), "edge"), axis=1, dtype=np.float32)
    return np.maximum((sums[:, 2 * reach_px + 1 :] - sums[:, : -2 * reach_px - 1]) / wide, 0.0)
