"""Who has misbehaved waits longer and longer before it is let in again; a minute of peace, and it is forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict

FIRST_S, LONGEST_S = 0.25, 1.0
PEACE_S = 60.0
MOST = 1024


class Tarpit:
    """Counts what connections of a name or address did; cheap, and of bounded size. May be used from several threads:
    each call is one read or one write of a dictionary.
    """

    def __init__(self) -> None:
        self._sunk: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def sink(self, who: str) -> None:
        """It misbehaved once more."""
        now_s = time.monotonic()
        times, since_s = self._sunk.get(who, (0, now_s))
        self._sunk[who] = (1 if now_s - since_s > PEACE_S else times + 1, now_s)
        while len(self._sunk) > MOST:
            self._sunk.popitem(last=False)

    def wait_s(self, who: str) -> float:
        """Seconds that its next connection waits: 0.25, 0.5, 1, 1, …"""
        times, since_s = self._sunk.get(who, (0, 0.0))
        if not times or time.monotonic() - since_s > PEACE_S:
            return 0.0
        return min(FIRST_S * 2.0 ** min(times - 1, 8), LONGEST_S)
