"""The light mark of live textures: the same small tile added to every frame of a stream.

It is locked to the texture's pixels and constant where the picture is, so that frames of which only a part has changed
stay small. The renderer adds it and decides how strong it is where, see ``npcface.render.stamp``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from npcface.render.stamp import UNIT
from npcface.watermark.pattern import tile
from npcface.watermark.payload import Payload, character_hash


@lru_cache(maxsize=64)
def stamp_of(character: str) -> NDArray[np.int8]:
    """What ``npcface.render.stamp`` adds, [128, 128, 4] int8. Not to be written to.

    Args:
        character: id of who is shown.
    """
    grain = np.clip(np.rint(tile("live", Payload(character_hash(character))) * UNIT), -127, 127).astype(np.int8)
    pattern = np.repeat(grain[..., None], 4, axis=2)
    pattern[..., 3] = 0
    pattern.flags.writeable = False
    return pattern
