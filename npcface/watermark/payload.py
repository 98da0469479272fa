"""What a mark says: 40 bits, as eight symbols of which any five are enough.

The code is Reed and Solomon's of 1960 in its first form: five bytes are the coefficients of a polynomial over the field
of 256 elements, the symbols its values at eight places. Two different payloads differ in at least four symbols.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SYMBOLS, DATA, LIVE_DATA = 8, 5, 3
"""Bytes sent, bytes of the payload, and of them those that name the character."""
BITS = 8 * DATA
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Payload:
    """Whom and which.

    Args:
        character: 24 bits, ``character_hash`` of an id.
        export: 16 bits that tell exports of one character apart; 0 in live textures.

    Raises:
        ValueError: a number does not fit.
    """

    character: int
    export: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.character < 1 << 24 and 0 <= self.export < 1 << 16):
            raise ValueError(f"{self}: character has 24 bits, export 16")

    def __str__(self) -> str:
        return f"{self.character:06x}-{self.export:04x}"

    def symbols(self) -> Bytes:
        """[8] uint8."""
        data = np.frombuffer(self.character.to_bytes(3, "big") + self.export.to_bytes(2, "big"), np.uint8)
        return _times(_powers(tuple(range(SYMBOLS))), data)

    @classmethod
    def of(cls, symbols: Bytes, places: Sequence[int]) -> Payload:
        """From five symbols and their places in 0..7; from three where the export is 0."""
        data = _times(_inverse(tuple(places)), symbols).tobytes().ljust(DATA, b"\0")
        return cls(int.from_bytes(data[:3], "big"), int.from_bytes(data[3:], "big"))


def character_hash(id: str) -> int:
    """24 bits of a character's id, by SHA-256. Few enough that two ids among thousands may share them."""
    return int.from_bytes(hashlib.sha256(b"npcface character " + id.encode()).digest()[:3], "big")


def export_hash(picture: NDArray[np.uint8]) -> int:
    """16 bits of an export's first picture, so that the same export gets the same number again."""
    return int.from_bytes(hashlib.sha256(np.ascontiguousarray(picture).tobytes()).digest()[:2], "big")


def _field() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Powers of the element 2 modulo x⁸ + x⁴ + x³ + x² + 1, and their logarithms."""
    powers, logs = np.zeros(510, np.int64), np.zeros(256, np.int64)
    value = 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logs


_POWERS, _LOGS = _field()


def _product(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> Bytes:
    found = _POWERS[_LOGS[a] + _LOGS[b]]
    return np.where((a == 0) | (b == 0), 0, found).astype(np.uint8)


def _times(matrix: Bytes, vector: Bytes) -> Bytes:
    return np.asarray(np.bitwise_xor.reduce(_product(matrix, vector[None, :]), axis=1), np.uint8)


def _powers(places: tuple[int, ...], count: int = DATA) -> Bytes:
    """[places, count]: each place's element to the powers 0, 1 …"""
    return np.array([[_POWERS[place * power % 255] for power in range(count)] for place in places], np.uint8)


@lru_cache(maxsize=128)
def _inverse(places: tuple[int, ...]) -> Bytes:
    """[n, n] for n places, by Gauss and Jordan; a Vandermonde matrix of different places always has one."""
    count = len(places)
    work = np.concatenate([_powers(places, count), np.eye(count, dtype=np.uint8)], axis=1)
    for column in range(count):
        pivot = column + int(np.flatnonzero(work[column:, column])[0])
        work[[column, pivot]] = work[[pivot, column]]
        one_over = np.asarray(_POWERS[255 - _LOGS[work[column, column]]], np.uint8)
        work[column] = _product(work[column], one_over)
        for row in range(count):
            if row != column:
                work[row] ^= _product(work[column], work[row, column])
    return work[:, count:]
