"""What the live mark costs: the same frames with and without it, in turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from npcface.bench.lockstep import performance
from npcface.render import Renderer
from npcface.render.stamp import stamp
from npcface.watermark.live import stamp_of

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality

SETTINGS: tuple[tuple[Quality, int], ...] = (("warp", 256), ("warp", 512), ("neural", 256), ("neural", 512))
HEAD = (
    "| quality | size | frame | mark alone | ratio of frame times, median of runs (lowest, highest) "
    "| of processor times |\n| --- | --- | --- | --- | --- | --- |"
)


def cost(people: Sequence[Character], *, seconds: float, runs: int) -> str:
    """Rows of a Markdown table. ``seconds`` a run and setting, ``runs`` of each.

    Processor times are those of all threads: on a busy machine they say more than the clock.
    """
    renderer = Renderer("cpu")
    pattern = stamp_of(people[0].id)
    lines = [HEAD]
    for quality, size in SETTINGS:
        out = np.empty((1, size, size, 4), np.uint8)

        def frame(
            number: int, marked: bool, quality: Quality = quality, size: int = size, out: NDArray[np.uint8] = out
        ) -> tuple[float, float]:
            start, spent = time.perf_counter(), time.process_time()
            renderer.render(
                people[:1], [performance(number)], size, quality=quality, out=out,
                patterns=[pattern if marked else None],
            )  # fmt: skip
            return time.perf_counter() - start, time.process_time() - spent

        for number in range(4):
            frame(number, marked=True)
        ratios, plain_s = [], []
        for _ in range(runs):
            times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
            end, number = time.perf_counter() + seconds, 0
            while time.perf_counter() < end:
                for marked in (number % 2 == 0, number % 2 == 1):  # who goes first takes turns too
                    times[marked].append(frame(number, marked))
                number += 1
            with_, without = (np.median(times[marked], axis=0) for marked in (True, False))
            ratios.append(with_ / without)
            plain_s.append(float(without[0]))
        wall, spent = np.transpose(ratios)
        lines.append(
            f"| {quality} | {size} px | {median(plain_s) * 1e3:.2f} ms | {_alone_s(out[0], pattern) * 1e3:.3f} ms "
            f"| {np.median(wall):.3f} ({wall.min():.3f}, {wall.max():.3f}) "
            f"| {np.median(spent):.3f} ({spent.min():.3f}, {spent.max():.3f}) |"
        )
    return "\n".join(lines)


def _alone_s(texture: NDArray[np.uint8], pattern: NDArray[np.int8]) -> float:
    """Seconds that adding the pattern takes."""
    found = []
    for _ in range(300):
        start = time.perf_counter()
        stamp(texture, pattern)
        found.append(time.perf_counter() - start)
    return median(found)
