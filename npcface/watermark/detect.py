"""Is a picture marked, what does the mark say, and how likely is it that one without a mark looks like that?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.watermark.pattern import KINDS, TILE_PX, Kind
from npcface.watermark.payload import Payload
from npcface.watermark.read import NEEDED, read
from npcface.watermark.search import FINER, FINER_PX, Peak, peaks, refined, scales
from npcface.watermark.whiten import whitened

Pixels = NDArray[np.uint8]

FALSE_ALARM = 1e-6
"""The bound on a false alarm, for a whole file, up to which it counts as marked."""
CERTAIN = 1e-12
"""Below it nothing else is looked at."""
WINDOW_PX, WINDOWS = 512, 3
"""Larger pictures are looked at through windows, at most 3 × 3."""
LEAST_PX = 48
_QUICK = (1.0,)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        marked: ``false_alarm`` is at most ``FALSE_ALARM``.
        kind: of the likeliest mark, whether or not it is enough.
        payload: None where it cannot be read with that certainty.
        score: z of the likeliest mark, in standard deviations of chance.
        false_alarm: upper bound on the probability that any picture made without the key gives such a score
            anywhere, 0..1.
        scale: of the picture, relative to when it was marked.
    """

    marked: bool
    kind: Kind
    payload: Payload | None
    score: float
    false_alarm: float
    scale: float


def detect(pictures: Sequence[Pixels], kinds: Sequence[Kind] = KINDS) -> Verdict:
    """Look at one picture, or at several of one size that carry the same mark in the same place, such as frames.

    Args:
        pictures: uint8 [H, W], [H, W, 3] or [H, W, 4] each; at least one.
        kinds: that are looked for.
    """
    residual = sum((whitened(picture) for picture in pictures[1:]), whitened(pictures[0]))
    height, width = residual.shape
    windows = [residual[part] for part in _windows(height, width)]
    best = Verdict(False, kinds[0], None, 0.0, 1.0, 1.0)
    if min(height, width) < LEAST_PX or not residual.any():
        return best
    for among in (_QUICK, None):  # most pictures have the size that they were marked in
        for window in windows:
            wanted = scales(*window.shape)
            log_tests = math.log(len(wanted) * len(windows) * len(kinds) * TESTS_A_SCALE)
            found = peaks(window, wanted if among is None else among, kinds)
            for verdict in _judged(window, found, log_tests):
                best = min(best, verdict, key=lambda one: (one.false_alarm, -one.score))
                if best.false_alarm < CERTAIN:
                    return best
    return best


TESTS_A_SCALE = TILE_PX**2 * len(FINER) * len(FINER_PX) ** 2
"""Places a scale, with all that a closer look may choose from."""


def _judged(window: NDArray[np.float32], found: Iterable[Peak], log_tests: float) -> Iterable[Verdict]:
    for rough in found:
        peak = refined(window, rough)
        payload, whole = read(peak)
        alone_p = _bound(peak.z, log_tests)
        # any of 2^40 (live: 2^24) payloads could have fitted by chance
        whole_p = _bound(whole, log_tests + 8 * NEEDED[peak.kind] * math.log(2.0))
        false_alarm = min(1.0, 2.0 * min(alone_p, whole_p))  # two statistics, the better one counts
        legible = 2.0 * whole_p <= FALSE_ALARM
        yield Verdict(
            false_alarm <= FALSE_ALARM, peak.kind, payload if legible else None, whole if legible else peak.z,
            false_alarm, peak.scale,
        )  # fmt: skip


def _bound(z: float, log_tests: float) -> float:
    """Chernoff's bound for so many tests, see ``search``; never below 1e-300."""
    return math.exp(max(min(log_tests - max(z, 0.0) ** 2 / 2.0, 0.0), -690.0))


def _windows(height: int, width: int) -> list[tuple[slice, slice]]:
    """Evenly spread, the middle first."""

    def along(length: int) -> list[slice]:
        if length <= WINDOW_PX * 5 // 4:
            return [slice(0, length)]
        count = min(-(-length // WINDOW_PX), WINDOWS)
        starts = [round(i * (length - WINDOW_PX) / (count - 1)) for i in range(count)]
        return [slice(start, start + WINDOW_PX) for start in starts]

    def far(part: tuple[slice, slice]) -> float:
        return math.hypot(part[0].start + part[0].stop - height, part[1].start + part[1].stop - width)

    return sorted(((down, across) for down in along(height) for across in along(width)), key=far)
