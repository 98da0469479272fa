"""Repeating and taking turns, so that whatever else the machine does meets everything that is compared alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from npcface.wire.requests import Quality

Key = TypeVar("Key")
Result = TypeVar("Result")

WARM_UP_TURNS = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something came: times a second, and the wait for one in milliseconds (median, 99th percentile)."""

    fps: float
    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, waits_s: Sequence[float]) -> Pace:
        """From the wait for each, one after the other."""
        p50, p99 = np.percentile(waits_s, (50, 99)) * 1e3
        return cls(len(waits_s) / sum(waits_s), float(p50), float(p99))


def in_turn(keys: Sequence[Key], runs: int, measure: Callable[[Key], Result]) -> dict[Key, list[Result]]:
    """``measure`` every key ``runs`` times: all keys, then all again."""
    results: dict[Key, list[Result]] = {key: [] for key in keys}
    for _ in range(runs):
        for key in keys:
            results[key].append(measure(key))
    return results


def timed(work: Mapping[Key, Callable[[int], object]], *, seconds: float, runs: int) -> dict[Key, list[float]]:
    """Call everything in turn, again and again.

    Args:
        work: what is called, with the number of the turn.
        seconds: of each run, all of ``work`` together; at least one turn is taken.
        runs: how many.

    Returns:
        Milliseconds of one call: the median of each run.
    """
    for turn in range(WARM_UP_TURNS):
        for call in work.values():
            call(turn)
    medians: dict[Key, list[float]] = {key: [] for key in work}
    turn = WARM_UP_TURNS
    for _ in range(runs):
        spent_s: dict[Key, list[float]] = {key: [] for key in work}
        end = time.perf_counter() + seconds
        while True:
            for key, call in work.items():
                start = time.perf_counter()
                call(turn)
                spent_s[key].append(time.perf_counter() - start)
            turn += 1
            if time.perf_counter() >= end:
                break
        for key, spent in spent_s.items():
            medians[key].append(median(spent) * 1e3)
    return medians


def summary(paces: Sequence[Pace]) -> dict[str, Any]:
    """Medians of several runs; the lowest and highest median wait of a run tell how quiet the machine was."""
    values = {name: round(median(asdict(pace)[name] for pace in paces), 2) for name in ("fps", "p50_ms", "p99_ms")}
    waits = [pace.p50_ms for pace in paces]
    return {**values, "p50_lowest_ms": round(min(waits), 2), "p50_highest_ms": round(max(waits), 2)}


def by_quality(paces: Mapping[Quality, Sequence[Pace]]) -> dict[str, Any]:
    """Summaries by quality and, of both, how many times longer neural takes, by medians."""
    found: dict[str, Any] = {"by_quality": {quality: summary(runs) for quality, runs in paces.items()}}
    if len(paces) == 2:
        warp, neural = (found["by_quality"][quality]["p50_ms"] for quality in ("warp", "neural"))
        found["neural_to_warp"] = round(neural / warp, 2)
    return found


def pace_lines(figures: Mapping[str, Any]) -> list[str]:
    """``by_quality`` as text."""
    lines = [
        f"{quality:<8}{pace['fps']:7.1f} frames/s   p50 {pace['p50_ms']:.1f} ms "
        f"({pace['p50_lowest_ms']:.1f} to {pace['p50_highest_ms']:.1f} from run to run)   p99 {pace['p99_ms']:.1f} ms"
        for quality, pace in figures["by_quality"].items()
    ]
    if "neural_to_warp" in figures:
        lines.append(f"neural takes {figures['neural_to_warp']:.2f} × as long as warp")
    return lines
