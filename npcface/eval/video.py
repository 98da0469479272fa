"""Clips on disk: which files count as clips, how many frames they have, and chosen frames as RGB arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError, NpcFaceError

if TYPE_CHECKING:
    import av

Image = NDArray[np.uint8]
SUFFIXES = frozenset({".mp4", ".mov", ".mpg", ".mpeg", ".avi", ".mkv", ".webm", ".m4v"})


class ClipError(NpcFaceError):
    """A video file or folder of clips cannot be used (none found, corrupt, too short)."""

    code = "clip"


def find_clips(folder: Path) -> list[Path]:
    """All video files directly inside ``folder``, by name; ``folder`` may also be one video file.

    Raises:
        ClipError: there is no such folder or no video in it.
    """
    if folder.is_file():
        return [folder]
    clips = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    if not clips:
        raise ClipError(
            f"No video clip in {str(folder)!r}.", f"Give a folder with files ending in {', '.join(sorted(SUFFIXES))}."
        )
    return clips


def count_frames(path: Path, seconds: float) -> int:
    """Number of decodable frames in the first ``seconds``; counted by decoding, because containers lie about it."""
    return sum(1 for _ in _decoded(path, seconds))


def read_frames(path: Path, wanted: Sequence[int], seconds: float) -> list[Image]:
    """Frames number ``wanted`` (ascending, 0 = first) as uint8 RGB [H, W, 3], upright; only these are converted."""
    chosen = set(wanted)
    return [_upright(frame) for index, frame in enumerate(_decoded(path, seconds)) if index in chosen]


def _decoded(path: Path, seconds: float) -> Iterator[av.VideoFrame]:
    try:
        import av
    except ImportError as error:
        raise DependencyError("Reading video needs PyAV.", "pip install 'npcface[eval]'") from error
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipError(f"{path.name} has no video stream.", "Give a video file.")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            rate = float(stream.average_rate or 25)
            start: float | None = None
            for index, frame in enumerate(container.decode(stream)):
                time = index / rate if frame.time is None else frame.time
                start = time if start is None else start
                if time - start >= seconds:
                    return
                yield frame
    except av.error.FFmpegError as error:
        raise ClipError(f"{path.name} cannot be decoded: {error}.", "Re-encode it, e.g. to H.264.") from error


def _upright(frame: av.VideoFrame) -> Image:
    """Phones store video sideways with a rotation tag (degrees counter-clockwise, multiples of 90)."""
    image = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    turns = round(float(getattr(frame, "rotation", 0)) / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns))
