"""The label over a face whose rights are not stated: a line of text at the bottom of the texture, for some seconds.

It is blended into the finished RGBA, before that becomes blocks, so it is the same in both qualities and for every
engine. The letters are a picture (``scripts/draw_label.py``), as a player's bundle has no fonts.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PICTURE = Path(__file__).parent / "data" / "label.png"
SIZES = tuple(range(64, 513, 16))
"""Of textures, in pixels: every one that can be opened."""
PUSHED_S = 5.0
ASKED_FRAMES = 150
"""How long the label is shown: of pushed frames, of lock-step ones."""
FADE = 0.15
"""Share of that time, at its end, in which it fades out."""
_PAPER, _INK = np.float32(18.0), np.float32(255.0)
_COVER = np.float32(0.78)  # of what is behind the letters

Floats = NDArray[np.float32]


def height_px(size: int) -> int:
    """Of the label over a texture of ``size`` px."""
    return max(12, round(size / 14))


def margin_px(size: int) -> int:
    """From the texture's lower edge."""
    return max(2, round(size / 40))


def opacity(share: float) -> float:
    """How much of the label is seen, 1 to 0, when ``share`` of its time is over."""
    left = min(max((1.0 - share) / FADE, 0.0), 1.0)
    return left * left * (3.0 - 2.0 * left)


def draw(pixels: NDArray[np.uint8], seen: float, straight: bool) -> None:
    """Blend the label into a texture.

    Args:
        pixels: [S, S, 4] uint8 RGBA, row 0 on top; changed in place.
        seen: opacity, 0..1.
        straight: the kind of alpha, else premultiplied.
    """
    size = pixels.shape[0]
    colour, alpha = _strip(min(max(size // 16 * 16, SIZES[0]), SIZES[-1]))
    height, width = alpha.shape[:2]
    top, left = size - height - margin_px(size), (size - width) // 2
    place = pixels[top : top + height, left : left + width]
    below = place.astype(np.float32)
    over = alpha * np.float32(seen)
    rest = 1.0 - over
    if not straight or place[..., 3].min() == 255:
        place[..., :3] = below[..., :3] * rest + colour * over + 0.5
        place[..., 3:] = below[..., 3:] * rest + 255.0 * over + 0.5
        return
    kept = below[..., 3:] * (1 / 255) * rest
    total = over + kept
    mixed = (below[..., :3] * kept + colour * over) / np.maximum(total, 1e-6)
    place[..., :3] = np.where(over > 0, mixed + 0.5, below[..., :3])
    place[..., 3:] = total * 255.0 + 0.5


@lru_cache(maxsize=len(SIZES))
def _strip(size: int) -> tuple[Floats, Floats]:
    """Colour 0..255 and alpha 0..1 of a size's label, each [height, width, 1], without what is empty at the sides."""
    top = sum(height_px(other) for other in SIZES if other < size)
    picture = _picture()[top : top + height_px(size), :size].astype(np.float32) * np.float32(1 / 255)
    columns = np.flatnonzero(picture[..., 1].any(axis=0))
    first, last = int(columns[0]), int(columns[-1])
    first = min(first, size - 1 - last)  # the same on both sides, so that it stays in the middle
    letters, pill = np.split(picture[:, first : size - first], 2, axis=2)
    return letters * (_INK - _PAPER) + _PAPER, np.maximum(pill * _COVER, letters)


@lru_cache(maxsize=1)
def _picture() -> Any:
    from PIL import Image

    with Image.open(PICTURE) as picture:
        return np.asarray(picture)
