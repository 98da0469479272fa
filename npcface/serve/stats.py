"""Counters and sliding windows behind the stats reply and the metrics (``npcface.observe``)."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass

import numpy as np

from npcface.observe.account import Account
from npcface.observe.observer import Observer
from npcface.observe.trip import Trip

_WINDOW = 1000  # samples
_RATE_WINDOW_S = 3.0


@dataclass(slots=True)
class Carried:
    """What went out one way."""

    frames: int = 0
    bytes: int = 0


class Meter:
    """Figures of the whole daemon; main loop only.

    Args:
        observer: looks at where frames spend their time, too.

    Attributes:
        account: what became of every frame.
        rendering: frames that are in the renderer, or wait for it in a batch.
        batches: render calls by number of faces.
        codes: errors told to clients, by code.
        carried: frames and bytes by ``socket`` or ``shm``.
        fallbacks: how often the renderer went on with something slower.
    """

    def __init__(self, observer: Observer | None = None) -> None:
        self.started_s = time.monotonic()
        self.observer = observer
        self.account = Account()
        self.rendering = self.fallbacks = 0
        self.batches: Counter[int] = Counter()
        self.codes: Counter[str] = Counter()
        self.carried = {"socket": Carried(), "shm": Carried()}
        self._frame_ms: deque[float] = deque(maxlen=_WINDOW)
        self._render_ms: deque[float] = deque(maxlen=_WINDOW)
        self._sent_s: deque[float] = deque(maxlen=4096)

    def uptime_s(self) -> float:
        """Seconds since start."""
        return time.monotonic() - self.started_s

    def rendered(self, batch: int, seconds: float) -> None:
        """One batch went through the renderer."""
        self.batches[batch] += 1
        self._render_ms.append(seconds * 1000.0)
        if self.observer is not None:
            self.observer.rendered(batch, seconds)

    def sent(self, seconds: float, transport: str = "socket", size_bytes: int = 0, trip: Trip | None = None) -> None:
        """One frame was handed over, ``seconds`` after it was due or asked for."""
        self._frame_ms.append(seconds * 1000.0)
        self._sent_s.append(time.monotonic())
        carried = self.carried[transport]
        carried.frames += 1
        carried.bytes += size_bytes
        if self.observer is not None and trip is not None:
            self.observer.sent(trip)

    def fps(self) -> float:
        """Frames a second over the last three seconds."""
        since = time.monotonic() - _RATE_WINDOW_S
        recent = sum(moment >= since for moment in self._sent_s)
        return recent / min(_RATE_WINDOW_S, max(self.uptime_s(), 1e-3))

    def frame_ms(self, percentile: float) -> float:
        """Percentile of due-to-sent times, milliseconds; 0 before the first frame."""
        return float(np.percentile(self._frame_ms, percentile)) if self._frame_ms else 0.0

    def render_ms(self, percentile: float) -> float:
        """Percentile of batch render times, milliseconds; 0 before the first batch."""
        return float(np.percentile(self._render_ms, percentile)) if self._render_ms else 0.0

    @property
    def frames(self) -> int:
        """Sent."""
        return self.account.sent

    @property
    def unsent(self) -> int:
        """Rendered, and not taken by the client in time."""
        return self.account.dropped["unsent"] + self.account.dropped["untold"]

    @property
    def errors(self) -> int:
        """Told to clients."""
        return self.codes.total()
