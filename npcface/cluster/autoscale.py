"""How many workers there should be. No I/O and no clock of its own.

Load is measured in workers: 2.6 = what keeps two and a half renderers busy. Workers are added once the mean load has
stayed above ``high`` for a while, and one is taken away once the others would stay below ``low`` without it. Because
``low`` lies well under ``high``, a change never brings about its own opposite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from npcface.errors import NpcFaceError


class ScalingError(NpcFaceError):
    """The bounds of autoscaling do not make sense together."""

    code = "startup"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Limits and patience.

    Attributes:
        min_workers, max_workers: there are never fewer or more.
        high: mean load above which workers are added, 0..1.
        target: mean load that is aimed at when they are.
        low: mean load that the others may have at most after one has left, below ``target``.
        up_after_s, down_after_s: how long it must be like that, seconds.
    """

    min_workers: int = 1
    max_workers: int = 1
    high: float = 0.75
    target: float = 0.6
    low: float = 0.45
    up_after_s: float = 3.0
    down_after_s: float = 60.0

    def checked(self) -> Bounds:
        """Return self.

        Raises:
            ScalingError: no room between the limits, or thresholds that would make it swing.
        """
        if not 1 <= self.min_workers <= self.max_workers:
            raise ScalingError(
                f"Between {self.min_workers} and {self.max_workers} workers were asked for.",
                "The least must be 1 or more and the most not below it.",
            )
        if not 0.0 < self.low < self.target < self.high <= 1.0:
            raise ScalingError(
                f"low {self.low:g}, target {self.target:g} and high {self.high:g} must grow, between 0 and 1.",
                "Leave room between them, or workers come and go in turn.",
            )
        return self


@dataclass(frozen=True, slots=True)
class Trend:
    """What has been seen so far: since when (seconds, any clock) it is too much, or too little."""

    busy_since_s: float | None = None
    idle_since_s: float | None = None


def decide(
    bounds: Bounds, trend: Trend, now_s: float, *, ready: int, coming: int, load: float, streams: int
) -> tuple[int, Trend]:
    """How many workers are wanted now.

    Args:
        bounds: limits and patience.
        trend: as returned by the call before.
        now_s: time on any clock that only grows, seconds.
        ready: workers that show streams.
        coming: workers that are being started.
        load: of all ready workers together, in workers.
        streams: open streams; more workers than streams help nobody.

    Returns:
        Wanted workers, ``coming`` ones included, and the trend for the next call.
    """
    have = ready + coming
    most = max(bounds.min_workers, min(bounds.max_workers, max(streams, 1)))
    if have < bounds.min_workers:
        return bounds.min_workers, Trend()
    if have > bounds.max_workers:
        return bounds.max_workers, Trend()
    busy = ready > 0 and coming == 0 and have < most and load / ready > bounds.high
    idle = coming == 0 and ready > bounds.min_workers and (load / (ready - 1) < bounds.low or ready > most)
    trend = replace(
        trend,
        busy_since_s=None if not busy else now_s if trend.busy_since_s is None else trend.busy_since_s,
        idle_since_s=None if not idle else now_s if trend.idle_since_s is None else trend.idle_since_s,
    )
    if trend.busy_since_s is not None and now_s - trend.busy_since_s >= bounds.up_after_s:
        return min(most, max(have + 1, math.ceil(load / bounds.target))), Trend()
    if trend.idle_since_s is not None and now_s - trend.idle_since_s >= bounds.down_after_s:
        return have - 1, Trend()
    return have, trend
