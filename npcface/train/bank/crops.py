"""Training crops: a face in a square as the evaluation cuts it, with its landmarks; each is enrolled once at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.detect import Landmarker
from npcface.enroll.face import Face
from npcface.enroll.frame import Frame
from npcface.enroll.pipeline import embed
from npcface.eval.crop import Square

PICTURE_PX = 256
FACE_TIMES = (1.6, 2.3)
"""Least and largest side of a crop in units of the face's larger side."""

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Crop:
    """A face in a square.

    Attributes:
        image: [P, P, 3] uint8 RGB, as large as the source allows, ``PICTURE_PX`` to twice that.
        small: [PICTURE_PX, PICTURE_PX, 3] the same. face: found in ``small``.
    """

    image: NDArray[np.uint8]
    small: NDArray[np.uint8]
    face: Face


def square_of(face: Face, width: int, height: int, rng: np.random.Generator) -> Square:
    """A square about a face, its size and place drawn at random, inside the picture as far as possible."""
    side = min(rng.uniform(*FACE_TIMES) * face.extent, float(min(width, height)))
    side = round(max(side, 1.25 * face.extent))
    left, top, right, bottom = face.bbox
    slack = max(side - face.extent, 0) * 0.25
    x = (left + right) / 2 - side / 2 + rng.uniform(-slack, slack)
    y = (top + bottom) / 2 - side / 2 + rng.uniform(-slack, slack)
    return Square(_inside(x, side, width), _inside(y, side, height), side)


def _inside(start: float, side: int, limit: int) -> int:
    return max(0, min(round(start), limit - side)) if side <= limit else round(start)


def crop_of(image: NDArray[np.uint8], square: Square, landmarker: Landmarker) -> Crop | None:
    """The square of a picture, None where no face is found in it."""
    small = square.cut(image, PICTURE_PX)
    large = square.cut(image, 2 * PICTURE_PX) if square.side > 1.4 * PICTURE_PX else small
    return cropped(large, small, landmarker)


def cropped(large: NDArray[np.uint8], small: NDArray[np.uint8], landmarker: Landmarker) -> Crop | None:
    """A crop of a picture that is cut already."""
    faces = landmarker.detect(np.ascontiguousarray(small), thorough=False)
    face = max(faces, key=lambda one: one.extent, default=None)
    return None if face is None else Crop(large, small, face)


def enrolled(crop: Crop) -> Tensors:
    """A crop's character; the texture is the whole crop."""
    side = crop.image.shape[0]
    points = crop.face.points * (side / PICTURE_PX)
    tensors, _ = embed(crop.image, points, crop.face.blendshapes, frame=Frame(0.0, 0.0, float(side)))
    return tensors
