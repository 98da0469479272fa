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
        partial: rgba8 frames in messages may be parts; the whole is kept.

    Attributes:
        kept: how many frames may wait here; of views fewer, because each keeps a slot from the daemon.
    """

    def __init__(self, ring: Ring | None, *, copy: bool, partial: bool = False) -> None:
        self._copy = copy
        self._partial = partial
        self._last: NDArray[np.uint8] | None = None  # what parts renew
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
        if header.part:
            whole = self._completed(header, payload)
            return whole if whole is None else self._frame(header, whole)
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

    def _completed(self, header: FrameHeader, payload: Buffer | None) -> NDArray[np.uint8] | None:
        """The last texture with a part of it renewed; None while there is none to renew."""
        if header.format != "rgba8" or header.slot >= 0:
            raise ProtocolError("Only rgba8 pixels in a message can be a part.", "Update client and daemon.")
        if len(header.part) != 4:
            raise ProtocolError(f"A part has {len(header.part)} numbers, not 4.", "Update client and daemon.")
        x, y, across, down = header.part
        if min(x, y) < 0 or min(across, down) < 1 or x + across > header.width or y + down > header.height:
            raise ProtocolError(
                f"Part {header.part} does not lie in {header.width} x {header.height}.", "Update client and daemon."
            )
        piece = decode_pixels(payload, across, down)
        if self._last is None or self._last.shape != (header.height, header.width, 4):
            return None
        whole = self._last.copy()
        whole[y : y + down, x : x + across] = piece
        whole.flags.writeable = False
        return whole

    def _frame(self, header: FrameHeader, pixels: NDArray[np.uint8], lease: Lease | None = None) -> Frame:
        alpha = header.alpha == "premultiplied"
        if self._partial:
            # the daemon sends a whole one after each that lay in the ring, so those need no copy
            self._last = pixels if header.slot < 0 and header.format == "rgba8" else None
        part = (*header.part,) if header.part else (0, 0, header.width, header.height)
        return Frame(pixels, header.sequence, header.time_s, alpha, header.dropped, header.format, part, lease)
