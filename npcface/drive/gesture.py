"""Small head nods and brow raises on stressed syllables: what the rest of the face does while the mouth talks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from npcface.drive.coarticulate import smoothstep
from npcface.drive.timeline import Segment
from npcface.state import Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX

RISE, PEAK, FALL = 0.12, 0.08, 0.34
"""Seconds: before the stressed vowel, from its start to the peak, from the peak to rest."""
_SPACING = 0.55  # s; not every stress is an accent
_NOD = -2.0  # degrees of pitch at full strength: chin down
_BROWS = {"browInnerUp": 0.14, "browOuterUpLeft": 0.18, "browOuterUpRight": 0.18}


def accents(segments: Iterable[Segment], after: float = -1e9) -> list[tuple[float, float]]:
    """Stressed vowels that get a gesture, as (start in seconds, strength 0.4..1).

    Args:
        segments: sounds in order of time.
        after: start of the accent before the first segment.
    """
    found: list[tuple[float, float]] = []
    for segment in segments:
        if segment.stress == 1 and segment.start - after >= _SPACING:
            after = segment.start
            scatter = round(after * 1000) * 2654435761 % 2**32 / 2**32  # Knuth's hash: same line, same gestures
            found.append((after, 0.4 + 0.6 * scatter))
    return found


def gesture(marks: Iterable[tuple[float, float]], t: float, amount: float) -> tuple[Floats, float]:
    """Brow weights and head pitch at one moment.

    Args:
        marks: from ``accents``.
        t: seconds.
        amount: 0 none, 1 lively.

    Returns:
        ([52] float32 weights, degrees of pitch).
    """
    weights, level, brow = np.zeros(len(ARKIT_52), np.float32), 0.0, 0.0
    for start, strength in marks:
        passed = t - start
        shape = smoothstep((passed + RISE) / (RISE + PEAK)) * smoothstep((PEAK + FALL - passed) / FALL)
        level = max(level, strength * shape)
        brow = max(brow, shape if strength > 0.7 else 0.0)
    for name, value in _BROWS.items():
        weights[ARKIT_INDEX[name]] = amount * value * brow
    return weights, amount * _NOD * level
