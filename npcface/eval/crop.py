"""The one square per clip that everything is measured in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.face import Face

Image = NDArray[np.uint8]
FACE_TIMES = 2.0
"""Side of the square in units of the face's larger side."""
LEAST_TIMES = 1.25
"""Where the frame is too small for ``FACE_TIMES``, its short side is taken, but never less than this (it is padded)."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square in source pixels; may reach beyond the frame."""

    left: int
    top: int
    side: int

    def cut(self, image: Image, size: int) -> Image:
        """The square of ``image`` (uint8 [H, W, 3]) as uint8 [size, size, 3]; edges replicate where it reaches out."""
        import cv2

        height, width = image.shape[:2]
        before = max(0, -self.top), max(0, -self.left)
        after = max(0, self.top + self.side - height), max(0, self.left + self.side - width)
        if any(before + after):
            image = np.pad(image, ((before[0], after[0]), (before[1], after[1]), (0, 0)), mode="edge")
        top, left = self.top + before[0], self.left + before[1]
        part = image[top : top + self.side, left : left + self.side]
        method = cv2.INTER_AREA if self.side >= size else cv2.INTER_LANCZOS4
        return np.asarray(cv2.resize(part, (size, size), interpolation=method), np.uint8)


def square_around(face: Face, width: int, height: int) -> Square:
    """The evaluation square for a picture of ``width`` × ``height`` px in which ``face`` was found."""
    side = round(max(min(FACE_TIMES * face.extent, width, height), LEAST_TIMES * face.extent))
    left, top, right, bottom = face.bbox
    return Square(_inside((left + right) / 2, side, width), _inside((top + bottom) / 2, side, height), side)


def _inside(centre: float, side: int, limit: int) -> int:
    start = round(centre - side / 2)
    return max(0, min(start, limit - side)) if side <= limit else start
