"""Sound alone → the mouth that makes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.drive.timeline import Phoneme
from npcface.errors import DependencyError

LOOK_AHEAD_S = 0.08


class Hearing:
    """Streaming; being written."""

    def __init__(self, rate_hz: int = 16_000) -> None:
        raise DependencyError("npcface cannot hear yet.", "Use say().")


def hear(samples: NDArray[np.float32], rate_hz: int) -> list[Phoneme]:
    """Phonemes of convention ``"oculus"``."""
    raise DependencyError("npcface cannot hear yet.", "Use say().")
