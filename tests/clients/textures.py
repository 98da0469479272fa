"""Textures as clients get them, read by a decoder that is not ours (texture2ddecoder)."""

from __future__ import annotations

import numpy as np
import texture2ddecoder
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def read(raw: bytes, format: str, side: int) -> Pixels:
    """[side, side, 4] RGBA of an rgba8, bc1 or bc3 texture."""
    if format == "rgba8":
        return np.frombuffer(raw, np.uint8).reshape(side, side, 4)
    decode = texture2ddecoder.decode_bc1 if format == "bc1" else texture2ddecoder.decode_bc3
    image = np.frombuffer(decode(raw, side, side), np.uint8).reshape(side, side, 4)
    return image[..., [2, 1, 0, 3]]  # it gives BGRA


def psnr_db(ours: Pixels, theirs: Pixels) -> float:
    """Of the colours, infinite if they are the same."""
    error = np.mean((ours[..., :3].astype(float) - theirs[..., :3].astype(float)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))
