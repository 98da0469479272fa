"""Bits in bytes, the most significant first, and exponential Golomb codes of whole numbers.

Source: ITU-T H.264, 9.1 (order 0, signed mapping); order k after Teuhola 1978.
"""

from __future__ import annotations

from npcface.errors import ProtocolError

ZEROS_MAX = 12
"""Leading zeros of the longest code that is read; the largest difference of two faces has 10."""


class PacketError(ProtocolError):
    """These bytes are no face packet."""

    code = "packet"


class BitWriter:
    """Collects bits."""

    def __init__(self) -> None:
        self._value = 0
        self._count = 0

    def write(self, value: int, count: int) -> None:
        """The lowest ``count`` bits of ``value``, which must have no others."""
        self._value = self._value << count | value
        self._count += count

    def write_golomb(self, value: int, order: int) -> None:
        """A number ≥ 0: n - 1 - order zeros, then the n bits of ``value + 2**order``."""
        shifted = value + (1 << order)
        self.write(shifted, 2 * shifted.bit_length() - 1 - order)

    def to_bytes(self) -> bytes:
        """All bits, filled up with zeros."""
        size = (self._count + 7) // 8
        return (self._value << (8 * size - self._count)).to_bytes(size, "big")


class BitReader:
    """Gives bits back.

    Args:
        data: all of the bits; their length is the caller's to check.
    """

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def read(self, count: int) -> int:
        """The next bits as a number ≥ 0.

        Raises:
            PacketError: there are not so many.
        """
        if count > self._left:
            raise PacketError("A face packet ends in the middle of a face.", "Pass packets on whole.")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def read_golomb(self, order: int) -> int:
        """What ``write_golomb`` wrote.

        Raises:
            PacketError: the bits end, or the code is longer than any face needs.
        """
        zeros = 0
        while self.read(1) == 0:
            zeros += 1
            if zeros > ZEROS_MAX:
                raise PacketError("A face packet holds a number that no face has.", "Is it a face packet?")
        tail = zeros + order
        return (1 << tail | self.read(tail)) - (1 << order)

    def finish(self) -> None:
        """The end must be here: less than a byte is left, all zeros.

        Raises:
            PacketError: more is left.
        """
        if self._left >= 8 or self.read(self._left) != 0:
            raise PacketError("A face packet goes on after its face.", "Pass packets on one by one.")
