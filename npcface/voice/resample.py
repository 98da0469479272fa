"""Any sampling rate → 16 kHz, while the sound is still arriving.

A windowed sinc (Smith, "Digital Audio Resampling") with one row of taps for each phase that the two rates have to each
other; cut off below the lower of the two Nyquist frequencies.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from npcface.errors import StateError

Floats = NDArray[np.float32]
RATE_HZ = 16_000
RATES_HZ = (8_000, 192_000)
_HALF_WIDTH = 12  # zero crossings on each side
_CUTOFF = 0.94


class Resampler:
    """Takes sound in pieces of any size and gives it at 16 kHz; what comes out does not depend on the pieces.

    Args:
        rate_hz: of the sound, 8 to 192 kHz.

    Raises:
        StateError: another rate.
    """

    def __init__(self, rate_hz: int) -> None:
        if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise StateError(f"{rate_hz} samples a second, expected {RATES_HZ[0]} to {RATES_HZ[1]}.", "16000 is ideal.")
        self._same = rate_hz == RATE_HZ
        common = math.gcd(rate_hz, RATE_HZ)
        self._up, self._down = RATE_HZ // common, rate_hz // common
        cutoff = _CUTOFF * min(1.0, RATE_HZ / rate_hz)
        self._half = math.ceil(_HALF_WIDTH / cutoff)
        offsets = np.arange(1 - self._half, self._half + 1)
        distance = offsets[None, :] - np.arange(self._up)[:, None] / self._up
        window = np.where(np.abs(distance) < self._half, 0.5 + 0.5 * np.cos(np.pi * distance / self._half), 0.0)
        taps = cutoff * np.sinc(cutoff * distance) * window
        self._taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
        self._kept = np.zeros(self._half - 1, np.float32)
        self._first = 1 - self._half  # input index of the first kept sample
        self._next = 0  # output index

    @property
    def delay_s(self) -> float:
        """Sound needed beyond the moment that comes out."""
        return 0.0 if self._same else self._half * self._up / self._down / RATE_HZ

    def push(self, samples: Floats) -> Floats:
        """float32 [n] → float32 [about n · 16000 / rate], as much as is known by now."""
        if self._same:
            return samples
        self._kept = np.concatenate([self._kept, samples])
        known = self._first + len(self._kept) - 1 - self._half  # the last input index that an output may lie behind
        count = max(((known + 1) * self._up - 1) // self._down + 1 - self._next, 0) if known >= 0 else 0
        if count == 0:
            return np.zeros(0, np.float32)
        places = np.arange(self._next, self._next + count, dtype=np.int64) * self._down
        whole, phase = places // self._up, places % self._up
        windows = np.lib.stride_tricks.sliding_window_view(self._kept, 2 * self._half)
        found = np.einsum("nt,nt->n", windows[whole + 1 - self._half - self._first], self._taps[phase])
        self._next += count
        drop = self._next * self._down // self._up + 1 - self._half - self._first
        drop = min(max(drop, 0), len(self._kept))
        self._kept, self._first = self._kept[drop:], self._first + drop
        return found.astype(np.float32)
