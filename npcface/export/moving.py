"""Moving exports: animated WebP (silent, may be transparent) and MP4 (with the line's sound)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from npcface.credentials import Credit, signed
from npcface.errors import LimitError
from npcface.export.act import Act
from npcface.export.artist import Artist
from npcface.output import Sound, mp4

FPS = 30.0
WEBP_PIXELS_MAX = 96_000_000
"""Of all frames together: Pillow holds them in memory, four bytes each."""
Progress = Callable[[float], None]


def write_webp(
    out: Path,
    artist: Artist,
    act: Act,
    size: int,
    progress: Progress = lambda share: None,
    fps: float = FPS,
    credit: Credit | None = None,
) -> Path:
    """An animation that repeats for ever.

    Args:
        out: the file.
        artist: draws ``size`` px.
        act: what happens.
        size: side in pixels.
        progress: called with the share that is done.
        fps: frames a second.
        credit: goes into the file, signed; None: nothing does.

    Raises:
        LimitError: more than ``WEBP_PIXELS_MAX`` pixels. CredentialsError: the file cannot be signed.
    """
    count = act.count(fps)
    if count * size * size > WEBP_PIXELS_MAX:
        most = WEBP_PIXELS_MAX / (size * size * fps)
        raise LimitError(
            f"{count} frames of {size} px are too much for a WebP.", f"Ask for up to {most:.0f} s, or MP4."
        )
    frames = [Image.fromarray(pixels) for pixels in _counted(artist(act.states(fps)), count, progress)]
    ends_ms = [round((number + 1) * 1000.0 / fps) for number in range(count)]
    durations = [end - start for start, end in zip([0, *ends_ms], ends_ms, strict=False)]
    with signed(out, credit) as part:
        frames[0].save(
            part, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=85, method=2
        )
    return out


def write_mp4(
    out: Path,
    artist: Artist,
    act: Act,
    sound: Sound | None = None,
    progress: Progress = lambda share: None,
    fps: float = FPS,
    credit: Credit | None = None,
) -> Path:
    """A film, H.264 and AAC.

    Args:
        out: the file.
        artist: draws frames without transparency.
        act: what happens. sound: what is heard, from the first frame on.
        progress: called with the share that is done. fps: frames a second.
        credit: as for ``write_webp``.

    Raises:
        DependencyError: PyAV or an encoder is missing. CredentialsError: the file cannot be signed.
    """
    heard = None if sound is None else _fitted(sound, act.count(fps) / fps)
    with mp4(out, fps, sound=heard, credit=credit) as film:
        for pixels in _counted(artist(act.states(fps)), act.count(fps), progress):
            film.add(pixels)
    return out


def _fitted(sound: Sound, seconds: float) -> Sound:
    """Cut, or followed by silence, where the pictures end."""
    samples, rate_hz = sound
    fitted = np.zeros(round(seconds * rate_hz), np.int16)
    known = samples[: len(fitted)]
    fitted[: len(known)] = known
    return fitted, rate_hz


def _counted(frames: Iterator[Any], count: int, progress: Progress) -> Iterator[Any]:
    for number, frame in enumerate(frames, 1):
        yield frame
        progress(number / count)
