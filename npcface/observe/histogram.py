"""Counts by size, as Prometheus wants them. An observation costs less than a microsecond: frames come by thousands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.033, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds for times: from a copy of 256² pixels to a daemon that stands still."""
FACES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Upper bounds for batches."""


class Counted(NamedTuple):
    """A histogram at a moment: ``counts`` is one longer than ``bounds`` and not yet added up."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float


class Histogram:
    """Main loop only.

    Args:
        bounds: upper bounds, rising; a value equal to one lies below it.
    """

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One more."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def counted(self) -> Counted:
        """As it is now."""
        return Counted(self._bounds, tuple(self._counts), self._sum)
