"""How far one method is from another, clip by clip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from npcface.eval.score import METRICS, Score

DIGITS = {"psnr": 2, "ssim": 3, "identity": 3, "lost": 0}
"""Measures whose difference is shown, with this many decimals: a ratio of decibels or cosines says nothing.

All others are distances with a true zero, and their ratio is shown.
"""
_OWN = "jitter_own"


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in one measure.

    Attributes:
        metric: a key of ``METRICS``.
        value: new minus old for the measures in ``DIGITS``, new / old - 1 for the others; NaN if unknown.
    """

    metric: str
    value: float

    @property
    def is_ratio(self) -> bool:
        """Whether ``value`` is relative."""
        return self.metric not in DIGITS

    def as_json(self) -> float | None:
        """The value, rounded; None if unknown."""
        return round(self.value, 5) if math.isfinite(self.value) else None


def changes(old: Sequence[Score], new: Sequence[Score]) -> dict[str, Change]:
    """The change of every measure's mean from ``old`` to ``new``, two lists of scores of the same clips.

    Only clips in which both are known count, so that a method cannot gain by losing the hard ones.
    """
    return {metric: Change(metric, _change(metric, old, new)) for metric in METRICS if metric != _OWN}


def change_text(change: Change) -> str:
    """Such as ``-17 %`` or ``+0.53``."""
    if not math.isfinite(change.value):
        return "–"
    return f"{100 * change.value:+.0f} %" if change.is_ratio else f"{change.value:+.{DIGITS[change.metric]}f}"


def _change(metric: str, old: Sequence[Score], new: Sequence[Score]) -> float:
    pairs = [(a[metric], b[metric]) for a, b in zip(old, new, strict=True)]
    known = [(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    if not known:
        return math.nan
    before, after = (math.fsum(side) for side in zip(*known, strict=True))
    if metric == "lost":
        return after - before
    if metric in DIGITS:
        return (after - before) / len(known)
    return after / before - 1 if before > 0 else math.nan
