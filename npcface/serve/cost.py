"""What a face costs: seconds of the renderer's time, learnt while it renders. No clock, no sockets.

Two factors on top of a guess: how much slower the machine is just now, which every call tells, and how each kind of
face compares, which changes little. So a kind that is not drawn for a while is judged by those that are. Samples count
for at most twice and at least half of what was expected, so that a character being prepared for the first time, or
another program taking the cores, moves little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median_low
from typing import NamedTuple

from npcface.wire.requests import Format, Quality

SPEED_WEIGHT = 0.08  # of a new sample, on the machine's factor (exponents: factors are averaged geometrically)
KIND_WEIGHT = 0.02  # and on its kind's; more while there were few
WARM_UP = 5  # samples, of which the first are often cold: until then their median counts
TRUSTED = 3  # samples; before that what other kinds cost says more
SETTLED = 25  # samples; a kind with fewer that is not drawn any more is taken for cheaper and cheaper,
FORGET = 0.98  # by this at every call, down to what those cost that are drawn: its samples may all have been cold
GUESS_S = {"warp": 0.003, "neural": 0.007}  # of a 256² face nobody has measured: low, so that nothing is lowered by it
FIXED_SHARE = 0.3  # of a 256² face's cost that does not shrink with the texture
SHORTEST_S = 1e-6


class Kind(NamedTuple):
    """What decides how long a face takes: quality, side of the texture in pixels, and how its pixels are stored."""

    quality: Quality
    size: int
    format: Format = "rgba8"


class CostModel:
    """Expected seconds for each face in a render call, as the wall clock sees it: half of that on two busy cores."""

    def __init__(self) -> None:
        self._first: dict[Kind, list[float]] = {}
        self._samples: Counter[Kind] = Counter()
        self._relative: dict[Kind, float] = {}
        self._slower = 1.0
        self._usual = 1.0  # median of what is relative

    def learn(self, kinds: Sequence[Kind], seconds: float) -> None:
        """One render call is over.

        Args:
            kinds: of every face in it; of several kinds each gets its expected share of the time.
            seconds: it took.
        """
        if not kinds or not seconds > 0.0:
            return
        expected = [self.face_s(kind) for kind in kinds]
        slower = seconds / sum(expected)
        for kind, sample_s in {kind: slower * one for kind, one in zip(kinds, expected, strict=True)}.items():
            self._add(kind, max(sample_s, SHORTEST_S))
        drawn = [self._relative[kind] for kind in kinds if kind in self._relative]
        if not drawn:
            return
        least = median_low(drawn)
        for kind, relative in self._relative.items():
            if self._samples[kind] < SETTLED and relative > least and kind not in kinds:
                self._relative[kind] = max(relative * FORGET, least)
        self._usual = median_low(self._relative.values())

    def face_s(self, kind: Kind) -> float:
        """Expected seconds of one face; of a kind that was never rendered, by comparison with those that were."""
        return guess_s(kind) * self._relative.get(kind, self._usual) * self._slower

    def known(self) -> dict[Kind, float]:
        """Every kind that was measured often enough, seconds."""
        return {kind: self.face_s(kind) for kind in self._relative}

    def _add(self, kind: Kind, sample_s: float) -> None:
        self._samples[kind] += 1
        first = self._first.setdefault(kind, [])
        if len(first) < WARM_UP:
            first.append(sample_s)
            if len(first) >= TRUSTED:
                self._begin(kind, median_low(first))
            return
        error = min(max(sample_s / self.face_s(kind), 0.5), 2.0)
        self._slower *= error**SPEED_WEIGHT
        self._relative[kind] *= error ** max(KIND_WEIGHT, 0.5 / self._samples[kind])

    def _begin(self, kind: Kind, face_s: float) -> None:
        if self._relative.keys() <= {kind}:  # the first kind of all tells how fast the machine is
            self._slower = face_s / guess_s(kind)
        self._relative[kind] = face_s / (guess_s(kind) * self._slower)


def guess_s(kind: Kind) -> float:
    """Seconds by the texture's pixels alone."""
    return GUESS_S[kind.quality] * (FIXED_SHARE + (1.0 - FIXED_SHARE) * (kind.size / 256.0) ** 2)
