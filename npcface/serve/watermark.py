"""Which streams are marked: what the game asks for, and what whoever runs the daemon allows or wants."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.live import stamp_of
from npcface.wire.requests import Open

Policy = Literal["off", "asked", "always"]


def pattern_of(policy: str, options: Open) -> NDArray[np.int8] | None:
    """What is added to every texture of a stream; None: nothing.

    Args:
        policy: the daemon's, one of ``Policy``.
        options: as the stream was opened.
    """
    if policy == "always" or (policy == "asked" and options.watermark):
        return stamp_of(options.character)
    return None
