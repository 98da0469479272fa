"""How busy a worker is, from two of the figures its daemon gives to anybody who asks."""

from __future__ import annotations

from dataclasses import dataclass

from npcface.wire.replies import Figures

DEFAULT_FACE_MS = 20.0
"""Milliseconds of one face before any was measured: the warp on one slow core."""

WARM_CALLS = 20
"""Render calls of a daemon's life before its median counts: the first ones take many times as long."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a worker does.

    Attributes:
        busy: share of the time in which its renderer worked, 0..1.
        face_ms: what one face took, milliseconds.
        fps: faces a second.
    """

    busy: float = 0.0
    face_ms: float = DEFAULT_FACE_MS
    fps: float = 0.0


def measure(before: Figures, after: Figures, known: Load) -> Load:
    """The load between two figures of the same daemon.

    The daemon counts its render calls by batch size and gives the median time of a call: calls × median = time at work.

    Args:
        before, after: ``after`` is the later one.
        known: what was measured earlier; its ``face_ms`` stays if nothing was rendered since.
    """
    seconds = after.uptime_s - before.uptime_s
    if seconds <= 0.0:
        return known
    calls = {int(size): count - before.batches.get(size, 0) for size, count in after.batches.items() if size.isdigit()}
    called = sum(calls.values())
    faces = sum(size * count for size, count in calls.items())
    if called <= 0 or faces <= 0:
        return Load(0.0, known.face_ms, 0.0)
    busy = min(called * after.render_ms_p50 / 1000.0 / seconds, 1.0)
    warm = sum(after.batches.values()) >= WARM_CALLS
    return Load(busy, after.render_ms_p50 * called / faces if warm else known.face_ms, faces / seconds)
