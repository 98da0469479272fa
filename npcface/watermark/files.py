"""Pictures out of files: stills, animations and films, a few frames of each, and folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from npcface.errors import DependencyError, NpcFaceError

Pixels = NDArray[np.uint8]
STILLS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
FILMS = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
FRAMES_MAX = 16
"""Of an animation or film that are looked at together, evenly spread."""
PIXELS_MAX = 64_000_000
"""Of one picture, and of all frames together that are held of an animation or film: four bytes each."""


class PictureError(NpcFaceError):
    """A picture or film is missing, damaged or too large."""

    code = "picture"


def files_of(path: Path) -> list[Path]:
    """A file itself; of a folder all pictures and films in it and below, sorted.

    Raises:
        PictureError: nothing is there.
    """
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix.lower() in STILLS + FILMS and file.is_file())
    if not path.is_file():
        raise PictureError(f"{path} does not exist.", "Name a picture, an animation, a film or a folder.")
    return [path]


def frames_of(file: Path) -> list[Pixels]:
    """Frames of a file, one of a still, all of one size.

    Returns:
        uint8 [H, W, 3] or [H, W, 4] each.

    Raises:
        PictureError: it cannot be read. DependencyError: a film, and PyAV is missing.
    """
    return _of_film(file) if file.suffix.lower() in FILMS else _of_picture(file)


def _of_picture(file: Path) -> list[Pixels]:
    try:
        with Image.open(file) as image:
            size = image.size
            most = _most(file, *size)
            found: list[Pixels] = []
            for number in _spread(getattr(image, "n_frames", 1), most):
                image.seek(number)
                if image.size != size:
                    continue  # pages of a TIFF differ
                see_through = "A" in image.mode or "transparency" in image.info
                found.append(np.asarray(image.convert("RGBA" if see_through else "RGB")))
            return [frame for frame in found if frame.shape == found[0].shape]
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ) as error:
        raise PictureError(f"{file} cannot be read as a picture: {error}", "PNG, JPEG and WebP can be.") from error


def _of_film(file: Path) -> list[Pixels]:
    try:
        import av
    except ImportError as error:
        raise DependencyError("Reading films needs PyAV.", "pip install 'npcface[video]'") from error
    try:
        with av.open(str(file)) as film:
            if not film.streams.video:
                raise PictureError(f"{file} has no pictures.", "Name a film.")
            stream = film.streams.video[0]
            size = stream.width, stream.height
            wanted = set(_spread(stream.frames or FRAMES_MAX, _most(file, *size)))
            found = [
                frame.to_ndarray(format="rgb24")
                for number, frame in _until(film.decode(stream), wanted)
                if number in wanted and (frame.width, frame.height) == size
            ]
    except (av.error.FFmpegError, ValueError) as error:
        raise PictureError(f"{file} cannot be read as a film: {error}", "MP4 with H.264 can be.") from error
    if not found:
        raise PictureError(f"{file} has no pictures.", "Name a film that plays.")
    return found


def _until(frames: Iterator[Any], wanted: set[int]) -> Iterator[tuple[int, Any]]:
    last = max(wanted)
    for number, frame in enumerate(frames):
        yield number, frame
        if number >= last:
            return


def _most(file: Path, width: int, height: int) -> int:
    """Frames of a size that may be held together, 1 to ``FRAMES_MAX``.

    Raises:
        PictureError: one alone is too large.
    """
    if width * height > PIXELS_MAX:
        raise PictureError(f"{file} has {width} × {height} px.", f"Cut it to {PIXELS_MAX / 1e6:.0f} megapixels.")
    return min(FRAMES_MAX, PIXELS_MAX // max(width * height, 1))


def _spread(count: int, most: int) -> list[int]:
    """Up to ``most`` numbers below ``count``."""
    step = max(count / most, 1.0)
    return [int(i * step) for i in range(min(count, most))]
