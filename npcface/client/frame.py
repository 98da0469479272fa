"""One texture as a game sees it, by whichever way it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from npcface.shm.reader import Lease


@dataclass(frozen=True, slots=True)
class Frame:
    """One texture.

    ``with frame: ...`` gives the pixels of a stream opened with ``copy=False`` back to the daemon when it ends. For
    every other frame there is nothing to give back, and the same code works.

    Attributes:
        pixels: [H, W, 4] uint8, row 0 = top, sRGB, or blocks [H / 4, W / 4, 8 or 16] as a GPU takes them; read-only. Of
            a stream with ``copy=False`` perhaps a view of shared memory: do not look at it after ``release``.
        sequence: lock-step: number of the state; pushed: number on the stream's clock, gaps were dropped.
        time_s: pushed: seconds in the line.
        premultiplied: alpha kind.
        dropped: frames and states of this stream the daemon never showed, so far.
        format: ``rgba8``, ``bc1`` or ``bc3``.
        part: x, y, width, height in pixels of what may differ from the frame that was handed out before; the rest need
            not be uploaded.
    """

    pixels: NDArray[np.uint8]
    sequence: int
    time_s: float
    premultiplied: bool
    dropped: int
    format: str = "rgba8"
    part: tuple[int, ...] = ()
    lease: Lease | None = field(default=None, repr=False, compare=False)

    def __enter__(self) -> Frame:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.release()

    @property
    def intact(self) -> bool:
        """The pixels have not been overwritten since; they never are before ``release``."""
        return self.lease is None or self.lease.intact

    def release(self) -> None:
        """The pixels are not needed any more; can be called twice."""
        if self.lease is not None:
            self.lease.release()
