"""Who counts as dead. No I/O: seconds of silence in, names out."""

from __future__ import annotations

from collections.abc import Mapping

DEAF_FACTOR = 5.0
"""How much longer silence is borne when most workers fall silent at once."""


def lost(silence_s: Mapping[str, float], deadline_s: float) -> set[str]:
    """Workers that did not answer for longer than the deadline.

    When more than half of them fall silent together, it is more likely the director that hears nothing (its network, or
    a machine that stands still), and moving every stream at once would do more harm: then they get ``DEAF_FACTOR``
    times as long.

    Args:
        silence_s: worker → seconds since its last sign of life while somebody listened.
        deadline_s: longest silence of a worker that lives.
    """
    silent = {worker for worker, seconds in silence_s.items() if seconds > deadline_s}
    if 2 * len(silent) <= len(silence_s):
        return silent
    return {worker for worker in silent if silence_s[worker] > deadline_s * DEAF_FACTOR}
