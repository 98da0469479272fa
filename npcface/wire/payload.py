"""Payload frames ↔ float arrays and pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.errors import ProtocolError
from npcface.state import Floats
from npcface.wire.codec import Buffer

FLOAT = np.dtype("<f4")
LARGEST = 1e6
"""Numbers beyond are brought back to it: no pixel, angle or weight is that large, and sums stay finite."""


def encode_floats(array: Floats) -> bytes:
    """Array of any shape → little-endian float32, row by row."""
    return np.ascontiguousarray(array, FLOAT).tobytes()


def decode_floats(payload: Buffer | None, rows: int, columns: int) -> Floats:
    """Payload → [rows, columns] float32, no number beyond ``LARGEST``.

    Raises:
        ProtocolError: missing, wrong length, NaN or infinity.
    """
    expected = rows * columns * FLOAT.itemsize
    size = -1 if payload is None else len(payload)
    if payload is None or size != expected:
        raise ProtocolError(
            f"The payload must hold {rows} x {columns} float32, {expected} bytes; "
            + ("there is no payload." if payload is None else f"{size} bytes came."),
            "Send the numbers as little-endian float32 in a second frame.",
        )
    array = np.frombuffer(payload, FLOAT).reshape(rows, columns).astype(np.float32)
    if not np.isfinite(array).all():
        raise ProtocolError("The payload holds NaN or infinity.", "Leave frames out in which tracking was lost.")
    return np.clip(array, -LARGEST, LARGEST)


TEXELS: dict[str, tuple[int, int]] = {"rgba8": (1, 4), "bc1": (4, 8), "bc3": (4, 16)}
"""Format → side in pixels of what it stores together, and bytes of that."""


def pixel_shape(format: str, width: int, height: int) -> tuple[int, int, int]:
    """Rows, columns and bytes of what a picture in pixels is stored as.

    Raises:
        ProtocolError: unknown format, or sides it cannot have.
    """
    if format not in TEXELS:
        raise ProtocolError(f"Unknown pixel format {format!r}.", f"Known are {', '.join(TEXELS)}; update the client.")
    side, bytes_each = TEXELS[format]
    if min(width, height) < 1 or height % side or width % side:
        raise ProtocolError(
            f"{width} x {height} pixels are no {format} picture: its sides are multiples of {side} above 0.",
            "Update client and daemon.",
        )
    return height // side, width // side, bytes_each


def row_bytes(format: str, width: int) -> int:
    """Bytes of one row of pixels, or of blocks (four rows of pixels)."""
    side, size = TEXELS[format]
    return width // side * size


def decode_pixels(payload: Buffer | None, width: int, height: int, format: str = "rgba8") -> NDArray[np.uint8]:
    """Payload → read-only view, row 0 = top: [height, width, 4] uint8, or blocks [height / 4, width / 4, 8 or 16].

    Raises:
        ProtocolError: unknown format, payload missing or of wrong length.
    """
    shape = pixel_shape(format, width, height)
    size = -1 if payload is None else len(payload)
    if payload is None or size != shape[0] * shape[1] * shape[2]:
        raise ProtocolError(
            f"A {width} x {height} {format} frame has {shape[0] * shape[1] * shape[2]} bytes, {max(size, 0)} came.",
            "Client and daemon disagree; update both.",
        )
    return np.frombuffer(memoryview(payload).toreadonly(), np.uint8).reshape(shape)
