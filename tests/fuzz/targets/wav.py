"""A recording."""

import numpy as np

from npcface.errors import NpcFaceError
from npcface.voice.wav import read_wav


def run(data: bytes) -> None:
    try:
        samples, rate_hz = read_wav(data)
        assert np.isfinite(samples).all() and 4000 <= rate_hz <= 192_000 and len(samples) <= len(data)
    except NpcFaceError:
        pass
