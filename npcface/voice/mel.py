"""Sound at 16 kHz → log-mel frames, 25 ms long, 100 a second, that do not depend on how loud the speaker is set.

Loudness is taken out by following the loudest recent frame (falls 6 dB a second, never below a floor), because a
stream has no whole line to normalise by. Mel scale: O'Shaughnessy, 2595 log10(1 + f / 700).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.voice.resample import RATE_HZ

Floats = NDArray[np.float32]
WINDOW, HOP, FFT = 400, 160, 512
FRAME_S = HOP / RATE_HZ
FIRST_S = WINDOW / 2 / RATE_HZ
"""Middle of the first frame."""
BANDS = 40
_FROM_HZ, _TO_HZ = 70.0, 7600.0
_RANGE_DB = 70.0  # what lies further below the loudest counts as silence
_FALL_DB, _FLOOR_DB = 0.06, -48.0  # a frame; of the loudest band sum, where 0 dB is a full-scale sine


def _filters() -> Floats:
    """[bins, bands] triangles."""
    low, high = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in (_FROM_HZ, _TO_HZ))
    edges = np.linspace(low, high, BANDS + 2)
    points = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    hz = np.arange(FFT // 2 + 1)[:, None] * RATE_HZ / FFT
    up = (hz - points[:-2]) / (points[1:-1] - points[:-2])
    down = (points[2:] - hz) / (points[2:] - points[1:-1])
    return np.maximum(0.0, np.minimum(up, down)).astype(np.float32)


_FILTERS = _filters()
_WINDOW = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_FULL_SCALE = float((_WINDOW.sum() / 2.0) ** 2)


class Mel:
    """Takes sound in pieces of any size; gives the frames that are complete."""

    def __init__(self) -> None:
        self._kept = np.zeros(0, np.float32)
        self._loudest = _FLOOR_DB

    def push(self, samples: Floats) -> Floats:
        """float32 [n] → float32 [frames, BANDS]: 1 is the loudest of late, 0 is silence."""
        self._kept = np.concatenate([self._kept, samples])
        count = max((len(self._kept) - WINDOW) // HOP + 1, 0)
        if count == 0:
            return np.zeros((0, BANDS), np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(self._kept, WINDOW)[::HOP][:count] * _WINDOW
        self._kept = self._kept[count * HOP :]
        power = np.abs(np.fft.rfft(frames, FFT, axis=1)) ** 2 / _FULL_SCALE
        bands = power.astype(np.float32) @ _FILTERS
        level = self._level(10.0 * np.log10(bands.sum(axis=1) + 1e-10))
        relative = 10.0 * np.log10(bands + 1e-10) - level[:, None]
        return np.clip(1.0 + relative / _RANGE_DB, 0.0, 1.0).astype(np.float32)

    def _level(self, loudness: Floats) -> Floats:
        """dB of the loudest frame of late, for each frame."""
        fall = _FALL_DB * np.arange(1, len(loudness) + 1)
        level = np.maximum(np.maximum.accumulate(loudness + fall), self._loudest) - fall
        level = np.maximum(level, _FLOOR_DB)
        self._loudest = float(level[-1])
        return level
