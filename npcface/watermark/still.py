"""Put a mark into pictures: stronger where there is much to see, weaker where every grain would show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.pattern import TILE_PX, Kind, tile
from npcface.watermark.payload import Payload, character_hash, export_hash
from npcface.watermark.whiten import light, local

Pixels = NDArray[np.uint8]

QUIET, BUSY = 1.0, 2.6
"""Standard deviation of the mark in grey levels, in flat places and at most."""
SLOPE = 0.3
"""Grey levels of mark for each of the picture's own local deviation."""
MASK_REACH_PX = 3


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


def marked(picture: Pixels, kind: Kind, payload: Payload, strength: float = 1.0) -> Pixels:
    """``picture`` with a mark; see ``Marker.mark``."""
    luma, seen = light(picture)
    amplitude = strength * np.clip(QUIET + SLOPE * _masking(luma, seen), QUIET, BUSY)
    height, width = luma.shape
    down, across = -(-height // TILE_PX), -(-width // TILE_PX)
    grain = np.tile(tile(kind, payload), (down, across))[:height, :width] * amplitude * seen
    out = picture.copy()
    out[..., :3] = np.clip(np.rint(picture[..., :3] + grain[..., None]), 0, 255)
    return out


def _masking(luma: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local deviation; the lowest nearby would be safer still beside edges, a small square does nearly as well."""
    return local(luma, seen, MASK_REACH_PX)[1]
