"""Rings of shared memory for streams of clients on this machine: who gets one, how much, and when it goes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

from npcface.errors import LimitError
from npcface.observe.logs import about
from npcface.serve.config import Config
from npcface.serve.session import Session, Stream
from npcface.shm.layout import Layout, supported
from npcface.shm.memory import Shelf
from npcface.shm.writer import RingWriter
from npcface.wire.payload import pixel_shape, row_bytes
from npcface.wire.replies import Ring

UNATTACHED_FRAMES_MAX = 64
"""Frames a client may take by the socket before the ring it does not map is given to others."""

MIB = 1024 * 1024
log = logging.getLogger("npcface.serve")


class Sharing:
    """All rings of the daemon; main loop only.

    Args:
        config: limits; with ``shared_memory="off"`` nobody gets a ring.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._shelf: Shelf | None = None
        self._total_bytes = self._rings = 0
        if config.shared_memory == "off" or not supported():
            return
        try:
            self._shelf = Shelf()
        except OSError as error:
            log.warning("No shared memory: %s. Frames go by the socket.", error)

    @property
    def possible(self) -> bool:
        """A ring can be had, if the limits allow."""
        return self._shelf is not None

    def open(self, session: Session, stream: Stream) -> Ring | None:
        """Give a stream a ring if its client offered to use one and no limit is reached; what `opened` says of it."""
        if self._shelf is None or not session.shared_memory:
            return None
        rows = pixel_shape(stream.options.format, stream.options.size, stream.options.size)[0]
        layout = Layout(self._config.shared_memory_slots, row_bytes(stream.options.format, stream.options.size) * rows)
        size = layout.ring_bytes
        own = sum(other.ring.layout.ring_bytes for other in session.streams.values() if other.ring is not None)
        if (
            own + size > self._config.shared_memory_client_mb * MIB
            or self._total_bytes + size > self._config.shared_memory_total_mb * MIB
            or self._rings >= _files_allowed()
        ):
            log.info("Shared memory has reached a limit; a stream uses the socket.", extra=about(session, stream))
            return None
        try:
            name, memory = self._shelf.create(size)
        except LimitError as error:
            log.warning("%s Frames go by the socket.", error.cause, extra=about(session, stream))
            return None
        self._total_bytes += size
        self._rings += 1
        stream.ring = RingWriter(name, memory, layout)
        kind = "section" if sys.platform == "win32" else "file"
        return Ring(kind=kind, name=name, bytes=size, slots=layout.slots)

    def close(self, *streams: Stream) -> None:
        """Take the rings of streams away; a client that still looks at one keeps its own view of it."""
        for stream in streams:
            if stream.ring is not None and self._shelf is not None:
                self._shelf.remove(stream.ring.name)
                self._total_bytes -= stream.ring.layout.ring_bytes
                self._rings -= 1
            stream.ring = None

    def prune(self, streams: Iterable[Stream]) -> None:
        """Take rings away that their client does not map, because it is on another machine or has changed its mind."""
        for stream in streams:
            if stream.ring is not None and stream.frames >= UNATTACHED_FRAMES_MAX and not stream.ring.attached:
                self.close(stream)

    def shutdown(self) -> None:
        """Remove everything; can be called twice."""
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None


def _files_allowed() -> int:
    """Rings at one time: each keeps a file open, and a quarter of those a process may have are enough."""
    if sys.platform == "win32":
        return 1024
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1024 if soft == resource.RLIM_INFINITY else min(soft // 4, 1024)
