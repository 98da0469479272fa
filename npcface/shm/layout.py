"""Where everything lies in a ring. ``engine_bridge/PROTOCOL.md`` holds the same table for other languages.

A ring is one block of memory: a header of 128 bytes, then equal slots, each a header of 128 bytes and its pixels. All
numbers are little-endian. Of every header the first 64 bytes belong to the daemon and the last 64 to the client, so
that the two never write to the same cache line and neither has to believe what the other might have overwritten.

Torn reads are found as in a seqlock (Lameter, "Effective synchronization on Linux/NUMA systems", 2005): a slot's
generation is odd while the slot is written, and never the same again.
"""

from __future__ import annotations

import struct
import sys
import threading
from dataclasses import dataclass
from typing import Self

from npcface.errors import ProtocolError

MAGIC, SLOT_MAGIC, VERSION = b"NPCFRING", b"SLOT", 1
FORMATS = {"rgba8": 1, "bc1": 2, "bc3": 3}  # numbers in a slot's header
HEADER_BYTES = 128  # of the ring, and of each slot
ALIGNMENT = 64  # bytes; a cache line
PAGE_BYTES = 4096
SLOTS_MAX = 64
RING_BYTES_MAX = 256 * 1024 * 1024  # a client maps no more, whatever it is told

RING = struct.Struct("<8s6IQ")  # magic, version, slots, slot bytes, stride, first slot, slot header bytes, key
SLOT = struct.Struct("<4sIQqIIII")  # magic, format, generation, sequence, width, height, row bytes, bytes
ATTACHED = 64  # in the ring's header: the client's copy of the key
GENERATION = 8  # in a slot's header
RELEASED = 64  # in a slot's header: the generation the client has finished with

_FENCE = threading.Lock()


def supported() -> bool:
    """Whether this machine's numbers are the layout's: little-endian, eight bytes written at once."""
    return sys.byteorder == "little" and sys.maxsize > 2**32


def fence() -> None:
    """Keep the processor from moving reads and writes across this line: releasing and taking a lock orders them.

    x86 does not move them anyway; ARM does.
    """
    with _FENCE:
        pass
    with _FENCE:
        pass


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of one ring.

    Attributes:
        slots: how many frames it holds, 1 to 64.
        slot_bytes: pixels of one slot, bytes.
    """

    slots: int
    slot_bytes: int

    @property
    def stride(self) -> int:
        """Bytes from one slot to the next."""
        return HEADER_BYTES + -(-self.slot_bytes // ALIGNMENT) * ALIGNMENT

    @property
    def ring_bytes(self) -> int:
        """Bytes of the whole ring, full pages."""
        return -(-(HEADER_BYTES + self.slots * self.stride) // PAGE_BYTES) * PAGE_BYTES

    def slot(self, index: int) -> int:
        """Offset of a slot's header."""
        return HEADER_BYTES + index * self.stride

    def pixels(self, index: int) -> int:
        """Offset of a slot's pixels."""
        return self.slot(index) + HEADER_BYTES

    def header(self, key: int) -> bytes:
        """The daemon's part of the ring's header; ``key`` is random, above 0."""
        return RING.pack(
            MAGIC, VERSION, self.slots, self.slot_bytes, self.stride, self.slot(0), HEADER_BYTES, key
        )  # fmt: skip

    @classmethod
    def read(cls, memory: memoryview) -> tuple[Self, int]:
        """The layout and the key that a ring's header names.

        Raises:
            ProtocolError: no ring, of another version, or not as long as it says.
        """
        if len(memory) < HEADER_BYTES:
            raise _no_ring(f"{len(memory)} bytes")
        magic, version, slots, slot_bytes, stride, first, slot_header, key = RING.unpack_from(memory)
        if (magic, version) != (MAGIC, VERSION):
            raise _no_ring(f"{magic!r}, version {version}")
        if not (1 <= slots <= SLOTS_MAX and 1 <= slot_bytes <= RING_BYTES_MAX and key):
            raise _no_ring(f"{slots} slots of {slot_bytes} bytes")
        layout = cls(slots, slot_bytes)
        if (stride, first, slot_header, len(memory)) != (
            layout.stride,
            layout.slot(0),
            HEADER_BYTES,
            layout.ring_bytes,
        ):
            raise _no_ring(f"{len(memory)} bytes with {slots} slots of {slot_bytes} bytes, {stride} apart")
        return layout, key


def _no_ring(found: str) -> ProtocolError:
    return ProtocolError(f"The shared memory holds no ring of version {VERSION}: {found}.", "Update both sides.")
