"""Payload frames ↔ float arrays and pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.errors import ProtocolError
from npcface.state import Floats
from npcface.wire.codec import Buffer

FLOAT = np.dtype("<f4")


def encode_floats(array: Floats) -> bytes:
    """Array of any shape → little-endian float32, row by row."""
    return np.ascontiguousarray(array, FLOAT).tobytes()


def decode_floats(payload: Buffer | None, rows: int, columns: int) -> Floats:
    """Payload → [rows, columns] float32.

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
    return array


def decode_pixels(payload: Buffer | None, width: int, height: int) -> NDArray[np.uint8]:
    """Payload → read-only view [height, width, 4] uint8, row 0 = top.

    Raises:
        ProtocolError: missing or wrong length.
    """
    size = -1 if payload is None else len(payload)
    if payload is None or size != width * height * 4:
        raise ProtocolError(
            f"A {width} x {height} RGBA frame has {width * height * 4} bytes, {max(size, 0)} came.",
            "Client and daemon disagree; update both.",
        )
    return np.frombuffer(memoryview(payload).toreadonly(), np.uint8).reshape(height, width, 4)
