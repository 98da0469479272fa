"""Find a pattern of unknown scale and place: the picture's spectrum, read at the tile's harmonics for every scale.

A tile that repeats has energy only at multiples of one over its side. So for each scale the picture's Fourier sum is
taken at just those frequencies; nothing is resampled. One small FFT then gives the correlation at every place.

**Why chance does not look like a mark.** Let h_k be the picture's wave k, and e^{iφ_k} the key's. The score is

    z = Σ |h_k| cos(arg h_k - φ_k + shift) / √(Σ |h_k|² / 2)

For a picture that was made without the key, and independent uniform φ_k, this is a sum of independent bounded terms
whose moment generating function is a product of Bessel functions I₀(λ a_k) ≤ exp(λ² a_k² / 4). Hence P(z ≥ t) ≤
exp(-t² / 2) for every picture whatever, natural or not, with no assumption on its statistics (Chernoff's bound); the
sum bound over all scales, places and kinds that are looked at follows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.pattern import HIGHEST, INSIDE, LOWEST, TILE_PX, WAVES_X, WAVES_Y, Kind, Waves, phases, shifted

Floats = NDArray[np.float32]
SCALES = (0.45, 2.1)
"""Least and greatest size of the picture relative to when it was marked."""
DRIFT_WAVES = 0.22
"""How far the shortest wave may run out of step at the picture's border between two scales."""
PEAKS = 6
"""Best places of a kind that are looked at more closely."""
FINER, FINER_PX = (0.0, -0.5, -0.25, 0.25, 0.5), (0.0, -0.5, 0.5)
"""Around a peak: shares of the step between two scales, and pixels of the tile."""
LOUDEST = 2.0
"""Waves louder than so many times their neighbours are cut down: edges and print are not the mark."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A place where the first pattern fits.

    Attributes:
        offset: y, x of the picture's middle in the tile, in tile pixels.
        z: of the first pattern.
        heard: [K] the picture's waves at this scale.
    """

    kind: Kind
    scale: float
    offset: tuple[float, float]
    z: float
    heard: Waves


def scales(height: int, width: int) -> list[float]:
    """All that are looked at, dense enough for the picture's size; 1 is among them."""

    def onwards(end: float, sign: int) -> Iterator[float]:
        scale = 1.0
        while True:
            scale *= (1.0 + _step(scale, (height, width))) ** sign
            if scale * sign > end * sign:
                return
            yield scale

    return [1.0, *onwards(SCALES[1], 1), *onwards(SCALES[0], -1)]


def _step(scale: float, shape: tuple[int, ...]) -> float:
    """From one scale to the next, as a share of it."""
    return 4.0 * DRIFT_WAVES * TILE_PX * scale / (HIGHEST * max(shape))


def heard(residual: Floats, scale: float) -> Waves:
    """[K] the picture's waves at the harmonics of a tile of this scale, of about equal loudness."""
    across = np.ascontiguousarray(_waves(residual.shape[1], scale, 0).T)
    down = _waves(residual.shape[0], scale, -HIGHEST)
    summed = (residual @ across.view(np.float32)).view(np.complex64)
    return _levelled((down @ summed).ravel()[INSIDE])


def correlations(heard_: Waves, kind: Kind) -> Floats:
    """[128, 128] z for the picture's middle at every pixel of the tile."""
    spectrum = np.zeros((TILE_PX, TILE_PX // 2 + 1), np.complex64)
    product = np.conj(heard_) * phases(kind)[0]
    spectrum[WAVES_Y % TILE_PX, WAVES_X] = product
    alone = WAVES_X == 0  # the real transform wants both halves of its first column
    spectrum[-WAVES_Y[alone] % TILE_PX, 0] = np.conj(product[alone])
    score = np.fft.irfft2(spectrum, (TILE_PX, TILE_PX)) * (TILE_PX * TILE_PX / 2.0)
    return (score / max(spread(heard_), 1e-9)).astype(np.float32)


def peaks(residual: Floats, among: Iterable[float], kinds: Sequence[Kind]) -> list[Peak]:
    """The best places over all scales, the best first, at most one a scale and ``PEAKS`` a kind."""
    best: dict[Kind, list[Peak]] = {kind: [] for kind in kinds}
    for scale in among:
        waves = heard(residual, scale)
        for kind in kinds:
            z = correlations(waves, kind)
            y, x = divmod(int(z.argmax()), TILE_PX)
            found = [*best[kind], Peak(kind, scale, (float(y), float(x)), float(z[y, x]), waves)]
            best[kind] = sorted(found, key=lambda peak: -peak.z)[:PEAKS]
    return sorted((peak for found in best.values() for peak in found), key=lambda peak: -peak.z)


def refined(residual: Floats, peak: Peak) -> Peak:
    """The same place between the pixels and scales that were looked at, where the first pattern fits best."""
    step = _step(peak.scale, residual.shape)
    best = peak
    for share in FINER:
        scale = peak.scale * (1.0 + share * step)
        waves = peak.heard if share == 0.0 else heard(residual, scale)
        product = waves * np.conj(phases(peak.kind)[0])
        over = max(spread(waves), 1e-9)
        for dy in FINER_PX:
            for dx in FINER_PX:
                offset = peak.offset[0] + dy, peak.offset[1] + dx
                z = float(np.sum((product * np.conj(shifted(*offset))).real)) / over
                if z > best.z:
                    best = Peak(peak.kind, scale, offset, z, waves)
    return best


def spread(heard_: Waves) -> float:
    """Standard deviation that a correlation with random phases has."""
    return math.sqrt(float(np.sum(np.abs(heard_) ** 2)) / 2.0)


def _waves(length: int, scale: float, first: int) -> Waves:
    """e^(-2πi k x / tile) for k from ``first`` to 26 (rows) and the pixels x of a side, from its middle."""
    place = (np.arange(length) - length // 2) / scale
    return np.exp(-2j * np.pi / TILE_PX * np.arange(first, HIGHEST + 1)[:, None] * place).astype(np.complex64)


def _levelled(found: Waves) -> Waves:
    """Waves of about equal length are made equally loud on average, the loudest are cut down."""
    loudness = np.abs(found)
    ring = np.maximum(np.bincount(_RING, loudness) / _IN_RING, 1e-9)[_RING]
    return np.asarray(found / np.maximum(ring, loudness / LOUDEST), np.complex64)


_RING = np.rint(np.hypot(WAVES_X, WAVES_Y)).astype(np.int64) - LOWEST
_IN_RING = np.maximum(np.bincount(_RING), 1)
