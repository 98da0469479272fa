"""Counters and sliding windows behind the stats reply."""

from __future__ import annotations

import time
from collections import Counter, deque

import numpy as np

_WINDOW = 1000  # samples
_RATE_WINDOW_S = 3.0


class Meter:
    """Figures of the whole daemon; main loop only."""

    def __init__(self) -> None:
        self.started_s = time.monotonic()
        self.frames = self.late = self.skipped = self.superseded = self.unsent = self.errors = 0
        self.batches: Counter[int] = Counter()
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

    def sent(self, seconds: float) -> None:
        """One frame was handed over, ``seconds`` after it was due or asked for."""
        self.frames += 1
        self._frame_ms.append(seconds * 1000.0)
        self._sent_s.append(time.monotonic())

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
