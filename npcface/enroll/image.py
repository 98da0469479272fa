"""Read one portrait from anywhere into upright sRGB pixels, and refuse what cannot be one.

The order matters: size of the file, signature, pixel count and aspect are checked on the raw bytes, and only then
does a decoder see them. A file's name and extension are never looked at.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from npcface.enroll.colour import split_srgb
from npcface.errors import PortraitError
from npcface.image_header import MAX_JPEG_SCANS, ImageHeader, guess_format, read_header
from npcface.regular import read_regular

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_ASPECT = 8.0
MIN_SIDE = 64
WORKING_SIDE = 2048
"""Longer sides are scaled down to this: the texture is at most 512² and fitting gains nothing above it."""

Pixels = NDArray[np.uint8]
Source = str | Path | bytes | NDArray[Any]
_SUPPORTED = "npcface reads JPEG, PNG and WebP; save the picture as one of these."
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """An upright picture, ready for detection.

    Attributes:
        rgb: [H, W, 3] uint8, sRGB, row 0 on top, not multiplied by alpha.
        alpha: [H, W] uint8, or None if the picture has no (or only opaque) alpha.
        sha256: hex digest of the source bytes (of shape and pixels for an array).
        original_size: width and height in pixels, upright, before scaling down.
        scale: working pixels per original pixel, 0 < scale <= 1.
        name: what to call the source in messages.
        notes: what had to be guessed while reading (a broken colour profile, several frames …).
    """

    rgb: Pixels
    alpha: Pixels | None
    sha256: str
    original_size: tuple[int, int]
    scale: float
    name: str
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of ``rgb`` in pixels."""
        return int(self.rgb.shape[1]), int(self.rgb.shape[0])

    def over(self, colour: tuple[int, int, int] = (128, 128, 128)) -> Pixels:
        """[H, W, 3] uint8: the picture over a flat colour, as a detector should see a cut-out."""
        if self.alpha is None:
            return self.rgb
        cover = self.alpha[..., None].astype(np.float32) / 255.0
        mixed = self.rgb * cover + np.asarray(colour, np.float32) * (1.0 - cover)
        return np.asarray(np.rint(mixed), np.uint8)


def read_portrait(source: Source) -> Portrait:
    """Read a photo or painting.

    Args:
        source: path of a JPEG, PNG or WebP file, the bytes of one, or a uint8 array [H, W], [H, W, 3] (RGB) or
            [H, W, 4] (straight RGBA), row 0 on top.

    Returns:
        Upright sRGB pixels, longest side at most ``WORKING_SIDE``.

    Raises:
        PortraitError: the file is missing, not an image, damaged, or past a limit (``MAX_BYTES``, ``MAX_PIXELS``,
            ``MAX_ASPECT``, ``MIN_SIDE``).
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    name, data = ("the picture", source) if isinstance(source, bytes) else (str(source), _read_file(Path(source)))
    header = _checked_header(name, data)
    notes: list[str] = []
    image = _decode(name, data, header, notes)
    return _finish(image, name, hashlib.sha256(data).hexdigest(), (header.width, header.height), notes)


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            raise PortraitError(f"{path} {what}.", "Check the path of the portrait.")
        _check_bytes(str(path), path.stat().st_size)
        return read_regular(path, MAX_BYTES)  # one byte too much is refused where bytes are
    except OSError as error:
        raise PortraitError(f"{path} cannot be read: {error.strerror}.", "Check the path and its rights.") from error


def _check_bytes(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise PortraitError(
            f"{name} has {size / 2**20:.0f} MiB; the limit is {MAX_BYTES // 2**20} MiB.",
            f"Scale it down; more than {WORKING_SIDE} pixels on a side are not used.",
        )


def _checked_header(name: str, data: bytes) -> ImageHeader:
    if not data:
        raise PortraitError(f"{name} is empty (0 bytes).", "Copy or export the picture again.")
    _check_bytes(name, len(data))
    header = read_header(data)
    if header is None:
        found = guess_format(data)
        if found in ("JPEG", "PNG", "WebP"):
            raise PortraitError(f"{name} starts like {found} but its header is damaged or cut off.", _damaged())
        raise PortraitError(f"{name} is {found}, not a portrait npcface can read.", _SUPPORTED)
    _check_size(name, header.width, header.height)
    if header.format == "JPEG" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PortraitError(f"{name} is a JPEG of more than {MAX_JPEG_SCANS} scans.", "Save it again as plain JPEG.")
    return header


def _check_size(name: str, width: int, height: int) -> None:
    size = f"{name} is {width}×{height} pixels"
    if width * height > MAX_PIXELS:
        raise PortraitError(
            f"{size}; the limit is {MAX_PIXELS // 1_000_000} megapixels, so it was not decoded.",
            f"Scale it down; more than {WORKING_SIDE} pixels on a side are not used.",
        )
    if min(width, height) < MIN_SIDE:
        raise PortraitError(f"{size}; at least {MIN_SIDE} on each side are needed.", "Use a larger picture.")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PortraitError(f"{size}; sides may differ by at most {MAX_ASPECT:.0f}:1.", "Crop it around the face.")


def _damaged() -> str:
    return "Copy or download the file again, or open it in an image editor and save it anew."


def _decode(name: str, data: bytes, header: ImageHeader, notes: list[str]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # size is already checked; odd EXIF blocks only cost their rotation
            image = Image.open(io.BytesIO(data), formats=[header.format])
            if image.size != (header.width, header.height):
                raise PortraitError(f"{name} states two different sizes.", _damaged())
            if getattr(image, "n_frames", 1) > 1:
                notes.append("The file is an animation; its first frame was used.")
            if header.format == "JPEG":  # let the decoder itself halve huge photos: a quarter of time and memory
                image.draft(None, (min(WORKING_SIDE, header.width), min(WORKING_SIDE, header.height)))
            image.load()
            return _upright(image, notes)
    except PortraitError:
        raise
    except MemoryError as error:
        raise PortraitError(f"{name} does not fit in memory.", "Scale it down.") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, zlib.error, EOFError, struct.error …
        reason = str(error).rstrip(".") or type(error).__name__
        raise PortraitError(f"{name} is damaged or truncated ({header.format}: {reason}).", _damaged()) from error


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # the EXIF parser lets anything through: bad tags must not cost the picture
        notes.append("The EXIF block is damaged; the picture was taken as it is, without rotation.")
        return image
    info = dict(image.info)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
        image.info.update(info)  # profile and transparent colour are needed later
    return image


def _finish(image: Image.Image, name: str, digest: str, stored: tuple[int, int], notes: list[str]) -> Portrait:
    turned = (image.width > image.height) != (stored[0] > stored[1]) and stored[0] != stored[1]
    original = (stored[1], stored[0]) if turned else stored
    scale = min(1.0, WORKING_SIDE / max(original))
    target = (max(1, round(original[0] * scale)), max(1, round(original[1] * scale)))
    rgb, alpha = split_srgb(image, target, notes)
    if alpha is not None and not alpha.any():
        raise PortraitError(f"{name} is fully transparent.", "Export it with its alpha channel filled, or without.")
    return Portrait(rgb, alpha, digest, original, scale, name, tuple(notes))


def _from_array(array: NDArray[Any]) -> Portrait:
    name = "the array"
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise PortraitError(
            f"The array is {array.dtype} {array.shape}; expected uint8 [H, W], [H, W, 3] or [H, W, 4].",
            "Convert floats of 0..1 with (array * 255).round().astype('uint8').",
        )
    height, width = int(array.shape[0]), int(array.shape[1])
    _check_size(name, width, height)
    pixels = np.ascontiguousarray(array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array)
    digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()
    return _finish(Image.fromarray(pixels), name, digest, (width, height), [])
