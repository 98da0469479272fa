"""The client's end of a ring: views on slots, given back by hand or when nobody looks at them any more."""

from __future__ import annotations

from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import ProtocolError
from npcface.shm.layout import ATTACHED, FORMATS, GENERATION, RELEASED, SLOT, SLOT_MAGIC, Layout, fence
from npcface.wire.payload import pixel_shape


class RingReader:
    """Finds frames in a ring and says when it has finished with them.

    Args:
        memory: a mapped ring.

    Raises:
        ProtocolError: it is none.
    """

    def __init__(self, memory: mmap) -> None:
        with memoryview(memory) as view:
            self.layout, self._key = Layout.read(view)
        self._bytes = np.frombuffer(memory, np.uint8)
        self._words = self._bytes.view(np.uint64)
        self._newest = [0] * self.layout.slots  # generation seen last in each slot
        self.address = int(self._bytes.ctypes.data)

    def attach(self) -> None:
        """Tell the daemon that the ring is mapped: frames come through it from now on."""
        self._words[ATTACHED // 8] = self._key

    def detach(self) -> None:
        """Ask for frames by the socket again."""
        self._words[ATTACHED // 8] = 0

    def lease(self, slot: int, generation: int, width: int, height: int, format: str = "rgba8") -> Lease | None:
        """The frame a message names; None if it is not there (any more).

        Args:
            slot, generation: of the message.
            width, height, format: of the message.

        Raises:
            ProtocolError: there cannot be such a frame in this ring.
        """
        shape = pixel_shape(format, width, height)
        size = shape[0] * shape[1] * shape[2]
        fits = 0 <= slot < self.layout.slots and 0 < size <= self.layout.slot_bytes
        if not fits or generation <= 0 or generation % 2:
            raise ProtocolError(
                f"Slot {slot} with {width} x {height} pixels is not in a ring of {self.layout.slots} slots of "
                f"{self.layout.slot_bytes} bytes.",
                "Client and daemon disagree; update both.",
            )
        magic, pixel_format, found, _, found_width, found_height, _, found_bytes = SLOT.unpack_from(
            self._bytes.data, self.layout.slot(slot)
        )
        self._newest[slot] = max(self._newest[slot], generation)
        same = (found, found_width, found_height, found_bytes) == (generation, width, height, size)
        if (magic, pixel_format) != (SLOT_MAGIC, FORMATS[format]) or not same:
            self.release(slot, generation)
            return None
        fence()
        return Lease(self, slot, generation, shape)

    def intact(self, slot: int, generation: int) -> bool:
        """Whether the slot still holds that frame; asked after reading, it says whether the reading was whole."""
        fence()
        return int(self._words[(self.layout.slot(slot) + GENERATION) // 8]) == generation

    def release(self, slot: int, generation: int) -> None:
        """Give a slot back; a frame older than the slot's newest has been given back already."""
        if generation >= self._newest[slot]:
            fence()
            self._words[(self.layout.slot(slot) + RELEASED) // 8] = generation


class Lease:
    """A slot that is held. It is given back by ``release``, or by itself when no array made of it is left.

    The array interface keeps the lease as the base of every view, so that a view can never outlive it unnoticed.
    """

    def __init__(self, ring: RingReader, slot: int, generation: int, shape: tuple[int, int, int]) -> None:
        self._ring = ring
        self._slot = slot
        self._generation = generation
        self._released = False
        self.__array_interface__: dict[str, Any] = {
            "version": 3,
            "shape": shape,
            "typestr": "|u1",
            "data": (ring.address + ring.layout.pixels(slot), True),  # True: read-only
        }

    def view(self) -> NDArray[np.uint8]:
        """[H, W, 4] uint8 or blocks, read-only, in the shared memory itself."""
        return np.asarray(self)

    def copy(self) -> NDArray[np.uint8] | None:
        """The same as memory of one's own, and the slot is given back; None if it was overwritten meanwhile."""
        pixels = np.array(self)
        whole = self.intact
        self.release()
        pixels.flags.writeable = False
        return pixels if whole else None

    @property
    def intact(self) -> bool:
        """The slot has not been overwritten since."""
        return self._ring.intact(self._slot, self._generation)

    def release(self) -> None:
        """Give the slot back; can be called twice. Views of it show other frames from now on."""
        if not self._released:
            self._released = True
            self._ring.release(self._slot, self._generation)

    def __del__(self) -> None:
        self.release()
