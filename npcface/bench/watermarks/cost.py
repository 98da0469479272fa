"""What the live mark costs: the same frames with and without it, in turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from npcface.bench.lockstep import performance
from npcface.render import Renderer
from npcface.render.stamp import stamp
from npcface.watermark.live import stamp_of

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality

SETTINGS: tuple[tuple[Quality, int], ...] = (("warp", 256), ("warp", 512), ("neural", 256), ("neural", 512))
HEAD = (
    "| quality | size | frame | mark alone | ratio, median of runs | lowest and highest run |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def cost(people: Sequence[Character], *, seconds: float, runs: int) -> str:
    """Rows of a Markdown table. ``seconds`` a run and setting, ``runs`` of each."""
    renderer = Renderer("cpu")
    pattern = stamp_of(people[0].id)
    lines = [HEAD]
    for quality, size in SETTINGS:
        out = np.empty((1, size, size, 4), np.uint8)

        def frame(number: int, marked: bool, quality: Quality = quality, size: int = size, out: object = out) -> float:
            start = time.perf_counter()
            renderer.render(
                people[:1], [performance(number)], size, quality=quality, out=out,  # type: ignore[arg-type]
                patterns=[pattern if marked else None],
            )  # fmt: skip
            return time.perf_counter() - start

        ratios, plain = [], []
        for number in range(4):
            frame(number, marked=True)
        for _ in range(runs):
            with_: list[float] = []
            without: list[float] = []
            end, number = time.perf_counter() + seconds, 0
            while time.perf_counter() < end:
                first = number % 2 == 0  # who goes first takes turns too
                for marked in (first, not first):
                    (with_ if marked else without).append(frame(number, marked))
                number += 1
            ratios.append(median(with_) / median(without))
            plain.append(median(without))
        alone = []
        for _ in range(300):
            start = time.perf_counter()
            stamp(out[0], pattern)
            alone.append(time.perf_counter() - start)
        lines.append(
            f"| {quality} | {size} px | {median(plain) * 1e3:.2f} ms | {median(alone) * 1e3:.3f} ms "
            f"| {median(ratios):.3f} | {min(ratios):.3f}, {max(ratios):.3f} |"
        )
    return "\n".join(lines)
