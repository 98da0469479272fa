"""The daemon's end of a ring. Whatever a client writes into the memory, only its own frames can suffer."""

from __future__ import annotations

import secrets
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.shm.layout import ATTACHED, FORMATS, GENERATION, RELEASED, SLOT, SLOT_MAGIC, Layout, fence
from npcface.wire.payload import pixel_shape


class RingWriter:
    """Fills slots and knows which of them the client still holds.

    A slot is ``claim``-ed, filled (straight into ``pixels``, or by ``fill``, which copies), ``publish``-ed, and
    ``hand_over``-ed when the message that names it has really been sent. Until then it stays the daemon's, so nothing
    has to be undone when a frame is thrown away. What is in use is kept here, not in the shared memory: of that only
    the client's two kinds of numbers are ever read, and any value that is not the expected one means "not yet".

    Args:
        name: by which the client opens the memory.
        memory: ``layout.ring_bytes`` zeros.
        layout: slots and their size.
    """

    def __init__(self, name: str, memory: mmap, layout: Layout) -> None:
        self.name = name
        self.layout = layout
        self._bytes = np.frombuffer(memory, np.uint8)
        self._words = self._bytes.view(np.uint64)  # an aligned word is written at once, struct writes byte by byte
        self._key = secrets.randbits(63) | 1
        self._generation = 0  # of the frame written last; even
        self._held = [0] * layout.slots  # generation handed over with each slot, 0 = none yet
        header = layout.header(self._key)
        self._bytes[: len(header)] = np.frombuffer(header, np.uint8)

    @property
    def attached(self) -> bool:
        """The client has mapped the ring: it wrote back the key that can only be read there."""
        return int(self._words[ATTACHED // 8]) == self._key

    def claim(self) -> int | None:
        """A slot the client does not hold, the one it gave back the longest ago; None if it holds them all."""
        free = [slot for slot, held in enumerate(self._held) if not held or self._released(slot) == held]
        if not free:
            return None
        slot = min(free, key=lambda index: self._held[index])
        self._set_generation(slot, self._generation + 1)
        fence()
        return slot

    def pixels(self, slot: int) -> NDArray[np.uint8]:
        """The claimed slot's memory, [slot_bytes] uint8, to draw into."""
        start = self.layout.pixels(slot)
        return self._bytes[start : start + self.layout.slot_bytes]

    def publish(self, slot: int, sequence: int, width: int, height: int, format: str = "rgba8") -> int:
        """The claimed slot's pixels are complete.

        Args:
            slot: from ``claim``.
            sequence: of the frame.
            width, height: pixels; what they take in the format must fit the slot.
            format: one of ``FORMATS``.

        Returns:
            The frame's generation, which the message names.
        """
        self._generation += 2
        start = self.layout.slot(slot)
        rows, columns, each = pixel_shape(format, width, height)
        header = SLOT.pack(
            SLOT_MAGIC, FORMATS[format], self._generation - 1, sequence, width, height, columns * each,
            rows * columns * each,
        )  # fmt: skip
        self._bytes[start : start + len(header)] = np.frombuffer(header, np.uint8)
        fence()
        self._set_generation(slot, self._generation)
        return self._generation

    def fill(
        self, pixels: Any, sequence: int, width: int, height: int, format: str = "rgba8"
    ) -> tuple[int, int] | None:
        """Copy a finished frame into a free slot.

        Args:
            pixels: buffer of all bytes.
            sequence, width, height, format: as in ``publish``.

        Returns:
            (slot, generation), or None while the client holds every slot.
        """
        slot = self.claim()
        if slot is None:
            return None
        source = np.frombuffer(pixels, np.uint8)
        self.pixels(slot)[: source.size] = source
        return slot, self.publish(slot, sequence, width, height, format)

    def hand_over(self, slot: int, generation: int) -> None:
        """The client has been told: the slot is its until it releases that generation."""
        self._held[slot] = generation

    def _released(self, slot: int) -> int:
        return int(self._words[(self.layout.slot(slot) + RELEASED) // 8])

    def _set_generation(self, slot: int, generation: int) -> None:
        self._words[(self.layout.slot(slot) + GENERATION) // 8] = generation
