"""Where to look again when a face is not found at first sight.

The detector sees the picture at 128 pixels: a face under about a tenth of the frame is too small for it, and one
that fills the frame or is cut by its border is too large. So the picture is looked at again with a margin around
it, with less confidence, and then through overlapping windows of a half and of a quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.face import Face, shared_part

Pixels = NDArray[np.uint8]
Window = tuple[int, int, int, int]
MIN_WINDOW = 128  # pixels; smaller windows cannot hold a face of the size enrolment needs
CLOSEUP = 2.2  # sizes of the face
SAME_FACE = 0.5  # boxes that share more than this of the smaller one are one face seen twice


def margins(width: int, height: int) -> list[Window]:
    """The whole picture with a border around it, for faces that fill the frame or are cut by it."""
    borders = [round(margin * max(width, height)) for margin in (0.25, 0.75)]
    return [(-border, -border, width + 2 * border, height + 2 * border) for border in borders]


def tiles(width: int, height: int) -> Iterator[list[Window]]:
    """Overlapping windows of a half, then of a quarter of the longer side, for small faces in large pictures."""
    for part in (2, 4):
        side = max(width, height) // part
        if side >= MIN_WINDOW:
            yield [
                (left, top, min(side, width), min(side, height))
                for top in _starts(height, side)
                for left in _starts(width, side)
            ]


def closeup(face: Face) -> Window:
    """A square around a face, in which the detector sees it at its best size."""
    left, top, right, bottom = face.bbox
    side = round(CLOSEUP * face.extent)
    return round((left + right - side) / 2), round((top + bottom - side) / 2), side, side


def _starts(length: int, side: int) -> list[int]:
    """Offsets of windows of ``side`` that cover ``length`` and overlap by at least half."""
    if side >= length:
        return [0]
    count = -(-2 * (length - side) // side) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def cut(rgb: Pixels, window: Window) -> Pixels:
    """[window height, window width, 3] uint8: the part of the picture, its mean colour where it reaches outside."""
    left, top, width, height = window
    part = rgb[max(top, 0) : top + height, max(left, 0) : left + width]
    if part.shape[:2] == (height, width):
        return np.ascontiguousarray(part)
    out = np.empty((height, width, 3), np.uint8)
    out[:] = rgb.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    at_y, at_x = max(-top, 0), max(-left, 0)
    out[at_y : at_y + part.shape[0], at_x : at_x + part.shape[1]] = part
    return out


def distinct(faces: Iterable[Face]) -> list[Face]:
    """Every face once, left to right: of sightings that overlap, the largest that its window does not cut off."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: (not _is_cut(face), face.extent), reverse=True):
        if all(shared_part(face, other) < SAME_FACE for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: (face.bbox[0] + face.bbox[2], face.bbox[1]))


def _is_cut(face: Face) -> bool:
    """Whether more than a tenth of the face's box lies outside the window it was seen in."""
    left, top, width, height = face.window
    box = face.bbox
    return min(box[0] - left, box[1] - top, left + width - box[2], top + height - box[3]) < -0.1 * face.extent
