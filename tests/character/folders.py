"""Small characters for the tests: real PNGs, a few tensors."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from npcface.character import Character, Manifest


def png(width: int, height: int, colour: tuple[int, int, int] = (180, 120, 90)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def manifest(character_id: str = "mira", **changes: Any) -> Manifest:
    fields: dict[str, Any] = {"name": "Mira", "license": "CC0-1.0", "consent": "Nobody real is shown."}
    return Manifest(id=character_id, **(fields | changes))


def character(character_id: str = "mira", value: int = 1, **changes: Any) -> Character:
    tensors: dict[str, np.ndarray] = {
        "atlas": np.full((8, 8, 4), value, np.uint8),
        "camera": np.array([value, 0.5], np.float32),
    }
    return Character(manifest(character_id, **changes), png(320, 400, (value, 0, 0)), png(256, 256), tensors)
