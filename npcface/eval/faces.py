"""Landmarks on evaluation frames; every picture is looked at once, however many reenactors and metrics ask."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.detect import Landmarker
from npcface.enroll.face import Face as Face

Image = NDArray[np.uint8]


class FaceFinder:
    """MediaPipe's landmarker in still-image mode (no memory between frames) with a memory of pictures seen.

    Args:
        landmarker: model file; None for the installed one.

    Raises:
        DependencyError: MediaPipe or its model file is missing.
    """

    def __init__(self, landmarker: Path | None = None) -> None:
        self._landmarker = Landmarker(landmarker)
        self._seen: dict[bytes, Face | None] = {}

    def find(self, image: Image, *, thorough: bool = False) -> Face | None:
        """The largest face in uint8 RGB [H, W, 3], or None.

        Args:
            image: the picture.
            thorough: look again through smaller windows before giving up; for first frames, not for whole clips.
        """
        key = _key(image)
        if key not in self._seen:
            faces = self._landmarker.detect(np.ascontiguousarray(image), thorough=thorough)
            self._seen[key] = max(faces, key=lambda face: face.extent, default=None)
        return self._seen[key]

    def remember(self, image: Image, face: Face | None) -> None:
        """Tell the finder what an earlier run found in this picture."""
        self._seen[_key(image)] = face

    def forget(self) -> None:
        """Drop all remembered pictures (between clips, to bound memory)."""
        self._seen.clear()


def _key(image: Image) -> bytes:
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest() + repr(image.shape).encode()
