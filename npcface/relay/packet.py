"""One face packet: a head of 5 or 6 bytes, then the difference from the neutral face or from a key face."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from npcface.relay.bits import BitReader, BitWriter, PacketError
from npcface.relay.block import read_block, write_block
from npcface.relay.steps import Ints

VERSION = 1
PACKET_BYTES_MAX = 135
"""Longer ones are refused: no two faces differ so much. A talking face takes about 21."""
_HEAD = struct.Struct("<BHH")


class Kind(IntEnum):
    """What a packet's difference counts from."""

    DELTA = 0  # a key face that was sent before
    KEY = 1  # the neutral face: needs no other packet, and later ones may refer to it


@dataclass(frozen=True, slots=True)
class Packet:
    """What a packet says.

    Attributes:
        kind: delta or key.
        run: 0..15, another one after each start of the sender.
        sequence: 0..65535, one more for each packet, then from 0 again.
        time_ms: 0..65535, the sender's clock, then from 0 again.
        key_age: 1..255, how many packets before this one its key face was sent; 0 for a key.
        difference: [60] steps.
    """

    kind: Kind
    run: int
    sequence: int
    time_ms: int
    key_age: int
    difference: Ints

    def encode(self) -> bytes:
        """The bytes of the packet."""
        head = _HEAD.pack(VERSION << 6 | self.kind << 4 | self.run, self.sequence, self.time_ms)
        age = b"" if self.kind is Kind.KEY else bytes([self.key_age])
        bits = BitWriter()
        write_block(bits, self.difference)
        return head + age + bits.to_bytes()

    @classmethod
    def decode(cls, data: bytes) -> Packet:
        """What the bytes say.

        Raises:
            PacketError: no face packet, or one of another version.
        """
        if not _HEAD.size < len(data) <= PACKET_BYTES_MAX:
            raise PacketError(
                f"A face packet has {_HEAD.size + 1} to {PACKET_BYTES_MAX} bytes, {len(data)} came.",
                "Send one packet of the encoder a message.",
            )
        mark, sequence, time_ms = _HEAD.unpack_from(data)
        version, kind, run = mark >> 6, mark >> 4 & 3, mark & 15
        if version != VERSION:
            raise PacketError(
                f"The face packet is of version {version}, this side knows {VERSION}.", "Update the older side."
            )
        if kind > Kind.KEY:
            raise PacketError(f"The face packet is of kind {kind}, which nobody has defined.", "Is it a face packet?")
        is_key = kind == Kind.KEY
        key_age = 0 if is_key else data[_HEAD.size]
        if not is_key and key_age == 0:
            raise PacketError("A face packet refers to itself as its key.", "Is it a face packet?")
        bits = BitReader(data[_HEAD.size + (not is_key) :])
        difference = read_block(bits)
        bits.finish()
        return cls(Kind(kind), run, sequence, time_ms, key_age, difference)


__all__ = ["PACKET_BYTES_MAX", "VERSION", "Kind", "Packet", "PacketError"]
