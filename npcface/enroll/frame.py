"""Which square of the portrait becomes the texture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXTURE_PX = 512


@dataclass(frozen=True)
class Frame:
    """A square of the portrait, in portrait px; may reach past its borders."""

    left: float
    top: float
    side: float

    def to_texture(self, points: NDArray[Any], size: int = TEXTURE_PX) -> NDArray[np.float64]:
        """[..., 2+] portrait px → texture px; further columns (depth) are scaled alike."""
        moved = np.array(points, np.float64)
        moved[..., 0] -= self.left
        moved[..., 1] -= self.top
        return moved * (size / self.side)

    def cut(self, image: NDArray[np.uint8], size: int = TEXTURE_PX) -> NDArray[np.uint8]:
        """The square of [H, W] or [H, W, C] as [size, size] or [size, size, C]; past the border, the border repeats."""
        import cv2

        scale = self.side / size
        if scale > 1.5:  # shrink by area first, or fine detail turns to moiré
            small = cv2.resize(image, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
            return Frame(self.left / scale, self.top / scale, size).cut(np.asarray(small, np.uint8), size)
        matrix = np.array([[scale, 0, self.left + scale / 2 - 0.5], [0, scale, self.top + scale / 2 - 0.5]])
        flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_CUBIC if scale < 1 else cv2.INTER_LINEAR)
        square = cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(square, np.uint8)


def choose_frame(points: NDArray[Any], width: int, height: int) -> Frame:
    """A square portrait is taken whole if its face is large enough; else a square about the head.

    Args:
        points: [P, 2+] landmarks in px.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    face = float((high - low).max())
    if abs(width - height) <= 0.02 * max(width, height) and face > 0.22 * max(width, height):
        return Frame(0.0, 0.0, float(min(width, height)))
    side = min(face * 2.4, max(float(min(width, height)), face * 1.5))
    centre = (low + high) / 2 - (0, 0.06 * face)
    left = _inside(centre[0] - side / 2, side, width)
    top = _inside(centre[1] - side / 2, side, height)
    return Frame(left, top, side)


def _inside(start: float, side: float, limit: float) -> float:
    return (limit - side) / 2 if side > limit else float(np.clip(start, 0, limit - side))
