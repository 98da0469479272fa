"""A webcam or a film → moments, by MediaPipe on this machine: no phone, no other program."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError, StateError
from npcface.listen.packet import Moment
from npcface.listen.shaping import Shaping

Picture = NDArray[np.uint8]
THOROUGH_EVERY = 15
"""Until a first face is seen, so many pictures share one long look."""
_MOST_EMPTY = 50  # reads in a row without a picture after which a camera is gone


def pictures(index: int) -> Iterator[tuple[float, Picture]]:
    """What a camera sees: seconds on ``time.perf_counter``'s clock and uint8 [H, W, 3] RGB, as fast as it delivers.

    Raises:
        DependencyError: OpenCV is missing (MediaPipe brings it along).
        StateError: no such camera, or it stopped.
    """
    try:
        import cv2
    except ImportError as error:
        raise DependencyError("A camera needs OpenCV.", "Install it with: pip install 'npcface[enroll]'") from error
    camera = cv2.VideoCapture(index)
    try:
        if not camera.isOpened():
            raise StateError(
                f"Camera {index} cannot be opened.", "Is it plugged in, allowed, and free? Try --camera 1."
            )
        camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old picture is worth nothing
        empty = 0
        while empty < _MOST_EMPTY:
            good, picture = camera.read()
            empty = 0 if good else empty + 1
            if good:
                yield time.perf_counter(), np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        raise StateError(f"Camera {index} delivers no pictures any more.", "Plug it in again.")
    finally:
        camera.release()


def tracked(seen: Iterable[tuple[float, Picture]], shaping: Shaping) -> Iterator[Moment | None]:
    """One moment a picture; None where no face was found. The largest face counts.

    Args:
        seen: (seconds, RGB picture), not mirrored.
        shaping: with the names of ``mediapipe``.

    Raises:
        DependencyError: MediaPipe or its model is missing.
    """
    from npcface.enroll.detect import Landmarker

    known = False
    with Landmarker() as landmarker:
        for index, (seconds, picture) in enumerate(seen):
            faces = landmarker.detect(picture, thorough=not known and index % THOROUGH_EVERY == 0)
            if not faces:
                yield None
                continue
            known = True
            face = max(faces, key=lambda one: one.extent)
            angles = zip(("head.yaw", "head.pitch", "head.roll"), face.angles, strict=True)
            yield shaping.moment({**face.blendshapes, **dict(angles)}, seconds)
