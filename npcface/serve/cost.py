"""What a face costs: seconds of the renderer's time, learnt while it renders. No clock, no sockets.

An exponentially weighted mean for each kind of face; a sample counts for at most twice and at least half of what was
expected, so that a character being prepared for the first time, or another program taking the cores, moves it little.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low

from npcface.wire.requests import Quality

Kind = tuple[Quality, int]
"""Quality and side of the texture in pixels: what decides how long a face takes."""

ALPHA = 0.1  # weight of a new sample
WARM_UP = 5  # samples, of which the first are often cold: until then their median counts
TRUSTED = 3  # samples; before that what other kinds cost says more
GUESS_S = {"warp": 0.003, "neural": 0.007}  # of a 256² face nobody has measured: low, so that nothing is lowered by it
FIXED_SHARE = 0.3  # of a 256² face's cost that does not shrink with the texture
SHORTEST_S = 1e-6


class CostModel:
    """Expected seconds for each face in a render call, as the wall clock sees it: half of that on two busy cores."""

    def __init__(self) -> None:
        self._first: dict[Kind, list[float]] = {}
        self._mean_s: dict[Kind, float] = {}
        self._slower = 1.0  # than guessed, by the kinds that are known

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

    def face_s(self, kind: Kind) -> float:
        """Expected seconds of one face; of a kind that was never rendered, by comparison with those that were."""
        mean_s = self._mean_s.get(kind)
        return guess_s(kind) * self._slower if mean_s is None else mean_s

    def known(self) -> dict[Kind, float]:
        """Every kind that was measured often enough, seconds."""
        return dict(self._mean_s)

    def _add(self, kind: Kind, sample_s: float) -> None:
        first = self._first.setdefault(kind, [])
        if len(first) < WARM_UP:
            first.append(sample_s)
            if len(first) < TRUSTED:
                return
            self._mean_s[kind] = median_low(first)
        else:
            mean_s = self._mean_s[kind]
            self._mean_s[kind] = mean_s + ALPHA * (min(max(sample_s, mean_s / 2.0), mean_s * 2.0) - mean_s)
        self._slower = median_low(mean_s / guess_s(known) for known, mean_s in self._mean_s.items())


def guess_s(kind: Kind) -> float:
    """Seconds by the texture's pixels alone."""
    quality, size = kind
    return GUESS_S[quality] * (FIXED_SHARE + (1.0 - FIXED_SHARE) * (size / 256.0) ** 2)
