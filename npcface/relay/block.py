"""The difference of two faces as bits: quiet channels take one bit a unit, a right side is told from its left."""

from __future__ import annotations

import numpy as np

from npcface.relay.bits import BitReader, BitWriter
from npcface.relay.steps import UNITS, Ints

ORDER = 3
"""Of the exponential Golomb codes; measured on speech: 2 and 4 cost a little more."""
SIDE_ORDER = 1
"""The same for what a right side differs from its left."""


def fold(number: int) -> int:
    """0, 1, -1, 2, -2 … → 0, 1, 2, 3, 4 …"""
    return 2 * number - 1 if number > 0 else -2 * number


def unfold(folded: int) -> int:
    """The inverse of ``fold``."""
    return (folded + 1) // 2 if folded % 2 else -folded // 2


def write_block(to: BitWriter, difference: Ints) -> None:
    """[60] steps of difference → bits."""
    steps = [int(number) for number in difference]
    for unit in UNITS:
        left, right = steps[unit[0]], steps[unit[-1]]
        if left == right == 0:
            to.write(0, 1)
            continue
        to.write(1, 1)
        if len(unit) == 1:
            to.write_golomb(fold(left) - 1, ORDER)
            continue
        to.write_golomb(fold(left), ORDER)
        to.write(int(right != left), 1)
        if right != left:
            to.write_golomb(fold(right - left) - 1, SIDE_ORDER)


def read_block(of: BitReader) -> Ints:
    """Bits → [60] steps of difference, not yet known to be within any limits.

    Raises:
        PacketError: the bits end or hold a number that no face has.
    """
    difference = np.zeros(60, np.int64)
    for unit in UNITS:
        if of.read(1) == 0:
            continue
        if len(unit) == 1:
            difference[unit[0]] = unfold(of.read_golomb(ORDER) + 1)
            continue
        left = right = unfold(of.read_golomb(ORDER))
        if of.read(1) == 1:
            right += unfold(of.read_golomb(SIDE_ORDER) + 1)
        difference[unit[0]], difference[unit[1]] = left, right
    return difference
