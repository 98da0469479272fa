"""Where a stream's pixels come from: the message itself, or a ring of shared memory that the daemon named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.client.frame import Frame
from npcface.errors import ProtocolError
from npcface.shm.memory import open_memory
from npcface.shm.reader import Lease, RingReader
from npcface.wire.codec import Buffer
from npcface.wire.payload import decode_pixels
from npcface.wire.replies import Frame as FrameHeader
from npcface.wire.replies import Ring

KEPT = 8  # frames a slow reader may lie behind before the oldest are dropped


class Inbox:
    """Turns frame messages into frames.

    Args:
        ring: what `opened` said; if it cannot be mapped, the daemon goes on sending pixels in its messages.
        copy: every frame gets memory of its own.

    Attributes:
        kept: how many frames may wait here; of views fewer, because each keeps a slot from the daemon.
    """

    def __init__(self, ring: Ring | None, *, copy: bool) -> None:
        self._copy = copy
        self._ring: RingReader | None = None
        self.kept = KEPT
        if ring is None:
            return
        try:
            self._ring = RingReader(open_memory(ring.name, ring.bytes))
        except ProtocolError:
            return
        self._ring.attach()
        if not copy:
            self.kept = max(1, self._ring.layout.slots - 2)

    @property
    def shared(self) -> bool:
        """Frames come through shared memory."""
        return self._ring is not None

    def take(self, header: FrameHeader, payload: Buffer | None) -> Frame | None:
        """The frame of a message; None if its slot was overwritten before it was read.

        Raises:
            ProtocolError: there are no such pixels.
        """
        if header.slot < 0:
            pixels = decode_pixels(payload, header.width, header.height, header.format)
            return self._frame(header, pixels)
        if self._ring is None:
            raise ProtocolError("A frame came through shared memory that is not mapped.", "Please report it.")
        lease = self._ring.lease(header.slot, header.generation, header.width, header.height, header.format)
        if lease is None:
            return None
        if self._copy:
            copied = lease.copy()
            return copied if copied is None else self._frame(header, copied)
        return self._frame(header, lease.view(), lease)

    def _frame(self, header: FrameHeader, pixels: NDArray[np.uint8], lease: Lease | None = None) -> Frame:
        alpha = header.alpha == "premultiplied"
        return Frame(pixels, header.sequence, header.time_s, alpha, header.dropped, header.format, lease)
