"""One character, one state after the other through a daemon: what a game's main loop sees."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from npcface.bench.turns import Pace
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.client import Client
    from npcface.wire.requests import AskedQuality

WARM_UP_FRAMES = 10


def performance(index: int) -> FaceState:
    """A state that differs from frame to frame in everything a face can do, so that nothing can be reused."""
    t = index / 30.0
    return FaceState.of(
        {
            "jawOpen": 0.3 + 0.3 * math.sin(9.0 * t),
            "mouthPucker": 0.3 + 0.3 * math.sin(4.0 * t),
            "mouthSmileLeft": 0.3 + 0.3 * math.sin(2.0 * t),
            "mouthSmileRight": 0.3 + 0.3 * math.sin(2.0 * t),
            "eyeBlinkLeft": max(0.0, math.sin(3.0 * t)) ** 8,
            "eyeBlinkRight": max(0.0, math.sin(3.0 * t)) ** 8,
        },
        head=(15.0 * math.sin(t), 8.0 * math.sin(1.3 * t), 5.0 * math.sin(0.7 * t)),
        gaze=(10.0 * math.sin(1.7 * t), 5.0 * math.sin(1.1 * t)),
    )


def lock_step(client: Client, character: str, *, size: int, seconds: float, quality: AskedQuality = "auto") -> Pace:
    """Send a state, wait for its texture, send the next one.

    Args:
        client: connected.
        character: id in the daemon's store.
        size: texture size in pixels.
        seconds: how long to measure, after a short warm-up.
        quality: of the stream.
    """
    waits_s: list[float] = []
    with client.open(character, size, quality=quality) as stream:
        for index in range(WARM_UP_FRAMES):
            stream.render(performance(index))
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end or not waits_s:
            stream.render(performance(WARM_UP_FRAMES + len(waits_s)))
            waits_s.append(time.perf_counter() - now)
    return Pace.of(waits_s)
