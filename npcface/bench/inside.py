"""The renderer alone, in this process: one face at a time, and eight different faces in one batch or one by one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from npcface.bench.lockstep import WARM_UP_FRAMES, Pace, performance

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality, Renderer


def alone(renderer: Renderer, character: Character, *, size: int, seconds: float, quality: Quality) -> Pace:
    """Render one state after the other."""
    waits_s: list[float] = []
    for index in range(WARM_UP_FRAMES):
        renderer.render([character], [performance(index)], size=size, quality=quality)
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        renderer.render([character], [performance(WARM_UP_FRAMES + len(waits_s))], size=size, quality=quality)
        waits_s.append(time.perf_counter() - now)
    return Pace.of(waits_s)


def batch_and_singles(
    renderer: Renderer, characters: Sequence[Character], *, size: int, seconds: float, quality: Quality
) -> tuple[float, float]:
    """Median milliseconds of all characters in one batch, and of the same states one by one.

    Batch and singles take turns, so that whatever else the machine does meets both alike.
    """
    together_s: list[float] = []
    single_s: list[float] = []
    end = time.perf_counter() + seconds
    turn = 0
    while turn < 4 or time.perf_counter() < end:
        states = [performance(turn * 7 + index * 11) for index in range(len(characters))]
        start = time.perf_counter()
        renderer.render(characters, states, size=size, quality=quality)
        middle = time.perf_counter()
        for character, state in zip(characters, states, strict=True):
            renderer.render([character], [state], size=size, quality=quality)
        if turn:  # the first turn warms up
            together_s.append(middle - start)
            single_s.append(time.perf_counter() - middle)
        turn += 1
    return float(np.median(together_s)) * 1e3, float(np.median(single_s)) * 1e3
