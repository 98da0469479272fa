"""The same line at most so often: a client that repeats itself cannot fill the disk."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

BURST = 10
"""Lines of one kind at once,"""
REFILL_HZ = 1.0
"""and so many a second in the long run: some 20 MB a day for each kind of line."""
KINDS_MAX = 512

Kind = tuple[str, int, str, str]


@dataclass(slots=True)
class _Bucket:
    left: float
    since_s: float
    held: int = 0


class Limiter(logging.Filter):
    """A token bucket for each kind of line: logger, level, text before its values are put in, type of exception.

    What was held back is told as the field ``held_back`` by the next line of the kind that passes.
    """

    def __init__(self, burst: int = BURST, refill_hz: float = REFILL_HZ) -> None:
        super().__init__()
        self._burst, self._refill_hz = float(burst), refill_hz
        self._buckets: OrderedDict[Kind, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        error = record.exc_info[0] if record.exc_info else None
        kind = (record.name, record.levelno, str(record.msg), error.__name__ if error else "")
        now_s = time.monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(kind, _Bucket(self._burst, now_s))
            self._buckets.move_to_end(kind)
            while len(self._buckets) > KINDS_MAX:
                self._buckets.popitem(last=False)
            bucket.left = min(bucket.left + (now_s - bucket.since_s) * self._refill_hz, self._burst)
            bucket.since_s = now_s
            if bucket.left < 1.0:
                bucket.held += 1
                return False
            bucket.left -= 1.0
            if bucket.held:
                record.held_back, bucket.held = bucket.held, 0
        return True
