"""A cold process: from ``npcface serve`` to its ready line, and to the first frame of an enrolled character."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from npcface.bench.daemon import running_daemon
from npcface.bench.facts import cpu_seconds
from npcface.bench.lockstep import performance
from npcface.bench.setting import ids_of
from npcface.client import Client

if TYPE_CHECKING:
    from npcface.wire.requests import AskedQuality

GOAL_S = 1.5


def start(characters: Path, *, size: int, runs: int, provider: str, quality: AskedQuality) -> dict[str, Any]:
    """Start the daemon ``runs`` times; one more start comes first and reads everything into the disk cache.

    Returns:
        Medians: ``ready_s`` until the ready line, ``first_frame_s`` until a client that connected then has a texture,
        ``first_frame_fastest_s`` of the best start, ``cpu_s`` that the daemon used by then (None where the system does
        not tell; it is what remains when nothing else runs), ``starts``, and the ``quality`` that was drawn.
    """
    first = ids_of(characters)[0]
    starts = [_start(characters, first, size, provider, quality) for _ in range(1 + runs)][1:]
    ready_s, frame_s, cpu_s = (median(values) for values in zip(*(one[:3] for one in starts), strict=True))
    return {
        "ready_s": round(ready_s, 2),
        "first_frame_s": round(frame_s, 2),
        "first_frame_fastest_s": round(min(one[1] for one in starts), 2),
        "cpu_s": round(cpu_s, 2) if cpu_s == cpu_s else None,  # NaN on some systems
        "starts": len(starts),
        "quality": starts[0][3],
    }


def _start(characters: Path, character: str, size: int, provider: str, quality: AskedQuality) -> Sequence[Any]:
    began = time.perf_counter()
    with running_daemon(characters, "--provider", provider) as daemon:
        ready_s = time.perf_counter() - began
        with Client(daemon.address, timeout_s=60.0) as client, client.open(character, size, quality=quality) as stream:
            stream.render(performance(0))
            return ready_s, time.perf_counter() - began, cpu_seconds(daemon.pid), stream.quality


def report(figures: dict[str, Any]) -> str:
    """As text."""
    cpu = "" if figures["cpu_s"] is None else f", {figures['cpu_s']:.2f} s of CPU time by then"
    return (
        f"ready after {figures['ready_s']:.2f} s, first frame ({figures['quality']}) after "
        f"{figures['first_frame_s']:.2f} s (fastest {figures['first_frame_fastest_s']:.2f} s, goal {GOAL_S} s){cpu}"
    )
