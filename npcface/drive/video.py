"""A video file → timed FaceStates: MediaPipe finds the landmarks of every frame. Needs the extras enroll and video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.drive.landmarks import LandmarkDriver, Motion
from npcface.errors import DependencyError, StateError
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character


THOROUGH_EVERY = 15
"""Until a first face is seen, so many frames share one long look (a second) for small or cut-off faces."""


def frame_rate(path: str | Path) -> float:
    """Frames per second that the file states (25 if it states none)."""
    with _open(path) as container:
        rate = container.streams.video[0].average_rate
    return float(rate) if rate else 25.0


def frame_count(path: str | Path) -> int:
    """Number of frames as the file states it, or by its length; 0 if it states neither."""
    with _open(path) as container:
        stream = container.streams.video[0]
        seconds = (container.duration or 0) / 1e6  # libav's clock of a container: microseconds
        return stream.frames or round(seconds * float(stream.average_rate or 25))


def frames(path: str | Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """(seconds since the first frame, uint8 [H, W, 3] RGB) of every frame."""
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        first: float | None = None
        rate = float(stream.average_rate or 25)
        decoded, index = container.decode(stream), 0
        while True:
            try:
                frame = next(decoded, None)
            except (OSError, ValueError) as error:
                raise StateError(f"{path} is damaged: {error}.", "Copy it again or convert it anew.") from error
            if frame is None:
                return
            seconds = float(frame.time) if frame.time is not None else index / rate
            first = seconds if first is None else first
            yield seconds - first, frame.to_ndarray(format="rgb24")
            index += 1


def states(path: str | Path, character: Character, motion: Motion = "relative") -> Iterator[tuple[float, FaceState]]:
    """One state per frame; a frame without a face repeats the one before.

    Raises:
        StateError: no frame shows a face. DependencyError: a package is missing.
    """
    from npcface.enroll.detect import Landmarker

    driver = LandmarkDriver(character, motion)
    last: FaceState | None = None
    with Landmarker() as landmarker:
        for index, (seconds, image) in enumerate(frames(path)):
            faces = landmarker.detect(image, thorough=last is None and index % THOROUGH_EVERY == 0)
            if faces:
                face = max(faces, key=lambda one: one.extent)
                last = driver.state(face.points, (image.shape[1], image.shape[0]), face.blendshapes)
            if last is not None:
                yield seconds, last
            else:
                yield seconds, FaceState()
    if last is None:
        raise StateError(f"No face was found in {path}.", "Use a clip that shows one face.")


def _open(path: str | Path) -> Any:
    try:
        import av
    except ImportError as error:
        raise DependencyError("Reading video needs PyAV.", "Install it with: pip install 'npcface[video]'") from error
    try:
        container = av.open(str(path))
    except (OSError, ValueError) as error:
        raise StateError(f"{path} is not a readable video: {error}.", "Use MP4, WebM, MOV or AVI.") from error
    if not container.streams.video:
        container.close()
        raise StateError(f"{path} has no video stream.", "Use a file with pictures.")
    return container
