"""Where rendered frames go: a folder of PNGs or an MP4. Nothing half-written is left behind when something fails."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from npcface.credentials import Credit, attached, signed
from npcface.errors import DependencyError, LimitError
from npcface.whole import write_whole

Pixels = NDArray[np.uint8]
Sound = tuple[NDArray[np.int16], int]
"""int16 [n], one channel, and samples a second."""


class Writer(Protocol):
    """Takes frames in order."""

    def add(self, rgba: Pixels) -> None:
        """One frame, uint8 [H, W, 4], straight alpha, row 0 on top; the size must not change."""


def frames_in(folder: Path) -> list[Path]:
    """The frames that ``frame_folder`` wrote, in order."""
    return sorted(folder.glob("frame_[0-9][0-9][0-9][0-9][0-9][0-9].png"))


@contextlib.contextmanager
def frame_folder(folder: Path, *, alpha: bool = False, credit: Credit | None = None) -> Iterator[Writer]:
    """Write ``frame_000000.png``, ``frame_000001.png`` …

    Args:
        folder: made if missing; frames of an earlier run are removed first, so that no old tail is left.
        alpha: keep the alpha channel.
        credit: goes into each frame, signed; None: nothing does.

    Raises:
        CredentialsError: a frame cannot be signed; those before it stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in frames_in(folder):
        old.unlink()
    yield _Folder(folder, alpha, credit)


class _Folder:
    def __init__(self, folder: Path, alpha: bool, credit: Credit | None) -> None:
        self._folder, self._alpha, self._credit, self._count = folder, alpha, credit, 0

    def add(self, rgba: Pixels) -> None:
        image = Image.fromarray(rgba if self._alpha else np.ascontiguousarray(rgba[..., :3]))
        drawn = io.BytesIO()
        image.save(drawn, "PNG", compress_level=3)
        name = f"frame_{self._count:06d}.png"
        write_whole(self._folder / name, attached(drawn.getvalue(), name, self._credit))
        self._count += 1


@contextlib.contextmanager
def mp4(
    path: Path, fps: float, *, quality: int = 17, sound: Sound | None = None, credit: Credit | None = None
) -> Iterator[Writer]:
    """Write an H.264 file that plays everywhere (yuv420p, BT.709); alpha is dropped.

    Args:
        path: written under a temporary name beside it and renamed when complete.
        fps: frames a second, above 0.
        quality: x264's constant rate factor, 0 lossless … 51 worst.
        sound: heard from the first frame on, as AAC.
        credit: goes into the file, signed; None: nothing does.

    Raises:
        DependencyError: PyAV is missing, or came without an H.264 encoder.
        LimitError: fps makes no sense. CredentialsError: the film cannot be signed.
    """
    if not 0.1 <= fps <= 1000.0:
        raise LimitError(f"fps is {fps}, expected 0.1 to 1000.", "25 or 30 are usual.")
    try:
        import av
    except ImportError as error:
        raise DependencyError(
            "Writing MP4 needs PyAV.", "pip install 'npcface[video]', or use --frames DIR."
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"movflags": "faststart"}
    with signed(path, credit) as unfinished, av.open(str(unfinished), "w", format="mp4", options=options) as container:
        try:
            stream: Any = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        except (ValueError, av.error.FFmpegError) as error:
            raise DependencyError("This PyAV has no H.264 encoder.", "Use --frames DIR instead.") from error
        heard = None if sound is None else container.add_stream("aac", rate=48_000, layout="mono")
        writer = _Mp4(container, stream, quality)
        yield writer
        writer.finish()
        if sound is not None:
            _encode_sound(container, heard, *sound)


class _Mp4:
    BT709 = 1  # the number FFmpeg gives BT.709 as primaries, transfer and matrix

    def __init__(self, container: Any, stream: Any, quality: int) -> None:
        self._container, self._stream = container, stream
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(quality), "preset": "medium"}
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = self.BT709
        context.color_range = 1  # limited
        self._size: tuple[int, int] | None = None

    def add(self, rgba: Pixels) -> None:
        import av

        height, width = rgba.shape[0] // 2 * 2, rgba.shape[1] // 2 * 2  # 4:2:0 needs even sides
        if self._size is None:
            self._size = self._stream.width, self._stream.height = width, height
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgba[:height, :width, :3]), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        if self._size is not None:
            self._container.mux(self._stream.encode())


def _encode_sound(container: Any, stream: Any, samples: NDArray[np.int16], rate_hz: int) -> None:
    """Behind the pictures; the file's index interleaves them for players."""
    import av

    frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate_hz, 0
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(piece))
    container.mux(stream.encode())
