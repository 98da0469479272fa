"""A texture is a square cut out of the portrait; this puts it back, so that a film keeps the portrait's aspect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from npcface.character.icon import MAX_PIXELS, open_png
from npcface.errors import CharacterError

if TYPE_CHECKING:
    from npcface.character import Character

Pixels = NDArray[np.uint8]
FEATHER = 32
"""The seam is blended over 1/32 of the texture's side."""


class Canvas:
    """The portrait around its texture, at the texture's scale and on its pixel grid.

    Args:
        character: its manifest says which square of the portrait the texture is; without that, or when the square
            covers the whole portrait, ``put`` returns textures as they are.
        size: side of the textures in pixels.

    Raises:
        CharacterError: the portrait is damaged, or the manifest's square is so small that the film would be too large.
    """

    def __init__(self, character: Character, size: int) -> None:
        self._still: NDArray[np.float32] | None = None
        framing = character.manifest.framing
        if framing is None:
            return
        with open_png("portrait.png", character.portrait_png) as portrait:
            width, height = portrait.size
            scale = size / framing.side  # output pixels per portrait pixel
            # The grid of the texture is continued outwards: the first canvas pixel begins less than one pixel inside.
            if not (width - framing.left + 1.0) * scale * (height - framing.top + 1.0) * scale <= MAX_PIXELS:
                raise CharacterError(
                    "The manifest's framing is far smaller than portrait.png: the film would have more than "
                    f"{MAX_PIXELS // 1_000_000} megapixels.",
                    "Remove the field framing, or export the face alone.",
                )
            column, row = math.floor(framing.left * scale), math.floor(framing.top * scale)
            left, top = framing.left - column / scale, framing.top - row / scale
            columns, rows = int((width - left) * scale + 1e-6), int((height - top) * scale + 1e-6)
            if (column, row, columns, rows) == (0, 0, size, size):
                return
            box = (left, top, min(left + columns / scale, width), min(top + rows / scale, height))
            still = portrait.convert("RGB").resize((columns, rows), Image.Resampling.LANCZOS, box)
        self._still = np.asarray(still, np.float32)
        self._target = (slice(max(row, 0), min(row + size, rows)), slice(max(column, 0), min(column + size, columns)))
        self._source = (
            slice(self._target[0].start - row, self._target[0].stop - row),
            slice(self._target[1].start - column, self._target[1].stop - column),
        )
        self._mix = np.minimum(
            _ramp(row, size, rows)[self._source[0], None], _ramp(column, size, columns)[None, self._source[1]]
        )[..., None]

    def put(self, texture: Pixels) -> Pixels:
        """[size, size, 4] → [H, W, 4] uint8, opaque, with the texture in its place."""
        if self._still is None:
            return texture
        picture = np.full((*self._still.shape[:2], 4), 255, np.uint8)
        colour = self._still.copy()
        inside = texture[self._source][..., :3].astype(np.float32)
        colour[self._target] += self._mix * (inside - colour[self._target])
        picture[..., :3] = np.rint(colour)
        return picture


def _ramp(start: int, size: int, limit: int) -> NDArray[np.float32]:
    """Weight of the texture along one axis: 1, falling to 0 at a border that has portrait beyond it."""
    width = max(size // FEATHER, 1)
    position = np.arange(size, dtype=np.float32) + 0.5
    ramp = np.ones(size, np.float32)
    if start > 0:
        ramp = np.minimum(ramp, position / width)
    if start + size < limit:
        ramp = np.minimum(ramp, (size - position) / width)
    return np.clip(ramp, 0.0, 1.0).astype(np.float32)
