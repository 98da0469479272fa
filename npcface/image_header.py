"""What an image file claims to be, read from its first bytes alone: format, width, height.

Nothing is decoded and nothing is allocated by size, so that a decompression bomb is known before any decoder
sees it. Sources: ITU-T T.81 (JPEG markers), the PNG specification (IHDR), Google's WebP container document.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAX_JPEG_SCANS = 256
"""A progressive file has about ten; thousands are a way to keep a decoder busy for minutes."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOFn without DHT, JPG, DAC
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Format (``"JPEG"``, ``"PNG"``, ``"WEBP"``) and size in pixels as stored, before any EXIF rotation."""

    format: str
    width: int
    height: int


def read_header(data: bytes) -> ImageHeader | None:
    """Format and size of a JPEG, PNG or WebP file, or None for anything else (or a header that is cut off)."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(PNG_SIGNATURE):
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def guess_format(data: bytes) -> str:
    """Name of what the bytes look like, for a message to a person; ``"an unknown format"`` if nothing matches."""
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "AVIF" if brand.startswith(b"avi") else "HEIC/HEIF" if brand[:2] in (b"he", b"mi") else "a video (MP4)"
    signatures = (
        (b"\xff\xd8\xff", "JPEG"), (PNG_SIGNATURE, "PNG"), (b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"), (b"%PDF", "PDF"), (b"8BPS", "Photoshop"), (b"qoif", "QOI"), (b"\0\0\1\0", "ICO"),
        (b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"PK\x03\x04", "a zip archive"),
        (b"version https://git-lfs", "a Git LFS pointer, not the picture itself"),
    )  # fmt: skip
    for signature, name in signatures:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    text = data[:256].lstrip().lower()
    return "HTML or SVG text" if text.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml")) else "an unknown format"


def _png(data: bytes) -> ImageHeader | None:
    length, kind, width, height = struct.unpack_from(">I4sII", data, 8)
    return ImageHeader("PNG", width, height) if kind == b"IHDR" and length == 13 else None


def _webp(data: bytes) -> ImageHeader | None:
    kind = data[12:16]
    if kind == b"VP8X":  # canvas size minus one, two 24-bit numbers after flags and padding
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return ImageHeader("WEBP", width, height) if len(data) >= 30 else None
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return ImageHeader("WEBP", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return ImageHeader("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return None


def _jpeg(data: bytes) -> ImageHeader | None:
    at = 2
    while True:
        if data[at] != 0xFF:
            return None
        while data[at] == 0xFF:  # any number of fill bytes may stand before a marker
            at += 1
        marker = data[at]
        at += 1
        if marker in _STANDALONE_MARKERS:
            continue
        if marker in (0xD9, 0xDA):  # end of image or pixels before any frame header
            return None
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return ImageHeader("JPEG", width, height)
        if length < 2:
            return None
        at += length
