"""Put a mark into pictures: stronger where there is much to see, weaker where every grain would show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from npcface.watermark.pattern import TILE_PX, Kind, tile
from npcface.watermark.payload import Payload, character_hash, export_hash
from npcface.watermark.whiten import light

Pixels = NDArray[np.uint8]

QUIET, BUSY = 0.5, 2.2
"""Standard deviation of the mark in grey levels, in flat places and at most."""
SLOPE, SPARED = 0.25, 1.5
"""Grey levels of mark for each by which light bends along four pixels, and how much of it still counts as flat: noise
of encoders does. A slope of light does not bend: shaded skin and backdrops are flat however steep they are."""
BLOCK_PX = 4


class Marker:
    """Marks all pictures of one export alike.

    Args:
        character: id of who is shown; of several, their ids joined.
        export: 16 bits; None: taken from the first picture.
    """

    def __init__(self, character: str, export: int | None = None) -> None:
        self._character, self._export = character_hash(character), export

    @property
    def payload(self) -> Payload | None:
        """What the pictures say; None before the first one if nothing else named the export."""
        return None if self._export is None else Payload(self._character, self._export)

    def mark(self, picture: Pixels) -> Pixels:
        """A marked copy.

        Args:
            picture: uint8 [H, W, 3] or [H, W, 4] with straight alpha; alpha stays, and so do pixels that it hides.
        """
        if self._export is None:
            self._export = export_hash(picture)
        return marked(picture, "export", Payload(self._character, self._export))

    def mark_image(self, picture: Image.Image) -> Image.Image:
        """``mark`` for Pillow: RGB or RGBA."""
        return Image.fromarray(self.mark(np.asarray(picture)))


def marked(picture: Pixels, kind: Kind, payload: Payload) -> Pixels:
    """``picture`` with a mark; see ``Marker.mark``."""
    luma, seen = light(picture)
    height, width = luma.shape
    down, across = -(-height // TILE_PX), -(-width // TILE_PX)
    grain = np.tile(tile(kind, payload), (down, across))[:height, :width] * amplitude(luma)
    if seen is not None:
        grain *= seen
    out = picture.copy()
    colour = picture[..., :3] + np.rint(grain).astype(np.int16)[..., None]
    out[..., :3] = np.clip(colour, 0, 255, out=colour)
    return out


def amplitude(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """[H, W] standard deviation of the mark, by how much lines of ``BLOCK_PX`` pixels bend within squares of them."""
    height, width = luma.shape
    rows, columns = -(-height // BLOCK_PX), -(-width // BLOCK_PX)
    whole = np.pad(luma, ((0, rows * BLOCK_PX - height), (0, columns * BLOCK_PX - width)), "edge")
    blocks = whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    down = np.abs(blocks[:, 0] - blocks[:, 1] - blocks[:, 2] + blocks[:, 3]).max(axis=2)
    across = np.abs(blocks[..., 0] - blocks[..., 1] - blocks[..., 2] + blocks[..., 3]).max(axis=1)
    bend = np.maximum(down, across)
    coarse = np.clip(QUIET + SLOPE * (bend - SPARED), QUIET, BUSY).astype(np.float32)
    fine = Image.fromarray(coarse).resize((columns * BLOCK_PX, rows * BLOCK_PX), Image.Resampling.BILINEAR)
    return np.asarray(fine)[:height, :width]
