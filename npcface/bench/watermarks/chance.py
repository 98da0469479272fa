"""What unmarked pictures score: every place of every map of correlations is a test of the tail."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.detect import detect
from npcface.watermark.pattern import KINDS, TILE_PX, WAVES_X, WAVES_Y, phases
from npcface.watermark.search import heard, spread
from npcface.watermark.whiten import whitened

Pixels = NDArray[np.uint8]
SCALES = (1.0, 0.5, 0.83, 1.37)
STEPS = np.arange(3.0, 7.51, 0.5)
"""Scores whose excess is counted."""


@dataclass
class Tail:
    """Counts of scores above ``STEPS``.

    Attributes:
        scores: how many were counted, neighbours alike included.
        apart: how many of them are independent at most: two for each wave of each map, its phase and its strength.
        highest: of all.
    """

    above: NDArray[np.int64]
    scores: int = 0
    apart: int = 0
    highest: float = 0.0


def views(picture: Pixels) -> Iterator[Pixels]:
    """The whole, and up to eight crops of 128 to 384 px; the same every time."""
    yield picture[:512, :512]
    rng = np.random.default_rng(picture.shape[0] * 7919 + picture.shape[1])
    for _ in range(8):
        side = int(min(rng.integers(128, 385), *picture.shape[:2]))
        y, x = (int(rng.integers(0, length - side + 1)) for length in picture.shape[:2])
        yield picture[y : y + side, x : x + side]


def tail(pictures: Iterable[tuple[str, Pixels]], tell: Callable[[str], None]) -> Tail:
    """Correlations of all eighteen patterns (nine of each kind) with crops of unmarked pictures, at all places.

    The eight patterns that carry bytes are as good keys as the first, which alone is searched for.
    """
    found = Tail(np.zeros(len(STEPS), np.int64))
    keys = np.concatenate([phases(kind) for kind in KINDS])
    for name, picture in pictures:
        tell(f"unmarked {name}")
        for view in views(picture):
            residual = whitened(view)
            for scale in SCALES:
                waves = heard(residual, scale)
                over = spread(waves)
                if over < 1e-6:
                    continue
                maps = _maps(waves, keys) / over
                found.above += np.array([(maps > step).sum() for step in STEPS])
                found.scores += maps.size
                found.apart += 2 * keys.size
                found.highest = max(found.highest, float(maps.max()))
    return found


def report(found: Tail) -> str:
    """Counts beside what normal scores and the bound would give."""
    lines = [
        f"{found.scores:.3g} scores, at most {found.apart:.3g} of them independent; the highest is {found.highest:.2f}",
        "",
        "| score above | share measured | normal | bound exp(-t²/2) |",
        "| --- | --- | --- | --- |",
    ]
    for step, count in zip(STEPS, found.above, strict=True):
        normal, bound = 0.5 * math.erfc(step / math.sqrt(2.0)), math.exp(-step * step / 2.0)
        lines.append(f"| {step:.1f} | {count / max(found.scores, 1):.2e} ({count}) | {normal:.2e} | {bound:.2e} |")
    return "\n".join(lines)


def verdicts(pictures: Iterable[tuple[str, Pixels]], tell: Callable[[str], None]) -> tuple[int, int, float]:
    """Run the detector itself on unmarked pictures.

    Returns:
        How many, how many of them it calls marked, and the least bound on a false alarm that it gave.
    """
    count = wrong = 0
    least = 1.0
    for name, picture in pictures:
        tell(f"detect {name}")
        verdict = detect([picture])
        count, wrong, least = count + 1, wrong + verdict.marked, min(least, verdict.false_alarm)
    return count, wrong, least


def _maps(waves: NDArray[np.complex64], keys: NDArray[np.complex64]) -> NDArray[np.float32]:
    """[keys, 128, 128] unscaled correlations, as ``search.correlations`` has them."""
    spectrum = np.zeros((len(keys), TILE_PX, TILE_PX // 2 + 1), np.complex64)
    product = np.conj(waves) * keys
    spectrum[:, WAVES_Y % TILE_PX, WAVES_X] = product
    alone = WAVES_X == 0
    spectrum[:, -WAVES_Y[alone] % TILE_PX, 0] = np.conj(product[:, alone])
    return (np.fft.irfft2(spectrum, (TILE_PX, TILE_PX)) * (TILE_PX**2 / 2.0)).astype(np.float32)
