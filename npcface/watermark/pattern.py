"""The mark's pattern: a tile of noise that repeats over the picture, made of waves with keyed phases.

Spread spectrum after Cox, Kilian, Leighton and Shamoon, "Secure spread spectrum watermarking for multimedia", IEEE
Trans. Image Processing 6(12), 1997: a little of the mark in each of many middle frequencies. That it repeats, and how
it is found again, follows Kutter, "Watermarking resisting to translation, rotation and scaling", SPIE 3528, 1998.

Nine patterns of the same waves lie on top of each other, each with phases of its own. The first says where the tile
begins; each of the others carries a byte by how far it is shifted, 16 × 16 places. Shifts are a set of nearly
orthogonal signals, which needs less energy a bit than one sign a bit does.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.payload import SYMBOLS, Payload

Kind = Literal["export", "live"]
KINDS: tuple[Kind, ...] = get_args(Kind)

TILE_PX = 128
LOWEST, HIGHEST = 8, 26
"""Waves a tile, the band: 5 to 16 pixels long. Longer ones are seen, shorter ones die in half-size copies and JPEG."""
STEP_PX = 8
"""Between two places of a shift."""
SYNC_SHARE = 0.28
"""Of the mark's energy in the first pattern; the rest is shared by the eight bytes."""

_SIDE = np.arange(-HIGHEST, HIGHEST + 1)
_Y, _X = (axis.ravel() for axis in np.meshgrid(_SIDE, np.arange(HIGHEST + 1), indexing="ij"))
_RADIUS = np.hypot(_X, _Y)
INSIDE = (_RADIUS >= LOWEST) & (_RADIUS <= HIGHEST) & ((_X > 0) | (_Y > 0))
"""[53 · 27] bool: which of the frequencies y -26..26, x 0..26 belong to the band; the other half is their mirror."""
WAVES_Y, WAVES_X = _Y[INSIDE], _X[INSIDE]
"""[K] waves a tile, down and across."""
SHARES = np.sqrt(np.array([SYNC_SHARE, *[(1.0 - SYNC_SHARE) / SYMBOLS] * SYMBOLS])).astype(np.float32)
"""[9] amplitudes of the patterns; their squares sum to 1."""

Waves = NDArray[np.complex64]


@lru_cache(maxsize=4)
def phases(kind: Kind) -> Waves:
    """[9, K] numbers of modulus 1: the key of a kind, the same for ever, drawn from SHAKE-256."""
    count = (SYMBOLS + 1) * len(WAVES_X)
    stream = hashlib.shake_256(f"npcface watermark 1 {kind}".encode()).digest(2 * count)
    turns = np.frombuffer(stream, "<u2").astype(np.float64) / 65536.0
    return np.exp(2j * np.pi * turns).reshape(SYMBOLS + 1, -1).astype(np.complex64)


def shifted(offset_y: float, offset_x: float) -> Waves:
    """[K] what the waves are multiplied by when the tile's origin moves up and left by an offset in tile pixels."""
    return np.exp(2j * np.pi / TILE_PX * (WAVES_Y * offset_y + WAVES_X * offset_x)).astype(np.complex64)


@lru_cache(maxsize=1)
def places() -> Waves:
    """[256, K] the shift of every byte."""
    return np.stack([shifted(value // 16 * STEP_PX, value % 16 * STEP_PX) for value in range(256)])


def waves(kind: Kind, payload: Payload) -> Waves:
    """[K] the mark's spectrum, mean square 1."""
    parts = phases(kind) * SHARES[:, None]
    parts[1:] *= places()[payload.symbols()]
    return np.asarray(parts.sum(axis=0), np.complex64)


@lru_cache(maxsize=64)
def tile(kind: Kind, payload: Payload) -> NDArray[np.float32]:
    """[128, 128] float32, mean 0, standard deviation 1. Not to be written to."""
    spectrum = np.zeros((TILE_PX, TILE_PX), np.complex128)
    spectrum[WAVES_Y, WAVES_X] = waves(kind, payload)
    found = np.fft.ifft2(spectrum).real
    found = (found / found.std()).astype(np.float32)
    found.flags.writeable = False
    return found
